"""Somebody who writes is a client already: their letter is joined to the record that is there.

Who holds a link never learns what the record says, and nothing they gave is written into it
unless the office says so.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.core.fields import resealing
from commonground.core.models import DataKey
from commonground.people import actions as people
from commonground.people import traces
from commonground.people.mailboxes import same
from commonground.people.models import Care, Client, Contact, User

from .. import emails
from ..lifecycle import Act, Who
from ..models import Enquiry, Offer
from .standing import Refused, seen, step


@audit.verb("enquiries.joined")
def join(
    *,
    by: User,
    now: datetime,
    enquiry: Enquiry,
    client: Client,
    version: int,
    keep_ways: bool = False,
) -> None:
    """Join an enquiry to the record of whoever wrote it, words and conversation and all.

    Whoever leads their therapy has it then, and it is done here; with nobody leading, it stays on
    the desk until somebody does. `keep_ways`: ways to reach them that are new are kept as well.
    """
    row = seen(enquiry, version)
    if row.client_id is not None:
        raise Refused(_("This is joined to somebody already. Undo that first."))
    lead = Care.objects.current(now).leading().filter(client=client).first()
    step(row, Act.JOIN if lead else Act.RECOGNISE, Who.COORDINATOR, now)
    old = row.data_key
    _move(row, client.data_key)
    row.client, row.joined_at = client, now
    if lead is not None:
        row.answered_at = row.answered_at or now
    row.save()
    old.shred(now)
    audit.note(client=str(client.pk), keep_ways=keep_ways)
    if keep_ways and _add_ways(row, client):
        people.trace(client=client, by=by, now=now)
    if lead is not None:
        emails.tell_lead(row, lead.therapist)
        emails.send_there_is_a_reply(row, now)


@audit.verb("enquiries.parted")
def part(*, by: User, now: datetime, enquiry: Enquiry, version: int) -> None:
    """It was somebody else: take the enquiry out of the record, under a key of its own again."""
    row = seen(enquiry, version)
    if row.joined_at is None:
        raise Refused(_("This was not joined to anybody by hand."))
    if row.offers.filter(state=Offer.State.ACCEPTED).exists():
        raise Refused(_("They have accepted a place since. Ask whoever runs your practice."))
    step(row, Act.PART, Who.COORDINATOR, now)
    audit.note(client=str(row.client_id))
    _move(row, DataKey.objects.fresh("client"))
    row.client = row.joined_at = None
    row.save()


def _move(row: Enquiry, key: DataKey) -> None:
    """Put everything that was written under another key; the row itself is not saved."""
    theirs = [*row.messages.all(), *row.offers.all()]  # each knows this very row
    with resealing(row, *theirs):
        row.data_key = key
    for each in theirs:
        each.save()


def _add_ways(row: Enquiry, client: Client) -> bool:
    """Keep what is new of the ways to reach whoever wrote for themselves; whether any was."""
    if row.for_somebody_else:
        return False
    known = list(Contact.objects.of(client).own().with_keys())
    ways: list[dict[str, Any]] = []
    if row.email and not has(known, Contact.Kind.EMAIL, row.email):
        safe = bool(row.reach.get("email_safe"))
        ways.append({"kind": Contact.Kind.EMAIL, "value": row.email, "safe_to_write": safe})
    if row.phone and not has(known, Contact.Kind.PHONE, row.phone):
        safe = bool(row.reach.get("voicemail"))
        ways.append({"kind": Contact.Kind.PHONE, "value": row.phone, "safe_to_leave_message": safe})
    Contact.objects.bulk_create(Contact(client=client, **way) for way in ways)
    return bool(ways)


def has(known: list[Contact], kind: str, value: str) -> bool:
    """Whether this address or number is among the ways that are known."""
    alike = [way.value for way in known if way.kind == kind]
    if kind == Contact.Kind.EMAIL:
        return any(same(value, each) for each in alike)
    return any(traces.number(value) & traces.number(each) for each in alike)
