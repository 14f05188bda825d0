"""When sessions are: a row of dates looked at before it is kept, one moved, one called off."""

from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.models import Place
from commonground.people.roles import Role
from commonground.scheduling.actions import Planned, Settled, Taken
from commonground.scheduling.attendance import Attendance
from commonground.scheduling.models import Appointment, Reminder, diaries, way_in
from commonground.scheduling.series import Step

from .. import actions
from ..forms import Dated, DateSeries, SettleAppointment
from ..models import Course, Session
from .course import course
from .parts import clinical

moving = only(Role.THERAPIST, Role.COORDINATOR)
LEAVE_OUT = "leave-out"


@clinical
@require_POST
def series(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Look at a row of dates with what stands in its way; kept whole, or not at all."""
    now = clock.now()
    found = get_object_or_404(Course.objects.treated_by(request.user, now).with_keys(), pk=pk)
    every = found.protocol.interval_days
    form = DateSeries(request.POST, zone=found.therapist.user.zone, every=every)
    if not form.is_valid():
        return course(request, pk, series_form=form)
    given = form.cleaned_data
    if found.sessions.booked_by(given["once"]).exists():
        return redirect("course", pk=pk)
    left = found.sessions.undated().count()
    if not left:
        form.add_error("weeks", _("Every session has its date already. Move one of them instead."))
        return course(request, pk, series_form=form)
    left_out = _left_out(request)
    steps = actions.proposal(
        found,
        given["starts_at"],
        min(given["weeks"], left),
        given["place"],
        now=now,
        left_out=left_out,
    )
    if "keep" in request.POST and not _asks_to_leave_out(request, steps):
        chosen, refusal = _chosen(request, steps, given["place"])
        if not refusal:
            try:
                actions.date_sessions(
                    course=found, times=chosen, once=given["once"], by=request.user, now=now
                )
                messages.success(request, _("The dates are kept."))
                return redirect("course", pk=pk)
            except (Taken, actions.NotNow) as taken:
                refusal = str(taken)
        return _look(request, found, form, steps, left_out, now, refusal)
    audit.read(by=request.user, obj=found, now=now)
    return _look(request, found, form, steps, left_out, now)


def _look(
    request: HttpRequest,
    found: Course,
    form: DateSeries,
    steps: list[Step],
    left_out: list[Day],
    now: datetime,
    refusal: str = "",
) -> HttpResponse:
    counted = [step for step in steps if step.number]
    numbers = list(found.sessions.undated().values_list("number", flat=True))
    names = dict(zip((s.number for s in counted), numbers, strict=False))
    context = {
        "course": found,
        "client": found.client,
        "form": form,
        "once": form.cleaned_data["once"] or uuid4(),
        "steps": [
            {
                "step": step,
                "number": names.get(step.number),
                "field": f"pick-{step.on.isoformat()}",
                "picked": request.POST.get(f"pick-{step.on.isoformat()}", ""),
            }
            for step in steps
        ],
        "zone": ZoneInfo(found.therapist.user.zone),
        "zone_name": found.therapist.user.zone,
        "left_out": left_out,
        "conflicts": sum(step.conflict for step in steps),
        "last": counted[-1] if counted else None,
        "refusal": refusal,
        "kept_time": form.cleaned_data["time"],
        "place": form.cleaned_data["place"],
    }
    return render(request, "courses/series.html", context, status=409 if refusal else 200)


def _left_out(request: HttpRequest) -> list[Day]:
    """Days that somebody asked to step over, earlier or just now; what is no day is none."""
    asked = request.POST.getlist("left_out")
    asked += [
        name.removeprefix("pick-") for name, value in request.POST.items() if value == LEAVE_OUT
    ]
    found = []
    for each in asked:
        try:
            found.append(Day.fromisoformat(each))
        except ValueError:
            continue
    return sorted(set(found))


def _asks_to_leave_out(request: HttpRequest, steps: list[Step]) -> bool:
    """Whether a day was stepped over just now: then the longer row is looked at first."""
    return any(request.POST.get(f"pick-{step.on.isoformat()}") == LEAVE_OUT for step in steps)


def _chosen(
    request: HttpRequest, steps: list[Step], place: Place | None
) -> tuple[list[Planned], str]:
    """The times to keep, and a sentence where one is still to be chosen."""
    times = []
    for step in steps:
        if step.number is None:
            continue
        at = step.starts_at
        if step.conflict:
            picked = request.POST.get(f"pick-{step.on.isoformat()}", "")
            offered = {slot.starts_at.isoformat(): slot.starts_at for slot in step.others}
            at = offered.get(picked)
            if at is None:
                return [], _("One day needs another time. Choose one, or leave that day out.")
        if at is not None:
            times.append(Planned(at, place))
    return times, ""


@clinical
@require_POST
def date(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Give one session a time, or another one."""
    now = clock.now()
    found = get_object_or_404(Session.objects.treated_by(request.user, now).with_keys(), pk=pk)
    form = Dated(request.POST, zone=found.course.therapist.user.zone, prefix=str(found.pk))
    if form.is_valid():
        try:
            actions.give_date(
                session=found,
                starts_at=form.cleaned_data["starts_at"],
                place=form.cleaned_data["place"],
                by=request.user,
                now=now,
            )
            messages.success(request, _("The date is kept."))
            return redirect("course", pk=found.course_id)
        except (Taken, actions.NotNow, Settled) as refusal:
            form.add_error("day", str(refusal))
    return course(request, found.course_id, **{str(found.pk): form})


# ——— one appointment, for whoever looks after it ———


def _movable(request: HttpRequest, pk: UUID) -> Appointment:
    rows = Appointment.objects.movable_by(request.user, clock.now()).with_keys()
    found: Appointment = get_object_or_404(rows, pk=pk)
    return found


@moving
def appointment(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """When and where, what else is free, and what became of it."""
    now, found = clock.now(), _movable(request, pk)
    audit.read(by=request.user, obj=found, now=now)
    zone = found.therapist.user.zone
    at = found.starts_at.astimezone(ZoneInfo(zone))
    context = {
        "appointment": found,
        "name": found.client.called if found.client else _("First call"),
        "zone": ZoneInfo(zone),
        "zone_name": zone,
        "ahead": found.starts_at > now,
        "open": found.state == Appointment.State.PLANNED,
        "free": other_times(found, now)[:12],
        "move_form": Dated(
            zone=zone, initial={"day": at.date(), "time": at.time(), "place": found.place_id}
        ),
        "settle_form": SettleAppointment(initial={"attendance": found.attendance}),
        "way_in": way_in(found, now, moderator=True),
        "reminded": Reminder.objects.newest().filter(appointment=found).first(),
        "why": Appointment.Because.choices,
    }
    return render(request, "scheduling/appointment.html", context | wrong)


@moving
@require_POST
def appointment_move(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Give it another time: one of those that are free, or any other."""
    now, found = clock.now(), _movable(request, pk)
    form = Dated(request.POST, zone=found.therapist.user.zone)
    if form.is_valid():
        because = request.POST.get("because", "")
        try:
            actions.move(
                appointment=found,
                starts_at=form.cleaned_data["starts_at"],
                place=form.cleaned_data["place"],
                because=because if because in Appointment.Because.values else "",
                by=request.user,
                now=now,
            )
            messages.success(request, _("Moved. No other appointment has changed."))
            return redirect("appointment", pk)
        except Taken as taken:
            form.add_error("time", str(taken))
            return appointment(request, pk, move_form=form, overlap=True)
        except Settled as settled:
            form.add_error(None, str(settled))
    return appointment(request, pk, move_form=form)


@moving
@require_POST
def appointment_settle(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say what became of it: held, cancelled, or nobody came."""
    now, found = clock.now(), _movable(request, pk)
    form = SettleAppointment(request.POST)
    if not form.is_valid():
        return appointment(request, pk, settle_form=form)
    code = Attendance(form.cleaned_data["attendance"])
    if not code.cancelled and found.starts_at > now:
        form.add_error("attendance", _("It has not begun yet, so nobody can have come or not."))
        return appointment(request, pk, settle_form=form)
    try:
        if code.cancelled:
            by_client = code is Attendance.CLIENT_CANCELLED
            actions.call_off(appointment=found, by_client=by_client, by=request.user, now=now)
        else:
            actions.settle(appointment=found, attendance=code, by=request.user, now=now)
    except Settled as settled:
        form.add_error("attendance", str(settled))
        return appointment(request, pk, settle_form=form)
    messages.success(request, _("Kept."))
    return redirect("appointment", pk)


def other_times(found: Appointment, now: datetime, *, alone: bool = False) -> Sequence[Any]:
    """Free times of the next four weeks for the same therapist, length and place, itself left out.

    `alone` keeps the notice and the horizon of whoever books for themselves.
    """
    span = (now, now + timedelta(days=28))
    read = diaries([found.therapist], span, now=now, besides=[found.pk])
    where = found.place_id or "online"
    free = read.free(
        found.therapist, minutes=found.minutes, where=where, now=now if alone else None
    )
    return [slot for slot in free if slot.starts_at != found.starts_at]
