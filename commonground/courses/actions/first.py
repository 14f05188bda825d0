"""A client books their first session alone: a time is kept while they fill in the form."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Client, Place
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment, BookingRules, Hold, Kind

from ..models import Course
from ..models.first import first_with, kept_for
from .dates import hand_over_hours
from .refusals import NotNow


@audit.verb("courses.first.kept_free")
def hold_first(
    *, client: Client, starts_at: datetime, place: Place | None, by: Any, now: datetime
) -> Hold:
    """Keep a time free for a client's first session; one that was kept before is let go.

    Told again for the same time it gives the same. Raises scheduling's Taken when it is not free
    (any more), NotNow when the first session has its date.
    """
    audit.about(client)
    therapist = first_with(client, now)
    if therapist is None:
        raise NotNow(_("Your first session has its date already."))
    scheduling.wait_for(therapist.pk)
    before = kept_for(client, now)
    if before is not None:
        if (before.starts_at, before.place) == (starts_at, place):
            return before
        scheduling.release(hold=before, by=by, now=now)
    return scheduling.hold(
        therapist=therapist,
        starts_at=starts_at,
        minutes=BookingRules.of(therapist).first_minutes,
        place=place,
        kind=Kind.FIRST,
        kept_for=client.pk,
        by=by,
        now=now,
    )


@audit.verb("courses.first.booked")
def book_first(*, client: Client, hold: Hold, by: Any, now: datetime) -> Appointment:
    """Make the client's first session of the time that is kept for them.

    Told again it gives the same. Raises scheduling's Gone when it is no longer kept, Taken when
    the client has somebody else then, NotNow when a session has its date already.
    """
    audit.about(client)
    scheduling.wait_for(hold.therapist_id)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    booked = Appointment.objects.filter(pk=hold.pk, client=client).first()
    if booked is not None:
        return booked
    if first_with(client, now) is None:
        raise NotNow(_("Your first session has its date already."))
    made = scheduling.book(hold=hold, client=client, kind=Kind.FIRST, by=by, now=now)
    course = Course.objects.running().filter(client=client, therapist=made.therapist).first()
    if course is not None:
        take_up_first(course=course, appointment=made, by=by, now=now)
    return made


@audit.verb("courses.first.taken_up")
def take_up_first(*, course: Course, appointment: Appointment, by: Any, now: datetime) -> None:
    """Let the session that was booked first be the first of the course without a date."""
    audit.about(course)
    session = course.sessions.undated().first()
    if session is not None:
        session.course = course
        hand_over_hours([session], [appointment], by=by, now=now)
