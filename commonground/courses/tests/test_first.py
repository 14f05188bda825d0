"""Whoever has been accepted books their first session alone, and nobody else can come between."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.courses import actions, storages
from commonground.courses.models import Session
from commonground.people.models import Client, Place, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment, Hold, WeeklyHours

pytestmark = pytest.mark.django_db
FIRST, KEPT = "my_first", "my_first_kept"


@pytest.fixture
def miriam(at: Any) -> Iterator[User]:
    """Wednesdays from nine to one at the Quay or online; now is a Monday at noon."""
    with at(NOON):
        user = person("Miriam Adeyemi", Role.THERAPIST)
        place = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
        WeeklyHours.objects.create(
            therapist=user.therapist, weekday=2, opens=time(9), closes=time(13), place=place,
            online=True,
        )  # fmt: skip
        yield user


@pytest.fixture
def ada(miriam: User) -> Client:
    return accepted(miriam, "Ada")


@pytest.fixture
def phone(ada: Client) -> Browser:
    return signed_in(ada.user)


def accepted(miriam: User, name: str) -> Client:
    client = client_of(miriam, name)
    client.user = person(name, Role.CLIENT, address=f"{name.lower()}@clients.example")
    client.save(update_fields=["user"])
    return client


def offered(phone: Browser, where: str = "online") -> list[str]:
    page = phone.get(reverse(FIRST), {"where": where})
    return [value for _on, _day, times in page.context["days"] for value, _at in times]


def choose(phone: Browser, at: str, where: str = "online") -> Any:
    return phone.post(reverse(FIRST), {"starts_at": at, "where": where})


def keep(phone: Browser, **told: str) -> Any:
    return phone.post(reverse(KEPT), told)


def test_their_page_leads_to_a_time_that_is_theirs(phone: Browser, ada: Client) -> None:
    assert reverse(FIRST) in phone.get(reverse("my")).text
    at = offered(phone)[0]
    assert choose(phone, at).url == reverse(KEPT)
    assert "Nobody else can take it until 12:15" in phone.get(reverse(KEPT)).text
    assert keep(phone, whereabouts="At home.").status_code == 302
    (made,) = Appointment.objects.all()
    assert (made.client, made.kind, made.starts_at.isoformat()) == (ada, "first", at)
    assert (made.minutes, made.online, made.whereabouts) == (60, True, "At home.")
    assert reverse(FIRST) not in phone.get(reverse("my")).text
    assert phone.get(reverse(FIRST)).status_code == 302


def test_the_place_they_choose_is_kept(phone: Browser) -> None:
    quay = str(Place.objects.get().pk)
    choose(phone, offered(phone, quay)[1], quay)
    keep(phone)
    assert Appointment.objects.get().place.name == "Quay House"


def test_whoever_comes_second_is_told_kindly_and_shown_what_is_free(
    phone: Browser, miriam: User
) -> None:
    other = signed_in(accepted(miriam, "Ben").user)
    at = offered(phone)[0]
    assert choose(other, at).status_code == 302
    lost = choose(phone, at)
    assert lost.status_code == 409 and "no longer free" in lost.text
    assert 'value="2026' in lost.text and f'value="{at}"' not in lost.text
    assert Hold.objects.count() == 1


def test_whoever_loses_between_the_look_and_the_hold_is_told_as_well(
    phone: Browser, miriam: User, monkeypatch: Any
) -> None:
    at = offered(phone)[0]

    def taken(**_told: Any) -> None:
        raise scheduling.Taken("Gone.")

    monkeypatch.setattr("commonground.courses.actions.hold_first", taken)
    lost = choose(phone, at)
    assert lost.status_code == 409 and "Somebody was quicker" in lost.text


def test_a_time_that_is_no_longer_kept_is_said_and_nothing_is_booked(
    phone: Browser, at: Any
) -> None:
    choose(phone, offered(phone)[0])
    with at(NOON + timedelta(minutes=10)):
        phone.get(reverse(KEPT))  # still there: a page left alone would be covered by now
    with at(NOON + timedelta(minutes=16)):
        told = phone.post(reverse(KEPT), follow=True)
    assert "no longer kept for you" in told.text
    assert not Appointment.objects.exists()


def test_another_time_lets_the_first_go(phone: Browser) -> None:
    one, two = offered(phone)[:2]
    choose(phone, one)
    choose(phone, two)
    assert [hold.starts_at.isoformat() for hold in Hold.objects.all()] == [two]
    assert keep(phone, other="1").url == reverse(FIRST)
    assert not Hold.objects.exists()


def test_the_same_yes_twice_books_once(phone: Browser, ada: Client) -> None:
    choose(phone, offered(phone)[0])
    kept = Hold.objects.get()
    told: dict[str, Any] = {"client": ada, "by": ada.user, "now": clock.now()}
    first = actions.book_first(hold=kept, **told)
    assert actions.book_first(hold=kept, **told) == first
    assert keep(phone).status_code == 302
    assert Appointment.objects.count() == 1


def test_a_second_first_session_is_refused_even_with_a_time_kept(
    phone: Browser, ada: Client, miriam: User
) -> None:
    choose(phone, offered(phone)[0])
    scheduling.plan(
        therapist=miriam.therapist, client=ada, starts_at=NOON + timedelta(days=9), minutes=50,
        place=None, by=miriam, now=NOON,
    )  # fmt: skip
    with pytest.raises(actions.NotNow):
        actions.book_first(client=ada, hold=Hold.objects.get(), by=ada.user, now=clock.now())
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("asked", ["", "tomorrow", "2026-03-04T03:00:00+00:00", "2026-03-04"])
def test_a_time_that_was_not_offered_is_refused_with_a_sentence(phone: Browser, asked: str) -> None:
    page = choose(phone, asked)
    assert page.status_code == 409 and "field-wrong" in page.text
    assert not Hold.objects.exists()


def test_a_course_opened_later_begins_with_it(phone: Browser, ada: Client, miriam: User) -> None:
    choose(phone, offered(phone)[0])
    keep(phone)
    course = actions.open_course(
        client=ada, therapist=miriam.therapist, protocol=storages.protocol("ipt-adult-16", 1),
        sessions=16, by=miriam, now=NOON,
    )  # fmt: skip
    first = Session.objects.get(course=course, number=1)
    assert first.appointment == Appointment.objects.get()


def test_in_a_running_course_it_becomes_session_one(
    phone: Browser, ada: Client, miriam: User
) -> None:
    course = actions.open_course(
        client=ada, therapist=miriam.therapist, protocol=storages.protocol("ipt-adult-16", 1),
        sessions=16, by=miriam, now=NOON,
    )  # fmt: skip
    choose(phone, offered(phone)[0])
    keep(phone)
    assert Session.objects.get(course=course, number=1).appointment == Appointment.objects.get()


def test_without_hours_the_page_says_so(phone: Browser) -> None:
    WeeklyHours.objects.all().delete()
    assert "Nothing can be booked here just now" in phone.get(reverse(FIRST)).text


def test_nobody_but_a_client_with_a_lead_chooses(miriam: User, phone: Browser, ada: Client) -> None:
    assert signed_in(miriam).get(reverse(FIRST)).status_code == 404
    ada.care.update(ends_at=NOON)
    assert phone.get(reverse(FIRST)).status_code == 302
