"""How long a signed-in session stays open: the whole rule, without a clock or a database.

Whoever leaves a page alone finds it covered, with what they typed kept under it: staff who were
called away from their desk, and clients whose phone lay on a table that others sit at. Nobody
stays signed in longer than a day's work (NIST SP 800-63B, AAL3: 15 minutes idle, 12 hours in all).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """What a session is worth at this moment."""

    OPEN = "open"
    COVERED = "covered"  # still there, but shows nothing until one factor is given again
    SPENT = "spent"  # over: it has lasted its full time


@dataclass(frozen=True)
class Limits:
    """The lengths that a practice sets, as time spans."""

    idle: timedelta
    whole: timedelta


def standing(
    *,
    began_at: datetime,
    seen_at: datetime,
    covered: bool,
    now: datetime,
    limits: Limits,
) -> Standing:
    """Judge a session that began at `began_at` and was last used at `seen_at`.

    A limit of fifteen minutes is reached at fifteen minutes exactly.
    """
    if now - began_at >= limits.whole:
        return Standing.SPENT
    return Standing.COVERED if covered or now - seen_at >= limits.idle else Standing.OPEN
