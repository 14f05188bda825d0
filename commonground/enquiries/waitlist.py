"""How long the waiting list may take, said honestly or not at all."""

from datetime import timedelta

FEWEST = 3
"""With fewer people placed lately than this, nobody can say how long it takes."""
LOOKS_BACK = timedelta(days=90)


def expected(position: int, placed_lately: int) -> timedelta | None:
    """How long somebody at this position (1 is next) may wait, at the pace of the last 90 days.

    `placed_lately` counts those who found a place off the list in that time. None where that is
    too few to tell.
    """
    if position < 1:
        raise ValueError("The list begins with 1.")
    if placed_lately < FEWEST:
        return None
    return LOOKS_BACK * position / placed_lately


def weeks(wait: timedelta) -> int:
    """The same in whole weeks, rounded up: nobody is promised less."""
    return max(1, -(-wait // timedelta(days=7)))
