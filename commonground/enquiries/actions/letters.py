"""The verbs of a letter: received, answered, offered, waiting, ended, and what the desk keeps.

Each takes the step that lifecycle.py allows, in one transaction with its mail and its line in
the audit.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.core.models import DataKey
from commonground.people.models import (
    Care,
    Client,
    Contact,
    Therapist,
    User,
)
from commonground.people.roles import Role

from .. import emails
from ..lifecycle import Act, Who
from ..models import Enquiry, EnquiryTrace, Link, Message, Offer, Reply
from ..models.offer import PERSON_HAS, THERAPIST_HAS
from ..models.suited import suit_of
from .standing import (
    Overtaken,
    Refused,
    cannot,
    drop_call,
    drop_offers,
    held,
    moved,
    rejoin,
    say,
    seen,
    step,
    still,
)

MOST_FOUND = 20
SENT_AGAIN = timedelta(hours=1)
"""How long a form that is sent a second time still leads to its conversation."""


@audit.verb("enquiries.received")
def receive(
    *,
    by: Any,
    now: datetime,
    number: UUID,
    called: str,
    reach: Mapping[str, Any],
    needs: Mapping[str, Any],
    words: str,
    wished: Therapist | None,
    source: str,
) -> tuple[Enquiry, Link, str, bool]:
    """Take a letter in, once: `number` is the form's, and a second sending finds the first.

    Returns the enquiry, a link to it, the link's token, and whether it is new. Raises
    IntegrityError where two sendings of one form meet: the caller asks again; Refused for a form
    that was sent long ago, which opens nothing any more.
    """
    known = Enquiry.objects.with_keys().filter(sent_as=number).first()
    if known is not None:
        audit.about(known)
        if now - known.received_at > SENT_AGAIN:
            raise Refused(_("This letter has arrived already."))
        audit.note(again=True)
        link, token = Link.make(enquiry=known, purpose=Link.Purpose.THREAD, now=now)
        return known, link, token, False
    enquiry = Enquiry.objects.create(
        data_key=DataKey.objects.fresh("client"),
        sent_as=number,
        called=called,
        reach=dict(reach),
        needs=dict(needs),
        words=words,
        wished=wished,
        source=source,
        received_at=now,
    )
    audit.about(enquiry)
    audit.note(source=source)
    EnquiryTrace.objects.renew(enquiry, enquiry.tokens)
    link, token = Link.make(enquiry=enquiry, purpose=Link.Purpose.THREAD, now=now)
    emails.send_received(enquiry, token)
    emails.tell_the_desk(enquiry, "received", enquiry.version)
    return enquiry, link, token, True


@audit.verb("enquiries.written")
def write(*, by: Any, now: datetime, enquiry: Enquiry, text: str) -> Message:
    """The person writes again."""
    row = held(enquiry)
    step(row, Act.WRITE, Who.PERSON, now)
    message = say(row, text, now)
    row.save(update_fields=["state", "ended_at", "version"])
    emails.tell_the_desk(row, "written", row.version)
    return message


@audit.verb("enquiries.answered")
def answer(*, by: Any, now: datetime, enquiry: Enquiry, text: str, version: int) -> Message:
    """The practice answers. Raises Overtaken if somebody has written since `version` was read."""
    row = held(enquiry)
    if row.version != version:
        raise Overtaken(row.messages.in_order().last())
    step(row, Act.ANSWER, Who.COORDINATOR, now)
    message = say(row, text, now, by=by)
    row.answered_at = row.answered_at or now
    row.save(update_fields=["state", "ended_at", "version", "answered_at"])
    emails.send_there_is_a_reply(row, now)
    return message


@audit.verb("enquiries.offered")
def offer(
    *,
    by: Any,
    now: datetime,
    enquiry: Enquiry,
    therapist: Therapist,
    version: int,
    shared: bool = False,
    note: str = "",
    who: Who = Who.COORDINATOR,
) -> Offer:
    """Ask a therapist whether they would see this person; they have three days.

    Refused for a therapist who does not see this age or meet in a way the person can.
    """
    row = held(enquiry)
    if row.version != version:
        raise Overtaken(row.messages.in_order().last())
    if ruled_out := suit_of(therapist, row, now).ruled_out:
        raise Refused(cannot(ruled_out))
    step(row, Act.OFFER, who, now)
    made: Offer = Offer.objects.create(
        enquiry=row,
        therapist=therapist,
        shared=shared,
        note=note,
        offered_by=by if isinstance(by, User) else None,
        offered_at=now,
        expires_at=now + THERAPIST_HAS,
    )
    row.offered_at = row.offered_at or now
    row.answered_at = row.answered_at or (now if who == Who.COORDINATOR else None)
    row.save(update_fields=["state", "ended_at", "version", "offered_at", "answered_at"])
    audit.note(therapist=str(therapist.pk), shared=shared)
    emails.ask_therapist(made)
    return made


@audit.verb("enquiries.offer.taken")
def take(*, by: User, now: datetime, offer: Offer) -> None:
    """The therapist would see them; the person is asked, and has a week."""
    row = held(offer.enquiry)
    still(offer, Offer.State.ASKED, now)
    step(row, Act.TAKE, Who.THERAPIST, now)
    row.save(update_fields=["state", "ended_at", "version"])
    moved(offer, Offer.State.AGREED, now, expires_at=now + PERSON_HAS)
    emails.send_there_is_a_reply(row, now)
    emails.tell_the_desk(row, "taken", row.version)


@audit.verb("enquiries.offer.passed")
def pass_on(*, by: User, now: datetime, offer: Offer, why: str, why_words: str) -> None:
    """The therapist cannot, and the desk is told why."""
    row = held(offer.enquiry)
    still(offer, Offer.State.ASKED, now)
    step(row, Act.PASS, Who.THERAPIST, now)
    rejoin(row, now)
    row.save(update_fields=["state", "ended_at", "version"])
    offer.why, offer.why_words = why, why_words
    offer.save(update_fields=["why", "why_words"])
    moved(offer, Offer.State.PASSED, now)
    audit.note(why=why)
    emails.tell_the_desk(row, "passed", row.version)


@audit.verb("enquiries.offer.recalled")
def recall(*, by: User, now: datetime, enquiry: Enquiry, version: int) -> None:
    """Take back what is offered, from the therapist or from the person."""
    row = seen(enquiry, version)
    step(row, Act.RECALL, Who.COORDINATOR, now)
    row.save(update_fields=["state", "ended_at", "version"])
    drop_offers(row, now)
    drop_call(row, by, now)


@audit.verb("enquiries.offer.lapsed")
def lapse(*, by: Any, now: datetime, offer: Offer) -> None:
    """Nobody answered in time. Whoever was on the waiting list keeps their place on it."""
    row = held(offer.enquiry)
    if not Offer.objects.run_out(now).filter(pk=offer.pk).exists():
        return  # somebody was quicker
    step(row, Act.LAPSE, Who.HOUSE, now)
    rejoin(row, now)
    row.save(update_fields=["state", "ended_at", "version"])
    moved(offer, Offer.State.LAPSED, now)
    drop_call(row, by, now)
    emails.tell_the_desk(row, "lapsed", row.version)


@audit.verb("enquiries.freed_place_offered")
def offer_freed(*, by: Any, now: datetime, enquiry: Enquiry, therapist: Therapist) -> Offer:
    """Ask a therapist who has room again about whoever has waited longest and fits."""
    return offer(
        enquiry=enquiry, therapist=therapist, version=enquiry.version, who=Who.HOUSE, by=by,
        now=now,
    )  # fmt: skip


@audit.verb("enquiries.searched")
def search(*, by: User, now: datetime, query: str) -> dict[str, Any]:
    """Whom somebody at the desk looks for: the clients, and for whoever answers letters the
    enquiries as well. Who was found is written down, not what was asked."""
    clients = list(Client.objects.visible_to(by, now).found_by(query).with_keys()[:MOST_FOUND])
    leads = Care.objects.current(now).leading().filter(client__in=clients)
    treated = dict(leads.values_list("client", "therapist__name"))
    ways: dict[Any, list[Contact]] = {}
    for way in Contact.objects.filter(client__in=clients).with_keys():
        ways.setdefault(way.client_id, []).append(way)
    enquiries = Enquiry.objects.visible_to(by, now).found_by(query).with_keys()
    found = list(enquiries.order_by("-received_at")[:MOST_FOUND])
    audit.note(clients=[str(c.pk) for c in clients], enquiries=[str(e.pk) for e in found])
    return {
        "clients": [
            {"client": c, "with": treated.get(c.pk, ""), "ways": ways.get(c.pk, [])}
            for c in clients
        ],
        "enquiries": found if Role.COORDINATOR in by.roles else None,
    }


@audit.verb("enquiries.turned_down")
def turn_down(*, by: Any, now: datetime, enquiry: Enquiry, text: str = "") -> None:
    """The person would rather not see this therapist."""
    row = held(enquiry)
    step(row, Act.TURN_DOWN, Who.PERSON, now)
    if text:
        say(row, text, now)
    row.save(update_fields=["state", "ended_at", "version"])
    for each in row.offers.live():
        moved(each, Offer.State.TURNED_DOWN, now)
    drop_call(row, by, now)
    emails.tell_the_desk(row, "turned-down", row.version)


@audit.verb("enquiries.waiting")
def wait(*, by: User, now: datetime, enquiry: Enquiry, version: int) -> None:
    """Put somebody on the waiting list; who was on it before keeps their place."""
    row = seen(enquiry, version)
    step(row, Act.WAIT, Who.COORDINATOR, now)
    row.save(update_fields=["state", "ended_at", "version", "waiting_since"])
    emails.send_there_is_a_reply(row, now)


@audit.verb("enquiries.ended")
def end(*, by: User, now: datetime, enquiry: Enquiry, version: int, act: Act) -> None:
    """Close an enquiry, or point to somewhere that fits better (`act`: close or signpost)."""
    row = seen(enquiry, version)
    step(row, act, Who.COORDINATOR, now)
    row.save(update_fields=["state", "ended_at", "version"])
    drop_offers(row, now)
    drop_call(row, by, now)


@audit.verb("enquiries.withdrawn")
def withdraw(*, by: Any, now: datetime, enquiry: Enquiry) -> None:
    """The person does not want to go on; whoever was asked is told that it is over."""
    row = held(enquiry)
    step(row, Act.WITHDRAW, Who.PERSON, now)
    row.save(update_fields=["state", "ended_at", "version"])
    for each in row.offers.live().select_related("therapist__user"):
        moved(each, Offer.State.WITHDRAWN, now)
        emails.tell_therapist(each)
    drop_call(row, by, now)
    emails.tell_the_desk(row, "withdrawn", row.version)


@audit.verb("enquiries.links.revoked")
def revoke_links(*, by: Any, now: datetime, enquiry: Enquiry) -> int:
    """Make every link to this enquiry useless; returns how many still worked."""
    audit.about(enquiry)
    return int(enquiry.links.revoke(now))


# ——— prepared answers ———


@audit.verb("enquiries.reply.saved")
def save_reply(*, by: User, now: datetime, reply: Reply) -> None:
    """Keep a prepared answer."""
    reply.save()
    audit.about(reply)


@audit.verb("enquiries.reply.removed")
def remove_reply(*, by: User, now: datetime, reply: Reply) -> None:
    """Take a prepared answer away."""
    audit.about(reply)
    reply.delete()
