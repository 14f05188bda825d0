"""A therapist's week, and everybody's day at the desk."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.people.models import Practice, Therapist
from commonground.people.roles import Role

from .. import availability as words
from .. import wall_clock
from ..models import Appointment, Hold, PracticeHoliday, Room, TimeOff, diaries
from .parts import office, own

DAY = timedelta(days=1)


@own
def diary(request: HttpRequest) -> HttpResponse:
    """One's own week, day by day: who comes when, what is kept free, and when one is away."""
    now, user = clock.now(), request.user
    therapist = get_object_or_404(Therapist.objects.select_related("user"), user=user)
    zone = therapist.user.zone
    today = clock.today(zone)
    on = _asked_day(request, today)
    monday = on - timedelta(days=on.weekday())
    span = _span(monday, monday + 7 * DAY, zone)
    audit.read(by=user, obj=therapist, now=now, verb="scheduling.diary.read")
    entries = _entries(request, therapist, span, now)
    away = TimeOff.objects.of(therapist).meeting(*span).select_related("cover")
    closed = list(PracticeHoliday.objects.meeting(monday, monday + 6 * DAY))
    return render(
        request,
        "scheduling/diary.html",
        {
            "therapist": therapist,
            "zone": ZoneInfo(zone),
            "monday": monday,
            "sunday": monday + 6 * DAY,
            "before": monday - 7 * DAY,
            "after": monday + 7 * DAY,
            "today": today,
            "this_week": monday <= today < monday + 7 * DAY,
            "days": [
                _day(day, entries, list(away), closed, zone, today)
                for day in (monday + n * DAY for n in range(7))
            ],
        },
    )


@own
def diary_day(request: HttpRequest) -> HttpResponse:
    """One's own day, hour by hour: who comes, what is kept free, and what is still open."""
    now, user = clock.now(), request.user
    therapist = get_object_or_404(Therapist.objects.select_related("user"), user=user)
    zone = therapist.user.zone
    today = clock.today(zone)
    on = _asked_day(request, today)
    span = _span(on, on + DAY, zone)
    audit.read(by=user, obj=therapist, now=now, verb="scheduling.diary.read")
    read = diaries([therapist], span, now=now)
    open_spans = words.gaps(read.of[therapist.pk], read.around, span)
    rows = [
        {"at": one["appointment"].starts_at, "entry": one}
        for one in _entries(request, therapist, span, now)
    ]
    rows += [
        {"at": gap[0], "ends_at": gap[1], "ahead": gap[1] > now} for gap in open_spans
    ]  # fmt: skip
    context = {
        "therapist": therapist,
        "on": on,
        "today": today,
        "before": on - DAY,
        "after": on + DAY,
        "zone": ZoneInfo(zone),
        "rows": sorted(rows, key=lambda row: row["at"]),
        "away": TimeOff.objects.of(therapist).meeting(*span).select_related("cover").first(),
        "closed": PracticeHoliday.objects.meeting(on, on).first(),
    }
    return render(request, "scheduling/diary_day.html", context)


def _entries(
    request: HttpRequest, therapist: Therapist, span: tuple[datetime, datetime], now: datetime
) -> list[dict[str, Any]]:
    """What stands in a diary and what is kept free, as the reader may see it."""
    mine = Appointment.objects.in_diary_of(therapist).meeting(*span)
    linked = set(mine.movable_by(request.user, now).values_list("pk", flat=True))
    visible = Appointment.objects.visible_to(request.user, now).in_diary_of(therapist)
    seen = set(visible.meeting(*span).values_list("pk", flat=True))
    rows = mine.standing().with_keys().order_by("starts_at")
    holds = Hold.objects.in_diary_of(therapist).living(now).meeting(*span)
    entries = [_entry(row, row.pk in seen, now, row.pk in linked) for row in rows]
    return entries + [_held(row) for row in holds]


@office
def desk(request: HttpRequest) -> HttpResponse:
    """Everybody's day: therapists and rooms side by side."""
    now, user = clock.now(), request.user
    zone = Practice.objects.values_list("zone", flat=True).first() or user.zone
    today = clock.today(zone)
    on = _asked_day(request, today)
    span = _span(on, on + DAY, zone)
    audit.read(by=user, obj=user, now=now, verb="scheduling.desk.read")
    therapists = list(Therapist.objects.working().select_related("user"))
    rows = Appointment.objects.visible_to(user, now).standing().meeting(*span).with_keys()
    linked = Role.COORDINATOR in user.roles
    entries = [_entry(row, True, now, linked) for row in rows.order_by("starts_at")]
    read = diaries(therapists, span, now=now)
    by_therapist, by_room = _grouped(entries)
    away = {off.therapist_id for off in TimeOff.objects.meeting(*span)}
    context = {
        "on": on,
        "today": today,
        "before": on - DAY,
        "after": on + DAY,
        "zone": ZoneInfo(zone),
        "may_book": linked,
        "closed": PracticeHoliday.objects.meeting(on, on).first(),
        "therapists": [
            {
                "therapist": each,
                "entries": by_therapist.get(each.pk, []),
                "free": [slot for slot in read.free(each) if slot.starts_at >= now],
                "away": each.pk in away,
            }
            for each in therapists
        ],
        "rooms": [
            {"room": room, "entries": by_room.get(room.pk, [])}
            for room in Room.objects.select_related("place").order_by("place__order", "name")
        ],
    }
    return render(request, "scheduling/desk.html", context)


def _grouped(entries: list[dict[str, Any]]) -> tuple[dict[UUID, Any], dict[UUID, Any]]:
    by_therapist: dict[UUID, list[Any]] = defaultdict(list)
    by_room: dict[UUID, list[Any]] = defaultdict(list)
    for entry in entries:
        row = entry["appointment"]
        by_therapist[row.therapist_id].append(entry)
        if row.room_id:
            by_room[row.room_id].append(entry)
    return by_therapist, by_room


def _day(
    day: date,
    entries: list[dict[str, Any]],
    away: list[TimeOff],
    closed: list[PracticeHoliday],
    zone: str,
    today: date,
) -> dict[str, Any]:
    first, last = _span(day, day + DAY, zone)
    return {
        "on": day,
        "today": day == today,
        "past": day < today,
        "closed": next((each for each in closed if each.first_on <= day <= each.last_on), None),
        "away": next((off for off in away if off.starts_at < last and first < off.ends_at), None),
        "entries": sorted(
            (e for e in entries if first <= e["appointment"].starts_at < last),
            key=lambda e: e["appointment"].starts_at,
        ),
    }


def _entry(row: Appointment, seen: bool, now: datetime, linked: bool) -> dict[str, Any]:
    """One appointment; a client whom the reader no longer looks after has no name here."""
    return {
        "appointment": row,
        "name": _name(row, seen),
        "linked": linked,
        "over": row.ends_at <= now,
        "kind": "" if row.kind in (Appointment.Kind.SESSION,) else row.get_kind_display(),
        "open": row.ends_at <= now and row.state == Appointment.State.PLANNED,
    }


def _name(row: Appointment, seen: bool) -> str:
    if row.client is None:
        return _("First call")
    return row.client.called if seen else _("Somebody")


def _held(row: Hold) -> dict[str, Any]:
    return {"appointment": row, "name": _("Kept free"), "linked": False, "held": True}


def _span(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    return wall_clock.opening(first, time(0), zone), wall_clock.opening(last, time(0), zone)


def _asked_day(request: HttpRequest, otherwise: date) -> date:
    """The day in the address; today where there is none, or none that is a day."""
    try:
        asked = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return otherwise
    return asked if 2000 <= asked.year < 2100 else otherwise
