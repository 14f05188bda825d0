"""The way into a room online, for the two who meet there, around the time."""

from datetime import datetime, timedelta

from ..outside import jitsi
from .appointment import Appointment, State
from .calendars import OnlineRoom

BEFORE = timedelta(minutes=15)


def way_in(appointment: Appointment, now: datetime, *, moderator: bool) -> str:
    """The link from a quarter of an hour before the beginning until the end; "" at any other time,
    for a meeting in person, and where the therapist has named no room."""
    around = appointment.starts_at - BEFORE <= now < appointment.ends_at
    if not around or not appointment.online or appointment.state != State.PLANNED:
        return ""
    room = OnlineRoom.objects.filter(therapist=appointment.therapist_id).first()
    if room is None:
        return ""
    if room.kind == OnlineRoom.Kind.FIXED:
        return room.url
    if not jitsi.ready():
        return ""
    return jitsi.link(appointment.pk, moderator=moderator, now=now, until=appointment.ends_at)
