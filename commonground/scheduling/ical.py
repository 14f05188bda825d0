"""Appointments as a calendar that programs read, and a calendar of elsewhere as busy times.

What leaves the house is neutral: no name, no kind, nothing that says what the hour is for.
Instants are written in UTC, so that no program's idea of a zone can move them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

PRODUCT = "-//Common Ground//EN"
MOST_EVENTS = 5000


@dataclass(frozen=True)
class Entry:
    """One line of a calendar. `uid` never changes for one appointment; `sequence` counts its moves.
    `place` is said only where somebody wishes it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    cancelled: bool = False
    sequence: int = 0
    place: str = ""


class Unreadable(ValueError):
    """What was read is no calendar."""


def uid(appointment: UUID) -> str:
    """What an appointment is called in every calendar it reaches."""
    return f"{appointment}@ground"


def feed(entries: Iterable[Entry], *, name: str, now: datetime) -> bytes:
    """A calendar of these entries, for a program to read."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, now))
    return bytes(calendar.to_ical())


def invitation(entries: Sequence[Entry], *, sender: str, to: str, now: datetime) -> bytes:
    """What comes with a mail from one address to another, so that a calendar takes it over.

    One entry asks for its place or gives it up (REQUEST, CANCEL: RFC 5546 allows them one each);
    several are told together (PUBLISH). Raises ValueError for none.
    """
    if not entries:
        raise ValueError("An invitation is to something.")
    alone = "CANCEL" if entries[0].cancelled else "REQUEST"
    method = alone if len(entries) == 1 else "PUBLISH"
    calendar = _calendar(method)
    for entry in entries:
        event = _event(entry, now)
        event.add("organizer", f"mailto:{sender}")
        if method != "PUBLISH":
            given = {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
            event.add("attendee", f"mailto:{to}", parameters=given)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    return event


def busy(
    text: bytes, first: datetime, last: datetime, zone: str
) -> list[tuple[datetime, datetime]]:
    """When a calendar says its owner is busy between two instants, recurring events included.

    What is marked free or cancelled is left out; a whole day, and a time without a zone, is read
    on the clock of `zone`. Raises Unreadable for what is no calendar or has too many events.
    """
    try:
        calendar = icalendar.Calendar.from_ical(text)
        found = recurring_ical_events.of(calendar).between(first, last)
    except Exception as error:  # the libraries raise whatever they trip over
        raise Unreadable(type(error).__name__) from error
    if len(found) > MOST_EVENTS:
        raise Unreadable("TooMany")
    spans = []
    for event in found:
        if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        starts_at, ends_at = _instant(event.start, zone), _instant(event.end, zone)
        if starts_at < last and first < ends_at:
            spans.append((starts_at, ends_at))
    return sorted(spans)


def _instant(at: date | datetime, zone: str) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, time.min, ZoneInfo(zone)).astimezone(UTC)
    there = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC)


def far(now: datetime, days: int = 400) -> datetime:
    """How far ahead calendars are written and read."""
    return now + timedelta(days=days)
