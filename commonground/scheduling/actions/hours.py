"""Saying when somebody works, when they are away, and where the doors are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from commonground.core import audit
from commonground.people import actions as people
from commonground.people.models import Care, Client, Therapist
from commonground.people.models.care import Part

from ..models import TimeOff, WeeklyHours
from ..models.next_free import free_again


@audit.verb("scheduling.hours.opened")
def open_weekly(
    *, therapist: Therapist, days: Sequence[int], like: WeeklyHours, by: Any, now: datetime
) -> list[WeeklyHours]:
    """Open the same hours on several weekdays (0 is Monday); `like` holds all but the day."""
    audit.about(therapist)
    audit.note(days=list(days))
    free_again(therapist.pk)
    return WeeklyHours.objects.bulk_create(
        WeeklyHours(
            therapist=therapist,
            weekday=day,
            opens=like.opens,
            closes=like.closes,
            zone=therapist.user.zone,
            place=like.place,
            online=like.online,
            valid_from=like.valid_from,
            valid_until=like.valid_until,
        )
        for day in days
    )


@audit.verb("scheduling.diary.changed")
def keep_row(*, row: models.Model, fields: Iterable[str], by: Any, now: datetime) -> None:
    """Save one row of a diary or of the practice: other hours, rules, a room, a holiday."""
    row.save()
    free_again(getattr(row, "therapist_id", None))
    audit.about(row)
    audit.note(fields=sorted(fields))


@audit.verb("scheduling.diary.removed")
def take_away(*, row: models.Model, by: Any, now: datetime) -> None:
    """Take one row of a diary or of the practice away."""
    audit.about(row)
    free_again(getattr(row, "therapist_id", None))
    row.delete()


@audit.verb("scheduling.cover.begun")
def put_away(*, off: TimeOff, by: Any, now: datetime) -> int:
    """Put the clients of somebody who is away into the care of whoever covers, until the return.

    Returns how many there were; whom the cover looks after already stays as they are.
    """
    audit.about(off)
    if off.cover is None:
        return 0
    current = Care.objects.current(now)
    led = current.leading().filter(therapist=off.therapist)
    covered = current.filter(therapist=off.cover, part__in=(Part.LEAD, Part.COVER))
    clients = Client.objects.filter(pk__in=led.values("client")).exclude(
        pk__in=covered.values("client")
    )
    for client in clients:
        people.begin_care(
            client=client,
            therapist=off.cover,
            part=Part.COVER,
            reason="leave",
            ends_at=off.ends_at,
            by=by,
            now=now,
        )
    audit.note(clients=len(clients))
    return len(clients)
