"""How a course ends: the ways there are, what each owes the client, and when to look in again."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commonground.measures.scoring import Change

from .protocol import Protocol


class Way(StrEnum):
    """How it came to an end (domain.md §5)."""

    COMPLETED = "completed"
    AGREED_EARLY = "agreed_early"
    DROPPED_OUT = "dropped_out"
    REFERRED_ON = "referred_on"
    MOVED = "moved"
    DIED = "died"
    THERAPIST_ENDED = "therapist_ended"


class Decision(StrEnum):
    """What comes after it."""

    FINISH = "finish"
    MAINTENANCE = "maintenance"
    OTHER = "other"


PLANNED = frozenset({Way.COMPLETED, Way.AGREED_EARLY})
"""Ways that were agreed face to face: with a decision, a review and follow-ups."""


def owes_alternative(way: Way, change: Change | None) -> bool:
    """Whether somebody who did not get reliably better is to be offered something else.

    `change` over all measures, first to last; None = it cannot be told, and nothing is owed. An
    alternative is offered without blame: it is the therapy that did not help (domain.md §1).
    """
    return way in PLANNED and change is not None and change is not Change.IMPROVED


def months_after(on: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short."""
    month = on.month - 1 + months
    year, month = on.year + month // 12, month % 12 + 1
    return date(year, month, min(on.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Countdown:
    """How near the end is: `left` sessions after this one; `first` = where the ending begins."""

    left: int
    first: int
    begun: bool
    named: bool


def countdown(plan: Protocol, number: int, done: frozenset[str] | set[str]) -> Countdown:
    """Where a course at session `number` stands to its end; `done` = the tasks that were ticked."""
    ending = plan.phases[-1]
    return Countdown(
        left=plan.sessions - number,
        first=ending.first,
        begun=number >= ending.first,
        named="name_ending" in done,
    )
