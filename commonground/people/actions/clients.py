"""The records of clients: one by hand, many from a list, and the trace of who looked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from commonground.core import audit
from commonground.core.models import DataKey

from ..csvlist import Row
from ..models import Client, Consent, Contact, Therapist, Trace
from ..models.care import Part
from ..roles import Role
from .accounts import invite
from .care import begin_care


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
