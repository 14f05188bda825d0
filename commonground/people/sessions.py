"""How long a signed-in session stays open: the whole rule, without a clock or a database.

Staff who leave their desk find the page covered, with what they typed kept under it; a client
who walks away from a shared computer is signed out. Nobody stays signed in longer than a day's
work (NIST SP 800-63B, AAL3: 15 minutes idle, 12 hours in all).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """What a session is worth at this moment."""

    OPEN = "open"
    COVERED = "covered"  # still there, but shows nothing until one factor is given again
    IDLE = "idle"  # over: nobody was there for too long
    SPENT = "spent"  # over: it has lasted its full time


@dataclass(frozen=True)
class Limits:
    """The lengths that a practice sets, as time spans."""

    staff_idle: timedelta
    client_idle: timedelta
    whole: timedelta


def standing(
    *,
    began_at: datetime,
    seen_at: datetime,
    covered: bool,
    works_here: bool,
    now: datetime,
    limits: Limits,
) -> Standing:
    """Judge a session that began at `began_at` and was last used at `seen_at`.

    A limit of fifteen minutes is reached at fifteen minutes exactly.
    """
    if now - began_at >= limits.whole:
        return Standing.SPENT
    idle = now - seen_at
    if not works_here:
        return Standing.IDLE if idle >= limits.client_idle else Standing.OPEN
    return Standing.COVERED if covered or idle >= limits.staff_idle else Standing.OPEN
