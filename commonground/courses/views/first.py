"""A client chooses the time of their first session, and keeps it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.models import Client, Place, Therapist
from commonground.people.roles import Role
from commonground.scheduling import actions as scheduling
from commonground.scheduling.actions import Gone, Taken
from commonground.scheduling.availability import ONLINE, Slot
from commonground.scheduling.models import BookingRules, diaries

from .. import actions
from ..forms import PickTime, WhereYouMightBe
from ..models.first import first_with, kept_for

coming = only(Role.CLIENT)
DAYS = 5
"""So many days with free times are shown at once; later ones are one link away."""


@coming
def my_first(request: HttpRequest) -> HttpResponseBase:
    """The times at which the first session could be, day by day; choosing one keeps it free."""
    now, client = clock.now(), _client(request)
    therapist = first_with(client, now) if client else None
    if client is None or therapist is None:
        return redirect("my_appointments")
    audit.read(by=request.user, obj=client, now=now, verb="courses.first.looked")
    ways = _ways(client, therapist, now)
    way = request.POST.get("where") or request.GET.get("where", "")
    way = way if way in ways else next(iter(ways), ONLINE)
    form = _times(request, ways.get(way, []), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold_first(
                client=client,
                starts_at=datetime.fromisoformat(form.cleaned_data["starts_at"]),
                place=None if way == ONLINE else Place.objects.get(pk=way),
                by=request.user,
                now=now,
            )
            return redirect("my_first_kept")
        except (Taken, actions.NotNow):
            ways = _ways(client, therapist, now)
            form = _times(request, ways.get(way, []), request.POST)
            form.is_valid()
            quicker = _("Somebody was quicker. Nothing of yours is lost: here is what is free now.")
            form.errors["starts_at"] = form.error_class([quicker])
    return _choose(request, therapist, ways, way, form)


def _choose(
    request: HttpRequest, therapist: Therapist, ways: Any, way: str, form: PickTime
) -> HttpResponse:
    zone = ZoneInfo(request.user.zone)
    since = _asked_day(request)
    days = [each for each in _by_day(ways.get(way, []), zone) if since is None or each[0] >= since]
    places = {str(place.pk): place for place in Place.objects.filter(pk__in=set(ways) - {ONLINE})}
    context = {
        "therapist": therapist,
        "form": form,
        "way": way,
        "place": places.get(way),
        "ways": [(key, places[key].name if key in places else _("Online")) for key in ways],
        "days": days[:DAYS],
        "later": days[DAYS][0] if len(days) > DAYS else None,
        "earlier": since is not None,
        "minutes": BookingRules.of(therapist).first_minutes,
        "zone_name": request.user.zone,
    }
    return render(
        request, "courses/first.html", context, status=409 if form.errors.get("starts_at") else 200
    )


@coming
def my_first_kept(request: HttpRequest) -> HttpResponseBase:
    """The time is kept for a quarter of an hour; say yes to it, or let it go."""
    now, client = clock.now(), _client(request)
    if client is None:
        return redirect("my_appointments")
    kept = kept_for(client, now)
    if kept is None:
        if first_with(client, now) is None:
            return redirect("my_appointments")
        messages.error(
            request,
            _("The time is no longer kept for you. Please choose one; nothing else is lost."),
        )
        return redirect("my_first")
    form = WhereYouMightBe(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "other" in request.POST:
        scheduling.release(hold=kept, by=request.user, now=now)
        return redirect("my_first")
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.book_first(client=client, hold=kept, by=request.user, now=now)
        except (Taken, Gone, actions.NotNow) as refusal:
            messages.error(request, str(refusal))
            return redirect("my_first")
        where = form.cleaned_data["whereabouts"]
        if where:
            scheduling.tell_whereabouts(appointment=made, where=where, by=request.user, now=now)
        messages.success(request, _("It is yours. You will find all about it here."))
        return redirect("my_appointment", made.pk)
    audit.read(by=request.user, obj=client, now=now, verb="courses.first.looked")
    context = {
        "kept": kept,
        "form": form,
        "zone": ZoneInfo(request.user.zone),
        "zone_name": request.user.zone,
    }
    return render(request, "courses/first_kept.html", context)


def _client(request: HttpRequest) -> Client | None:
    """Whoever asks, as a client; None for a guardian, who is here for somebody else."""
    return Client.objects.own(request.user).with_keys().first()


def _ways(client: Client, therapist: Therapist, now: datetime) -> dict[str, list[Slot]]:
    """The free times by where they can be: a place's id or "online", the soonest way first.

    What is kept for this client already does not stand in their own way.
    """
    kept = kept_for(client, now)
    ahead = timedelta(days=BookingRules.of(therapist).horizon_days)
    read = diaries([therapist], (now, now + ahead), now=now, besides=[kept.pk] if kept else [])
    found: dict[str, list[Slot]] = {}
    for slot in read.free(therapist, kind="first", now=now):
        if slot.place is not None:
            found.setdefault(str(slot.place), []).append(slot)
        if slot.online:
            found.setdefault(ONLINE, []).append(slot)
    return found


def _times(request: HttpRequest, slots: Sequence[Slot], data: Any) -> PickTime:
    zone = ZoneInfo(request.user.zone)
    times = [(slot.starts_at.isoformat(), _clock(slot, zone)) for slot in slots]
    form = PickTime(data, times=times)
    form.fields["starts_at"].label = _("A time")
    return form


def _clock(slot: Slot, zone: ZoneInfo) -> str:
    there = slot.starts_at.astimezone(zone)
    return f"{there:%H:%M}" + (f" ({there:%Z})" if slot.shown_twice else "")


def _by_day(slots: Sequence[Slot], zone: ZoneInfo) -> list[tuple[date, str, list[tuple[str, str]]]]:
    """The times under the day of each, in the reader's zone."""
    days: dict[date, list[tuple[str, str]]] = {}
    for slot in slots:
        day = slot.starts_at.astimezone(zone).date()
        days.setdefault(day, []).append((slot.starts_at.isoformat(), _clock(slot, zone)))
    return [(day, date_format(day, "l j F"), times) for day, times in days.items()]


def _asked_day(request: HttpRequest) -> date | None:
    asked = request.POST.get("from") or request.GET.get("from", "")
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None
