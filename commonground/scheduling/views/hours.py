"""The hours of a therapist: the week as a drawing and as a list, and the days that differ."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.people.models import Therapist

from .. import actions, week
from ..forms import AddHours, AddOtherDay, ChangeHours, EditRules
from ..models import BookingRules, HoursException, WeeklyHours
from .parts import DAYS, keeping, kept_by, own


@own
def my_hours(request: HttpRequest) -> HttpResponse:
    """One's own hours, for a link that knows no id."""
    return redirect("hours", get_object_or_404(Therapist, user=request.user).pk)


@keeping
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """See the week, and open more of it."""
    therapist = kept_by(request, pk)
    form = AddHours(
        request.POST or None, therapist=therapist, initial={"opens": "09:00", "closes": "17:00"}
    )
    if request.method == "POST" and form.is_valid():
        days, row = form.cleaned_data["days"], form.save(commit=False)
        actions.open_weekly(
            therapist=therapist, days=days, like=row, by=request.user, now=clock.now()
        )
        messages.success(request, _("Your hours are kept. They can be booked from now on."))
        return redirect("hours", pk)
    return _page(request, therapist, form=form)


def _page(request: HttpRequest, therapist: Therapist, **forms: Any) -> HttpResponse:
    today = clock.today(therapist.user.zone)
    rows = list(WeeklyHours.objects.of(therapist).on_or_after(today).in_order())
    others = HoursException.objects.of(therapist).filter(on__gte=today).select_related("place")
    context = {
        "therapist": therapist,
        "mine": therapist.user_id == request.user.pk,
        "days": [
            {"name": name, "rows": [row for row in rows if row.weekday == n]}
            for n, name in enumerate(DAYS)
        ],
        "rows": rows,
        "week": week.draw([_stretch(row) for row in rows], DAYS),
        "others": others,
        "other_form": AddOtherDay(therapist=therapist, prefix="day"),
        "zone": therapist.user.zone,
    }
    return render(request, "scheduling/hours.html", context | forms)


def _stretch(row: WeeklyHours) -> week.Stretch:
    where = str(row.place) if row.place else _("online")
    link = reverse("hours_row", args=[row.therapist_id, row.pk])
    kind = "place" if row.place else "online"
    return week.Stretch(row.weekday, row.opens, row.closes, where, kind, link)


DRAWN = ("weekday", "opens", "closes")
"""What the drawing of the week can change; the form shows it, and keeps it once it is sent."""


@keeping
def hours_row(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Change one stretch of the week."""
    therapist = kept_by(request, pk)
    found = get_object_or_404(WeeklyHours.objects.of(therapist), pk=row)
    drawn = {name: request.GET[name] for name in DRAWN if name in request.GET}
    form = ChangeHours(request.POST or None, instance=found, therapist=therapist, initial=drawn)
    if request.method == "POST" and form.is_valid():
        actions.keep_row(
            row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
        )
        messages.success(request, _("Changed. What is booked already stays where it is."))
        return redirect("hours", pk)
    context = {"therapist": therapist, "form": form, "row": found}
    return render(request, "scheduling/hours_row.html", context)


@keeping
@require_POST
def hours_remove(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Close one stretch of the week; what is booked in it stays."""
    found = get_object_or_404(WeeklyHours.objects.of(kept_by(request, pk)), pk=row)
    actions.take_away(row=found, by=request.user, now=clock.now())
    messages.success(request, _("Closed. What is booked already stays where it is."))
    return redirect("hours", pk)


@keeping
@require_POST
def other_day(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one day is not as usual."""
    therapist = kept_by(request, pk)
    form = AddOtherDay(request.POST, therapist=therapist, prefix="day")
    if not form.is_valid():
        return _page(request, therapist, form=AddHours(therapist=therapist), other_form=form)
    actions.keep_row(
        row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
    )
    messages.success(request, _("Kept. That day replaces the usual week."))
    return redirect("hours", pk)


@keeping
@require_POST
def other_day_remove(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Let a day be as usual again."""
    found = get_object_or_404(HoursException.objects.of(kept_by(request, pk)), pk=row)
    actions.take_away(row=found, by=request.user, now=clock.now())
    messages.success(request, _("That day is as usual again."))
    return redirect("hours", pk)


@keeping
def rules(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How the diary is booked: lengths, buffers, notice, horizon."""
    therapist = kept_by(request, pk)
    form = EditRules(request.POST or None, instance=BookingRules.of(therapist))
    if request.method == "POST" and form.is_valid():
        actions.keep_row(
            row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
        )
        messages.success(request, _("Kept. It holds for what is booked from now on."))
        return redirect("hours", pk)
    mine = therapist.user_id == request.user.pk
    context = {"therapist": therapist, "form": form, "mine": mine}
    return render(request, "scheduling/rules.html", context)
