"""What a row of scores comes to: first, last and best, and on which side of the cut-off."""

from collections.abc import Sequence

from commonground.measures.instrument import Instrument
from commonground.measures.scoring import change

from .parts import Cutoff, Reading, Summary


def summary(instrument: Instrument, readings: Sequence[Reading]) -> Summary | None:
    """The summary of one measure's readings; None where none of them has a total."""
    known = [r.score for r in sorted(readings, key=lambda r: r.on) if r.score.total is not None]
    if not known:
        return None
    first, last = known[0].total, known[-1].total
    assert first is not None
    assert last is not None
    moved = change(first, last, instrument) if len(known) > 1 else None
    cases = [score.case for score in known if score.case is not None]
    return Summary(first, last, len(known), moved, _cutoff(cases), instrument.caseness)


def _cutoff(cases: Sequence[bool]) -> Cutoff | None:
    """By whether each total in turn was a case."""
    if not cases:
        return None
    *before, now = cases
    if now:
        return Cutoff.IN_AGAIN if not all(before) else Cutoff.IN
    return Cutoff.FIRST_TIME_OUT if before and all(before) else Cutoff.OUT
