"""Calendars written and read: the same instants come back, in every zone and on every night."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from commonground.scheduling import ical, wall_clock
from commonground.scheduling.availability import Diary, Surroundings
from commonground.scheduling.series import State, Wish, propose

ZONES = (
    "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "America/St_Johns", "Africa/Casablanca", "Australia/Lord_Howe",
    "Australia/Sydney", "Pacific/Auckland", "Asia/Kolkata", "Asia/Tehran",
)  # fmt: skip
FIVE_YEARS = range(2026, 2031)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def transitions(zone: str) -> list[datetime]:
    """The instants from 2026 to 2030 at which a clock in this zone is moved, found by looking."""
    there = ZoneInfo(zone)
    found = []
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year < 2031:
        if at.astimezone(there).utcoffset() != (at + DAY).astimezone(there).utcoffset():
            found.append(at)
        at += DAY
    return found


def weekly(zone: str, first: date, at: time, weeks: int) -> list[datetime]:
    diary = Diary(therapist=None)  # type: ignore[arg-type]
    steps = propose(Wish(first, at, zone, weeks, 7, 50), diary, Surroundings())
    return [step.starts_at for step in steps]


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_six_oclock_stays_six_and_comes_back_from_our_feed(zone: str) -> None:
    moments = []
    for moved in transitions(zone):
        for hour in (time(18), time(9), time(2, 30)):
            moments += weekly(zone, (moved - 8 * DAY).date(), hour, 3)
    moments += weekly(zone, date(2026, 1, 7), time(18), 5 * 52)
    kept = sorted({at for at in moments if at is not None})
    evening = [at for at in weekly(zone, date(2026, 1, 7), time(18), 5 * 52)[:90] if at]
    assert {at.astimezone(ZoneInfo(zone)).time() for at in evening} == {time(18)}
    entries = [ical.Entry(f"{n}@ground", at, at + HOUR, "Appointment") for n, at in enumerate(kept)]
    text = ical.feed(entries, name="Appointments", now=kept[0])
    calendar = icalendar.Calendar.from_ical(text)
    back = recurring_ical_events.of(calendar).between(kept[0] - DAY, kept[-1] + DAY)
    assert sorted(event.start.astimezone(UTC) for event in back) == kept


def test_there_are_nights_to_look_at() -> None:
    """The control: the zones do move their clocks, but for one, and one by half an hour."""
    counts = {zone: len(transitions(zone)) for zone in ZONES}
    assert counts["Asia/Kolkata"] == 0
    assert counts["Europe/London"] == 10
    assert counts["Africa/Casablanca"] >= 8
    assert sum(count > 0 for count in counts.values()) >= 8


@pytest.mark.parametrize("zone", ZONES)
def test_what_the_clock_skips_is_never_offered_and_what_comes_twice_is_said(zone: str) -> None:
    there = ZoneInfo(zone)
    for moved in transitions(zone):
        on = moved.astimezone(there).date()
        for day in (on, on + DAY):
            for minute in range(0, 24 * 60, 15):
                at = time(minute // 60, minute % 60)
                found = wall_clock.instant(day, at, zone)
                readings = {
                    datetime.combine(day, at, there).replace(fold=fold).astimezone(UTC)
                    for fold in (0, 1)
                }
                real = {r for r in readings if r.astimezone(there).time() == at}
                assert found == (min(real) if real else None)
                assert found is None or wall_clock.shown_twice(found, zone) == (len(real) == 2)


def test_a_series_over_a_night_that_skips_its_hour_says_so() -> None:
    diary = Diary(therapist=None)  # type: ignore[arg-type]
    wish = Wish(date(2027, 3, 21), time(1, 30), "Europe/London", 2, 7, 50)
    states = [step.state for step in propose(wish, diary, Surroundings())]
    assert states == [State.FREE, State.NO_SUCH_TIME]


def test_what_leaves_the_house_says_nothing() -> None:
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    text = ical.feed([ical.Entry("1@ground", at, at + HOUR, "Appointment")], name="A", now=at)
    lines = {line.split(b":")[0].split(b";")[0] for line in text.splitlines()}
    assert not lines & {b"DESCRIPTION", b"LOCATION", b"ATTENDEE", b"ORGANIZER"}


# ——— a calendar of elsewhere ———

ELSEWHERE = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;TZID=Europe/London:20261019T180000\r
DTEND;TZID=Europe/London:20261019T190000\r
RRULE:FREQ=WEEKLY;COUNT=3\r
EXDATE;TZID=Europe/London:20261026T180000\r
SUMMARY:Choir\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20261020\r
DTEND;VALUE=DATE:20261021\r
SUMMARY:Away\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTART:20261021T090000Z\r
DTEND:20261021T100000Z\r
TRANSP:TRANSPARENT\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:4\r
DTSTART:20261021T110000\r
DTEND:20261021T120000\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_recurring_whole_and_floating_times_are_busy_and_free_ones_are_not() -> None:
    first, last = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    found = ical.busy(ELSEWHERE, first, last, "Europe/London")
    assert [f"{s:%d %H:%M}" for s, _ in found] == ["19 17:00", "19 23:00", "21 10:00", "02 18:00"]


@pytest.mark.parametrize("text", [b"", b"<html>", b"BEGIN:VCALENDAR", b"\xff\xfe"])
def test_what_is_no_calendar_is_refused_with_a_code(text: bytes) -> None:
    with pytest.raises(ical.Unreadable):
        ical.busy(text, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), "UTC")
