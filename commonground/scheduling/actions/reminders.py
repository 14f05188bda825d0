"""Reminding somebody, by the way they wish and that is safe."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from commonground.core import audit, clock
from commonground.people.models import Client, Contact

from .. import emails
from ..models import Appointment, Reminder, ReminderWish, TextMessage
from ..outside import texts

WAYS = {
    ReminderWish.Channel.EMAIL: (Contact.Kind.EMAIL, "safe_to_write"),
    ReminderWish.Channel.TEXT: (Contact.Kind.PHONE, "safe_to_leave_message"),
}


@audit.verb("scheduling.wish.changed")
def wish(*, row: ReminderWish, by: Any, now: datetime) -> ReminderWish:
    """Keep how a client wishes to be reminded."""
    row.save()
    audit.about(row.client)
    audit.note(channel=str(row.channel), wording=str(row.wording), hours=row.hours)
    return row


@audit.verb("scheduling.reminder.made")
def remind(*, appointment: Appointment, by: Any, now: datetime) -> Reminder | None:
    """Write the reminder of one appointment and what was done in one transaction: None while it is
    too early, or when somebody else has just done it."""
    audit.about(appointment)
    client: Any = appointment.client
    wanted = ReminderWish.of(client)
    if appointment.starts_at - now > timedelta(hours=wanted.hours):
        return None
    reminder, new = Reminder.objects.get_or_create(
        appointment=appointment,
        for_at=appointment.starts_at,
        defaults={"channel": ReminderWish.Channel.NONE, "made_at": now},
    )
    if not new:
        return None
    to = _safe_way(client, wanted.channel)
    if to:
        reminder.channel = wanted.channel
        zone = client.user.zone if client.user else appointment.zone
        if wanted.channel == ReminderWish.Channel.EMAIL:
            reminder.mail = emails.remind_by_mail(appointment, to, wanted.wording, zone)
        else:
            reminder.text = _text(appointment, to, wanted.wording, zone)
        reminder.save(update_fields=["channel", "mail", "text"])
    audit.note(channel=str(reminder.channel))
    return reminder


@audit.verb("scheduling.changes.told")
def tell_changes(*, client: Client, by: Any, now: datetime) -> int:
    """Write to a client, once, about all appointments that are new, moved or called off since they
    were last written to; returns how many those are. Whoever wishes no mail is sent none.

    What was called off before anybody was told of it is not told of.
    """
    audit.about(client)
    ahead = Appointment.objects.untold().filter(client=client, starts_at__gt=now)
    rows = list(ahead.select_for_update(of=("self",)).select_related("place").order_by("starts_at"))
    wanted = ReminderWish.of(client)
    worth = [row for row in rows if row.stands or row.told is not None]
    to = _safe_way(client, wanted.channel) if wanted.channel == ReminderWish.Channel.EMAIL else ""
    if worth and to:
        zone = client.user.zone if client.user else worth[0].zone
        emails.tell_changes(worth, to, wanted.wording, zone, now)
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(told=F("sequence"))
    audit.note(appointments=len(worth), told=bool(worth and to))
    return len(worth)


def send_text(pk: str) -> None:
    """Hand one text message to its driver, once: the claim is committed before anything leaves."""
    if not TextMessage.objects.claim(pk, clock.real()):
        return
    message = TextMessage.objects.get(pk=pk)
    try:
        texts.send(message.to, message.body)
    except Exception as error:
        _moved(pk, "failed", type(error).__name__[:120])
    else:
        _moved(pk, "sent", "")


def resend_texts(now: datetime) -> None:
    """Try again what was left behind; `now` is real time, as leases are about processes."""
    for pk in TextMessage.objects.left_behind(now).values_list("pk", flat=True)[:500]:
        back = TextMessage.objects.left_behind(now).filter(pk=pk)
        if back.update(state="queued", moved_at=now):
            send_text(str(pk))


def _moved(pk: str, state: str, failure: str) -> None:
    TextMessage.objects.filter(pk=pk).update(state=state, failure=failure, moved_at=clock.real())


def _safe_way(client: Client, channel: str) -> str:
    """The address or number to use, "" where none is safe."""
    if channel not in WAYS:
        return ""
    kind, safe = WAYS[ReminderWish.Channel(channel)]
    ways = Contact.objects.with_keys().of(client).own().filter(kind=kind, **{safe: True})
    first = ways.first()
    return first.value if first else ""


def _text(appointment: Appointment, to: str, wording: str, zone: str) -> TextMessage:
    from ..jobs import send_text_message

    with transaction.atomic():
        message, new = TextMessage.objects.get_or_create(
            dedupe_key=emails.occasion(appointment),
            defaults={
                "to": to,
                "body": emails.words_of(appointment, wording, zone),
                "created_at": clock.now(),
                "moved_at": clock.real(),
            },
        )
        if new:
            send_text_message.enqueue(str(message.pk))
    return message
