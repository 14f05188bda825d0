"""When an alert that nobody has answered goes on to somebody else, and to whom.

An alert has one owner at a time. It goes on in the order of who is nearest: whoever covers, who
leads, who supervises them, then whoever is on duty. Nobody is asked twice. The hours are a setting
of the practice within bounds; their defaults are this project's, no source gives them.
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TypeVar

from .scoring import Due

Somebody = TypeVar("Somebody", bound=Hashable)

WITHIN_THE_DAY = range(1, 13)
"""Hours that an answer due the same day may wait: more, and its day would be over."""
ACROSS_DAYS = range(4, 73)
"""Hours that an answer due by the next working day may wait with each who comes after."""


@dataclass(frozen=True)
class Hours:
    """How long an alert waits with somebody before it goes on to the next, in whole hours.

    `first` is for whoever has it first and `again` for each who comes after, where it is due the
    same day. Where it is due by the next working day, the first has until then and `later` is for
    each who comes after. Raises ValueError out of bounds.
    """

    first: int = 4
    again: int = 4
    later: int = 24

    def __post_init__(self) -> None:
        if self.first not in WITHIN_THE_DAY or self.again not in WITHIN_THE_DAY:
            raise ValueError("What is due the same day waits 1 to 12 hours.")
        if self.later not in ACROSS_DAYS:
            raise ValueError("What is due the next working day waits 4 to 72 hours.")


USUAL = Hours()


class Tie(IntEnum):
    """What somebody is to the client, the nearest first."""

    COVER = 0
    LEAD = 1
    SUPERVISOR = 2
    DUTY = 3


def first_at(due: Due, raised_at: datetime, due_at: datetime, hours: Hours = USUAL) -> datetime:
    """When an alert goes on for the first time: never later than it is due."""
    if due is Due.SAME_DAY:
        return min(raised_at + timedelta(hours=hours.first), due_at)
    return due_at


def again_at(due: Due, now: datetime, hours: Hours = USUAL) -> datetime:
    """When it goes on again after a step taken `now`."""
    return now + timedelta(hours=hours.again if due is Due.SAME_DAY else hours.later)


def next_in_line(
    able: Iterable[tuple[Tie, Somebody]], asked: Collection[Somebody]
) -> Somebody | None:
    """The nearest who has not been asked; None where nobody else exists.

    `able` are all who could act now; `asked` had the alert before, its present owner included.
    """
    left = [(tie, n, who) for n, (tie, who) in enumerate(able) if who not in asked]
    return min(left)[2] if left else None
