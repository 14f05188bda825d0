"""Several appointments in one step: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commonground.core import audit
from commonground.people.models import Client, Place, Therapist

from ..models import Appointment, Series
from .booking import plan
from .keeping import wait_for, wait_for_rooms


@dataclass(frozen=True)
class Planned:
    """One appointment of a series to be: when, and where (None: online)."""

    starts_at: datetime
    place: Place | None


@audit.verb("scheduling.series.booked")
def book_series(
    *,
    therapist: Therapist,
    client: Client,
    times: Sequence[Planned],
    minutes: int,
    by: Any,
    now: datetime,
    once: UUID | None = None,
) -> list[Appointment]:
    """Keep all of these times, or none of them.

    Told again with the same `once`, it gives the same appointments. Raises Taken for the first
    that is not free, ValueError where there are no times.
    """
    if not times:
        raise ValueError("A series has at least one appointment.")
    made = Series.objects.filter(once=once).first() if once else None
    if made is not None:
        audit.about(made)
        return list(made.appointments.order_by("starts_at"))
    wait_for(therapist.pk)
    wait_for_rooms({each.place.pk for each in times if each.place})  # all, before the client
    made = Series.objects.create(
        therapist=therapist, zone=therapist.user.zone, weeks=len(times), made_at=now, once=once
    )
    audit.about(made)
    return [
        plan(
            therapist=therapist,
            client=client,
            starts_at=each.starts_at,
            minutes=minutes,
            place=each.place,
            series=made,
            by=by,
            now=now,
        )
        for each in sorted(times, key=lambda each: each.starts_at)
    ]
