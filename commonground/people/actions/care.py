"""Who looks after whom: care, supervision, and a record opened in an emergency."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit

from .. import emails
from ..models import Care, Client, Opening, Supervision, Therapist, User
from ..models.care import Part
from ..models.opening import LASTS as EMERGENCY
from ..roles import Role
from .accounts import Refused


@audit.verb("people.care.begun")
def begin_care(
    *,
    by: Any,
    now: datetime,
    client: Client,
    therapist: Therapist,
    part: str,
    reason: str,
    ends_at: datetime | None = None,
) -> Care:
    """Put a client into a therapist's care from now on; a client has one lead at a time."""
    leading = Care.objects.current(now).leading().filter(client=client)
    if part == Part.LEAD and leading.exists():
        raise Refused(_("Somebody already leads this client's therapy. End that first."))
    care = Care.objects.create(
        client=client, therapist=therapist, part=part, begins_at=now, ends_at=ends_at, reason=reason
    )
    audit.about(care)
    audit.note(client=str(client.pk), therapist=str(therapist.pk), part=str(part), reason=reason)
    return care


@audit.verb("people.care.ended")
def end_care(*, by: Any, now: datetime, care: Care, reason: str) -> None:
    """End a therapist's part in somebody's care now; the record closes to them at once."""
    audit.about(care)
    audit.note(reason=reason)
    if not Care.objects.current(now).filter(pk=care.pk).update(ends_at=now):
        raise Refused(_("This care has already ended."))


@audit.verb("people.record.opened")
def open_in_emergency(*, by: User, now: datetime, client: Client, reason: str) -> Opening:
    """Let an owner read a record for an hour, for a reason; whoever leads the therapy is told,
    and somebody else who answers for the practice. A process note stays shut.

    Asked again within the hour, the first opening stands.
    """
    if Role.OWNER not in by.roles:
        raise Refused(_("Only an owner of the practice can do this."))
    # One at a time for each client: two taps open it once.
    Client.objects.select_for_update().filter(pk=client.pk).get()
    standing: Opening | None = Opening.objects.open_to(by, now).filter(client=client).first()
    if standing is not None:
        audit.about(standing)
        return standing
    opened: Opening = Opening.objects.create(
        client=client, user=by, reason=reason, opened_at=now, ends_at=now + EMERGENCY
    )
    audit.about(opened)
    told = _to_be_told(client, by, now)
    audit.note(client=str(client.pk), told=[str(user.pk) for user in told])
    for user in told:
        emails.tell_of_opening(opened, user)
    return opened


def _to_be_told(client: Client, by: User, now: datetime) -> list[User]:
    """Whoever leads the therapy, and a second pair of eyes: another owner, else a supervisor,
    else whoever is at the desk. In a practice of one there is nobody else, and nobody is told."""
    others = User.objects.filter(is_active=True).exclude(pk=by.pk)
    leads = Care.objects.current(now).leading().filter(client=client)
    found = list(others.filter(therapist__in=leads.values("therapist")))
    for role in (Role.OWNER, Role.SUPERVISOR, Role.COORDINATOR):
        rest = others.exclude(pk__in=[user.pk for user in found])
        second = rest.filter(groups__name=role).order_by("pk").first()
        if second is not None:
            return [*found, second]
    return found


@audit.verb("people.supervision.begun")
def begin_supervision(
    *, by: Any, now: datetime, supervisor: User, therapist: Therapist
) -> Supervision:
    """Let a supervisor see the work of a therapist from now on; nobody supervises themselves."""
    if therapist.user_id == supervisor.pk:
        raise Refused(_("Nobody can supervise their own work."))
    supervision = Supervision.objects.create(
        supervisor=supervisor, therapist=therapist, begins_at=now
    )
    audit.about(supervision)
    audit.note(supervisor=str(supervisor.pk), therapist=str(therapist.pk))
    return supervision


@audit.verb("people.supervision.ended")
def end_supervision(*, by: Any, now: datetime, supervision: Supervision) -> None:
    """End a supervision now."""
    audit.about(supervision)
    if not Supervision.objects.current(now).filter(pk=supervision.pk).update(ends_at=now):
        raise Refused(_("This supervision has already ended."))
