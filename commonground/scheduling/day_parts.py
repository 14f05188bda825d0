"""The parts of a day and of a week in which people say they could come, on the clock there.

An opening serves a part if a whole session lies in both. A Saturday morning is a morning as well
as a weekend.
"""

from dataclasses import dataclass
from datetime import time

SESSION = 50
"""Minutes that must lie in the part."""
WEEK, WEEKEND = frozenset(range(7)), frozenset({5, 6})


@dataclass(frozen=True)
class Part:
    """From and to a time on the clock, on certain weekdays (0 is Monday)."""

    opens: time
    closes: time
    weekdays: frozenset[int] = WEEK

    @property
    def ends_from(self) -> time:
        """The earliest end of a session that lies in it."""
        return later(self.opens, SESSION)

    @property
    def starts_until(self) -> time:
        """The latest beginning of a session that lies in it."""
        return later(self.closes, -SESSION)

    def within(self, weekday: int, opens: time, closes: time) -> bool:
        """Whether an opening has room for a session in this part."""
        first, last = max(opens, self.opens), min(closes, self.closes)
        return weekday in self.weekdays and _minutes(last) - _minutes(first) >= SESSION


PARTS = {
    "morning": Part(time(0), time(12)),
    "afternoon": Part(time(12), time(17)),
    "evening": Part(time(17), time(23, 59)),
    "weekend": Part(time(0), time(23, 59), WEEKEND),
}


def later(at: time, minutes: int) -> time:
    """The time on the clock so many minutes later on the same day."""
    hours, rest = divmod(_minutes(at) + minutes, 60)
    return time(hours, rest)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
