"""Being away: one therapist, or the whole practice."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock

from .. import actions
from ..forms import AddTimeOff, EditHoliday
from ..models import Appointment, PracticeHoliday, TimeOff
from .parts import keeping, kept_by, office


@keeping
def away(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When a therapist is away, what lies in those days, and who covers."""
    therapist, now = kept_by(request, pk), clock.now()
    form = AddTimeOff(request.POST or None, therapist=therapist)
    if request.method == "POST" and form.is_valid():
        actions.keep_row(row=form.made(), fields=form.changed_data, by=request.user, now=now)
        messages.success(request, _("Kept. Nobody can be booked into that time."))
        return redirect("away", pk)
    rows = list(TimeOff.objects.of(therapist).still(now))
    ahead = list(Appointment.objects.in_diary_of(therapist).ahead(now)) if rows else []
    context = {
        "therapist": therapist,
        "form": form,
        "zone": ZoneInfo(therapist.user.zone),
        "rows": [
            {
                "off": row,
                "in_it": [
                    a for a in ahead if a.starts_at < row.ends_at and row.starts_at < a.ends_at
                ],
            }
            for row in rows
        ],
        "mine": therapist.user_id == request.user.pk,
    }
    return render(request, "scheduling/away.html", context)


@keeping
@require_POST
def away_remove(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Be there after all."""
    found = get_object_or_404(TimeOff.objects.of(kept_by(request, pk)), pk=row)
    actions.take_away(row=found, by=request.user, now=clock.now())
    messages.success(request, _("Taken back. That time can be booked again."))
    return redirect("away", pk)


@office
def holidays(request: HttpRequest) -> HttpResponse:
    """The days on which the whole practice is closed."""
    form = EditHoliday(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.keep_row(
            row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
        )
        messages.success(request, _("Kept. Nobody can be booked on those days."))
        return redirect("holidays")
    rows = PracticeHoliday.objects.filter(last_on__gte=clock.today())
    return render(request, "scheduling/holidays.html", {"form": form, "rows": rows})


@office
@require_POST
def holiday_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open on those days after all."""
    found = get_object_or_404(PracticeHoliday, pk=pk)
    actions.take_away(row=found, by=request.user, now=clock.now())
    messages.success(request, _("Taken back. Those days can be booked again."))
    return redirect("holidays")
