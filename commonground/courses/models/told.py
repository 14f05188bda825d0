"""One course as the domain words want it: a plain record, with what hangs on it read when asked.

A course that was found through the visible opens all that hangs on it to the same person, so what
hangs on it is found through the course, and nobody is asked a second time. What only some of them
may see (a process note, what is not shared yet) asks its own `visible_to` still.

What is read whole is put in order here: for a table with many columns, Django takes longer to write
an ORDER BY than Python to sort what belongs to one course.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from commonground.measures import storages as measures
from commonground.measures.instrument import Instrument
from commonground.measures.models import Response
from commonground.measures.scoring import Score
from commonground.people import ages
from commonground.scheduling.models import Appointment

from .. import progress as words
from ..chart import Chart, Mark, Reading, chart
from .company import Company
from .course import Course
from .ending import FollowUp
from .event import LifeEvent
from .focus import Focus
from .goal import Goal
from .note import Note, Summary
from .person import Closeness, Person
from .session import Session
from .task import Task
from .wish import Wish
from .worksheet import Worksheet


@dataclass(frozen=True)
class Told:
    """One course with its sessions and sent answers: what progress and chart are made from.

    `responses` lie by the hour they were sent before; those by None were asked without one.
    """

    course: Course
    sessions: list[Session]
    responses: dict[UUID | None, list[Response]]
    foci: list[Focus] = field(default_factory=list)
    left: list[Focus] = field(default_factory=list)
    """The foci that were left; `foci` are those worked on now."""
    dismissed: frozenset[str] = frozenset()
    suits: str = ""
    unheld: list[Appointment] = field(default_factory=list)
    """What was called off or missed: no session, but part of what happened."""
    follow_ups: list[FollowUp] = field(default_factory=list)
    """Meetings after the end that have their hour."""
    signed: frozenset[UUID] = frozenset()
    """The sessions whose note is signed; `shared` those whose summary the client can read."""
    shared: frozenset[UUID] = frozenset()
    papers: bool = False
    """Whether note, summary and wish were read with each session."""
    _standings: dict[date, words.Progress] = field(default_factory=dict)

    # ——— for the pages of one course: each read when first asked for, in one query ———

    @cached_property
    def people(self) -> list[Person]:
        return sorted(self.course.people.order_by(), key=lambda one: (one.order, one.pk))

    @cached_property
    def places(self) -> dict[UUID, dict[str, Closeness]]:
        """Where everybody stands: person → date → place."""
        return Closeness.objects.all().by_person(self.course)

    @cached_property
    def named(self) -> dict[UUID | None, Person]:
        """The same people, by their id: whoever an event, a task or a focus is about."""
        return {one.pk: one for one in self.people}

    @cached_property
    def events(self) -> list[LifeEvent]:
        """The oldest first."""
        rows = self.course.events.order_by()
        return sorted(rows, key=lambda one: (one.on, one.saved_at, one.pk))

    @cached_property
    def there(self) -> dict[UUID, list[Person]]:
        """Who was part of each event."""
        found: dict[UUID, list[Person]] = defaultdict(list)
        links = LifeEvent.people.through.objects.filter(lifeevent__course=self.course)
        together = set(links.values_list("lifeevent", "person")) if self.events else set()
        for event, person in together:
            found[event].append(self.named[person])
        for them in found.values():
            them.sort(key=lambda one: one.order)
        return found

    @cached_property
    def goals(self) -> list[Goal]:
        return sorted(self.course.goals.order_by(), key=lambda goal: goal.agreed_at)

    @cached_property
    def tasks(self) -> list[Task]:
        """The newest first."""
        held = {session.pk: session for session in self.sessions}
        found = list(Task.objects.filter(session__in=held))
        for task in found:
            task.session = held[task.session_id]
        return sorted(found, key=lambda task: -task.session.number)

    @cached_property
    def summaries(self) -> dict[UUID, Summary]:
        """By the session they tell of; those that are not shared yet too."""
        if not self.papers:
            return Summary.objects.all().by_session(self.course)
        written = {one.pk: getattr(one, "summary", None) for one in self.sessions}
        return {pk: summary for pk, summary in written.items() if summary}

    @cached_property
    def worksheets(self) -> list[Worksheet]:
        """Those not begun yet first, then the one written last."""
        rows = list(Worksheet.objects.of(self.course).select_related("author").order_by())
        for row in rows:
            row.course = self.course
        last = {row.pk: row.saved_at or row.begun_at for row in rows}
        return sorted(rows, key=lambda row: (row.saved_at is None, last[row.pk]), reverse=True)

    @cached_property
    def hours(self) -> list[tuple[Session, Appointment]]:
        """The sessions that have an hour that stands, each with it."""
        return [(one, hour) for one in self.sessions if (hour := one.dated)]

    def met_before(self, now: datetime) -> datetime | None:
        """When the two last met before an instant."""
        return max((hour.starts_at for _, hour in self.hours if hour.starts_at < now), default=None)

    def session(self, pk: UUID) -> Session:
        """One of its sessions, as it was read with the others. Raises StopIteration for another."""
        return next(one for one in self.sessions if one.pk == pk)

    def note(self, session: Session) -> Note | None:
        return getattr(session, "note", None)  # asks once more where no papers were read

    def wish(self, session: Session) -> Wish | None:
        return getattr(session, "wish", None)

    def company(self, session: Session) -> Company | None:
        """Who else takes part in it, ready to be named."""
        found: Company | None = getattr(session, "company", None)
        if found:
            found.guardian.client = self.course.client
        return found

    # ——— where it stands ———

    @cached_property
    def records(self) -> list[words.Record]:
        """Every dated session as a record, and every meeting that did not happen."""
        held = [self._record(session, hour) for session, hour in self.hours]
        later = [
            self._record(None, hour, follow_up=True)
            for one in self.follow_ups
            if (hour := one.dated)
        ]
        return held + [self._record(None, hour) for hour in self.unheld] + later

    def progress(self, on: date) -> words.Progress:
        """Where the course stands on a day; worked out once."""
        if on not in self._standings:
            self._standings[on] = self._progress(on)
        return self._standings[on]

    def _progress(self, on: date) -> words.Progress:
        return words.progress(
            self.course.plan,
            self.records,
            on,
            instruments=self._instruments,
            known=words.Known(
                foci=len(self.foci),
                worked=self._worked,
                age=_age(self.course, on),
                suits=self.suits,
                missed_counts=self.course.missed_counts,
            ),
        )

    def prompts(self, progress: words.Progress) -> list[words.Prompt]:
        """What is worth a thought and was not put aside with these very facts."""
        return [one for one in progress.because if one.sign not in self.dismissed]

    @property
    def _worked(self) -> int | None:
        """The last session in which a strategy of the primary focus was worked on."""
        area = next((focus.area for focus in self.foci if focus.rank == 1), None)
        if area is None:
            return None
        return max(
            (
                s.number
                for s in self.sessions
                if any(w.startswith(f"{area}.") for w in s.strategies)
            ),
            default=None,
        )

    def instrument(self, key: str) -> Instrument | None:
        """The version of a measure that was answered in this course; None before any answer."""
        return self._instruments.get(key)

    def chart(
        self, key: str, *, width: int = 340, height: int = 180, marks: Sequence[Mark] = ()
    ) -> Chart:
        """The drawing of one measure over this course; `marks` are days worth remembering."""
        numbers = {hour.pk: session.number for session, hour in self.hours}
        dates = {r.number: r.on for r in self.records if r.number is not None}
        readings = []
        for response in (row for rows in self.responses.values() for row in rows):
            if response.instrument != key or response.on is None:
                continue
            if response.appointment_id in numbers:
                number = numbers[response.appointment_id]
                readings.append(Reading(dates[number], response.score, number))
            elif response.on >= self.course.opened_on:  # by itself, or before an hour called off
                readings.append(Reading(response.on, response.score))
        return chart(
            self._instruments.get(key) or measures.latest(key),
            readings,
            sessions=self.course.sessions_agreed,
            dates=dates,
            marks=marks,
            width=width,
            height=height,
        )

    @property
    def measured(self) -> list[str]:
        """The keys of every measure that has come in, the course's own first."""
        keys = sorted(self._instruments)
        return sorted(keys, key=lambda key: key != self.course.measure)

    def scores(self, session: Session) -> dict[str, Score]:
        """What was sent before a session, by instrument key."""
        if session.appointment_id is None:
            return {}
        return {r.instrument: r.score for r in self.responses.get(session.appointment_id, [])}

    def before(self, session: Session) -> dict[str, Score]:
        """The latest scores sent before earlier sessions, by instrument key."""
        found: dict[str, Score] = {}
        for earlier in self.sessions:
            if earlier.number < session.number:
                found |= self.scores(earlier)
        return found

    def sent_before(self, session: Session) -> list[Response]:
        """The answers sent before a session, in the order they were asked."""
        if session.appointment_id is None:
            return []
        return sorted(self.responses.get(session.appointment_id, []), key=lambda r: r.order)

    def answer_before(self, session: Session, key: str, concept: str) -> int | None:
        """The latest answer to one question that was sent before an earlier session."""
        given = [
            response.given().get(concept)
            for earlier in self.sessions
            if earlier.number < session.number
            for response in self.sent_before(earlier)
            if response.instrument == key
        ]
        return given[-1] if given else None

    @cached_property
    def first_scores(self) -> dict[str, Score]:
        """The first score of each measure, by instrument key."""
        found: dict[str, Score] = {}
        for session in self.sessions:
            found = {**self.scores(session), **found}
        return found

    @cached_property
    def _instruments(self) -> dict[str, Instrument]:
        return {r.instrument: r.measure for rows in self.responses.values() for r in rows}

    def _record(
        self, session: Session | None, appointment: Appointment, *, follow_up: bool = False
    ) -> words.Record:
        sent = self.responses.get(appointment.pk, [])
        return words.Record(
            on=appointment.starts_at.astimezone(ZoneInfo(appointment.zone)).date(),
            number=session.number if session else None,
            attendance=appointment.attended,
            done=frozenset(session.done if session else ()),
            scores={response.instrument: response.score for response in sent},
            follow_up=follow_up,
        )


def _age(course: Course, on: date) -> int | None:
    born = course.client.born_on
    return ages.age(born, on) if born else None
