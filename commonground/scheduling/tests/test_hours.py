"""Saying when one works: by the week, for single days, and when one is away."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.people.models import Care, Place, Practice
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in
from commonground.scheduling import jobs, week
from commonground.scheduling.models import (
    BookingRules,
    Hold,
    HoursException,
    PracticeHoliday,
    Room,
    TimeOff,
    WeeklyHours,
)

from .diary import Diary, diary

pytestmark = pytest.mark.django_db
OPEN = {"days": ["0", "2"], "opens": "09:00", "closes": "13:00", "online": "on"}


@pytest.fixture
def kept(at: Any) -> Any:
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        yield diary()


@pytest.fixture
def desk(kept: Diary) -> Browser:
    return signed_in(kept.therapist.user)


def to(kept: Diary, name: str, *more: Any) -> str:
    return reverse(name, args=[kept.therapist.pk, *more])


def test_the_same_hours_are_opened_on_several_days_at_once(kept: Diary, desk: Browser) -> None:
    assert desk.post(to(kept, "hours"), OPEN).status_code == 302
    rows = WeeklyHours.objects.of(kept.therapist)
    assert [(r.weekday, r.opens, r.zone) for r in rows] == [
        (0, time(9), "Europe/London"), (2, time(9), "Europe/London"),
    ]  # fmt: skip
    page = desk.get(to(kept, "hours")).text
    assert page.count("09:00–13:00") == 6  # in the drawing, in its words, and in the list
    assert AuditEvent.objects.filter(verb="scheduling.hours.opened").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"days": []}, "Tick at least one day"),
        ({"closes": "08:00"}, "end must come after"),
        ({"online": ""}, "Choose a place"),
        ({"opens": "12:00", "closes": "15:00"}, "On Monday you are open from 09:00 to 13:00"),
        ({"valid_from": "2026-05-01", "valid_until": "2026-04-01"}, "last day must come after"),
    ],
)
def test_a_slip_comes_back_filled_with_a_sentence(
    kept: Diary, desk: Browser, given: dict[str, Any], said: str
) -> None:
    desk.post(to(kept, "hours"), OPEN)
    page = desk.post(to(kept, "hours"), {**OPEN, "days": ["0", "4"], **given})
    assert page.status_code == 200
    assert said in page.text
    assert WeeklyHours.objects.count() == 2


def test_hours_of_different_months_may_share_a_day(kept: Diary, desk: Browser) -> None:
    desk.post(to(kept, "hours"), {**OPEN, "valid_until": "2026-06-01"})
    desk.post(to(kept, "hours"), {**OPEN, "valid_from": "2026-06-01"})
    assert WeeklyHours.objects.count() == 4


def test_hours_are_changed_and_closed(kept: Diary, desk: Browser) -> None:
    desk.post(to(kept, "hours"), OPEN)
    row = WeeklyHours.objects.first()
    changed = {"weekday": "1", "opens": "10:00", "closes": "11:00", "online": "on"}
    assert desk.post(to(kept, "hours_row", row.pk), changed).status_code == 302
    row.refresh_from_db()
    assert (row.weekday, row.opens) == (1, time(10))
    desk.post(to(kept, "hours_remove", row.pk))
    assert WeeklyHours.objects.count() == 1


def test_one_day_is_made_different_and_usual_again(kept: Diary, desk: Browser) -> None:
    desk.post(to(kept, "other_day"), {"day-on": "2026-03-09"})
    row = HoursException.objects.get()
    assert (row.on, row.opens) == (date(2026, 3, 9), None)
    desk.post(to(kept, "other_day_remove", row.pk))
    assert not HoursException.objects.exists()
    page = desk.post(to(kept, "other_day"), {"day-on": "2026-03-09", "day-opens": "09:00"})
    assert "Give both times" in page.text


def test_leave_is_kept_whole_days_on_the_clock_of_the_therapist(kept: Diary, desk: Browser) -> None:
    told = {"first_on": "2026-03-27", "last_on": "2026-03-30", "reason": "leave"}
    assert desk.post(to(kept, "away"), told).status_code == 302
    off = TimeOff.objects.get()
    # The clock goes forward in between: four days are 95 hours long.
    assert off.ends_at - off.starts_at == timedelta(hours=95)
    wrong = {"first_on": "2026-03-27", "last_on": "2026-03-26", "reason": "leave"}
    assert "must not come before" in desk.post(to(kept, "away"), wrong).text


def test_what_lies_in_the_leave_is_named(kept: Diary, desk: Browser) -> None:
    kept.plan(NOON + timedelta(days=3))
    desk.post(to(kept, "away"), {"first_on": "2026-03-05", "reason": "leave"})
    assert "1 appointment lies in it" in desk.get(to(kept, "away")).text


def test_whoever_covers_may_open_the_records_while_the_other_is_away(kept: Diary) -> None:
    tess = person("Tess", Role.THERAPIST)
    off = TimeOff.objects.create(
        therapist=kept.therapist, cover=tess.therapist, starts_at=NOON,
        ends_at=NOON + timedelta(days=3),
    )  # fmt: skip
    jobs.begin_cover(NOON - timedelta(minutes=1))
    assert not Care.objects.filter(part="cover").exists()
    for _ in range(2):
        jobs.begin_cover(NOON)
    covers = Care.objects.filter(part="cover")
    assert {care.client for care in covers} == {kept.ada, kept.ben}
    assert {care.ends_at for care in covers} == {off.ends_at}


def test_rules_are_kept_and_hold_for_what_is_offered(kept: Diary, desk: Browser) -> None:
    page = desk.get(to(kept, "booking_rules"))
    told = {**page.context["form"].initial, "buffer": 15}
    assert desk.post(to(kept, "booking_rules"), told).status_code == 302
    assert BookingRules.objects.get().buffer == 15
    assert "at least five minutes" in desk.post(
        to(kept, "booking_rules"), {**told, "session_minutes": 1}
    ).text  # fmt: skip


def test_the_front_office_keeps_holidays_and_rooms(kept: Diary) -> None:
    cato = signed_in(person("Cato", Role.COORDINATOR))
    told = {"name": "Christmas", "first_on": "2026-12-24", "last_on": "2026-12-26"}
    assert cato.post(reverse("holidays"), told).status_code == 302
    wrong = {**told, "last_on": "2026-12-23"}
    assert "must not come before" in cato.post(reverse("holidays"), wrong).text
    cato.post(reverse("holiday_remove", args=[PracticeHoliday.objects.get().pk]))
    assert not PracticeHoliday.objects.exists()
    quay = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
    told = {"place": str(quay.pk), "name": "Blue room", "capacity": "1"}
    cato.post(reverse("rooms"), told)
    assert "a room of this name already" in cato.post(reverse("rooms"), told).text
    room = Room.objects.get()
    kept.plan(NOON + timedelta(days=3), place=quay)
    cato.post(reverse("room_remove", args=[room.pk]))
    assert Room.objects.exists()


def test_what_is_kept_free_for_too_long_is_let_go(kept: Diary) -> None:
    Hold.objects.create(
        therapist=kept.therapist, state="on_hold", starts_at=NOON, expires_at=NOON,
        ends_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    jobs.let_go(NOON - timedelta(seconds=1))
    assert Hold.objects.exists()
    jobs.let_go(NOON)
    assert not Hold.objects.exists()


def test_the_week_and_the_desk_say_who_comes_when(kept: Diary, desk: Browser) -> None:
    kept.plan(NOON + timedelta(hours=2))
    page = desk.get(reverse("diary")).text
    assert "14:00" in page and "Ada" in page
    assert "Ada" not in desk.get(reverse("diary"), {"on": "2026-03-20"}).text
    assert desk.get(reverse("diary"), {"on": "soon"}).status_code == 200
    cato = signed_in(person("Cato", Role.COORDINATOR))
    assert "Ada" in cato.get(reverse("desk")).text


def test_a_day_shows_who_comes_and_what_is_still_open(kept: Diary, desk: Browser) -> None:
    WeeklyHours.objects.create(
        therapist=kept.therapist, weekday=0, opens=time(13), closes=time(17), online=True
    )
    kept.plan(NOON + timedelta(hours=2), minutes=60)
    url = reverse("diary_day")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", desk.get(url).text))
    assert "13:00–14:00" in page and "15:00–17:00" in page and "Ada" in page
    assert "no hours are open" in desk.get(url, {"on": "2026-03-03"}).text
    assert desk.get(url, {"on": "soon"}).status_code == 200


def test_a_drawing_of_a_week_grows_to_what_is_in_it() -> None:
    drawn = week.draw(
        [
            week.Stretch(0, time(7), time(9), "Quay", "place"),
            week.Stretch(0, time(8), time(12), "online", "online"),
            week.Stretch(6, time(20), time(21, 30)),
        ],
        list("MTWTFSS"),
    )
    assert (drawn.hours[0].label, drawn.hours[-1].label) == ("07:00", "22:00")
    first, second, last = drawn.blocks
    assert first.x != second.x and float(first.x) + float(first.width) <= float(second.x)
    assert float(last.y) + float(last.height) <= float(drawn.bottom)
    assert week.draw([], list("MTWTFSS")).blocks == ()


def test_what_was_drawn_is_shown_in_the_form_and_kept_only_once_it_is_sent(
    kept: Diary, desk: Browser
) -> None:
    row = WeeklyHours.objects.create(
        therapist=kept.therapist, weekday=0, opens=time(9), closes=time(13), online=True
    )
    url = reverse("hours_row", args=[kept.therapist.pk, row.pk])
    page = desk.get(url, {"weekday": "2", "opens": "10:15", "closes": "14:00"}).text
    assert 'value="10:15"' in page and 'value="14:00"' in page
    assert desk.get(url, {"opens": "<script>", "weekday": "x"}).status_code == 200
    row.refresh_from_db()
    assert (row.weekday, row.opens) == (0, time(9))
