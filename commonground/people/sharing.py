"""What a guardian can be shown, class by class, and on which birthday it falls shut.

The law of the house: nothing is open to begin with; more is opened only by the young person's own
yes; what they take back is shut at once; and no birthday moves anything without a review.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from .ages import age, birthday

SHAREABLE = ("identity", "appointments", "enquiry", "measures", "shared_work")
"""What can be opened to a guardian, one class of data at a time. A therapist's own record and
process notes are not among them, and nothing else ever becomes so."""
OF_AGE = 18
REVIEW_AHEAD = timedelta(weeks=6)
"""How long before their access ends the therapist is asked what shall become of it."""


def chosen(may_see: Mapping[str, object]) -> tuple[str, ...]:
    """The classes that are open, in the order of `SHAREABLE`; whatever else stands there is not."""
    return tuple(what for what in SHAREABLE if may_see.get(what) is True)


def opened(before: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
    """What `after` would open beyond `before`. Raises ValueError for what nobody may share."""
    wanted = set(after)
    if wanted - set(SHAREABLE):
        raise ValueError("Only what can be shared can be opened.")
    return tuple(what for what in SHAREABLE if what in wanted - set(before))


def ends_by(born_on: date | None, on: date, consents_from: int) -> date:
    """The latest day on which access that is agreed on `on` must fall shut: the next birthday that
    changes who decides, or a year ahead for an adult, and where no birthday is known."""
    if born_on is not None and age(born_on, on) < OF_AGE:
        ahead = (birthday(born_on, years) for years in sorted({consents_from, OF_AGE}))
        return next(day for day in ahead if day > on)
    return birthday(on, 1)


def needs_review(ends_on: date | None, reviewed_for: date | None, on: date) -> bool:
    """Whether somebody must decide now what becomes of an access that ends, or has ended."""
    return ends_on is not None and ends_on != reviewed_for and on >= ends_on - REVIEW_AHEAD
