"""What becomes of enquiries, counted; small numbers are hidden, so that nobody is told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

LEAST = 5
"""Fewer people than this are not counted out loud."""


@dataclass(frozen=True)
class Count:
    """How many, or None where it is not told."""

    of: str
    many: int | None


def told(counts: Mapping[str, int], least: int = LEAST) -> list[Count]:
    """The counts, largest first, with small ones hidden.

    Nought tells of nobody and is told. Were only one hidden, the total would give it away: then
    the smallest of the others is hidden with it, and where there is none, the total must be too
    (`total_told`).
    """
    hidden = {name for name, many in counts.items() if 0 < many < least}
    if len(hidden) == 1:
        shown = [name for name, many in counts.items() if many >= least]
        hidden |= {min(shown, key=lambda name: (counts[name], name))} if shown else set()
    ordered = sorted(counts, key=lambda name: (name in hidden, -counts[name], name))
    return [Count(name, None if name in hidden else counts[name]) for name in ordered]


def total_told(counts: Mapping[str, int], least: int = LEAST) -> int | None:
    """The total, unless it would give a hidden count away or is small itself."""
    total = sum(counts.values())
    hidden = [each for each in told(counts, least) if each.many is None]
    if 0 < total < least or len(hidden) == 1:
        return None
    return total


def middle(times: Sequence[timedelta], least: int = LEAST) -> timedelta | None:
    """The time by which half had it (nearest rank); None where too few had it to tell."""
    if len(times) < least:
        return None
    return sorted(times)[(len(times) + 1) // 2 - 1]
