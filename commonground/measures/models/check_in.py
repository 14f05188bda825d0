"""One check-in with all its measures, asked as one row of questions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from commonground.people.models import Client
from commonground.scheduling.models import Appointment

from ..instrument import Instrument, Item, Option
from .assignment import Assignment
from .response import Response, Responses


@dataclass(frozen=True)
class Question:
    """One question as the client meets it: the `number`th of the whole check-in, from 1."""

    number: int
    response: Response
    instrument: Instrument
    item: Item
    value: int | None

    @property
    def is_risk(self) -> bool:
        """Whether an answer above the alerting value must show help at once."""
        return any(rule.concept == self.item.concept for rule in self.instrument.risks)

    @property
    def help_from(self) -> int | None:
        """The lowest answer that must show help; None where none does."""
        rules = [r.alert_from for r in self.instrument.risks if r.concept == self.item.concept]
        return min(rules, default=None)

    @property
    def asks_for_help(self) -> bool:
        """Whether the answer that stands now is one that must show help."""
        return (
            self.value is not None and self.help_from is not None and self.value >= self.help_from
        )

    @property
    def options(self) -> tuple[Option, ...]:
        return self.item.options


@dataclass(frozen=True)
class CheckIn:
    """What is asked on one occasion; `responses` in the order they were asked.

    `appointment` is the hour it comes before, where there is one; `assignment` the occasion, None
    where nothing is asked.
    """

    appointment: Appointment | None
    responses: list[Response]
    assignment: Assignment | None = None

    @classmethod
    def before(cls, appointment: Appointment, client: Client | None = None) -> "CheckIn":
        """The check-in of an appointment: one query; `client` where they are read already."""
        standing = Response.objects.current() if client else _standing()
        rows = list(standing.filter(appointment=appointment).select_related("assignment"))
        if client:
            for row in rows:
                row.client = client
        assignment = rows[0].assignment if rows else None
        if assignment is not None:
            assignment.appointment = appointment
        return cls(appointment, sorted(rows, key=_order), assignment)

    @classmethod
    def of(cls, assignment: Assignment) -> "CheckIn":
        """The check-in of an occasion: one query."""
        rows = list(_standing().filter(assignment=assignment))
        return cls(assignment.appointment, sorted(rows, key=_order), assignment)

    @classmethod
    def ahead(cls, client: Client, now: datetime) -> list["CheckIn"]:
        """Those whose hour is not over, the next hour first, then those without one: two queries,
        however many there are."""
        asked = list(Assignment.objects.about(client).coming(now).select_related("appointment"))
        given: dict[UUID | None, list[Response]] = {each.pk: [] for each in asked}
        for row in Response.objects.current().filter(assignment__in=asked) if asked else ():
            row.client = client  # with the key that lies ready on it
            given[row.assignment_id].append(row)
        return [cls(one.appointment, sorted(given[one.pk], key=_order), one) for one in asked]

    def waits(self, now: datetime) -> bool:
        """Whether it can be answered now, and is not sent."""
        return self.is_open(now) and bool(self.responses) and not self.is_sent

    @property
    def pk(self) -> UUID:
        """What its pages are called by."""
        assert self.assignment is not None
        return self.assignment.pk

    @cached_property
    def questions(self) -> list[Question]:
        """Every question that is still to be sent, measure after measure; all of what was sent."""
        asked = [
            (response, item, response.given())
            for response in [row for row in self.responses if not row.is_sent] or self.responses
            for item in response.measure.items
        ]
        return [
            Question(number, response, response.measure, item, given.get(item.concept))
            for number, (response, item, given) in enumerate(asked, start=1)
        ]

    def is_open(self, now: datetime) -> bool:
        """Whether it can be answered yet."""
        return self.assignment is not None and self.assignment.is_open(now)

    @property
    def is_sent(self) -> bool:
        return bool(self.responses) and all(response.is_sent for response in self.responses)

    @property
    def answered(self) -> int:
        return sum(question.value is not None for question in self.questions)

    @property
    def resume_at(self) -> int:
        """The number of the first question without an answer, or of the last question."""
        open_ones = [q.number for q in self.questions if q.value is None]
        return open_ones[0] if open_ones else len(self.questions)

    @property
    def asks_for_help(self) -> bool:
        return any(question.asks_for_help for question in self.questions)


def _standing() -> Responses:
    return Response.objects.current().with_keys()


def _order(response: Response) -> int:
    return response.order
