"""A protocol as data: how a course of therapy is laid out, and what belongs to its session n.

Boundaries are targets, not gates. A course may have another number of sessions than the protocol's
own; the phase that stretches takes up the difference, so that the beginning and the ending keep
the room they need (domain.md §1). Every phase keeps one session at least.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from commonground.measures.datafile import BadFile

FOCI = ("grief", "dispute", "transition", "isolation")


class BadProtocol(BadFile):
    """A protocol file that cannot be used, with file, line and reason."""


@dataclass(frozen=True)
class Task:
    """Something to be done once in a phase.

    `half_way`: it belongs to the middle of the course and is not asked for before. `participants`
    names who is there beside the client.
    """

    key: str
    label: str
    why: str
    required: bool
    half_way: bool = False
    participants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A stretch of sessions, both ends included. `client_label` is what the client reads."""

    key: str
    label: str
    client_label: str
    first: int
    last: int
    tasks: tuple[Task, ...] = ()
    stretches: bool = False

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1


class Part(StrEnum):
    """Where in the hour an item belongs."""

    OPENING = "opening"
    WORK = "work"
    CLOSING = "closing"


@dataclass(frozen=True)
class EverySession:
    """Something that belongs to every session of the phases named (all, where none is)."""

    key: str
    label: str
    why: str
    part: Part
    phases: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgendaItem:
    """One line of a session's agenda.

    `task` is false for what belongs to every session. `carried` = left open by an earlier phase.
    """

    key: str
    label: str
    why: str
    part: Part
    task: bool = False
    required: bool = True
    carried: bool = False
    participants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rhythm:
    """A measure asked at sessions `first`, `first + every`, …; `instrument` is its key."""

    instrument: str
    every: int = 1
    first: int = 1


@dataclass(frozen=True)
class Watch:
    """When to look up: plain heuristics that prompt a review and never judge (domain.md §5).

    `measure` is the instrument they read. `worse_by` points above the start; a fall of less than
    `early_fall_percent` from session `early_session` on; the ending named `ending_notice`
    sessions before it begins.
    """

    measure: str
    worse_by: int
    early_session: int
    early_fall_percent: int
    ending_notice: int


@dataclass(frozen=True)
class Protocol:
    """One frozen version of a protocol.

    `minutes` per session, `interval_days` between them, ages in whole years. `assumed` names the
    values (as in `sessions.max`) that are defaults of this project and no published fact: they may
    steer the software but are never printed as what the therapy is. `cautions` says for whom the
    protocol is not meant.
    """

    key: str
    version: int
    label: str
    language: str
    sessions: int
    min_sessions: int
    max_sessions: int
    minutes: int
    interval_days: int
    focus_limit: int
    foci: tuple[str, ...]
    foci_avoided: tuple[str, ...]
    participants: tuple[str, ...]
    phases: tuple[Phase, ...]
    every_session: tuple[EverySession, ...]
    measures: tuple[Rhythm, ...]
    watch: Watch
    follow_up_months: tuple[int, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    cautions: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What a course stores: key and version, as in `ipt-adult-16-1`."""
        return f"{self.key}-{self.version}"

    def fits(self, age: int | None) -> bool:
        """Whether it is meant for somebody of that age in whole years; so where none is known."""
        if age is None:
            return True
        return (self.age_from or 0) <= age <= (self.age_to or age)

    def phases_for(self, sessions: int | None = None) -> tuple[Phase, ...]:
        """The phases of a course of that many sessions (the protocol's own, where left out).

        Raises ValueError below `min_sessions` and above `max_sessions`.
        """
        total = self.sessions if sessions is None else sessions
        if not self.min_sessions <= total <= self.max_sessions:
            span = f"{self.min_sessions} to {self.max_sessions}"
            raise ValueError(f"{self.id} has {span} sessions, not {total}.")
        if total == self.sessions:
            return self.phases
        lengths = self._lengths(total)
        phases, first = [], 1
        for phase, length in zip(self.phases, lengths, strict=True):
            phases.append(replace(phase, first=first, last=first + length - 1))
            first += length
        return tuple(phases)

    def _lengths(self, total: int) -> list[int]:
        """How many sessions each phase has: the one that stretches takes up the difference. Where
        it would have none left, the longest of the others gives up sessions too."""
        lengths = [len(phase) for phase in self.phases]
        at = next((n for n, phase in enumerate(self.phases) if phase.stretches), 0)
        lengths[at] += total - self.sessions
        while lengths[at] < 1:
            longest = max(range(len(lengths)), key=lambda n: lengths[n])
            lengths[longest] -= 1
            lengths[at] += 1
        return lengths

    def as_agreed(self, sessions: int, ends: Mapping[str, int] | None = None) -> "Protocol":
        """This protocol with the number of sessions and the boundaries of one course.

        `ends` holds, by phase, its last session where that was moved. Raises ValueError for a
        number it does not allow, an unknown phase, and where a phase would be left empty.
        """
        moved = dict(ends or {})
        phases: list[Phase] = []
        for phase in self.phases_for(sessions):
            first = phases[-1].last + 1 if phases else 1
            last = moved.pop(phase.key, phase.last)
            if phase.last == sessions:
                last = sessions
            if last < first:
                raise ValueError(f"The phase “{phase.key}” would have no session.")
            phases.append(replace(phase, first=first, last=last))
        if moved or phases[-1].last != sessions:
            raise ValueError("The phases do not reach the end of the course.")
        return replace(
            self,
            sessions=sessions,
            min_sessions=sessions,
            max_sessions=sessions,
            phases=tuple(phases),
        )

    def phase_of(self, number: int, sessions: int | None = None) -> Phase:
        """The phase that session `number` (from 1) belongs to. Raises ValueError beyond the end."""
        for phase in self.phases_for(sessions):
            if number in phase:
                return phase
        raise ValueError(f"There is no session {number} in this course.")

    def half_way(self, sessions: int | None = None) -> int:
        """The session of the mid-course review: the last of the first half."""
        return (self.sessions if sessions is None else sessions) // 2

    def task(self, key: str) -> Task | None:
        return next((t for phase in self.phases for t in phase.tasks if t.key == key), None)

    def measures_due(self, number: int) -> tuple[str, ...]:
        """The keys of the instruments asked before session `number`."""
        due = (r for r in self.measures if number >= r.first)
        return tuple(r.instrument for r in due if (number - r.first) % r.every == 0)

    def open_tasks(
        self, number: int, done: Collection[str] = (), sessions: int | None = None
    ) -> tuple[tuple[Phase, Task], ...]:
        """Tasks of the phases begun by session `number` that are not done, in order.

        Optional ones of earlier phases are let go; required ones stay until they are done.
        """
        found = []
        for phase in self.phases_for(sessions):
            for task in phase.tasks if phase.first <= number else ():
                late = task.half_way and number < self.half_way(sessions)
                if task.key not in done and not late and (task.required or number in phase):
                    found.append((phase, task))
        return tuple(found)

    def agenda(
        self, number: int, done: Collection[str] = (), sessions: int | None = None
    ) -> tuple[AgendaItem, ...]:
        """What belongs to session `number`, in the order of the hour.

        `done` holds the tasks done in *earlier* sessions; whatever is ticked today stays on the
        list. Raises ValueError beyond the end of the course.
        """
        phase = self.phase_of(number, sessions)
        fixed = [
            AgendaItem(item.key, item.label, item.why, item.part)
            for item in self.every_session
            if not item.phases or phase.key in item.phases
        ]
        tasks = [
            AgendaItem(
                key=task.key,
                label=task.label,
                why=task.why,
                part=Part.WORK,
                task=True,
                required=task.required,
                carried=of.key != phase.key,
                participants=task.participants,
            )
            for of, task in self.open_tasks(number, done, sessions)
        ]
        order = list(Part)
        return tuple(sorted([*fixed, *tasks], key=lambda item: order.index(item.part)))
