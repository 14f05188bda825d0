"""When an answer will come: the practice's own figures, and the clock that keeps them.

Somebody still waiting counts as well, as not yet answered: a practice that answers half of its
letters quickly and the other half never does not answer quickly.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FEWEST = 5
"""With fewer letters than this nothing is said: one holiday would decide it."""
LOOKS_BACK = timedelta(days=90)
SATURDAY, NINE = 5, time(9)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Letter:
    """When something was received, and when it was first answered, if it was."""

    received_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Usual:
    """By when half were answered, and by when nine in ten; None: longer than anybody knows yet."""

    letters: int
    half: timedelta | None
    most: timedelta | None


def usual(letters: Sequence[Letter], now: datetime) -> Usual | None:
    """How long an answer took lately; None where too few wrote to say."""
    lately = [each for each in letters if now - each.received_at <= LOOKS_BACK]
    if len(lately) < FEWEST:
        return None
    took = sorted(
        each.answered_at - each.received_at if each.answered_at else timedelta.max
        for each in lately
    )
    return Usual(len(took), _within(took, 50), _within(took, 90))


def _within(took: Sequence[timedelta], percent: int) -> timedelta | None:
    """The time within which at least so many of a hundred were answered (nearest rank)."""
    rank = -(-len(took) * percent // 100)
    found = took[rank - 1]
    return None if found == timedelta.max else found


def due(received_at: datetime, zone: str, closed: Collection[date] = ()) -> datetime:
    """By when the first answer is owed: the same time of day on the next working day.

    What arrives on a day off counts as arrived on the next working day at nine. `closed` are the
    practice's holidays; weekends are none of its working days either.
    """
    here = received_at.astimezone(ZoneInfo(zone))
    if not works(here.date(), closed):
        day = next_working(here.date(), closed)
        here = datetime.combine(day, NINE, here.tzinfo)
    return datetime.combine(next_working(here.date(), closed), here.timetz())


def working_time(
    received_at: datetime, answered_at: datetime, zone: str, closed: Collection[date] = ()
) -> timedelta:
    """How much of the time between lay on working days, of which every hour counts."""
    there = ZoneInfo(zone)
    day, took = received_at.astimezone(there).date(), timedelta(0)
    while (begins := _midnight(day, there)) < answered_at:
        if works(day, closed):
            ends = _midnight(day + DAY, there)
            took += max(timedelta(0), min(answered_at, ends) - max(received_at, begins))
        day += DAY
    return took


def works(day: date, closed: Collection[date]) -> bool:
    """Whether the practice works on this day."""
    return day.weekday() < SATURDAY and day not in closed


def next_working(day: date, closed: Collection[date]) -> date:
    """The first working day after this one."""
    day += DAY
    while not works(day, closed):
        day += DAY
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
