"""Handing out a private address for one's calendar, and reading a calendar of elsewhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from commonground.core import audit
from commonground.people.models import Therapist, User

from .. import ical
from ..models import BusyTime, ExternalCalendar, Feed, OnlineRoom
from ..models.next_free import free_again
from ..outside import fetching


@audit.verb("scheduling.feed.made")
def make_feed(*, by: User, now: datetime) -> str:
    """A new private address for one's own calendar; the one before stops working. Returns its
    token, which is shown once and kept nowhere."""
    feed, token = Feed.fresh(by, now)
    audit.about(feed)
    return token


@audit.verb("scheduling.feed.revoked")
def revoke_feed(*, by: User, now: datetime) -> None:
    """Let one's private address work no more."""
    audit.about(by)
    Feed.objects.living().filter(user=by).update(revoked_at=now)


@audit.verb("scheduling.online.changed")
def meet_online(*, row: OnlineRoom, by: Any, now: datetime) -> OnlineRoom:
    """Keep how a therapist meets people online."""
    row.save()
    audit.about(row.therapist)
    return row


@audit.verb("scheduling.external.kept")
def follow(*, therapist: Therapist, url: str, by: Any, now: datetime) -> ExternalCalendar:
    """Read a therapist's other calendar from now on; what an earlier address said is forgotten."""
    audit.about(therapist)
    ExternalCalendar.objects.filter(therapist=therapist).delete()
    return ExternalCalendar.objects.create(therapist=therapist, url=url)


@audit.verb("scheduling.external.forgotten")
def unfollow(*, therapist: Therapist, by: Any, now: datetime) -> None:
    """Read it no more, and forget what it said."""
    audit.about(therapist)
    ExternalCalendar.objects.filter(therapist=therapist).delete()
    free_again(therapist.pk)


@audit.verb("scheduling.external.read")
def read_external(
    *,
    calendar: ExternalCalendar,
    by: Any,
    now: datetime,
    fetch: Callable[[str], bytes] | None = None,
) -> bool:
    """Read a calendar of elsewhere; on a failure what was read before stays, and the failure is
    kept as a code. Returns whether it was read."""
    audit.about(calendar)
    calendar.tried_at = now
    try:
        text = (fetch or fetching.fetch)(calendar.url)
        spans = ical.busy(text, now, ical.far(now), calendar.therapist.user.zone)
    except (fetching.Refused, ical.Unreadable) as failure:
        calendar.failure = str(failure)[:24]
        calendar.save(update_fields=["tried_at", "failure"])
        return False
    BusyTime.objects.filter(calendar=calendar).delete()
    BusyTime.objects.bulk_create(
        BusyTime(calendar=calendar, therapist=calendar.therapist, starts_at=s, ends_at=e)
        for s, e in spans
        if s < e
    )
    calendar.read_at, calendar.failure = now, ""
    calendar.save(update_fields=["tried_at", "read_at", "failure"])
    free_again(calendar.therapist_id)
    audit.note(times=len(spans))
    return True
