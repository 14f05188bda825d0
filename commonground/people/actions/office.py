"""The verbs of the front office: who comes in, what they may do, who looks after whom.

Each is told `by` whom and `now`, runs in one transaction and leaves one line in the audit.
A verb that must not happen raises Refused with a sentence for the person who asked.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.core.models import DataKey

from .. import emails
from ..csvlist import Row
from ..mailboxes import same
from ..models import (
    Care,
    Client,
    Consent,
    Contact,
    Guardian,
    Invitation,
    Opening,
    Practice,
    Supervision,
    Therapist,
    Trace,
    User,
)
from ..models.care import Part
from ..models.invitation import LASTS, digest, fingerprint
from ..models.opening import LASTS as EMERGENCY
from ..roles import Role, may_invite


class Refused(Exception):
    """It cannot be done; the text says why, in words for whoever asked."""


@audit.verb("people.invited")
def invite(
    *,
    by: Any,
    now: datetime,
    address: str,
    roles: Iterable[Role],
    client: Client | None = None,
    guardian: Guardian | None = None,
) -> tuple[Invitation, str]:
    """Invite whoever reads mail at `address`; an earlier invitation to it stops working. `client`
    is whose record becomes theirs, `guardian` the row that says whom they stand beside.

    Returns the invitation and its link, which is also in the mail and nowhere else.
    """
    wanted = frozenset(Role(role) for role in roles)
    if client is not None:
        _refuse_a_guardians_mailbox(client, address)
    if isinstance(by, User) and not may_invite(by.roles, wanted):
        raise Refused(_("Only an owner of the practice can invite somebody with these roles."))
    Invitation.objects.for_address(address).open().update(withdrawn_at=now)
    token = Invitation.new_token()
    invitation = Invitation.objects.create(
        address=address.strip().lower(),
        address_hash=fingerprint(address),
        roles=sorted(wanted),
        token_hash=digest(token),
        client=client,
        guardian=guardian,
        invited_by=by if isinstance(by, User) else None,
        invited_at=now,
        expires_at=now + LASTS,
    )
    audit.about(invitation)
    audit.note(roles=sorted(wanted))
    link = emails.send_invitation(invitation, token)
    return invitation, link


@audit.verb("people.invitation.withdrawn")
def withdraw_invitation(*, by: Any, now: datetime, invitation: Invitation) -> None:
    """Make an invitation's link useless. One that was accepted stays accepted."""
    audit.about(invitation)
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=now):
        raise Refused(_("This invitation was already used or withdrawn."))


@audit.verb("people.invitation.accepted")
def accept_invitation(
    *, by: Any, now: datetime, invitation: Invitation, name: str, password: str | None
) -> tuple[User, bool]:
    """Let the invited person in. Returns their account and whether it is new.

    Who they are is what the invitation says, never what is posted: an account that already has
    this address keeps its name and password, and only gains the roles.
    """
    taken = Invitation.objects.pending(now).filter(pk=invitation.pk).update(accepted_at=now)
    if not taken:
        raise Refused(_("This invitation was already used, withdrawn, or has run out."))
    user = User.objects.filter(email=invitation.address).first()
    new = user is None
    if user is None:
        user = User.objects.create_user(invitation.address, name, joined_at=now)
        if password and invitation.for_staff:
            user.set_password(password)
            user.save(update_fields=["password"])
    elif not user.is_active:
        raise Refused(_("This account is closed. Ask the practice to open it again."))
    for role in invitation.roles:
        _take_up(user, Role(role))
    if invitation.client_id:
        _join_record(user, invitation.client_id)
    if invitation.guardian_id:
        _stand_beside(user, invitation.guardian_id, now)
    audit.about(user)
    audit.note(invitation=str(invitation.pk), roles=list(invitation.roles), new=new)
    return user, new


@audit.verb("people.role.granted")
def grant_role(*, by: Any, now: datetime, user: User, role: Role) -> None:
    """Give somebody a role; they sign in again with what it demands."""
    audit.about(user)
    audit.note(role=str(role))
    if role not in user.roles:
        _take_up(user, role)
        user.end_sessions()


@audit.verb("people.role.revoked")
def revoke_role(*, by: Any, now: datetime, user: User, role: Role) -> None:
    """Take a role away, at once and in every open session. The last owner keeps theirs."""
    audit.about(user)
    audit.note(role=str(role))
    if role == Role.OWNER:
        _refuse_to_lose_the_last_owner(user)
    user.groups.remove(*Group.objects.filter(name=role))
    user.forget_roles()
    user.end_sessions()


@audit.verb("people.user.deactivated")
def deactivate(*, by: Any, now: datetime, user: User) -> None:
    """Close an account: no way in, and every open session ends. Nothing is deleted."""
    audit.about(user)
    _refuse_to_lose_the_last_owner(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.end_sessions()


@audit.verb("people.user.reactivated")
def reactivate(*, by: Any, now: datetime, user: User) -> None:
    """Open a closed account again, with the roles it had."""
    audit.about(user)
    user.is_active = True
    user.save(update_fields=["is_active"])


@audit.verb("people.sessions.ended")
def sign_out_everywhere(*, by: User, now: datetime) -> None:
    """End every open session of the person who asks."""
    audit.about(by)
    by.end_sessions()


@audit.verb("people.client.admitted")
def admit(
    *,
    by: Any,
    now: datetime,
    therapist: Therapist,
    identity: Mapping[str, str],
    contacts: Iterable[Mapping[str, Any]],
    invited_at: str = "",
    data_key: DataKey | None = None,
    reason: str = "by hand",
) -> Client:
    """Take a client into a therapist's care: their record under a key of its own, the ways to
    reach them, and, where `invited_at` gives an address, an invitation to it.

    `identity` holds name, preferred_name, date_of_birth (ISO) and pronouns; `contacts` the fields
    of Contact. Care begins now, for `reason`. `data_key` is the key of what was written before,
    where there is something.
    """
    key = data_key or DataKey.objects.fresh("client")
    client = Client.objects.create(data_key=key, created_at=now, **identity)
    audit.about(client)
    Contact.objects.bulk_create(Contact(client=client, **contact) for contact in contacts)
    begin_care(client=client, therapist=therapist, part=Part.LEAD, reason=reason, by=by, now=now)
    Trace.objects.renew(client, client.tokens)
    if invited_at:
        invite(address=invited_at, roles=[Role.CLIENT], client=client, by=by, now=now)
    return client


@audit.verb("people.clients.listed")
def admit_all(
    *,
    by: Any,
    now: datetime,
    rows: Iterable[Row],
    therapists: Mapping[str, Therapist],
    invite: Collection[int] = (),
) -> int:
    """Take in everybody of a list, or nobody; returns how many.

    `therapists` are by the address that each row names; `invite` are the lines of those who are
    invited to their own page. Nobody else is written to.
    """
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        ways = [
            {"kind": Contact.Kind.EMAIL, "value": row.email},
            {"kind": Contact.Kind.PHONE, "value": row.phone},
        ]
        client = admit(
            therapist=therapists[row.therapist.casefold()],
            identity={
                "name": row.name,
                "preferred_name": row.preferred_name,
                "date_of_birth": row.date_of_birth.isoformat(),
            },
            contacts=[way for way in ways if way["value"]],
            reason="from a list",
            invited_at=row.email if row.line in invite else "",
            by=by,
            now=now,
        )
        if row.consent_on is not None:
            Consent.objects.create(
                client=client,
                kind=Consent.Kind.TREATMENT,
                basis=Consent.Basis.PARENTAL if row.consent_by else Consent.Basis.OWN,
                given_on=row.consent_on,
                given_by=row.consent_by or row.name,
                source=row.consent_source,
            )
    audit.note(clients=count, invited=len(invite))
    return count


@audit.verb("people.client.traced")
def trace(*, by: Any, now: datetime, client: Client) -> None:
    """Let a client be found by what names them now."""
    audit.about(client)
    Trace.objects.renew(client, client.tokens)


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


@audit.verb("people.practice.opened")
def open_practice(*, by: Any, now: datetime, name: str, owner_email: str) -> str:
    """Begin a practice, or invite its first owner anew; returns the link that lets them in.

    Refused as soon as an owner is there: from then on, owners invite owners.
    """
    if User.objects.holding(Role.OWNER).filter(is_active=True).exists():
        raise Refused(_("This practice already has an owner, who can invite others."))
    practice = Practice.objects.first()
    if practice is None:
        practice = Practice.objects.create(name=name)
    audit.about(practice)
    return invite(by=by, now=now, address=owner_email, roles=[Role.OWNER])[1]


@audit.verb("people.practice.changed")
def change_practice(*, by: Any, now: datetime, row: Any, fields: Iterable[str]) -> None:
    """Save what the practice tells the public about itself: its own row, a place, a line."""
    row.save()
    audit.about(row)
    audit.note(fields=sorted(fields))


@audit.verb("people.practice.removed")
def remove_from_practice(*, by: Any, now: datetime, row: Any) -> None:
    """Take a place or a crisis line off the site."""
    audit.about(row)
    row.delete()


def _join_record(user: User, client_id: UUID) -> None:
    """Give the account its record. Raises Refused where it has another one already, as a couple
    with one address would: neither may ever read the other's."""
    if Guardian.objects.filter(user=user, client=client_id).exists():
        raise Refused(_("Whoever stands beside somebody cannot become them. Ask the practice."))
    if Client.objects.own(user).exclude(pk=client_id).exists():
        raise Refused(_("This address has a record already. Ask the practice to use another one."))
    Client.objects.filter(pk=client_id, user__isnull=True).update(user=user)


def _stand_beside(user: User, guardian_id: UUID, now: datetime) -> None:
    """Give the account its place beside a client. Raises Refused for the client's own account, and
    where the place has ended or is somebody else's."""
    waiting = Guardian.objects.standing(now).filter(pk=guardian_id, user__isnull=True)
    if (
        not waiting.exclude(client__user=user)
        .exclude(client__guardians__user=user)
        .update(user=user)
    ):
        raise Refused(_("This invitation no longer leads anywhere. Please ask the practice."))


def _refuse_a_guardians_mailbox(client: Client, address: str) -> None:
    """Raises Refused for the mailbox of a parent: whoever reads it would be let in as the child."""
    guardians = client.guardians.with_keys()
    if any(same(address, guardian.email) for guardian in guardians if guardian.email):
        raise Refused(
            _("This address belongs to a parent or guardian. Use one that only the client reads.")
        )


def _take_up(user: User, role: Role) -> None:
    """Put the user into the group of this name; a therapist also gets the row clients see."""
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    user.forget_roles()
    if role == Role.THERAPIST:
        Therapist.objects.get_or_create(user=user, defaults={"name": user.name})


def _refuse_to_lose_the_last_owner(user: User) -> None:
    """Raises Refused if nobody else owns the practice; two owners cannot oust each other."""
    list(Group.objects.select_for_update().filter(name=Role.OWNER))
    if Role.OWNER not in user.roles:
        return
    if not User.objects.holding(Role.OWNER).filter(is_active=True).exclude(pk=user.pk).exists():
        raise Refused(_("A practice needs an owner. Make somebody else an owner first."))
