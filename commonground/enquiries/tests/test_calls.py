"""The introductory call: chosen by the person, or booked at the desk; once, and nobody's else."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.models.calls import A_DAY, MOST, call_of, free_calls
from commonground.people.models import Client, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment, WeeklyHours

from .letters import mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(at: Callable[..., Any]) -> Any:
    """Somebody was offered Miriam, who works on Tuesdays and Wednesdays; (browser, Miriam)."""
    cache.clear()
    with at(NOON):
        cato = person("Cato", Role.COORDINATOR)
        profile = enlist("Miriam Adeyemi")
        for day in (1, 2):
            WeeklyHours.objects.create(
                therapist=profile.therapist, weekday=day, opens=time(9), closes=time(13),
                zone="Europe/London", online=True, valid_from=NOON.date(),
            )  # fmt: skip
        browser = send()
        offer = actions.offer(
            enquiry=the_enquiry(), therapist=profile.therapist, version=1, by=cato, now=NOON
        )
        actions.take(offer=offer, by=profile.therapist.user, now=NOON)
        yield browser, profile.therapist.user


def choose(browser: Browser, starts_at: Any) -> Any:
    return browser.post(reverse("book_call"), {"starts_at": starts_at.isoformat()})


def test_a_few_times_are_offered_and_one_is_taken(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    slots = free_calls(miriam.therapist, NOON)
    assert len(slots) == MOST and len({s.local.date() for s in slots}) == MOST // A_DAY
    assert choose(browser, slots[0].starts_at).status_code == 302
    call = call_of(the_enquiry())
    assert call and (call.starts_at, call.kind) == (slots[0].starts_at, "introductory")
    assert "You talk with Miriam Adeyemi on" in browser.get(reverse("conversation")).text


def test_two_taps_book_one_call(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    slot = free_calls(miriam.therapist, NOON)[0]
    assert [choose(browser, slot.starts_at).status_code for _n in range(2)] == [302, 302]
    assert Appointment.objects.count() == 1


def test_another_time_takes_the_place_of_the_first(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    first, second, *_rest = free_calls(miriam.therapist, NOON)
    choose(browser, first.starts_at)
    choose(browser, second.starts_at)
    assert Appointment.objects.standing().get().starts_at == second.starts_at


def test_a_time_that_was_given_up_is_taken_again_and_only_once(
    offered: tuple[Browser, User],
) -> None:
    browser, miriam = offered
    first, second, *_rest = free_calls(miriam.therapist, NOON)
    for _again in range(2):
        for chosen in (first, second, first, first):
            assert choose(browser, chosen.starts_at).status_code == 302
    assert Appointment.objects.standing().get().starts_at == first.starts_at
    assert Appointment.objects.count() == 5  # first, second, first, second, first


def test_a_time_that_was_given_up_and_is_gone_is_told_kindly(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    first, second, *_rest = free_calls(miriam.therapist, NOON)
    choose(browser, first.starts_at)
    choose(browser, second.starts_at)
    scheduling.plan(
        therapist=miriam.therapist, client=client_of(miriam, "Ben"), starts_at=first.starts_at,
        minutes=20, place=None, by=miriam, now=NOON,
    )  # fmt: skip
    answer = choose(browser, first.starts_at)
    assert (answer.status_code, "Please choose another one" in answer.text) == (409, True)
    assert call_of(the_enquiry()).starts_at == second.starts_at


def test_a_time_that_is_gone_is_told_kindly(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    slot = free_calls(miriam.therapist, NOON)[0]
    scheduling.plan(
        therapist=miriam.therapist, client=client_of(miriam, "Ben"), starts_at=slot.starts_at,
        minutes=50, place=None, by=miriam, now=NOON,
    )  # fmt: skip
    answer = choose(browser, slot.starts_at)
    assert (answer.status_code, "Please choose another one" in answer.text) == (409, True)


def test_an_hour_that_was_not_offered_is_refused(offered: tuple[Browser, User]) -> None:
    browser, _miriam = offered
    answer = choose(browser, NOON + timedelta(days=6, hours=9))
    assert (answer.status_code, call_of(the_enquiry())) == (409, None)
    assert browser.post(reverse("book_call"), {"starts_at": "soon"}).status_code == 409


def test_the_desk_books_it_as_on_the_telephone(offered: tuple[Browser, User]) -> None:
    _browser, miriam = offered
    slot = free_calls(miriam.therapist, NOON)[1]
    desk = signed_in(User.objects.holding(Role.COORDINATOR).get())
    url = reverse("call_for_them", args=[the_enquiry().pk])
    assert desk.post(url, {"starts_at": slot.starts_at.isoformat()}).status_code == 302
    assert "They talk on" in desk.get(reverse("enquiry", args=[the_enquiry().pk])).text


def test_the_call_joins_the_record_of_the_client(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    choose(browser, free_calls(miriam.therapist, NOON)[0].starts_at)
    told = {"name": "Ada Byron", "date_of_birth": "1991-05-04", "agree": "on"}
    assert browser.post(reverse("accept_offer"), told).status_code == 302
    assert Appointment.objects.get().client == Client.objects.get()


def test_without_an_offer_there_is_nothing_to_book(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    slot = free_calls(miriam.therapist, NOON)[0]
    browser.post(reverse("turn_down"), {"text": ""})
    assert choose(browser, slot.starts_at).status_code == 409
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize("leave", ["turn_down", "turn_away"])
def test_whoever_leaves_gives_the_call_up(offered: tuple[Browser, User], leave: str) -> None:
    browser, miriam = offered
    slot = free_calls(miriam.therapist, NOON)[0]
    choose(browser, slot.starts_at)
    browser.post(reverse(leave), {"text": ""})
    assert not Appointment.objects.standing().exists()
    assert slot.starts_at in [each.starts_at for each in free_calls(miriam.therapist, NOON)]


# ——— they do not go on while a therapist is asked ———


def test_the_therapist_is_told_that_somebody_does_not_go_on(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    browser.post(reverse("turn_away"))
    offer = the_enquiry().offers.get()
    assert offer.state == "withdrawn"
    (mail,) = [m for m in mails_to(miriam.email) if m.dedupe_key.endswith("withdrawn")]
    assert reverse("offers") in mail.body and "Ada" not in mail.body
    own = signed_in(miriam)
    assert "They do not wish to go on" in own.get(reverse("offers")).text
    page = own.get(reverse("offer", args=[offer.pk])).text
    assert "They do not wish to go on" in page and "What they look for" not in page


def test_whoever_withdrew_cannot_be_taken(offered: tuple[Browser, User]) -> None:
    browser, miriam = offered
    browser.post(reverse("turn_away"))
    offer = the_enquiry().offers.get()
    signed_in(miriam).post(reverse("offer_take", args=[offer.pk]))
    assert (the_enquiry().state, the_enquiry().offers.get().state) == ("withdrawn", "withdrawn")
