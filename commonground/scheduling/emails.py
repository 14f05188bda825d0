"""What the practice writes to remind somebody: a day and a time on a named clock, no more unless
they wish it; never a name, never what it is for."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonground.core.emails import post
from commonground.core.models import Mail

from . import ical
from .models import Appointment, ReminderWish
from .wall_clock import shown_twice


def spoken(at: datetime, zone: str) -> str:
    """An instant on a named clock: “Thursday 3 December, 10:00 (London time)”."""
    there = at.astimezone(ZoneInfo(zone))
    clock = zone.rsplit("/", 1)[-1].replace("_", " ")
    which = f", {there:%Z}" if shown_twice(at, zone) else ""
    when = date_format(there, "l j F, H:i")
    return _("%(when)s (%(clock)s time%(which)s)") % {"when": when, "clock": clock, "which": which}


def words_of(appointment: Appointment, wording: str, zone: str) -> str:
    """The one sentence of a reminder, the same in a mail and in a text message."""
    when = spoken(appointment.starts_at, zone)
    if wording == ReminderWish.Wording.PLACE:
        where = appointment.place.name if appointment.place else _("online")
        return _("A reminder: %(when)s, %(where)s.") % {"when": when, "where": where}
    return _("A reminder: %(when)s.") % {"when": when}


def remind_by_mail(appointment: Appointment, to: str, wording: str, zone: str) -> Mail:
    """Put the reminder into the outbox, once for each time the appointment has."""
    return post(
        to=to,
        template="scheduling_reminder",
        context={
            "words": words_of(appointment, wording, zone),
            "link": settings.GROUND_URL + reverse("my_appointments"),
        },
        dedupe=occasion(appointment),
    )


def entry_of(appointment: Appointment, wording: str = "") -> ical.Entry:
    """An appointment as a line of a calendar: neutral, with its place only if that is wished."""
    said = wording == ReminderWish.Wording.PLACE and appointment.place
    return ical.Entry(
        uid=ical.uid(appointment.pk),
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=_("Appointment"),
        cancelled=not appointment.stands,
        sequence=appointment.sequence,
        place=", ".join([said.name, *said.address_lines]) if said else "",
    )


def tell_changes(
    rows: Sequence[Appointment], to: str, wording: str, zone: str, now: datetime
) -> Mail:
    """Put one mail about all that is new, moved or called off into the outbox, with an entry for
    the calendar that takes it over."""
    entries = [entry_of(row, wording) for row in rows]
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return post(
        to=to,
        template="scheduling_changes",
        context={
            "new": [_line(row, wording, zone) for row in rows if row.stands and row.told is None],
            "moved": [
                _line(row, wording, zone) for row in rows if row.stands and row.told is not None
            ],
            "off": [spoken(row.starts_at, zone) for row in rows if not row.stands],
            "link": settings.GROUND_URL + reverse("my_appointments"),
        },
        dedupe=f"changes:{rows[0].pk}:{rows[0].sequence}:{len(rows)}:{int(now.timestamp())}",
        calendar=ical.invitation(entries, sender=sender, to=to, now=now).decode(),
    )


def _line(appointment: Appointment, wording: str, zone: str) -> str:
    when = spoken(appointment.starts_at, zone)
    if wording == ReminderWish.Wording.PLACE:
        return f"{when}, {appointment.place.name if appointment.place else _('online')}"
    return when


def occasion(appointment: Appointment) -> str:
    """The name of a reminder: the appointment and the time it has now, in ids only."""
    return f"reminder:{appointment.pk}:{int(appointment.starts_at.timestamp())}"
