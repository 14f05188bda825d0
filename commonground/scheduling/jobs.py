"""What happens in diaries by the clock."""

from datetime import datetime

from django.db.models import F

from commonground.core import audit, clock
from commonground.core.jobs import every, job
from commonground.people.models import Client

from . import actions
from .models import Appointment, ExternalCalendar, Hold, NextFree, Reminders, TextMessage, TimeOff


@every(minutes=1)
def let_go(now: datetime) -> None:
    """Times that were kept free and not taken up are free again."""
    Hold.objects.expired(now).delete()


@every(minutes=1)
def keep_next_free(now: datetime) -> None:
    """When each therapist is free next: notice and holds run out as time goes by."""
    NextFree.objects.refresh(now)


@every(minutes=10)
def begin_cover(now: datetime) -> None:
    """As somebody's leave begins, whoever covers may open the records of their clients."""
    for off in TimeOff.objects.running(now).filter(cover__isnull=False).select_related("cover"):
        actions.put_away(off=off, by=audit.SYSTEM, now=now)


@every(minutes=5)
def remind(now: datetime) -> None:
    """Whoever has an appointment soon is reminded of it, once for each time it has."""
    for appointment in Reminders.missing(now).order_by("starts_at")[:500]:
        actions.remind(appointment=appointment, by=audit.SYSTEM, now=now)


@every(minutes=1)
def tell_changes(now: datetime) -> None:
    """Clients are written to about what was booked, moved or called off for them."""
    untold = Appointment.objects.untold()
    untold.filter(starts_at__lte=now).update(told=F("sequence"))
    waiting = Client.objects.filter(pk__in=untold.values("client")).with_keys()
    for client in waiting.select_related("user")[:200]:
        actions.tell_changes(client=client, by=audit.SYSTEM, now=now)


@job
def send_text_message(pk: str) -> None:
    """Send one text message, unless another worker has it or it has gone."""
    actions.send_text(pk)


@every(minutes=1)
def send_texts_that_are_left(now: datetime) -> None:
    """Text messages that failed, or whose worker died, are tried again."""
    actions.resend_texts(clock.real())


@every(minutes=30)
def read_other_calendars(now: datetime) -> None:
    """What therapists' other calendars say, so that nobody is booked over it."""
    for calendar in ExternalCalendar.objects.select_related("therapist__user"):
        actions.read_external(calendar=calendar, by=audit.SYSTEM, now=now)


@every(minutes=24 * 60)
def tidy(now: datetime) -> None:
    """Let go of text messages as `retention.toml` says."""
    TextMessage.objects.old(now).delete()
