"""Spans of time, half open: a period holds its beginning and does not hold its end.

So periods that follow one another leave no gap and never overlap, and "until 1 May" and
"from 1 May" are one hand-over.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Moment = TypeVar("Moment", date, datetime)


@dataclass(frozen=True, slots=True)
class Period(Generic[Moment]):
    """From a day (or an aware instant) until another, which no longer belongs to it.

    `until` None means open-ended. A period whose ends are the same is empty: it covers nothing.

    Raises ValueError if it ends before it begins or an instant has no zone, and TypeError if
    days and instants are mixed.
    """

    from_: Moment
    until: Moment | None = None

    def __post_init__(self) -> None:
        _check_kind(self.from_, self.from_)
        if self.until is not None:
            _check_kind(self.from_, self.until)
            if self.until < self.from_:
                raise ValueError("A period cannot end before it begins.")

    @property
    def empty(self) -> bool:
        """Whether no moment at all lies in it."""
        return self.until == self.from_

    def covers(self, moment: Moment) -> bool:
        """Whether `moment` lies in this period: its beginning does, its end does not.

        Raises TypeError if asked about a day where the period is of instants, or the reverse.
        """
        _check_kind(self.from_, moment)
        return self.from_ <= moment and (self.until is None or moment < self.until)

    def overlaps(self, other: "Period[Moment]") -> bool:
        """Whether some moment lies in both. Touching ends do not overlap; nothing meets empty."""
        shared = self.clip(other)
        return shared is not None

    def clip(self, other: "Period[Moment]") -> "Period[Moment] | None":
        """The part of this period that lies in `other`, None if there is none."""
        _check_kind(self.from_, other.from_)
        begin = max(self.from_, other.from_)
        ends = [end for end in (self.until, other.until) if end is not None]
        end = min(ends) if ends else None
        if end is not None and end <= begin:
            return None
        return Period(begin, end)

    @property
    def days(self) -> int | None:
        """How many calendar days it holds, at least 0; None if it is open-ended.

        Raises TypeError for a period of instants, whose days depend on the place.
        """
        if isinstance(self.from_, datetime):
            raise TypeError("Instants have no calendar days of their own.")
        return None if self.until is None else (self.until - self.from_).days


def _check_kind(like: date, moment: date) -> None:
    """Days go with days, and instants with instants that know their zone."""
    if isinstance(like, datetime) != isinstance(moment, datetime):
        raise TypeError("Days and instants cannot be mixed in a period.")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("An instant needs a zone.")
