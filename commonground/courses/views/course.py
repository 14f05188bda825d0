"""One course as a whole: opening it, dating its sessions, agreeing its goals."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.people.models import Client, Contact, Therapist

from .. import actions
from ..forms import AgreeGoal, Dated, DateSeries, OpenCourse
from ..models import Course, Goal, Session, tell
from .parts import age, clinical, course_page


@clinical
def open_course(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Open a course for a client in one's own care."""
    now = clock.now()
    led = Client.objects.led_by(request.user, now).with_keys()
    client = get_object_or_404(led, pk=pk)
    therapist = get_object_or_404(Therapist, user=request.user)
    before = list(Course.objects.led_by(request.user, now).before(client))
    form = OpenCourse(request.POST or None, age=age(client, clock.today(request.user.zone)))
    if form.is_valid():
        try:
            opened = actions.open_course(
                client=client, therapist=therapist, by=request.user, now=now, **form.cleaned_data
            )
            return redirect("course", pk=opened.pk)
        except actions.NotNow as refusal:
            form.add_error("sessions", str(refusal))
    audit.read(by=request.user, obj=client, now=now)
    context = {"form": form, "client": client, "before": before}
    return render(request, "courses/open.html", context)


@clinical
def course(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """Its sessions with their dates, its goals, its chart. `wrong` holds a form sent back."""
    now = clock.now()
    mine = Course.objects.in_care_of(request.user, now)
    found = get_object_or_404(mine.with_keys(), pk=pk)
    audit.read(by=request.user, obj=found, now=now)
    (told,) = tell([found])
    zone = found.therapist.user.zone
    every = found.protocol.interval_days
    context = course_page(told, request.user, now, "course") | {
        "sessions": [_row(session, zone, wrong) for session in told.sessions],
        "chart": told.chart(told.course.measure, width=560, height=240),
        "goals": Goal.objects.visible_to(request.user, now).with_keys().of(found),
        "may_write": Course.objects.led_by(request.user, now).contains(found),
        "may_date": Course.objects.treated_by(request.user, now).contains(found),
        "goal_form": wrong.get("goal_form") or AgreeGoal(course=found),
        "goal_url": reverse("goal", args=[pk]),
        "series_form": wrong.get("series_form") or DateSeries(zone=zone, every=every),
        "series_url": reverse("series", args=[pk]),
        "contacts": Contact.objects.with_keys().of(found.client),
    }
    return render(request, "courses/course.html", context)


@clinical
@require_POST
def goal(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write a shared goal down."""
    led = Course.objects.led_by(request.user, clock.now())
    found = get_object_or_404(led.with_keys(), pk=pk)
    form = AgreeGoal(request.POST, course=found)
    if form.is_valid():
        try:
            actions.agree_goal(course=found, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("The goal is kept. Your client sees it too."))
            return redirect("course", pk=pk)
        except actions.NotNow as refusal:
            form.add_error("words", str(refusal))
    return course(request, pk, goal_form=form)


def _row(session: Session, zone: str, wrong: dict[str, Any]) -> dict[str, Any]:
    """One session in the list, with the form that dates it while it is open."""
    appointment = session.dated
    form = wrong.get(str(session.pk))
    if form is None and not session.is_closed:
        form = Dated(zone=zone, prefix=str(session.pk), initial=_initial(session, zone))
    return {
        "session": session,
        "number": session.number,
        "phase": session.phase,
        "appointment": appointment,
        "url": reverse("session", args=[session.pk]) if appointment else "",
        "date_url": reverse("session_date", args=[session.pk]),
        "form": form,
    }


def _initial(session: Session, zone: str) -> dict[str, Any]:
    if session.dated is None:
        return {}
    at = session.dated.starts_at.astimezone(ZoneInfo(zone))
    return {"day": at.date(), "time": at.time(), "place": session.dated.place_id}
