"""One appointment, booked from the diary: it becomes a session of the course where it is one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commonground.core import audit
from commonground.people.models import Client, Place, Therapist
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment, BookingRules, Kind

from ..models import Course, Session
from .dates import give_date
from .first import take_up_first


@audit.verb("courses.appointment.booked")
def book_one(
    *,
    therapist: Therapist,
    client: Client,
    kind: str,
    starts_at: datetime,
    place: Place | None,
    by: Any,
    now: datetime,
    because: str = "",
    once: UUID | None = None,
) -> Appointment:
    """Book one appointment; a session is the next one of the client's course that has no date.

    The length is the protocol's, or that of the therapist's rules for the kind. Told again with
    the same `once`, it gives the same. Raises scheduling's Taken.
    """
    audit.about(client)
    made = Appointment.objects.filter(once=once, client=client).first() if once else None
    if made is not None:
        return made
    told: dict[str, Any] = {
        "starts_at": starts_at, "place": place, "because": because, "once": once,
        "by": by, "now": now,
    }  # fmt: skip
    course = Course.objects.running().filter(client=client, therapist=therapist).first()
    if kind == Kind.SESSION and course is not None:
        rows = Session.objects.filter(course=course).undated().with_keys()
        session = rows.first()
        if session is not None:
            dated = give_date(session=session, **told).dated
            assert dated is not None
            return dated
    minutes = BookingRules.of(therapist).word.lengths[kind]
    made = scheduling.plan(
        therapist=therapist, client=client, kind=kind, minutes=minutes, **told
    )  # fmt: skip
    if kind == Kind.FIRST and course is not None:
        take_up_first(course=course, appointment=made, by=by, now=now)
    return made
