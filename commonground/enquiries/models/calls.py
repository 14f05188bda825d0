"""The introductory call of an enquiry: when it could be, and when it is."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from commonground.people.models import Therapist
from commonground.scheduling.availability import Slot
from commonground.scheduling.models import Appointment, diaries

from .enquiry import Enquiry

AHEAD = timedelta(days=14)
A_DAY, MOST = 2, 6
"""How many times are offered on one day, and altogether: a choice, not a timetable."""
KIND = "introductory"


def free_calls(therapist: Therapist, now: datetime) -> list[Slot]:
    """A few free times for a call with a therapist within two weeks; none without hours."""
    told = diaries([therapist], (now, now + AHEAD), now=now)
    chosen: list[Slot] = []
    days: Counter[Any] = Counter()
    for slot in told.free(therapist, kind=KIND, now=now):
        if days[slot.local.date()] < A_DAY and len(chosen) < MOST:
            days[slot.local.date()] += 1
            chosen.append(slot)
    return chosen


def call_of(enquiry: Enquiry) -> Appointment | None:
    """The call that is booked for an enquiry, with whoever it is with."""
    rows = Appointment.objects.standing().filter(kept_for=enquiry.pk, kind=KIND)
    return rows.select_related("therapist__user").first()


def once(enquiry: Enquiry, starts_at: datetime) -> UUID:
    """One request for one time of one enquiry: told twice, it books once. A time that was given
    up and is chosen again is another request."""
    given_up = Appointment.objects.filter(
        kept_for=enquiry.pk, kind=KIND, starts_at=starts_at, state=Appointment.State.CANCELLED
    ).count()
    return uuid5(enquiry.pk, starts_at.isoformat() + f" {given_up}" * bool(given_up))
