"""Where a course stands: session n of N, phase, what is open, and what is worth a thought.

Prompts are codes with values, for a page to put into words ("Because …"). They are plain
heuristics that ask for a review of alliance, focus, supports, medication or diagnosis; they are
never a verdict on a person (domain.md §5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from commonground.measures.instrument import Instrument
from commonground.measures.scoring import (
    Alert,
    Change,
    Score,
    alert_level,
    at_caseness,
    change,
    together,
)
from commonground.scheduling.attendance import Attendance

from .protocol import Phase, Protocol, Task


@dataclass(frozen=True)
class Record:
    """One meeting, past or planned.

    `attendance` is None until it is recorded. A meeting that was not held never counts as a
    session, whatever its number. `done` holds the keys ticked in it, `scores` what was answered
    before it, by instrument key (also for a meeting still to come). A follow-up has no number.
    """

    on: date
    number: int | None = None
    attendance: Attendance | None = None
    done: frozenset[str] = frozenset()
    scores: Mapping[str, Score] = field(default_factory=dict)
    follow_up: bool = False

    @property
    def held(self) -> bool:
        return self.attendance is not None and self.attendance.seen and not self.follow_up

    @property
    def planned(self) -> bool:
        return self.attendance is None and not self.follow_up


class Because(StrEnum):
    """What a prompt rests on; its values are named beside each."""

    RISK_ANSWERED = "risk_answered"  # instrument, concept, value, due, why
    RISK_SKIPPED = "risk_skipped"  # instrument, concept
    WORSE_THAN_START = "worse_than_start"  # instrument, first, last, rise
    SMALL_FALL = "small_fall"  # instrument, first, last, fall_percent, session
    NO_IMPROVEMENT = "no_improvement"  # session: the mid-course review has come
    DID_NOT_ATTEND = "did_not_attend"  # on
    TASKS_LEFT_BEHIND = "tasks_left_behind"  # phase, count
    ENDING_AHEAD = "ending_ahead"  # session, sessions_until
    NO_FOCUS = "no_focus"  # session
    FOCUS_RESTING = "focus_resting"  # session: when the primary focus was last worked on
    UNSUITABLE = "unsuitable"  # why: age, or assessed


RESTING = 3
"""Sessions after which a primary focus that was not worked on is worth a thought."""

OFF_TRACK = frozenset({Because.WORSE_THAN_START, Because.SMALL_FALL, Because.NO_IMPROVEMENT})
"""The heuristics that make a course "not on track"."""

Values = tuple[tuple[str, str | int | float | date], ...]


@dataclass(frozen=True)
class Prompt:
    """Something worth a thought, and why: a code and the values it rests on."""

    code: Because
    values: Values = ()

    def __getitem__(self, name: str) -> str | int | float | date:
        return dict(self.values)[name]

    @property
    def sign(self) -> str:
        """What names this prompt and the facts it rests on; a session's passing is no new fact."""
        facts = ",".join(f"{k}={v}" for k, v in self.values if k not in _PASSING)
        return f"{self.code}:{facts}"

    @property
    def may_rest(self) -> bool:
        """Whether it can be put aside; a risk answer never can."""
        return self.code not in {Because.RISK_ANSWERED, Because.RISK_SKIPPED}


_PASSING = frozenset({"session", "sessions_until", "fall_percent"})


@dataclass(frozen=True)
class Known:
    """What is known of a course beside its meetings. None = not known, and no prompt.

    `foci`: how many are agreed now; `worked`: the session in which the primary one was last worked
    on; `age` in whole years; `suits`: what the assessment says (yes, with_care, no).
    `missed_counts`: the contract counts a missed session as one of those agreed.
    """

    foci: int | None = None
    worked: int | None = None
    age: int | None = None
    suits: str = ""
    missed_counts: bool = False


@dataclass(frozen=True)
class Pair:
    """First and last total of one measure, and what lies between them.

    None throughout = not assessable: fewer than two totals, or nothing established for the measure.
    `case_first` and `case_last` need one total only.
    """

    instrument: str
    first: int | None
    last: int | None
    change: Change | None
    case_first: bool | None
    case_last: bool | None
    response: bool | None
    remission: bool | None


@dataclass(frozen=True)
class Standing:
    """The course's outcome so far, over all the measures its protocol asks for.

    `case_first`: any measure at caseness at the start. `recovery`: a case at the start and below
    on every measure now; None = not assessable, also for somebody who was no case at the start.
    """

    pairs: tuple[Pair, ...]
    change: Change | None
    case_first: bool | None
    recovery: bool | None
    reliable_recovery: bool | None

    def pair(self, instrument: str) -> Pair | None:
        """The pair of one measure, by instrument key."""
        return next((pair for pair in self.pairs if pair.instrument == instrument), None)


@dataclass(frozen=True)
class Stretch:
    """A phase and how many of its sessions have been held."""

    phase: Phase
    held: int


@dataclass(frozen=True)
class Progress:
    """Where a course stands on a day.

    `number` is the session the course is at: today's, else the next, else the last. `left` counts
    the sessions after that one. `next_on` and `last_on` are None until those meetings have dates.
    `on_track` is None until there are two totals of the measure that is watched.
    """

    number: int
    sessions: int
    held: int
    left: int
    finished: bool
    phase: Phase
    stretches: tuple[Stretch, ...]
    next_on: date | None
    last_on: date | None
    tasks_open: tuple[Task, ...]
    standing: Standing
    because: tuple[Prompt, ...]
    on_track: bool | None


def progress(
    protocol: Protocol,
    records: Sequence[Record],
    on: date,
    *,
    instruments: Mapping[str, Instrument],
    sessions: int | None = None,
    known: Known | None = None,
) -> Progress:
    """Where the course stands on the day `on`.

    `instruments` holds, by key, the versions that were answered; `sessions` is the number agreed
    with the client (the protocol's own, where left out). Attendance counts up to and including
    `on`; scores count as soon as they are given.

    Raises ValueError for a number of sessions the protocol does not allow.
    """
    total = protocol.sessions if sessions is None else sessions
    phases = protocol.phases_for(total)
    in_order = sorted(records, key=lambda record: record.on)
    known = known or Known()
    held = min(total, sum(_counts(record, known) and record.on <= on for record in in_order))
    number = _number(in_order, on, held, total)
    phase = protocol.phase_of(number, total)
    done = frozenset(key for record in in_order for key in record.done)
    open_tasks = protocol.open_tasks(number, done, total)
    so_far = standing(protocol, in_order, instruments)
    because = (
        *_risk(in_order, instruments),
        *_heuristics(protocol, in_order, so_far, total),
        *_missed(in_order, on),
        *_left_behind(open_tasks, phase),
        *_ending(phases, protocol, number, done),
        *_focus(phases, number, known),
        *_suitable(protocol, known),
    )
    return Progress(
        number=number,
        sessions=total,
        held=held,
        left=total - number,
        finished=held == total,
        phase=phase,
        stretches=tuple(Stretch(p, max(0, min(len(p), held - p.first + 1))) for p in phases),
        next_on=next((r.on for r in in_order if r.planned and r.on >= on), None),
        last_on=next((r.on for r in in_order if r.number == total and (r.held or r.planned)), None),
        tasks_open=tuple(task for _, task in open_tasks if task.required),
        standing=so_far,
        because=because,
        on_track=_on_track(protocol, so_far, because),
    )


def standing(
    protocol: Protocol, records: Sequence[Record], instruments: Mapping[str, Instrument]
) -> Standing:
    """The outcome over all records, follow-ups included, by the rules of domain.md §5."""
    in_order = sorted(records, key=lambda record: record.on)
    asked = [instruments[r.instrument] for r in protocol.measures if r.instrument in instruments]
    pairs = tuple(_pair(instrument, in_order) for instrument in asked)
    overall = together(pair.change for pair in pairs)
    case_first = _any(pair.case_first for pair in pairs)
    case_last = _any(pair.case_last for pair in pairs)
    recovery = None
    if case_first and case_last is not None:
        recovery = not case_last
    reliable = None
    if recovery is not None and overall is not None:
        reliable = recovery and overall is Change.IMPROVED
    return Standing(pairs, overall, case_first, recovery, reliable)


def _pair(instrument: Instrument, in_order: Sequence[Record]) -> Pair:
    totals = [total for _, total in _totals(in_order, instrument.key)]
    first = totals[0] if totals else None
    last = totals[-1] if len(totals) > 1 else None
    response = remission = None
    if first is not None and last is not None:
        if instrument.response_percent is not None and first > 0:
            response = 100 * (first - last) >= instrument.response_percent * first
        if instrument.remission_below is not None:
            remission = last < instrument.remission_below
    return Pair(
        instrument=instrument.key,
        first=first,
        last=last,
        change=change(first, last, instrument),
        case_first=at_caseness(instrument, first),
        case_last=at_caseness(instrument, last),
        response=response,
        remission=remission,
    )


def _totals(in_order: Sequence[Record], instrument: str) -> list[tuple[Record, int]]:
    """The records that have a total of this measure, oldest first, and the total."""
    found = ((record, record.scores.get(instrument)) for record in in_order)
    return [(r, s.total) for r, s in found if s is not None and s.total is not None]


def _any(answers: Iterable[bool | None]) -> bool | None:
    """True if any is true; None where none is and one is not known (or there is none at all)."""
    known = list(answers)
    if any(answer is True for answer in known):
        return True
    return None if not known or None in known else False


def _number(in_order: Sequence[Record], on: date, held: int, total: int) -> int:
    """Today's session, held or still to be, else the next one, else the last."""
    today_held = any(record.held and record.on == on for record in in_order)
    return max(1, held) if today_held else min(total, held + 1)


def _risk(in_order: Sequence[Record], instruments: Mapping[str, Instrument]) -> tuple[Prompt, ...]:
    """What the latest answers to the risk items ask for, by the same rule as the alert."""
    prompts: list[Prompt] = []
    for key, instrument in instruments.items():
        scores = [record.scores[key] for record in in_order if key in record.scores]
        for risk in instrument.risks if scores else ():
            answers = [_risk_answer(score, risk.concept) for score in scores]
            found = alert_level(answers[:-1], answers[-1], risk)
            about: Values = (("instrument", key), ("concept", risk.concept))
            if isinstance(found, Alert):
                about += (("value", found.value), ("due", found.due), ("why", found.why))
                prompts.append(Prompt(Because.RISK_ANSWERED, about))
            elif found is not None:
                prompts.append(Prompt(Because.RISK_SKIPPED, about))
    return tuple(prompts)


def _risk_answer(score: Score, concept: str) -> int | None:
    """The value endorsed, None where it was left out, 0 where it was answered below the alert."""
    if concept in score.risk_unanswered:
        return None
    return next((one.value for one in score.risk if one.concept == concept), 0)


def _heuristics(
    protocol: Protocol, in_order: Sequence[Record], so_far: Standing, total: int
) -> tuple[Prompt, ...]:
    watch = protocol.watch
    totals = _totals(in_order, watch.measure)
    if len(totals) < 2:
        return ()
    first, (latest, last) = totals[0][1], totals[-1]
    session = latest.number or 0  # a follow-up has none: only being worse still speaks then
    pair: Values = (("instrument", watch.measure), ("first", first), ("last", last))
    prompts: list[Prompt] = []
    if last - first >= watch.worse_by:
        prompts.append(Prompt(Because.WORSE_THAN_START, (*pair, ("rise", last - first))))
    fall = first - last
    if session >= watch.early_session and 100 * fall < watch.early_fall_percent * first:
        percent = round(100 * fall / first, 1)
        values = (*pair, ("fall_percent", percent), ("session", session))
        prompts.append(Prompt(Because.SMALL_FALL, values))
    known = so_far.change is not None and so_far.change is not Change.IMPROVED
    if known and session >= protocol.half_way(total):
        prompts.append(Prompt(Because.NO_IMPROVEMENT, (("session", session),)))
    return tuple(prompts)


def _missed(in_order: Sequence[Record], on: date) -> tuple[Prompt, ...]:
    """The latest meeting that should have been: nobody came, and no word since."""
    past = [r for r in in_order if r.on <= on and r.attendance is not None]
    if past and past[-1].attendance is Attendance.DID_NOT_ATTEND:
        return (Prompt(Because.DID_NOT_ATTEND, (("on", past[-1].on),)),)
    return ()


def _left_behind(open_tasks: Sequence[tuple[Phase, Task]], now: Phase) -> tuple[Prompt, ...]:
    """Required tasks of phases that are over."""
    earlier: dict[str, int] = {}
    for phase, task in open_tasks:
        if task.required and phase.key != now.key:
            earlier[phase.key] = earlier.get(phase.key, 0) + 1
    return tuple(
        Prompt(Because.TASKS_LEFT_BEHIND, (("phase", key), ("count", count)))
        for key, count in earlier.items()
    )


def _counts(record: Record, known: Known) -> bool:
    """Held, or missed where the contract says that a missed session counts."""
    missed = record.attendance in {Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN}
    return record.held or (known.missed_counts and missed and not record.follow_up)


def _focus(phases: Sequence[Phase], number: int, known: Known) -> tuple[Prompt, ...]:
    """No focus when the first phase is over; or one that has rested for three sessions."""
    if known.foci is None or number <= phases[0].last:
        return ()
    if not known.foci:
        return (Prompt(Because.NO_FOCUS, (("session", number),)),)
    if known.worked is not None and number - known.worked >= RESTING:
        return (Prompt(Because.FOCUS_RESTING, (("worked", known.worked),)),)
    return ()


def _suitable(protocol: Protocol, known: Known) -> tuple[Prompt, ...]:
    """The assessment says that it does not suit, or the age lies outside the protocol's."""
    if known.suits == "no":
        return (Prompt(Because.UNSUITABLE, (("why", "assessed"),)),)
    age = known.age
    low, high = protocol.age_from or 0, protocol.age_to or 150
    if age is not None and not low <= age <= high:
        return (Prompt(Because.UNSUITABLE, (("why", "age"), ("age", age))),)
    return ()


def _ending(
    phases: Sequence[Phase], protocol: Protocol, number: int, done: frozenset[str]
) -> tuple[Prompt, ...]:
    """The last phase is near and the ending has not been named."""
    ending = phases[-1]
    until = ending.first - number
    if "name_ending" in done or not 0 < until <= protocol.watch.ending_notice:
        return ()
    return (Prompt(Because.ENDING_AHEAD, (("session", ending.first), ("sessions_until", until))),)


def _on_track(protocol: Protocol, so_far: Standing, because: Sequence[Prompt]) -> bool | None:
    watched = so_far.pair(protocol.watch.measure)
    if watched is None or watched.last is None:
        return None
    return not any(prompt.code in OFF_TRACK for prompt in because)
