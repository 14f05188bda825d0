"""One appointment: keeping an hour, moving it, letting it go, and what became of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Client, Place, Therapist

from ..attendance import Attendance
from ..models import Appointment, BookingRules, Series
from ..models.next_free import free_again
from .keeping import Settled, keep, read_anew, refuse_settled


@audit.verb("scheduling.appointment.planned")
def plan(
    *,
    therapist: Therapist,
    client: Client | None,
    starts_at: datetime,
    minutes: int,
    place: Place | None,
    by: Any,
    now: datetime,
    kind: str = "session",
    series: Series | None = None,
    because: str = "",
    once: UUID | None = None,
) -> Appointment:
    """Keep `minutes` from `starts_at` for a client; `place` None means online.

    At a place with rooms, one that is free is taken. `because` (Appointment.Because) puts it
    beside another on purpose. `once` names the request: told again, it gives the same appointment.
    Hours and holidays are not asked here: whoever plans for others may go beyond them.

    Raises Taken when the therapist or the client has a standing appointment in that time, or
    every room there is taken.
    """
    if once and (made := Appointment.objects.filter(once=once, therapist=therapist).first()):
        audit.about(made)
        return made
    appointment = Appointment(
        therapist=therapist,
        client=client,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        zone=therapist.user.zone,
        place=place,
        series=series,
        overlap_because=because,
        once=once,
    )
    keep(appointment, now)
    audit.about(appointment)
    _note_overlap(because)
    return appointment


@audit.verb("scheduling.appointment.moved")
def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    minutes: int,
    place: Place | None,
    by: Any,
    now: datetime,
    because: str = "",
) -> Appointment:
    """Give an appointment another time or place; no other one of its series moves.

    Raises Taken as `plan` does, and Settled for one that no longer stands.
    """
    audit.about(appointment)
    read_anew(appointment)
    refuse_settled(appointment)
    appointment.starts_at = starts_at
    appointment.ends_at = starts_at + timedelta(minutes=minutes)
    appointment.place = place
    appointment.overlap_because = because
    appointment.sequence += 1
    keep(appointment, now)
    free_again(appointment.therapist_id)
    _note_overlap(because)
    return appointment


@audit.verb("scheduling.appointment.cancelled")
def cancel(*, appointment: Appointment, by_client: bool, by: Any, now: datetime) -> Appointment:
    """Call an appointment off; its time is free at once.

    It is late when the client does it after the hours of notice that the therapist's rules ask.
    Cancelling twice changes nothing. Raises Settled for one that was held or missed.
    """
    audit.about(appointment)
    read_anew(appointment)
    if appointment.state == Appointment.State.CANCELLED:
        return appointment
    refuse_settled(appointment)
    code = Attendance.CLIENT_CANCELLED if by_client else Attendance.PROVIDER_CANCELLED
    hours = timedelta(hours=BookingRules.of(appointment.therapist).late_hours)
    _settle(
        appointment,
        Appointment.State.CANCELLED,
        code,
        now,
        late=by_client and appointment.starts_at - now < hours,
    )
    free_again(appointment.therapist_id)
    return appointment


@audit.verb("scheduling.appointment.settled")
def settle(
    *, appointment: Appointment, attendance: Attendance, by: Any, now: datetime
) -> Appointment:
    """Say what became of an appointment, by its code; what was said before can be put right.

    Raises Settled for one that was cancelled, and ValueError for a code that `cancel` gives.
    """
    audit.about(appointment)
    read_anew(appointment)
    if attendance.cancelled:
        raise ValueError("Calling off has a verb of its own.")
    if appointment.state == Appointment.State.CANCELLED:
        raise Settled(_("This appointment was cancelled."))
    state = Appointment.State.HELD if attendance.seen else Appointment.State.MISSED
    _settle(appointment, state, attendance, now)
    return appointment


@audit.verb("scheduling.whereabouts.told")
def tell_whereabouts(
    *, appointment: Appointment, where: str, by: Any, now: datetime
) -> Appointment:
    """Keep where the client will be during an online session, should help have to find them."""
    audit.about(appointment)
    appointment.whereabouts = where
    appointment.save(update_fields=["whereabouts"])
    return appointment


def _settle(
    appointment: Appointment, state: str, code: Attendance, now: datetime, *, late: bool = False
) -> None:
    appointment.state, appointment.attendance = state, int(code)
    appointment.late, appointment.settled_at = late, now
    appointment.sequence += state == Appointment.State.CANCELLED
    appointment.save(update_fields=["state", "attendance", "late", "settled_at", "sequence"])
    audit.note(attendance=int(code), late=late)


def _note_overlap(because: str) -> None:
    if because:
        audit.note(overlap=str(because))
