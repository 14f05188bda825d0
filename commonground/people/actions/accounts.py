"""Who is let in, and what they may do.

Each verb is told `by` whom and `now`, runs in one transaction and leaves one line in the audit.
A verb that must not happen raises Refused with a sentence for the person who asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from commonground.core import audit

from .. import emails
from ..mailboxes import same
from ..models import Client, Guardian, Invitation, Therapist, User
from ..models.invitation import LASTS, digest, fingerprint
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
