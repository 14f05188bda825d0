"""One appointment, booked from the diary by the therapist, or at the desk for them."""

from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from commonground.courses.models import Session
from commonground.people.roles import Role
from commonground.people.tests.front_office import person, signed_in
from commonground.scheduling.models import Appointment, WeeklyHours

from .test_dates import Browser, Carried, desk, laid

__all__ = ["desk", "laid"]
pytestmark = pytest.mark.django_db
URL = "book_one"
OTHER = {"slot": "otherwise", "day": "2026-03-05", "time": "18:00", "place": ""}


def told(priya: Carried, **more: Any) -> dict[str, Any]:
    return {"client": str(priya.course.client.pk), "kind": "session", **OTHER, **more}


def test_a_session_is_the_next_of_the_course_without_a_date(priya: Carried, desk: Browser) -> None:
    once = str(uuid4())
    for _ in range(2):
        assert desk.post(reverse(URL), told(priya, once=once)).status_code == 302
    (made,) = Appointment.objects.all()
    assert Session.objects.get(appointment=made).number == 1
    assert f"{made.starts_at:%Y-%m-%d %H:%M}" == "2026-03-05 18:00"


def test_a_free_time_is_taken_as_it_is_offered(priya: Carried, desk: Browser) -> None:
    WeeklyHours.objects.create(
        therapist=priya.miriam.therapist, weekday=2, opens=time(9), closes=time(12), online=True
    )
    slot, words = desk.get(reverse(URL)).context["form"].fields["slot"].choices[0]
    assert words == "Wed 4 Mar, 09:00, online"
    assert desk.post(reverse(URL), told(priya, slot=slot)).status_code == 302
    assert Appointment.objects.get().starts_at.isoformat() == slot.rstrip("|")


def test_something_else_is_no_session_and_has_its_own_length(priya: Carried, desk: Browser) -> None:
    desk.post(reverse(URL), told(priya, kind="other"))
    assert Appointment.objects.get().kind == "other"
    assert not Session.objects.filter(appointment__isnull=False).exists()


def test_a_taken_time_is_refused_kindly_with_everything_kept(priya: Carried, desk: Browser) -> None:
    desk.post(reverse(URL), told(priya))
    again = desk.post(reverse(URL), told(priya, kind="other", time="18:20"))
    assert again.status_code == 409 and "already have somebody" in again.text
    assert 'value="18:20"' in again.text and "If the overlap is meant" in again.text
    assert Appointment.objects.count() == 1
    meant = told(priya, kind="other", time="18:20", because="emergency")
    assert desk.post(reverse(URL), meant).status_code == 302
    assert Appointment.objects.filter(overlap_because="emergency").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"client": ""}, "Choose for whom it is."),
        ({"client": "somebody"}, "Choose for whom it is."),
        ({"slot": ""}, "Choose one of the free times"),
        ({"slot": "2026-03-04T03:00:00+00:00|"}, "no longer free"),
        ({"day": ""}, "Say when it is."),
        ({"day": "1026-03-05"}, "Look at the year once more."),
        ({"kind": "party"}, "Choose what it is for."),
    ],
)
def test_what_is_missing_is_said(
    priya: Carried, desk: Browser, wrong: dict[str, str], sentence: str
) -> None:
    page = desk.post(reverse(URL), told(priya, **wrong))
    assert page.status_code == 200 and sentence in page.text
    assert not Appointment.objects.exists()


def test_a_coordinator_books_for_any_therapist_and_a_therapist_for_themselves(
    priya: Carried, desk: Browser
) -> None:
    cato = signed_in(person("Cato Bell", Role.COORDINATOR))
    assert priya.miriam.therapist.name in cato.get(reverse(URL)).text
    hers = str(priya.miriam.therapist.pk)
    assert cato.post(reverse(URL), told(priya, therapist=hers)).status_code == 302
    other = signed_in(person("Tomas Wren", Role.THERAPIST))
    assert other.get(reverse(URL), {"therapist": hers}).status_code == 404
    assert priya.course.client.called not in other.get(reverse(URL)).text
    assert other.post(reverse(URL), told(priya, time="19:30")).status_code == 200
    assert Appointment.objects.count() == 1


def test_a_time_in_the_past_can_be_written_down_afterwards(priya: Carried, desk: Browser) -> None:
    desk.post(reverse(URL), told(priya, day="2026-03-01", kind="other"))
    assert f"{Appointment.objects.get().starts_at:%Y-%m-%d}" == "2026-03-01"
