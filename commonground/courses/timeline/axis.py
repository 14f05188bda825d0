"""Where a day stands: two linear pieces, before the course and from its first session on."""

from collections.abc import Iterator
from datetime import date, timedelta

from .told import Told

BEFORE = timedelta(days=6)
LONG_AGO = timedelta(days=730)
"""What lies further back than this before the course stands at the edge, with its year."""


class Axis:
    """From a day to a place: compressed before the course, week by week in it."""

    def __init__(self, told: Told, start: float, end: float, before: float, gap: float) -> None:
        days = [m.on for m in told.meetings] or [told.today]
        self.turn = min(days) - BEFORE
        self.last = max(days) + timedelta(days=5)
        early = [e.on for e in told.events if e.on < self.turn]
        self.has_before = bool(early)
        oldest = min(early, default=self.turn)
        self.first = max(oldest, self.turn - LONG_AGO).replace(day=1)
        self.start, self.end = start, end
        self.broken = start + before if self.has_before else start
        self.course = self.broken + gap if self.has_before else start

    def at(self, on: date) -> float:
        """Where a day lies; what is long ago stands at the very beginning."""
        if on < self.turn and self.has_before:
            whole = max((self.turn - self.first).days, 1)
            share = max((on - self.first).days, 0) / whole
            return self.start + share * (self.broken - self.start)
        whole = max((self.last - self.turn).days, 1)
        share = min(max((on - self.turn).days, 0) / whole, 1.0)
        return self.course + share * (self.end - self.course)


def month_starts(first: date, last: date) -> Iterator[date]:
    on = first.replace(day=1)
    while on <= last:
        yield on
        on = (on + timedelta(days=32)).replace(day=1)
