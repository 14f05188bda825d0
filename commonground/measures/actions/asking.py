"""Asking a measure: before an hour, by hand, or by a standing plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Client, User
from commonground.scheduling.models import Appointment

from .. import storages
from ..models import Assignment, CheckIn, Plan, Response
from ..models.assignment import OPENS
from .alerts import NobodyToTell, owner_of_alerts


class NoWords(RuntimeError):
    """A measure that is scored here but whose wording nobody has put in cannot be asked."""


@audit.verb("measures.check_in.asked")
def ask(
    *,
    client: Client,
    keys: Sequence[str],
    by: Any,
    now: datetime,
    appointment: Appointment | None = None,
    plan: Plan | None = None,
) -> CheckIn:
    """Ask a client these measures before an appointment, or now where there is none.

    Asking twice before one appointment asks nothing new. Raises NobodyToTell when the client has
    no therapist who would read the answers, and NoWords for a measure whose questions the practice
    has not been able to put in.
    """
    owner_of_alerts(client, now)
    instruments = [storages.latest(key) for key in keys]
    for instrument in instruments:
        if not instrument.has_text:
            raise NoWords(_("%(name)s has no questions here.") % {"name": instrument.name})
    occasion = _occasion(client, appointment, plan, now)
    audit.about(appointment or occasion)
    taken = set(occasion.responses.current().values_list("instrument", flat=True))
    for order, instrument in enumerate(instruments):
        if instrument.key not in taken:
            Response.objects.create(
                assignment=occasion,
                client=client,
                appointment=appointment,
                instrument=instrument.key,
                version=instrument.version,
                answers={},
                changes=[],
                order=len(taken) + order,
                asked_at=now,
            )
    return CheckIn.of(occasion)


def _occasion(
    client: Client, appointment: Appointment | None, plan: Plan | None, now: datetime
) -> Assignment:
    """The occasion on which it is asked: the one of its hour, or a new one that opens now."""
    told: dict[str, Any] = {"client": client, "asked_at": now, "plan": plan}
    if appointment is not None:
        found, _new = Assignment.objects.get_or_create(
            appointment=appointment, defaults=told | {"why": Assignment.Why.SESSION}
        )
        return found
    why = Assignment.Why.RHYTHM if plan else Assignment.Why.HAND
    return Assignment.objects.create(why=why, opens_at=now, **told)


@audit.verb("measures.check_in.opened")
def open_now(*, assignment: Assignment, by: User, now: datetime) -> Assignment:
    """Let a client answer before the 48 hours have come: there is a reason to ask today."""
    audit.about(assignment)
    if not assignment.is_open(now):
        assignment.opens_at = now
        assignment.save(update_fields=["opens_at"])
    return assignment


@audit.verb("measures.plan.begun")
def begin_plan(
    *,
    client: Client,
    measures: Sequence[str],
    every_days: int | None,
    by: User,
    now: datetime,
    begins_on: date,
    ends_on: date | None = None,
) -> Plan:
    """Ask these measures again and again, from a day on. Raises as `ask` does."""
    owner_of_alerts(client, now)
    for key in measures:
        if not storages.latest(key).has_text:
            raise NoWords(
                _("%(name)s has no questions here.") % {"name": storages.latest(key).name}
            )
    plan = Plan.objects.create(
        client=client,
        measures=list(measures),
        every_days=every_days,
        begins_on=begins_on,
        ends_on=ends_on,
        made_by=by,
        made_at=now,
    )
    audit.about(plan)
    return plan


@audit.verb("measures.plan.ended")
def end_plan(*, plan: Plan, by: User, now: datetime) -> Plan:
    """Ask no more by this plan; what was asked stays."""
    audit.about(plan)
    plan.ended_at = plan.ended_at or now
    plan.save(update_fields=["ended_at"])
    return plan


@audit.verb("measures.plan.followed")
def ask_by_plan(*, plan: Plan, by: Any, now: datetime) -> list[CheckIn]:
    """Ask what a plan has due: once, however many workers follow it at the same moment.

    Nothing while nobody would read the answers, and nothing new while what the rhythm asked last
    still waits: a client is never met by a heap.
    """
    audit.about(plan)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.ended_at is not None:
        return []
    try:
        owner_of_alerts(plan.client, now)
    except NobodyToTell:
        audit.note(asked=0)
        return []
    hours = _hours_due(plan, now) if plan.every_days is None else [None][: rhythm_is_due(plan, now)]
    made = [
        ask(
            client=plan.client, keys=plan.measures, appointment=hour,
            plan=plan if hour is None else None, by=by, now=now,
        )
        for hour in hours
    ]  # fmt: skip
    audit.note(asked=len(made))
    return made


def is_due(plan: Plan, now: datetime) -> bool:
    """Whether following a plan now would ask anything."""
    return bool(_hours_due(plan, now)) if plan.every_days is None else rhythm_is_due(plan, now)


def rhythm_is_due(plan: Plan, now: datetime) -> bool:
    """Whether the rhythm's next day has come, and nothing it asked before still waits."""
    last = Assignment.objects.filter(plan=plan).order_by("-asked_at").first()
    if last is None:
        return True
    if last.responses.current().filter(sent_at__isnull=True).exists():
        return False
    return last.asked_at.date() + timedelta(days=plan.every_days or 0) <= now.date()


def _hours_due(plan: Plan, now: datetime) -> list[Appointment]:
    """The client's next hours whose check-in is open and lacks one of the plan's measures."""
    near = Appointment.objects.standing().filter(
        client=plan.client, starts_at__gt=now, starts_at__lte=now + OPENS
    )
    asked = Response.objects.current().filter(appointment__in=near)
    has: dict[Any, set[str]] = {}
    for appointment, key in asked.values_list("appointment_id", "instrument"):
        has.setdefault(appointment, set()).add(key)
    return [hour for hour in near if not set(plan.measures) <= has.get(hour.pk, set())]
