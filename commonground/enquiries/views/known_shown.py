"""What the pages of joining are handed: the person who wrote, and the client it may be."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.people import ages
from commonground.people.models import Care, Client, Contact, Trace, User

from ..actions.joining import has
from ..models import Enquiry
from .shown import ways

MOST = 12


def same_ways(enquiry: Enquiry) -> set[str]:
    """What of an enquiry leads to one household: addresses and numbers, not names."""
    return {token for token in enquiry.tokens if not token.startswith("word:")}


def alike(enquiry: Enquiry, user: User, now: datetime) -> list[dict[str, Any]]:
    """Clients with the same address or number, in the shape of a search."""
    rows = Client.objects.visible_to(user, now)
    rows = rows.filter(pk__in=Trace.objects.sharing(same_ways(enquiry)))
    clients = list(rows.with_keys()[:MOST])
    leads = Care.objects.current(now).leading().filter(client__in=clients)
    treated = dict(leads.values_list("client", "therapist__name"))
    return [{"client": each, "with": treated.get(each.pk, "")} for each in clients]


def both(enquiry: Enquiry, client: Client, now: datetime) -> dict[str, Any]:
    """The two side by side, and what joining them will do."""
    known = list(Contact.objects.of(client).own().with_keys())
    lead = Care.objects.current(now).leading().filter(client=client)
    told = ways(enquiry)
    for row, kind, value in zip(told, _kinds(enquiry), _values(enquiry), strict=True):
        row["known"] = _("stands in the record as well") if has(known, kind, value) else ""
    return {
        "client": client,
        "told": told,
        "known": [{"term": w.get_kind_display(), "text": w.value} for w in known],
        "lead": lead.values_list("therapist__name", flat=True).first() or "",
        "other_age": _other_age(enquiry, client, now),
        "new_ways": not enquiry.for_somebody_else and any(not row["known"] for row in told),
    }


def _other_age(enquiry: Enquiry, client: Client, now: datetime) -> bool:
    """Whether the age in the letter cannot be the client's; a birthday since is let pass."""
    if enquiry.age is None or client.born_on is None:
        return False
    return abs(ages.age(client.born_on, now.date()) - enquiry.age) > 1


def _kinds(enquiry: Enquiry) -> list[str]:
    found = {Contact.Kind.EMAIL: enquiry.email, Contact.Kind.PHONE: enquiry.phone}
    return [str(kind) for kind, value in found.items() if value]


def _values(enquiry: Enquiry) -> list[str]:
    return [value for value in (enquiry.email, enquiry.phone) if value]
