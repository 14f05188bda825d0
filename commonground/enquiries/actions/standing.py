"""How an enquiry stands while a verb is at it: its row is held, its step is one of lifecycle.py.

Two who act at once meet at the row: the second is refused, or told what the first wrote.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.directory.suiting import Aspect
from commonground.scheduling import actions as scheduling

from ..lifecycle import Act, NotNow, Who
from ..models import Enquiry, Link, Message, Offer
from ..models.calls import call_of

BY_LINK = "link"
"""The kind of actor who holds a secret link; its id is the link's, never its token."""


class Refused(Exception):
    """It cannot be done; the text says why, in words for whoever asked."""


class Overtaken(Exception):
    """Somebody else has written meanwhile; `theirs` is what."""

    def __init__(self, theirs: Message | None) -> None:
        super().__init__("Somebody else has answered meanwhile.")
        self.theirs = theirs


def holder(link: Link) -> audit.Actor:
    """Whoever holds this link, for the audit."""
    return audit.Actor(BY_LINK, str(link.pk))


def held(enquiry: Enquiry) -> Enquiry:
    """The enquiry's row, locked until the transaction ends, as it is now."""
    # Without its key: PostgreSQL finds no row where the key is another one after the wait.
    row: Enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    audit.about(row)
    return row


def seen(enquiry: Enquiry, version: int) -> Enquiry:
    """The enquiry's row, locked. Raises Overtaken if something happened since it was looked at."""
    row = held(enquiry)
    if row.version != version:
        raise Overtaken(row.messages.in_order().last())
    return row


def rejoin(row: Enquiry, now: datetime) -> None:
    """Whoever was on the waiting list is on it again, where they stood."""
    if row.waiting_since is not None:
        step(row, Act.REJOIN, Who.HOUSE, now)


def still(offer: Offer, state: str, now: datetime) -> None:
    """Raises Refused unless the offer stands as it was seen, and its time is not over."""
    if not Offer.objects.filter(pk=offer.pk, state=state, expires_at__gt=now).exists():
        raise Refused(_("This has ended meanwhile: it was taken back, answered, or ran out."))


def moved(offer: Offer, state: str, now: datetime, **more: Any) -> None:
    Offer.objects.filter(pk=offer.pk).update(state=state, answered_at=now, **more)


def drop_offers(row: Enquiry, now: datetime) -> None:
    """Nothing is asked of any therapist about this enquiry any more."""
    row.offers.live().update(state=Offer.State.RECALLED, answered_at=now)


def drop_call(row: Enquiry, by: Any, now: datetime) -> None:
    """An introductory call that has not been yet is called off, and its time is free again."""
    call = call_of(row)
    if call is not None and call.starts_at > now:
        scheduling.cancel(appointment=call, by_client=True, by=by, now=now)


def step(row: Enquiry, act: Act, who: Who, now: datetime) -> None:
    """Take a step and count it; says kindly what cannot be done from here."""
    try:
        row.comes(act, who, now)
    except NotNow as no:
        raise Refused(_("This cannot be done any more: something else happened meanwhile.")) from no
    row.version += 1
    audit.note(act=str(act), state=str(row.state))


def say(row: Enquiry, text: str, now: datetime, by: Any = None) -> Message:
    last = row.messages.order_by("-number").values_list("number", flat=True).first() or 0
    message: Message = Message.objects.create(
        enquiry=row, number=last + 1, by=by, from_practice=by is not None, text=text, sent_at=now
    )
    return message


def cannot(ruled_out: tuple[Aspect, ...]) -> str:
    """Why a therapist cannot be asked, in a sentence."""
    if Aspect.AGE in ruled_out:
        return _("This therapist does not see people of this age.")
    return _("This therapist does not meet in any of the ways that were asked for.")
