"""Which freed places fit whom on the waiting list, in the order of waiting."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from commonground.directory.models import Profile
from commonground.directory.suiting import ranked
from commonground.people.models import Therapist

from .enquiry import Enquiry
from .offer import Offer
from .suited import day_of, facts, need_of, weigh

MOST = 200
"""How many of the list are looked at in one round; the next round looks on."""


def freed(now: datetime) -> Iterator[tuple[Enquiry, Therapist]]:
    """Whom to ask about whom, first come first served; a fixed number of queries.

    Somebody who asked for one therapist waits for that one. A place that is being offered to
    somebody is not free, and nobody is asked again who could not before.
    """
    waiting = list(Enquiry.objects.waiting().with_keys()[:MOST])
    if not waiting:
        return
    offers = Profile.objects.listed(day_of(now)).offers()
    taken = Counter(Offer.objects.holding_places().values_list("therapist", flat=True))
    room: dict[Any, int] = {who: offer.room - taken[who] for who, offer in offers.items()}
    needs = {enquiry.pk: need_of(enquiry) for enquiry in waiting}
    told, before = facts(needs.values(), now), _asked_before(waiting)
    found: list[tuple[Enquiry, Any]] = []
    for enquiry in waiting:
        open_to_them = (
            (who, offer)
            for who, offer in offers.items()
            if room[who] > 0
            and who not in before.get(enquiry.pk, ())
            and enquiry.wished_id in (None, who)
        )
        can = ranked(weigh(needs[enquiry.pk], told, open_to_them)).can
        if can:
            room[can[0].who] -= 1
            found.append((enquiry, can[0].who))
    people = Therapist.objects.select_related("user").in_bulk([who for _each, who in found])
    yield from ((enquiry, people[who]) for enquiry, who in found)


def _asked_before(waiting: list[Enquiry]) -> dict[Any, set[Any]]:
    """Who was asked about each of them already, and it came to nothing."""
    rows = Offer.objects.filter(enquiry__in=waiting).values_list("enquiry", "therapist")
    found: dict[Any, set[Any]] = {}
    for enquiry, therapist in rows:
        found.setdefault(enquiry, set()).add(therapist)
    return found
