"""Booking one appointment from the diary or the desk."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.people.models import Care, Client, Place, Therapist
from commonground.people.models.care import Part
from commonground.people.roles import Role
from commonground.scheduling import wall_clock
from commonground.scheduling.actions import Taken
from commonground.scheduling.models import Appointment, diaries

from .. import actions
from ..forms import BookOne
from .dates import moving

AHEAD = timedelta(days=28)
OFFERED = 12


@moving
def book_one(request: HttpRequest) -> HttpResponseBase:
    """For one of the clients whom a therapist looks after: a free time, or any other."""
    now = clock.now()
    therapist = _therapist(request)
    if therapist is None:
        rows = Therapist.objects.working()
        return render(request, "courses/book_whom.html", {"therapists": rows})
    audit.read(by=request.user, obj=therapist, now=now, verb="scheduling.diary.read")
    form = _form(request, therapist, now)
    if request.method != "POST" or not form.is_valid():
        return _page(request, therapist, form)
    given, because = form.cleaned_data, request.POST.get("because", "")
    try:
        made = actions.book_one(
            therapist=therapist,
            client=given["client"],
            kind=given["kind"],
            starts_at=given["starts_at"],
            place=given["place"],
            because=because if because in Appointment.Because.values else "",
            once=given["once"],
            by=request.user,
            now=now,
        )
    except Taken as taken:
        form = _form(request, therapist, now)  # with what is free by now
        form.is_valid()
        form.errors["slot"] = form.error_class([str(taken)])
        return _page(request, therapist, form, overlap=True)
    messages.success(request, _("Booked."))
    return redirect("appointment", made.pk)


def _page(request: HttpRequest, therapist: Therapist, form: BookOne, **more: Any) -> HttpResponse:
    context = {
        "therapist": therapist,
        "form": form,
        "zone_name": therapist.user.zone,
        "mine": therapist.user_id == request.user.pk,
        "why": Appointment.Because.choices,
    }
    status = 409 if more else 200
    return render(request, "courses/book_one.html", context | more, status=status)


def _therapist(request: HttpRequest) -> Therapist | None:
    """Whose diary it is: one's own; for a coordinator whoever is named, None if nobody is."""
    rows = Therapist.objects.working().select_related("user")
    asked = request.POST.get("therapist") or request.GET.get("therapist")
    if Role.COORDINATOR not in request.user.roles:
        rows = rows.filter(user=request.user.pk)
        return get_object_or_404(rows, pk=asked) if _is_id(asked) else get_object_or_404(rows)
    return get_object_or_404(rows, pk=asked) if _is_id(asked) else None


def _is_id(asked: str | None) -> bool:
    return bool(asked) and len(str(asked)) == 36 and str(asked).count("-") == 4


def _form(request: HttpRequest, therapist: Therapist, now: datetime) -> BookOne:
    zone = therapist.user.zone
    begin = max(now, wall_clock.opening(_asked_day(request, now), time(0), zone))
    return BookOne(
        request.POST if request.method == "POST" else None,
        zone=zone,
        clients=_clients(therapist, now),
        times=_times(therapist, begin, now),
    )


def _clients(therapist: Therapist, now: datetime) -> Any:
    """Whom this therapist leads or covers for now."""
    care = Care.objects.current(now).filter(
        therapist=therapist, part__in=(Part.LEAD, Part.COVER)
    )  # fmt: skip
    return Client.objects.filter(pk__in=care.values("client")).with_keys()


def _times(therapist: Therapist, begin: datetime, now: datetime) -> list[tuple[str, str]]:
    """The next free times of a session's length, each with where it could be."""
    read = diaries([therapist], (begin, begin + AHEAD), now=now)
    places = {place.pk: place.name for place in Place.objects.all()}
    found = []
    for slot in read.free(therapist)[:OFFERED]:
        where = places.get(slot.place, _("online")) if slot.place else _("online")
        when = date_format(slot.starts_at.astimezone(ZoneInfo(slot.zone)), "D j M, H:i")
        found.append((f"{slot.starts_at.isoformat()}|{slot.place or ''}", f"{when}, {where}"))
    return found


def _asked_day(request: HttpRequest, now: datetime) -> date:
    try:
        asked = date.fromisoformat(request.POST.get("on") or request.GET.get("on", ""))
    except ValueError:
        return now.date()
    return asked if 2000 <= asked.year < 2100 else now.date()
