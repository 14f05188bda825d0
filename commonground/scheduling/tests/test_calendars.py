"""Reminders, private calendar addresses, other calendars and rooms online."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import AuditEvent, Mail
from commonground.people.models import Client, Contact
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in
from commonground.scheduling import actions, jobs
from commonground.scheduling.models import (
    Appointment,
    BusyTime,
    ExternalCalendar,
    Feed,
    OnlineRoom,
    Reminder,
    ReminderWish,
    TextMessage,
    diaries,
    way_in,
)
from commonground.scheduling.outside import texts
from commonground.scheduling.outside.fetching import Refused

from .diary import HOUR, Diary, diary
from .test_ical import ELSEWHERE

pytestmark = pytest.mark.django_db
TOMORROW = NOON + 20 * HOUR


@pytest.fixture
def kept(at: Any) -> Any:
    with at(NOON):
        made = diary()
        Client.objects.filter(pk=made.ada.pk).update(user=person("Ada Own", Role.CLIENT))
        made.ada.refresh_from_db()
        Contact.objects.create(
            client=made.ada, kind="email", value="ada@clients.example", safe_to_write=True
        )
        Contact.objects.create(
            client=made.ada, kind="phone", value="01632 960 001", safe_to_leave_message=True
        )
        yield made


# ——— reminders ———


def test_somebody_is_reminded_once_with_nothing_but_day_and_time(kept: Diary) -> None:
    kept.plan(TOMORROW)
    for _ in range(3):
        jobs.remind(NOON)
    (sent,) = Mail.objects.filter(template="scheduling_reminder")
    assert (sent.to, sent.subject) == ("ada@clients.example", "A reminder")
    assert "Tuesday 3 March, 08:00 (London time)" in sent.body
    assert "Theo" not in sent.body and "Ada" not in sent.body
    assert Reminder.objects.get().state == "waiting"


def test_one_that_moved_is_reminded_of_again(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    jobs.remind(NOON)
    actions.move(
        appointment=hour, starts_at=TOMORROW + HOUR, minutes=50, place=None,
        by=kept.therapist.user, now=NOON,
    )  # fmt: skip
    jobs.remind(NOON)
    assert Mail.objects.filter(template="scheduling_reminder").count() == 2


@pytest.mark.parametrize("after", [timedelta(days=4), -HOUR])
def test_nobody_is_reminded_too_early_or_afterwards(kept: Diary, after: timedelta) -> None:
    kept.plan(NOON + after)
    jobs.remind(NOON)
    assert not Reminder.objects.exists()


def test_a_cancelled_appointment_is_not_reminded_of(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    actions.cancel(appointment=hour, by_client=True, by=kept.therapist.user, now=NOON)
    jobs.remind(NOON)
    assert not Reminder.objects.exists()


def test_whoever_has_no_safe_address_is_not_written_to_and_that_shows(kept: Diary) -> None:
    Contact.objects.update(safe_to_write=False)
    kept.plan(TOMORROW)
    jobs.remind(NOON)
    assert not Mail.objects.filter(template="scheduling_reminder").exists()
    assert Reminder.objects.get().state == "none was wished for, or possible"


def test_a_client_chooses_how_and_how_early(kept: Diary) -> None:
    phone = signed_in(kept.ada.user)
    told = {"channel": "text", "wording": "place", "hours": "48"}
    assert phone.post(reverse("my_reminders"), told).status_code == 302
    wrong = phone.post(reverse("my_reminders"), {**told, "hours": "900"})
    assert wrong.status_code == 200
    kept.plan(NOON + 47 * HOUR)
    jobs.remind(NOON)
    message = TextMessage.objects.get()
    assert message.to == "01632 960 001"
    assert message.body == "A reminder: Wednesday 4 March, 11:00 (London time), online."
    assert not Mail.objects.filter(template="scheduling_reminder").exists()


def test_a_text_message_is_sent_once_and_tried_again_when_it_was_not(
    kept: Diary, monkeypatch: Any
) -> None:
    ReminderWish.objects.create(client=kept.ada, channel="text")
    kept.plan(TOMORROW)
    jobs.remind(NOON)
    pk, sent = str(TextMessage.objects.get().pk), []

    def down(to: str, body: str) -> None:
        raise ConnectionError(to)

    with monkeypatch.context() as patch:
        patch.setattr(texts, "send", down)
        actions.send_text(pk)
    assert TextMessage.objects.get().failure == "ConnectionError"
    monkeypatch.setattr(texts, "send", lambda to, body: sent.append(to))
    actions.resend_texts(clock.real())
    assert sent == []  # not yet
    actions.resend_texts(clock.real() + timedelta(minutes=5))
    actions.send_text(pk)
    assert sent == ["01632 960 001"]
    assert Reminder.objects.get().state == "sent"


def test_the_console_never_shows_the_words(capsys: Any) -> None:
    texts.send("01632 960 001", "A reminder: soon.")
    shown = capsys.readouterr().err
    assert "text message of 17 characters" in shown
    assert "01632" not in shown and "reminder:" not in shown


# ——— the private address ———


def address(browser: Browser) -> str:
    page = browser.post(reverse("feed_change")).text
    return re.search(r"/calendar/[\w-]+\.ics", page)[0]


def test_a_private_address_gives_neutral_times_until_it_is_revoked(kept: Diary) -> None:
    kept.plan(TOMORROW)
    phone = signed_in(kept.ada.user)
    link = address(phone)
    answer = Browser().get(link)
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Referrer-Policy"] == "no-referrer"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.start, str(event["SUMMARY"])) == (TOMORROW, "Appointment")
    assert b"Theo" not in answer.content
    token = link.split("/")[-1].removesuffix(".ics")
    assert len(token) >= 43 and token not in str(Feed.objects.values_list())
    assert AuditEvent.objects.filter(verb="scheduling.feed.read").count() == 1
    newer = address(phone)
    assert Browser().get(link).status_code == 404
    phone.post(reverse("feed_change"), {"stop": "1"})
    assert Browser().get(newer).status_code == 404


def test_the_address_of_somebody_who_left_works_no_more(kept: Diary) -> None:
    link = address(signed_in(kept.therapist.user))
    assert Browser().get(link).status_code == 200
    kept.therapist.user.is_active = False
    kept.therapist.user.save()
    assert Browser().get(link).status_code == 404


def test_a_therapists_address_gives_their_own_diary_only(kept: Diary) -> None:
    tess = person("Tess", Role.THERAPIST)
    kept.plan(TOMORROW)
    assert b"VEVENT" not in Browser().get(address(signed_in(tess))).content
    assert b"VEVENT" in Browser().get(address(signed_in(kept.therapist.user))).content


# ——— another calendar ———


@pytest.fixture
def followed(kept: Diary) -> ExternalCalendar:
    signed_in(kept.therapist.user).post(
        reverse("calendar_follow"), {"url": "webcal://calendar.example/a.ics"}
    )
    return ExternalCalendar.objects.select_related("therapist__user").get()


def read(calendar: ExternalCalendar, fetch: Any, days: int = 210) -> bool:
    return actions.read_external(
        calendar=calendar, by=calendar.therapist.user, now=NOON + timedelta(days=days), fetch=fetch
    )


def test_what_another_calendar_says_is_not_free(kept: Diary, followed: ExternalCalendar) -> None:
    assert followed.url == "https://calendar.example/a.ics"
    assert read(followed, lambda url: ELSEWHERE)
    assert BusyTime.objects.count() == 4
    first = BusyTime.objects.order_by("starts_at").first()
    span = (first.starts_at - HOUR, first.ends_at + HOUR)
    found = diaries([kept.therapist], span, now=NOON)
    assert not found.fits(kept.therapist, first.starts_at, first.ends_at)


def test_what_could_not_be_read_is_said_and_the_old_stays(
    kept: Diary, followed: ExternalCalendar
) -> None:
    read(followed, lambda url: ELSEWHERE)

    def private(url: str) -> bytes:
        raise Refused("private")

    assert not read(followed, private, 211)
    assert BusyTime.objects.count() == 4
    followed.refresh_from_db()
    assert followed.failure == "private"
    desk = signed_in(kept.therapist.user)
    with clock.frozen(NOON + timedelta(days=211)):
        page = signed_in(kept.therapist.user).get(reverse("calendars")).text
    assert "private network" in page and "out of date" in page
    desk.post(reverse("calendar_follow"), {"stop": "1"})
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize("url", ["http://a.example/", "ftp://a.example/", "https://", "a.ics"])
def test_an_address_that_cannot_be_read_comes_back(kept: Diary, url: str) -> None:
    desk = signed_in(kept.therapist.user)
    page = desk.post(reverse("calendar_follow"), {"url": url}).text
    assert "begins with https://" in page
    assert not ExternalCalendar.objects.exists()


# ——— rooms online ———


def test_the_way_in_is_there_only_around_the_time(kept: Diary) -> None:
    hour = kept.plan(TOMORROW)
    desk = signed_in(kept.therapist.user)
    told = {"online-kind": "fixed", "online-url": "https://meet.example/theo"}
    assert "begins with https://" in desk.post(
        reverse("meet_online"), {**told, "online-url": "meet.example"}
    ).text  # fmt: skip
    desk.post(reverse("meet_online"), told)
    for before, shown in ((16, False), (15, True), (-49, True), (-50, False)):
        now = TOMORROW - timedelta(minutes=before)
        assert (way_in(hour, now, moderator=False) == "https://meet.example/theo") == shown
    with clock.frozen(TOMORROW - timedelta(minutes=20)):
        early = signed_in(kept.ada.user).get(reverse("my_appointment", args=[hour.pk])).text
    with clock.frozen(TOMORROW - timedelta(minutes=5)):
        late = signed_in(kept.ada.user).get(reverse("my_appointment", args=[hour.pk])).text
    assert "meet.example" not in early and "meet.example" in late


def test_a_jitsi_room_is_opened_by_a_token_that_runs_out(kept: Diary, settings: Any) -> None:
    settings.GROUND_JITSI_URL, settings.GROUND_JITSI_SECRET = "https://jitsi.example", "s3cret"
    OnlineRoom.objects.create(therapist=kept.therapist, kind="jitsi")
    hour = kept.plan(TOMORROW)
    link = way_in(hour, TOMORROW, moderator=True)
    room, token = re.fullmatch(r"https://jitsi\.example/(\w{32})\?jwt=(.+)", link).groups()
    head, claims, seal = token.split(".")
    signed = hmac.new(b"s3cret", f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(signed).rstrip(b"=").decode() == seal
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert (told["room"], told["exp"]) == (room, int(hour.ends_at.timestamp()))
    assert told["context"]["user"] == {"affiliation": "owner"}
    other = kept.plan(TOMORROW + 2 * HOUR)
    assert room not in way_in(other, TOMORROW + 2 * HOUR, moderator=False)


def test_an_appointment_that_does_not_stand_has_no_way_in(kept: Diary) -> None:
    OnlineRoom.objects.create(therapist=kept.therapist, kind="fixed", url="https://meet.example/t")
    hour = kept.plan(TOMORROW)
    Appointment.objects.filter(pk=hour.pk).update(state="cancelled")
    hour.refresh_from_db()
    assert way_in(hour, TOMORROW, moderator=False) == ""
    assert mail.outbox == []
