"""What stands on a clock on the wall, and the instant it means, on the nights it is moved as well.

When summer time begins some times do not exist; when it ends some exist twice. A time that does
not exist is never turned into another one in silence, and one that exists twice is said to.
"""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=65_536)
def instant(on: date, at: time, zone: str) -> datetime | None:
    """The instant, in UTC, at which a clock in `zone` shows `at` on the day `on`.

    None for a time the clock skips. Of a time that it shows twice, the first.
    Raises zoneinfo.ZoneInfoNotFoundError for a zone that nobody knows.
    """
    there = datetime.combine(on, at.replace(fold=0), ZoneInfo(zone))
    found = there.astimezone(UTC)
    return found if _shows(found, zone) == datetime.combine(on, at.replace(fold=0)) else None


@lru_cache(maxsize=65_536)
def opening(on: date, at: time, zone: str) -> datetime:
    """As `instant`; a time the clock skips stands for the first instant after the gap."""
    found = instant(on, at, zone)
    if found is not None:
        return found
    there = datetime.combine(on, at, ZoneInfo(zone))
    # Before the gap and after it the same reading means two instants; the gap lies between them.
    early, late = sorted(there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    before = early.astimezone(ZoneInfo(zone)).utcoffset()
    while late - early > late.resolution:
        middle = early + (late - early) / 2
        if middle.astimezone(ZoneInfo(zone)).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def shown_twice(at: datetime, zone: str) -> bool:
    """Whether a clock in `zone` shows the time of this instant twice on that day."""
    there = at.astimezone(ZoneInfo(zone))
    return there.utcoffset() != there.replace(fold=1 - there.fold).utcoffset()


def day_of(at: datetime, zone: str) -> date:
    """The calendar day in `zone` that this instant lies in."""
    return at.astimezone(ZoneInfo(zone)).date()


def known(zone: str) -> bool:
    """Whether the machine knows a zone of this name."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _shows(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
