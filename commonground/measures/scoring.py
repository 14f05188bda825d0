"""Scoring a measure, telling reliable change from none, and deciding what must reach a person.

A missing answer is never a zero. The result is what the answers say; what to do about it is a
clinician's judgement, and no total here predicts risk (trust.md S1, S2; domain.md §4–6).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from .instrument import Instrument, Risk, Subscale


class BadAnswer(ValueError):
    """An answer to a question that the instrument does not ask, or a value it does not offer."""


@dataclass(frozen=True)
class Endorsed:
    """A risk item answered at or above the value that alerts."""

    concept: str
    value: int


@dataclass(frozen=True)
class Part:
    """One subscale: its sum and its mean (two decimals, halves up); None where an item is out."""

    key: str
    total: int | None
    mean: Decimal | None


@dataclass(frozen=True)
class Score:
    """What one set of answers comes to.

    `total` is None where too much is missing; then `band` and `case` are None too (they are also
    None where the instrument has no bands or no caseness). `missing` names the scored items left
    out, in the order of the form. `risk_unanswered` names the risk items left out: unknown, never
    "no".
    """

    instrument: str
    total: int | None
    prorated: bool
    missing: tuple[str, ...]
    band: str | None
    case: bool | None
    risk: tuple[Endorsed, ...]
    risk_unanswered: tuple[str, ...]
    mean: Decimal | None = None
    parts: tuple[Part, ...] = ()


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Score:
    """Score the answers, keyed by concept; a concept left out or None is missing.

    Up to `instrument.max_missing` missing items are prorated: the sum of the answered items times
    the number of items over the number answered, rounded to the nearest whole number, halves up.
    Items that are not scored add nothing and are never counted as missing. An item that may not
    apply is prorated when left out and does not count towards the limit.

    Raises BadAnswer for a concept that is not asked and for a value that is not offered.
    Source: domain.md §4, missing data (2 of PHQ-9, 1 of GAD-7; a default from memory).
    """
    by_concept = instrument.by_concept
    for concept, value in answers.items():
        item = by_concept.get(concept)
        if item is None:
            raise BadAnswer(f"{instrument.id} does not ask about “{concept}”.")
        if value is not None and (type(value) is not int or value not in item.values):
            raise BadAnswer(f"{instrument.id} offers no answer {value!r} to “{concept}”.")
    scored = instrument.scored
    given = [v for item in scored if (v := answers.get(item.concept)) is not None]
    missing = tuple(i.concept for i in scored if answers.get(i.concept) is None)
    too_many = sum(not by_concept[c].may_not_apply for c in missing) > instrument.max_missing
    total = None
    if given and not too_many:
        total = instrument.multiplier * _total(given, len(scored))
    return Score(
        instrument=instrument.id,
        total=total,
        prorated=total is not None and bool(missing),
        missing=missing,
        band=_band(instrument, total),
        case=at_caseness(instrument, total),
        risk=_endorsed(instrument.risks, answers),
        risk_unanswered=tuple(
            r.concept for r in instrument.risks if answers.get(r.concept) is None
        ),
        mean=_mean(total, len(scored)) if instrument.reports_mean else None,
        parts=tuple(_part(part, answers) for part in instrument.subscales),
    )


def score_total(instrument: Instrument, total: int) -> Score:
    """The score of a total that was added up on paper; what was answered to each item is unknown.

    Every risk item is therefore unanswered, never "no". Raises BadAnswer for a total that the
    instrument cannot have.
    """
    span = range(instrument.lowest, instrument.highest + 1, instrument.multiplier)
    if type(total) is not int or total not in span:
        raise BadAnswer(f"{instrument.id} has no total {total!r}.")
    return Score(
        instrument=instrument.id,
        total=total,
        prorated=False,
        missing=(),
        band=_band(instrument, total),
        case=at_caseness(instrument, total),
        risk=(),
        risk_unanswered=tuple(risk.concept for risk in instrument.risks),
        mean=_mean(total, len(instrument.scored)) if instrument.reports_mean else None,
    )


def totals(instrument: Instrument, rows: Iterable[bytes]) -> list[int]:
    """The totals of many complete response sets: one byte per scored item, in the form's order.

    For whole archives, where every answer is known to be there and to be offered.
    """
    if instrument.multiplier == 1:
        return list(map(sum, rows))
    return [instrument.multiplier * sum(row) for row in rows]


def _band(instrument: Instrument, total: int | None) -> str | None:
    band = None if total is None else instrument.band_of.get(total)
    return band.key if band else None


def _mean(total: int | None, items: int) -> Decimal | None:
    if total is None:
        return None
    return (Decimal(total) / items).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _part(part: Subscale, answers: Mapping[str, int | None]) -> Part:
    given = [v for concept in part.concepts if (v := answers.get(concept)) is not None]
    total = sum(given) if len(given) == len(part.concepts) else None
    return Part(part.key, total, _mean(total, len(part.concepts)))


def at_caseness(instrument: Instrument, total: int | None) -> bool | None:
    """Whether a total is at caseness or worse; None where either is not known."""
    if total is None or instrument.caseness is None:
        return None
    if instrument.higher_is_better:
        return total <= instrument.caseness
    return total >= instrument.caseness


def _total(given: list[int], asked: int) -> int:
    """The sum, or the prorated sum rounded half up, in whole numbers throughout."""
    if len(given) == asked:
        return sum(given)
    return (2 * sum(given) * asked + len(given)) // (2 * len(given))


def _endorsed(risks: Iterable[Risk], answers: Mapping[str, int | None]) -> tuple[Endorsed, ...]:
    found = ((risk, answers.get(risk.concept)) for risk in risks)
    return tuple(Endorsed(r.concept, v) for r, v in found if v is not None and v >= r.alert_from)


class Change(StrEnum):
    """Whether two totals differ by more than the measure's own unreliability."""

    IMPROVED = "improved"
    DETERIORATED = "deteriorated"
    NONE = "none"


def change(first: int | None, last: int | None, instrument: Instrument) -> Change | None:
    """Reliable change from the first total to the last, in the measure's own direction.

    A difference of exactly `instrument.reliable_change` is reliable (PHQ-9: 6, GAD-7: 4).
    None where a total is missing or no reliable change is established for the measure.
    """
    if first is None or last is None or instrument.reliable_change is None:
        return None
    gain = last - first if instrument.higher_is_better else first - last
    if gain >= instrument.reliable_change:
        return Change.IMPROVED
    if gain <= -instrument.reliable_change:
        return Change.DETERIORATED
    return Change.NONE


def together(changes: Iterable[Change | None]) -> Change | None:
    """The change over several measures: any improved and none deteriorated, or the mirror.

    One up and one down is no reliable change. A measure that says nothing (None) is left out;
    None where all are. Source: domain.md §5.
    """
    known = {found for found in changes if found is not None}
    if not known:
        return None
    known.discard(Change.NONE)
    return known.pop() if len(known) == 1 else Change.NONE


class Due(StrEnum):
    """By when a named person must have seen an alert."""

    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


class Why(StrEnum):
    """What made the answer an alert, and so when it is due."""

    NEW = "new"
    RISING = "rising"
    HIGH = "high"
    KNOWN = "known"


@dataclass(frozen=True)
class Alert:
    """A risk item was answered above zero: one alert for one saved answer."""

    value: int
    due: Due
    why: Why


@dataclass(frozen=True)
class Skipped:
    """A risk item was left out: a prompt to ask in person, not an alert."""


ITEM_NINE = Risk("better_off_dead", alert_from=1, same_day_from=2)
"""The rule for item 9 of PHQ-9 and PHQ-A (domain.md §6)."""


def alert_level(
    previous: Sequence[int | None], value: int | None, rule: Risk = ITEM_NINE
) -> Alert | Skipped | None:
    """What a saved answer to a risk item asks of the practice: an alert, a prompt or nothing.

    `previous` holds every answer to this item saved before, oldest first, also the ones changed
    within the same check-in; None = skipped. Compared is the latest that was answered, so a zero
    in between makes the next answer new again. Due the same day when new, rising or high
    (`rule.same_day_from`), the next working day when known and unchanged or falling.
    Source: trust.md S1.
    """
    if value is None:
        return Skipped()
    if value < rule.alert_from:
        return None
    last = next((answer for answer in reversed(previous) if answer is not None), None)
    if last is None or last < rule.alert_from:
        return Alert(value, Due.SAME_DAY, Why.NEW)
    if value > last:
        return Alert(value, Due.SAME_DAY, Why.RISING)
    if rule.same_day_from is not None and value >= rule.same_day_from:
        return Alert(value, Due.SAME_DAY, Why.HIGH)
    return Alert(value, Due.NEXT_WORKING_DAY, Why.KNOWN)


LONGEST = timedelta(days=5)
"""What an alert waits for a working day at most: Easter, but not a closed fortnight in summer."""


def due_on(due: Due, on: date, closed: Collection[date] = ()) -> date:
    """The day by which an alert raised `on` that day is due.

    Monday to Friday are working days, except those in `closed`. The same day is the same day,
    also on a Sunday. However long the practice is closed, nothing waits longer than LONGEST.
    """
    if due is Due.SAME_DAY:
        return on
    day = on + timedelta(days=1)
    while (day.weekday() >= 5 or day in closed) and day < on + LONGEST:
        day += timedelta(days=1)
    return day
