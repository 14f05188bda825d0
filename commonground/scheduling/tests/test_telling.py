"""What a client is written to when something is booked, moved or called off, and what comes with
it for their calendar."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import icalendar
import pytest
from django.core import mail
from django.urls import reverse

from commonground.core import emails as post
from commonground.core.models import Mail
from commonground.people.models import Contact, Place
from commonground.people.tests.front_office import NOON, signed_in
from commonground.scheduling import actions, ical, jobs
from commonground.scheduling.actions import Planned
from commonground.scheduling.models import Appointment, ReminderWish

from .diary import HOUR, Diary
from .test_calendars import TOMORROW
from .test_calendars import kept as kept

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def told() -> list[Mail]:
    """The mails about changes, in their order, after the job has run once more."""
    jobs.tell_changes(NOON)
    return list(Mail.objects.filter(template="scheduling_changes").order_by("created_at", "id"))


def newest() -> tuple[Mail, icalendar.Calendar]:
    """The mail that the last change has brought, and its calendar."""
    before = set(Mail.objects.values_list("pk", flat=True))
    (last,) = (each for each in told() if each.pk not in before)
    return last, icalendar.Calendar.from_ical(last.calendar)


def by(kept: Diary) -> dict[str, Any]:
    return {"by": kept.therapist.user, "now": NOON}


def events(calendar: icalendar.Calendar) -> list[tuple[str, int, str]]:
    return [(str(e["uid"]), int(e["sequence"]), str(e["status"])) for e in calendar.walk("VEVENT")]


def test_one_appointment_asks_a_calendar_then_moves_then_leaves_it(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    uid = f"{hour.pk}@ground"
    first, calendar = newest()
    assert calendar["method"] == "REQUEST" and events(calendar) == [(uid, 0, "CONFIRMED")]
    assert first.subject == "A date is kept for you" and "08:00 (London time)" in first.body

    actions.move(
        appointment=hour, starts_at=TOMORROW + HOUR, minutes=50, place=None, **by(kept)
    )  # fmt: skip
    second, calendar = newest()
    assert calendar["method"] == "REQUEST" and events(calendar) == [(uid, 1, "CONFIRMED")]
    assert second.subject == "A change to your dates"
    assert calendar.walk("VEVENT")[0].start == TOMORROW + HOUR

    actions.cancel(appointment=hour, by_client=True, **by(kept))
    third, calendar = newest()
    assert calendar["method"] == "CANCEL" and events(calendar) == [(uid, 2, "CANCELLED")]
    assert third.subject == "A date was called off"
    assert len(told()) == 3  # and nothing is told twice


def test_a_course_is_one_mail_that_fills_the_calendar(kept: Diary) -> None:
    times = [Planned(TOMORROW + n * WEEK, None) for n in range(16)]
    actions.book_series(
        therapist=kept.therapist, client=kept.ada, times=times, minutes=50, once=uuid4(), **by(kept)
    )
    (_mail, calendar), again = newest(), told()
    assert calendar["method"] == "PUBLISH" and len(events(calendar)) == 16
    assert len(again) == 1


def test_it_is_neutral_and_names_a_place_only_where_that_is_wished(kept: Diary) -> None:
    place = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
    kept.plan(TOMORROW, place=place)
    first, _calendar = newest()
    words = f"{first.subject} {first.body} {first.calendar}"
    for word in ("Theo", "Ada", "therap", "session", "Quay"):
        assert word not in words
    assert "SUMMARY:Appointment" in first.calendar
    ReminderWish.objects.create(client=kept.ada, wording="place")
    kept.plan(TOMORROW + WEEK, place=place)
    second, calendar = newest()
    assert "Quay House" in second.body
    assert calendar.walk("VEVENT")[0]["location"] == "Quay House, 1 Quay, Harbour"


@pytest.mark.parametrize("channel", ["text", "none"])
def test_whoever_wishes_no_mail_is_sent_none(kept: Diary, channel: str) -> None:
    ReminderWish.objects.create(client=kept.ada, channel=channel)
    kept.plan(TOMORROW)
    assert told() == []
    assert not Appointment.objects.untold().exists()


def test_nor_is_anybody_at_an_address_that_is_not_safe(kept: Diary) -> None:
    Contact.objects.update(safe_to_write=False)
    kept.plan(TOMORROW)
    assert told() == []


def test_what_was_called_off_before_it_was_told_is_not_told(kept: Diary) -> None:
    actions.cancel(appointment=kept.plan(TOMORROW), by_client=False, **by(kept))
    assert told() == []


def test_what_has_passed_is_not_told(kept: Diary) -> None:
    kept.plan(NOON - 2 * HOUR)
    assert told() == []
    assert not Appointment.objects.untold().exists()


def test_a_mail_carries_the_entry_with_what_it_asks_of_a_calendar(kept: Diary) -> None:
    kept.plan(TOMORROW)
    sent, _calendar = newest()
    post.send(str(sent.pk))
    message = mail.outbox[-1].message()
    (part,) = (p for p in message.walk() if p.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_filename()) == ("REQUEST", "appointment.ics")
    assert icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")


def test_a_move_raises_the_number_even_when_two_have_read_the_same(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    stale = Appointment.objects.get(pk=hour.pk)
    for one, at in ((hour, TOMORROW + HOUR), (stale, TOMORROW + 2 * HOUR)):
        actions.move(appointment=one, starts_at=at, minutes=50, place=None, **by(kept))
    assert Appointment.objects.get().sequence == 2


def test_an_appointment_is_a_file_for_its_client_and_for_nobody_else(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    url = reverse("calendar_entry", args=[hour.pk])
    answer = signed_in(kept.ada.user).get(url)
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["summary"]), str(event["uid"])) == ("Appointment", f"{hour.pk}@ground")
    assert "attachment" in answer["Content-Disposition"]
    assert signed_in(kept.therapist.user).get(url).status_code == 200


def test_an_invitation_is_to_something() -> None:
    with pytest.raises(ValueError, match="something"):
        ical.invitation([], sender="a@b.example", to="c@d.example", now=NOON)
