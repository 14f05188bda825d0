"""How a time is kept: whoever else wants it is waited for, and the database has the last word.

Whoever keeps an hour waits for the therapist's row, then the room's, then the client's: always
in this order, so that two who reach for the same time wait for each other and never both.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from commonground.people.models import Client, Place, Therapist

from ..models import Appointment, Hold, Room, diaries, turn
from ..models.next_free import free_again


class Taken(Exception):
    """Somebody is there already: `what` says where the overlap is: therapist, client or room."""

    def __init__(self, message: str = "", what: str = "therapist") -> None:
        super().__init__(message)
        self.what = what


class Gone(Exception):
    """A time that was kept free is no longer: it has expired, or somebody has taken it up."""


class Settled(Exception):
    """An appointment that was held, missed or cancelled already."""


def keep(appointment: Appointment, now: datetime, *, room: bool = True) -> None:
    """Save, and say in words of the house what the database's refusal means.

    Inside a verb: a refusal ends it and its transaction (or savepoint), so that nothing more needs
    to be put aside here. Times that were kept free and have expired are let go first; who takes
    the next free time has another one looked for.
    """
    therapist = appointment.therapist_id
    waits_for_rooms = room and appointment.place_id is not None
    client = None if waits_for_rooms else appointment.client_id
    around = turn.take(therapist, appointment.starts_at, appointment.ends_at, now, client)
    if around.expired:
        turn.let_go(therapist, now)
    if room:
        choose_room(appointment, now)
    if waits_for_rooms and appointment.client_id is not None:
        turn.wait_for(Client, appointment.client_id)
    try:
        appointment.save()
    except IntegrityError as refusal:
        what = next((w for w in _SENTENCES if f"{w}_no_overlap" in str(refusal)), None)
        if what is None:
            raise
        raise Taken(_SENTENCES[what](), what) from refusal
    if around.next_free:
        free_again(therapist)


_SENTENCES = {
    "therapist": lambda: _("You already have somebody at that time. Choose another hour."),
    "client": lambda: _("This client has another appointment at that time. Choose another hour."),
    "room": lambda: _("The room is taken at that time. Choose another hour."),
}


def wait_for(therapist: UUID) -> None:
    """Wait for whoever else plans for this therapist: two who waited for each other's rows inside
    PostgreSQL's constraint would be a deadlock, and one of them an error."""
    turn.wait_for(Therapist, therapist)


def wait_for_rooms(places: Iterable[UUID]) -> list[Room]:
    """Wait for whoever else takes a room at these places; the rooms, in their order."""
    rows = Room.objects.filter(place__in=list(places)).order_by("name", "id")
    return list(rows.select_for_update(no_key=True))


def choose_room(appointment: Appointment, now: datetime) -> None:
    """Give it a seat that is free in a room of its place, its own room first.

    A place without rooms has room for everybody. Raises Taken where all are taken.
    """
    locked = wait_for_rooms([appointment.place_id]) if appointment.place_id else []
    if not locked:
        appointment.room, appointment.seat = None, 0
        return
    in_use = Appointment._base_manager.filter(
        room__in=locked, state__in=(*Appointment.STANDING, Appointment.State.ON_HOLD)
    ).exclude(pk=appointment.pk)
    Hold.objects.expired(now).filter(room__in=locked).delete()
    taken = set(
        in_use.filter(
            starts_at__lt=appointment.ends_at, ends_at__gt=appointment.starts_at
        ).values_list("room_id", "seat")
    )
    locked.sort(key=lambda room: room.pk != appointment.room_id)
    for room in locked:
        for seat in range(room.capacity):
            if (room.pk, seat) not in taken:
                appointment.room, appointment.seat = room, seat
                return
    raise Taken(
        _("Every room is taken at that time. Choose another hour, or another place."), "room"
    )


def refuse_outside_hours(
    therapist: Therapist,
    starts_at: datetime,
    ends_at: datetime,
    place: Place | None,
    now: datetime,
) -> None:
    """Raises Taken unless this very time is offered to somebody who books for themselves."""
    read = diaries([therapist], (starts_at, ends_at), now=now)
    minutes = int((ends_at - starts_at) / timedelta(minutes=1))
    where = place.pk if place else "online"
    offered = read.free(therapist, minutes=minutes, where=where, now=now)
    if not any(slot.starts_at == starts_at for slot in offered):
        raise Taken(_("This time is no longer free. Please choose another one."))


def read_anew(appointment: Appointment) -> None:
    """Read it again as it stands now, and let nobody else change it meanwhile."""
    wait_for(appointment.therapist_id)
    rows = Appointment._base_manager.select_for_update(of=("self",))
    appointment.refresh_from_db(
        fields=["state", "attendance", "late", "settled_at", "room", "seat", "sequence", "told"],
        from_queryset=rows,
    )


def refuse_settled(appointment: Appointment) -> None:
    if appointment.state != Appointment.State.PLANNED:
        raise Settled(
            _("This appointment is %(state)s, so it stays as it is.")
            % {"state": appointment.get_state_display()}
        )
