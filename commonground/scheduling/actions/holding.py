"""Times that are kept free while somebody makes up their mind, and calls that come of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Client, Place, Therapist

from ..models import Appointment, BookingRules, Hold
from ..models.next_free import free_again
from .keeping import Gone, keep, refuse_outside_hours, wait_for

HOLD_MINUTES = 15
"""How long a time is kept free while a form is filled in, unless somebody says otherwise."""


@audit.verb("scheduling.hold.placed")
def hold(
    *,
    therapist: Therapist,
    starts_at: datetime,
    minutes: int,
    place: Place | None,
    by: Any,
    now: datetime,
    kind: str = "introductory",
    for_minutes: int = HOLD_MINUTES,
    kept_for: UUID | None = None,
    once: UUID | None = None,
    public: bool = True,
) -> Hold:
    """Keep a time free for `for_minutes`, while a form is filled in or an offer is open.

        kept = hold(therapist=t, starts_at=slot.starts_at, minutes=20, place=None,
                    kept_for=enquiry.pk, by=audit.VISITOR, now=now)
        book(hold=kept, client=None, by=audit.VISITOR, now=now)

    `kept_for` is an id that only its keeper understands. `public` asks that the time lies in the
    therapist's hours, with notice and horizon, as for somebody who books for themselves.
    Raises Taken when the time is not free (any more).
    """
    if once and (made := Hold.objects.filter(once=once, therapist=therapist).first()):
        audit.about(made)
        return made
    ends_at = starts_at + timedelta(minutes=minutes)
    if public:
        wait_for(therapist.pk)
        refuse_outside_hours(therapist, starts_at, ends_at, place, now)
    kept = Hold(
        therapist=therapist,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=therapist.user.zone,
        place=place,
        state=Appointment.State.ON_HOLD,
        expires_at=now + timedelta(minutes=for_minutes),
        kept_for=kept_for,
        once=once,
    )
    keep(kept, now)
    audit.about(kept)
    return kept


@audit.verb("scheduling.hold.prolonged")
def prolong(*, hold: Hold, until: datetime, by: Any, now: datetime) -> Hold:
    """Keep a time free until another instant. Raises Gone when it has expired or was taken up."""
    audit.about(hold)
    if not Hold.objects.living(now).filter(pk=hold.pk).update(expires_at=until):
        raise Gone(_("This time is no longer kept for you. Please choose another one."))
    hold.expires_at = until
    return hold


@audit.verb("scheduling.hold.released")
def release(*, hold: Hold, by: Any, now: datetime) -> None:
    """Let a time that was kept free go; if it has gone already, nothing happens."""
    audit.about(hold)
    Hold.objects.filter(pk=hold.pk).delete()
    free_again(hold.therapist_id)


@audit.verb("scheduling.hold.taken_up")
def book(
    *, hold: Hold, by: Any, now: datetime, client: Client | None = None, kind: str = ""
) -> Appointment:
    """Make an appointment of a time that was kept free: the same row, so nobody comes between.

    Without a client it is an introductory call with somebody who is none yet; `join_client` tells
    later who it was. Told again, it gives the same appointment. Raises Gone when the hold has
    expired, and Taken when the client has somebody else then.
    """
    audit.about(hold)
    wait_for(hold.therapist_id)
    found = Appointment._base_manager.select_for_update().filter(pk=hold.pk).first()
    if found is not None and found.state != Appointment.State.ON_HOLD:
        return found
    if found is None or found.expires_at is None or found.expires_at <= now:
        raise Gone(_("This time is no longer kept for you. Please choose another one."))
    found.client, found.kind = client, kind or found.kind
    found.state, found.expires_at = Appointment.State.PLANNED, None
    keep(found, now, room=False)
    return found


@audit.verb("scheduling.appointment.joined")
def join_client(*, appointment: Appointment, client: Client, by: Any, now: datetime) -> Appointment:
    """Say who an introductory call was with, once they are a client.

    Raises Taken when the client has another appointment then.
    """
    audit.about(appointment)
    appointment.client = client
    keep(appointment, now, room=False)
    return appointment


@audit.verb("scheduling.call.booked")
def book_call(
    *,
    therapist: Therapist,
    starts_at: datetime,
    place: Place | None,
    kept_for: UUID | None,
    by: Any,
    now: datetime,
    once: UUID | None = None,
) -> Appointment:
    """Book an introductory call in one step, for a visitor who needed no hold.

    The length is that of the therapist's rules. Raises Taken when the time is not free (any
    more) or lies outside hours, notice or horizon.
    """
    if once and (made := Appointment.objects.filter(once=once, therapist=therapist).first()):
        audit.about(made)
        return made
    kept = hold(
        therapist=therapist,
        starts_at=starts_at,
        minutes=BookingRules.of(therapist).introductory_minutes,
        place=place,
        kept_for=kept_for,
        once=once,
        by=by,
        now=now,
    )
    made = book(hold=kept, by=by, now=now)
    audit.about(made)
    return made
