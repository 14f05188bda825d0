"""Who must look at an answer, who does when they do not, and what was done."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people import actions as people
from commonground.people.models import Care, Client, Supervision, Therapist, User
from commonground.people.models.care import Part
from commonground.people.roles import Role
from commonground.scheduling.models import PracticeHoliday

from .. import emails, escalation, scoring
from ..escalation import Hours, Tie
from ..models import Alert, AlertHours, Duty, Escalation, Response

BACK_UP = ("duty", "escalation")
"""Why somebody covers who has been called in for an alert, and is not the first to ask."""
CALLED_IN = timedelta(days=14)
"""How long the record stays open to somebody who was called in."""

CARING = (Tie.COVER, Tie.LEAD)
"""Ties of those in whose care a client is anyhow: nobody has to let them in."""

Line = list[tuple[Tie, Therapist]]


class NobodyToTell(RuntimeError):
    """A client whose answers no therapist would see must not be asked."""


class AlreadyDone(Exception):
    """Somebody else has acted on this alert meanwhile."""


@audit.verb("measures.alert.acknowledged")
def acknowledge(*, alert: Alert, action: str, words: str, by: User, now: datetime) -> Alert:
    """Say who looked at an alert, and what they did. Raises AlreadyDone if somebody has."""
    audit.about(alert)
    audit.note(action=action)
    alert = _locked(alert)
    if not alert.is_open:
        raise AlreadyDone(_("Somebody has already said what they did about this alert."))
    alert.acknowledged_at = now
    alert.acknowledged_by = by
    alert.action = action
    alert.words = words
    alert.save()
    return alert


def owner_of_alerts(client: Client, now: datetime) -> Therapist:
    """Who must look at this client's alerts: whoever covers now, else leads, else is on duty.

    Raises NobodyToTell when there is nobody who works as a therapist here.
    """
    return _owner(client, now)[1]


def raise_alert(response: Response, concept: str, verdict: scoring.Alert, now: datetime) -> None:
    """One alert for an endorsed item; a later, more urgent answer brings its time forward.

    For use in a verb that saves the answer: the alert lives and dies with it.
    """
    tie, owner = _owner(response.client, now)
    zone = ZoneInfo(owner.user.zone)
    today = now.astimezone(zone).date()
    day = scoring.due_on(verdict.due, today, _closed(verdict.due, today))
    due_at = datetime.combine(day, time(23, 59), zone)
    goes_on_at = escalation.first_at(verdict.due, now, due_at, AlertHours.of_the_practice())
    same = Alert.objects.unanswered().filter(response__in=_versions(response), concept=concept)
    alert = same.first() if same.exists() else None
    if alert is None:
        alert = Alert.objects.create(
            client=response.client,
            response=response,
            concept=concept,
            owner=owner,
            due=verdict.due.value,
            why=verdict.why.value,
            due_at=due_at,
            goes_on_at=goes_on_at,
            raised_at=now,
        )
        if tie not in CARING:
            _let_in(owner, response.client, "duty", now)
        emails.tell_owner(alert, owner.user)
    elif due_at < alert.due_at:
        alert.due, alert.why, alert.due_at = verdict.due.value, verdict.why.value, due_at
        alert.goes_on_at = min(goes_on_at, alert.goes_on_at or goes_on_at)
        alert.save(update_fields=["due", "why", "due_at", "goes_on_at"])


@audit.verb("measures.alert.went_on")
def go_on(*, alert: Alert, by: Any, now: datetime) -> Escalation | None:
    """Pass an alert on that has waited too long; None where it has not, or somebody has acted.

    However often a step is tried, it is taken once: whoever had the alert keeps seeing it, and
    the next in line is told. Where nobody else exists, that is what is written down.
    """
    audit.about(alert)
    alert = _locked(alert)
    if not alert.is_open or alert.goes_on_at is None or alert.goes_on_at > now:
        return None
    asked = {alert.owner, *_had_it(alert)}
    to = escalation.next_in_line(line(alert.client, now), asked)
    return _step(alert, to, Escalation.Why.UNANSWERED, now)


@audit.verb("measures.alert.kept_owned")
def keep_owned(*, alert: Alert, by: Any, now: datetime) -> Escalation | None:
    """Give an open alert to a living owner: when care has changed, somebody has left, or covers.

    None where it is in the right hands.
    """
    audit.about(alert)
    alert = _locked(alert)
    found = wrong_hands(alert, now)
    if found is None:
        return None
    why, to = found
    if to is None and alert.goes_on_at is None:
        return None
    return _step(alert, to, why, now)


def wrong_hands(alert: Alert, now: datetime) -> tuple[Escalation.Why, Therapist | None] | None:
    """Why an open alert must change hands, and whose it becomes; None where it need not."""
    if not alert.is_open:
        return None
    people_now = line(alert.client, now)
    caring = {who for tie, who in people_now if _cares(who, alert.client, now)}
    if alert.owner not in caring:
        return Escalation.Why.OWNER_GONE, escalation.next_in_line(people_now, {alert.owner})
    covers = [who for tie, who in people_now if tie is Tie.COVER]
    leads = [who for tie, who in people_now if tie is Tie.LEAD]
    went_on = alert.escalations.filter(why=Escalation.Why.UNANSWERED).exists()
    if covers and alert.owner in leads and alert.owner not in covers and not went_on:
        return Escalation.Why.COVERED, covers[0]
    return None


def somebody_new(alert: Alert, now: datetime) -> bool:
    """Whether an alert that had come to the end of the line could go on to somebody now."""
    if not alert.is_open or alert.goes_on_at is not None:
        return False
    asked = {alert.owner, *_had_it(alert)}
    return escalation.next_in_line(line(alert.client, now), asked) is not None


@audit.verb("measures.duty.begun")
def begin_duty(
    *, therapist: Therapist, by: User, now: datetime, ends_at: datetime | None = None
) -> Duty:
    """Name a therapist who looks when nobody else does; alerts that stand alone go on to them."""
    duty = Duty.objects.create(therapist=therapist, begins_at=now, ends_at=ends_at)
    audit.about(duty)
    return duty


@audit.verb("measures.duty.ended")
def end_duty(*, duty: Duty, by: User, now: datetime) -> None:
    """Take a therapist off duty now; what is open with them stays with them."""
    audit.about(duty)
    duty.ends_at = now
    duty.save(update_fields=["ends_at"])


@audit.verb("measures.alert_hours.set")
def set_hours(*, hours: Hours, by: User, now: datetime) -> AlertHours:
    """Say how long an alert waits with somebody; it counts for what is raised or goes on next."""
    row, _new = AlertHours.objects.update_or_create(only=True, defaults=asdict(hours))
    audit.about(row)
    audit.note(**asdict(hours))
    return row


def line(client: Client, now: datetime) -> Line:
    """Everybody who could act for a client now, with what they are to them."""
    found = _caring(client, now)
    leads = Care.objects.current(now).filter(client=client).leading()
    supervising = Supervision.objects.current(now).filter(
        therapist__in=leads.values("therapist"),
        supervisor__in=User.objects.holding(Role.SUPERVISOR).filter(is_active=True),
    )
    supervisors = Therapist.objects.filter(user__in=supervising.values("supervisor")).filter(
        user__in=_able()
    )
    found += [(Tie.SUPERVISOR, who) for who in supervisors.select_related("user").order_by("pk")]
    found += [(Tie.DUTY, duty.therapist) for duty in Duty.objects.current(now)]
    return found


def _owner(client: Client, now: datetime) -> tuple[Tie, Therapist]:
    """The nearest of the line; the rest of it is looked up only where nobody covers or leads."""
    able = [found for found in _caring(client, now) if found[0] in CARING] or line(client, now)
    owner = escalation.next_in_line(able, ())
    if owner is None:
        raise NobodyToTell(
            _("No therapist looks after this client, so nobody would read an answer.")
        )
    return next(found for found in able if found[1] == owner)


def _caring(client: Client, now: datetime) -> Line:
    """Those who lead or cover now; whoever was called in for an alert stands with the duty."""
    caring = Care.objects.current(now).filter(
        client=client, part__in=(Part.COVER, Part.LEAD), therapist__user__in=_able()
    )
    found: Line = []
    for care in caring.select_related("therapist__user"):
        tie = Tie.LEAD if care.part == Part.LEAD else Tie.COVER
        found.append((Tie.DUTY if care.reason in BACK_UP else tie, care.therapist))
    return found


def _able() -> QuerySet[User]:
    """Those who work as therapists here."""
    return User.objects.holding(Role.THERAPIST).filter(is_active=True)


def _closed(due: scoring.Due, on: date) -> set[date]:
    """The practice's holidays that the next working day must pass over."""
    if due is scoring.Due.SAME_DAY:
        return set()
    return PracticeHoliday.objects.days(on, on + scoring.LONGEST)


def _step(alert: Alert, to: Therapist | None, why: Escalation.Why, now: datetime) -> Escalation:
    """Write a step down, change hands, and tell whoever has it now."""
    step = Escalation.objects.create(
        alert=alert,
        step=alert.escalations.count() + 1,
        why=why,
        at=now,
        owner_before=alert.owner,
        to=to,
    )
    audit.note(step=step.step, to=str(to.pk) if to else "nobody")
    if to is None:
        alert.goes_on_at = None
        alert.save(update_fields=["goes_on_at"])
        for user in _office():
            emails.tell_office(alert, user)
        return step
    _let_in(to, alert.client, "escalation", now)
    alert.owner = to
    alert.goes_on_at = escalation.again_at(
        scoring.Due(alert.due), now, AlertHours.of_the_practice()
    )
    alert.save(update_fields=["owner", "goes_on_at"])
    emails.tell_owner(alert, to.user, step.step)
    return step


def _let_in(therapist: Therapist, client: Client, reason: str, now: datetime) -> None:
    """Open the record to somebody who was called in, through care as everybody's: for 14 days."""
    if not _cares(therapist, client, now):
        people.begin_care(
            client=client, therapist=therapist, part=Part.COVER, reason=reason,
            ends_at=now + CALLED_IN, by=audit.SYSTEM, now=now,
        )  # fmt: skip


def _cares(therapist: Therapist, client: Client, now: datetime) -> bool:
    parts = (Part.LEAD, Part.COVER)
    return Care.objects.current(now).filter(
        client=client, therapist=therapist, part__in=parts
    ).exists()  # fmt: skip


def _had_it(alert: Alert) -> set[Therapist]:
    """Everybody whose the alert was by a step before."""
    steps = alert.escalations.select_related("owner_before", "to")
    return {who for step in steps for who in (step.owner_before, step.to) if who is not None}


def _versions(response: Response) -> list[Response]:
    """These answers, and those that they put right."""
    found = [response]
    while found[-1].corrects is not None:
        found.append(found[-1].corrects)
    return found


def _office() -> Iterator[User]:
    """Who is told that an alert is open where nobody else can look: never about whom."""
    roles = (Role.OWNER, Role.COORDINATOR)
    yield from User.objects.filter(groups__name__in=roles, is_active=True).distinct().order_by("pk")


def _locked(alert: Alert) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).with_keys().get(pk=alert.pk)
