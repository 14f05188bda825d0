"""A client's own appointments: when, where, how to get there, and how to change them."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.scheduling import actions as scheduling
from commonground.scheduling.actions import Settled, Taken
from commonground.scheduling.models import Appointment, BookingRules, way_in

from .. import actions
from ..forms import PickTime, WhereYouWillBe
from .dates import other_times

coming = only(Role.CLIENT)
OFFERED = 60
SHOWN = 8
"""So many times, and days, are shown at once; more would be a wall of numbers on a phone."""


@coming
def my_appointments(request: HttpRequest) -> HttpResponse:
    """What lies ahead, the next first, and what has been."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    rows = Appointment.objects.of_client(user).with_keys()
    if client is not None:
        audit.read(by=user, obj=client, now=now, verb="scheduling.my.read")
    past = rows.exclude(state=Appointment.State.PLANNED).order_by("-starts_at")[:30]
    context = {"ahead": list(rows.ahead(now)), "past": past, "zone": ZoneInfo(user.zone)}
    return render(request, "scheduling/my_appointments.html", context | {"zone_name": user.zone})


@coming
def my_appointment(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """One appointment, with other times that are free while there is still notice enough."""
    now, found = clock.now(), _own(request, pk)
    audit.read(by=request.user, obj=found, now=now)
    zone = ZoneInfo(request.user.zone)
    rules = BookingRules.of(found.therapist)
    hours = (found.starts_at - now).total_seconds() / 3600
    ahead = found.state == Appointment.State.PLANNED and found.ends_at > now
    context = {
        "appointment": found,
        "zone": zone,
        "zone_name": request.user.zone,
        "ahead": ahead,
        "late": hours < rules.late_hours,
        "late_hours": rules.late_hours,
        "way_in": way_in(found, now, moderator=False),
        "begun": found.starts_at <= now,
        "form": wrong.get("form")
        or (_times(request, found) if ahead and hours >= rules.late_hours else None),
        "where_form": WhereYouWillBe(initial={"whereabouts": found.whereabouts or ""}),
    }
    context |= wrong
    context["days"] = _by_day(context["form"])
    return render(request, "scheduling/my_appointment.html", context)


@coming
@require_POST
def my_move(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take one of the times that were offered instead."""
    now, found = clock.now(), _own(request, pk)
    offered = {slot.starts_at.isoformat(): slot for slot in other_times(found, now, alone=True)}
    form = _times(request, found, request.POST)
    if not form.is_valid():
        return my_appointment(request, pk, form=form)
    if _is_late(found, now):
        messages.error(request, _("It is too late to move it here. Please ring the practice."))
        return redirect("my_appointment", pk)
    slot = offered[form.cleaned_data["starts_at"]]
    try:
        actions.move(
            appointment=found, starts_at=slot.starts_at, place=found.place, by=request.user, now=now
        )
    except (Taken, Settled):
        sentence = _(
            "Somebody was quicker. Here is what is free now; nothing of yours has changed."
        )
        form.add_error("starts_at", sentence)
        return my_appointment(request, pk, form=form)
    messages.success(request, _("Moved. You will be expected at the new time."))
    return redirect("my_appointments")


@coming
@require_POST
def my_cancel(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Call it off."""
    now, found = clock.now(), _own(request, pk)
    if found.starts_at <= now:
        messages.error(request, _("It has begun already. Please ring the practice."))
        return redirect("my_appointment", pk)
    try:
        actions.call_off(appointment=found, by_client=True, by=request.user, now=now)
        messages.success(request, _("Cancelled. Your therapist will see it."))
    except Settled as settled:
        messages.error(request, str(settled))
    return redirect("my_appointments")


@coming
@require_POST
def my_whereabouts(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say where one will be during a session online."""
    found = _own(request, pk)
    form = WhereYouWillBe(request.POST)
    if not form.is_valid():
        return my_appointment(request, pk, where_form=form)
    scheduling.tell_whereabouts(
        appointment=found,
        where=form.cleaned_data["whereabouts"],
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, _("Thank you. Your therapist can see it when you speak."))
    return redirect("my_appointment", pk)


def _own(request: HttpRequest, pk: UUID) -> Appointment:
    rows = Appointment.objects.of_client(request.user).with_keys()
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


def _is_late(found: Appointment, now: Any) -> bool:
    hours = (found.starts_at - now).total_seconds() / 3600
    return hours < BookingRules.of(found.therapist).late_hours


def _times(request: HttpRequest, found: Appointment, data: Any = None) -> PickTime:
    """The next free times, in the reader's own zone, as choices."""
    zone = ZoneInfo(request.user.zone)
    times = [
        (
            slot.starts_at.isoformat(),
            date_format(slot.starts_at.astimezone(zone), "l j F, H:i")
            + (f" ({slot.starts_at.astimezone(zone):%Z})" if slot.shown_twice else ""),
        )
        for slot in other_times(found, clock.now(), alone=True)
    ]
    return PickTime(data, times=times if data else times[:OFFERED])


def _by_day(form: PickTime | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The times that are offered, under the day of each."""
    days: dict[str, list[tuple[str, str]]] = {}
    for value, label in form.fields["starts_at"].choices if form else []:  # type: ignore[attr-defined]
        day, _comma, at = label.rpartition(", ")
        days.setdefault(day, []).append((value, at))
    return list(days.items())[:SHOWN]
