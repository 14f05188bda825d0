"""The verbs about whoever stands beside a young client, and what is shared with them.

More is opened only by the young person's own yes: on their own page where they have one, else said
in the session and written down by whoever leads the therapy. Less needs nobody's leave.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit, clock

from .. import sharing
from ..mailboxes import same
from ..models import Client, Consent, Guardian, Invitation, Practice, Sharing, User
from ..roles import Role
from .accounts import Refused, invite

FACTS = ("name", "relation", "email", "holds_parental_responsibility", "ends_on")


@audit.verb("people.guardian.recorded")
def record_guardian(
    *,
    by: Any,
    now: datetime,
    client: Client,
    name: str,
    relation: str,
    email: str = "",
    holds_parental_responsibility: bool = False,
    ends_on: date | None = None,
) -> Guardian:
    """Write down who stands beside a client. Nothing is shown to them; their access ends on
    `ends_on`, at the latest on the next birthday that changes who decides."""
    _refuse_the_clients_own_mailbox(client, email)
    guardian: Guardian = Guardian.objects.create(
        client=client,
        name=name,
        relation=relation,
        email=email,
        holds_parental_responsibility=holds_parental_responsibility,
        ends_on=_end(client, ends_on, now),
    )
    audit.about(guardian)
    audit.note(client=str(client.pk), ends_on=str(guardian.ends_on))
    return guardian


@audit.verb("people.guardian.corrected")
def correct_guardian(
    *,
    by: Any,
    now: datetime,
    guardian: Guardian,
    name: str,
    relation: str,
    email: str = "",
    holds_parental_responsibility: bool = False,
    ends_on: date | None = None,
) -> None:
    """Put right what is written about a guardian. Their access can end sooner by it, not later."""
    if email != (guardian.email or ""):
        _refuse_the_clients_own_mailbox(guardian.client, email)
        guardian.invitations.open().update(withdrawn_at=now)
    end = ends_on or guardian.ends_on
    if guardian.ends_on and end and end > guardian.ends_on:
        raise Refused(_("This can end sooner, not later. It goes on only by a review."))
    guardian.name, guardian.relation, guardian.email = name, relation, email
    guardian.holds_parental_responsibility = holds_parental_responsibility
    guardian.ends_on = end
    guardian.save(update_fields=FACTS)
    audit.about(guardian)
    audit.note(ends_on=str(end))


@audit.verb("people.guardian.invited")
def invite_guardian(*, by: Any, now: datetime, guardian: Guardian) -> tuple[Invitation, str]:
    """Invite a guardian to an account of their own; returns the invitation and its link."""
    audit.about(guardian)
    if guardian.user_id is not None:
        raise Refused(_("They have an account already."))
    if not guardian.stands(now):
        raise Refused(_("Their access has ended. Nothing would be there for them."))
    if not guardian.email:
        raise Refused(_("Write down their e-mail address first."))
    _refuse_the_clients_own_mailbox(guardian.client, guardian.email)
    guardian.ends_on = _end(guardian.client, guardian.ends_on, now)
    guardian.save(update_fields=["ends_on"])
    return invite(address=guardian.email, roles=[Role.GUARDIAN], guardian=guardian, by=by, now=now)


@audit.verb("people.sharing.suggested")
def suggest_sharing(
    *,
    by: User,
    now: datetime,
    guardian: Guardian,
    classes: Iterable[str],
    said: bool = False,
) -> bool:
    """The therapist's side of the agreement: what they take back is shut at once; what they would
    open waits for the young person's yes on their own page.

    Without a page of theirs, `said` means that they said yes in the session: then it is open from
    now on. Returns whether something waits for a yes.
    """
    held = _held(guardian)
    before, wanted = held.sees, _in_order(classes)
    more = sharing.opened(before, wanted)
    _refuse_after_the_end(held, now)
    own = held.client.user_id is not None
    if more and not own and not said:
        raise Refused(_("Ask first, and say here that they agreed. Nothing is opened without it."))
    open_now = wanted if said and not own else tuple(w for w in before if w in wanted)
    audit.about(held)
    audit.note(opened=[w for w in open_now if w not in before], suggested=list(more) if own else [])
    if open_now != before:
        narrower = set(open_now) < set(before)
        _decide(held, open_now, Sharing.Way.NARROWED if narrower else Sharing.Way.ROOM, by, now)
    held.proposed = list(more) if own else []
    held.proposed_by = by if held.proposed else None
    held.save(update_fields=["proposed", "proposed_by"])
    return bool(held.proposed)


@audit.verb("people.sharing.decided")
def decide_sharing(
    *, by: User, now: datetime, guardian: Guardian, classes: Iterable[str]
) -> tuple[str, ...]:
    """The young person says what is shown from now on; it answers what was suggested. Once they
    are of age, and asked, their yes opens it anew until the next day on which it must be looked at.

    Returns what is open.
    """
    held = _held(guardian)
    wanted = _in_order(classes)
    if held.client.user_id != by.pk:
        raise Refused(_("Only the young person themselves can decide this."))
    sharing.opened(held.sees, wanted)
    audit.about(held)
    if not held.stands(now):
        _go_on(held, wanted, by, now, given_by=held.client.name)
    else:
        _decide(held, wanted, Sharing.Way.OWN, by, now)
    audit.note(open=list(wanted), until=str(held.ends_on))
    held.proposed, held.proposed_by = [], None
    held.save(update_fields=["proposed", "proposed_by"])
    return wanted


@audit.verb("people.guardian.ended")
def end_guardian(*, by: User, now: datetime, guardian: Guardian) -> None:
    """End what a guardian sees, at once: nothing is open, and no invitation works."""
    held = _held(guardian)
    audit.about(held)
    _decide(held, (), Sharing.Way.ENDED, by, now)
    today = clock.day_of(now)
    held.ends_on = min(today, held.ends_on or today)
    held.proposed, held.proposed_by = [], None
    held.review, held.reviewed_for = Guardian.Review.ENDS, held.ends_on
    held.save(update_fields=["ends_on", "proposed", "proposed_by", "review", "reviewed_for"])
    held.invitations.open().update(withdrawn_at=now)


@audit.verb("people.guardian.reviewed")
def review_guardian(*, by: User, now: datetime, guardian: Guardian, review: str) -> None:
    """Decide, with the young person, what becomes of an access that ends by itself. It is
    prolonged by none of the answers: `ask` lets the young person say yes once they are of age."""
    held = _held(guardian)
    audit.about(held)
    audit.note(review=str(review), ends_on=str(held.ends_on))
    if not held.needs_review(now):
        raise Refused(_("There is nothing to decide now."))
    held.review, held.reviewed_for = Guardian.Review(review), held.ends_on
    held.save(update_fields=["review", "reviewed_for"])


@audit.verb("people.sharing.went_on")
def go_on_sharing(*, by: User, now: datetime, guardian: Guardian, classes: Iterable[str]) -> None:
    """Somebody of age who has no page of their own said yes in the session: it goes on."""
    held = _held(guardian)
    audit.about(held)
    if held.client.user_id is not None:
        raise Refused(_("They have a page of their own and say it there themselves."))
    wanted = _in_order(classes)
    sharing.opened(held.sees, wanted)
    _go_on(held, wanted, by, now, given_by=held.client.name)
    audit.note(open=list(wanted), until=str(held.ends_on))


def _go_on(
    held: Guardian, wanted: Collection[str], by: User, now: datetime, *, given_by: str
) -> None:
    """Open it anew under the consent of somebody who is of age, for as long as that can hold."""
    if not held.may_go_on(now):
        raise Refused(_("Talk about it with your therapist first: this has ended."))
    today = clock.day_of(now)
    held.ends_on = sharing.ends_by(held.client.born_on, today, Practice.line_of_consent())
    held.review = ""
    held.save(update_fields=["ends_on", "review"])
    _decide(held, wanted, Sharing.Way.OF_AGE, by, now)
    Consent.objects.create(
        client=held.client,
        kind=Consent.Kind.SHARING,
        basis=Consent.Basis.OWN,
        given_on=today,
        given_by=given_by,
        guardian=held,
    )


def _decide(
    held: Guardian, classes: Collection[str], way: Sharing.Way, by: User, now: datetime
) -> None:
    held.may_see = dict.fromkeys(classes, True)
    held.save(update_fields=["may_see"])
    held.decisions.create(may_see=list(classes), way=way, decided_by=by, decided_at=now)


def _held(guardian: Guardian) -> Guardian:
    """The row as it stands, held until this is over: two who decide at once do it in turn."""
    Guardian.objects.select_for_update().filter(pk=guardian.pk).get()
    return Guardian.objects.with_keys().get(pk=guardian.pk)


def _in_order(classes: Iterable[str]) -> tuple[str, ...]:
    """These classes in their own order. Raises ValueError for what nobody may share."""
    return sharing.opened((), classes)


def _end(client: Client, wished: date | None, now: datetime) -> date:
    today = clock.day_of(now)
    latest = sharing.ends_by(client.born_on, today, Practice.line_of_consent())
    return min(wished, latest) if wished else latest


def _refuse_after_the_end(guardian: Guardian, now: datetime) -> None:
    if not guardian.stands(now):
        raise Refused(_("Their access has ended. It goes on only by a review."))


def _refuse_the_clients_own_mailbox(client: Client, address: str) -> None:
    """Raises Refused for the mailbox by which the client signs in, or was invited to."""
    invited = client.invitations.filter(withdrawn_at__isnull=True)
    known = [one.address for one in invited]
    known += [client.user.email] if client.user else []
    if any(same(address, each) for each in known):
        raise Refused(_("This address is the client’s own. A guardian needs another one."))
