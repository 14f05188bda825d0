"""The plan of a course: its length and boundaries, its prompts, and who carries it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.people.models import Care

from .. import actions
from ..forms import ChangeSessions, CoverLeave, Dismiss, EndCover, HandOver, MoveBoundary
from ..models import Course, CourseChange, tell
from .parts import clinical, course_page


@clinical
def plan(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponseBase:
    """What was agreed, what was changed and why; and the forms that change it."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.plan.read")
    (told,) = tell([found])
    context = {
        "changes": changes(CourseChange.objects.visible_to(user, now).with_keys().of(found), found),
        "sessions_form": ChangeSessions(initial={"sessions": found.sessions_agreed}, course=found),
        "boundary_form": MoveBoundary(course=found),
        "covers": covers(Care.objects.current(now).covering(found.client)),
        "cover_form": CoverLeave(course=found, prefix="cover"),
        "hand_over_form": HandOver(course=found, prefix="hand"),
        **wrong,
    }
    return render(request, "courses/plan.html", course_page(told, user, now, "course") | context)


@clinical
@require_POST
def sessions_change(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Another number of sessions."""
    form = ChangeSessions(request.POST, course=_led(request, pk))
    return _done(request, pk, form, "sessions_form", actions.change_sessions)


@clinical
@require_POST
def boundary_move(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let a phase end elsewhere."""
    form = MoveBoundary(request.POST, course=_led(request, pk))
    return _done(request, pk, form, "boundary_form", actions.move_boundary)


@clinical
@require_POST
def cover(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let a colleague look after the client during a leave."""
    found = _led(request, pk)
    form = CoverLeave(request.POST, course=found, prefix="cover")
    if not form.is_valid():
        return plan(request, pk, cover_form=form)
    try:
        actions.cover_leave(
            course=found,
            therapist=form.cleaned_data["therapist"],
            until=form.until_at(request.user.zone),
            by=request.user,
            now=clock.now(),
        )
    except actions.NotNow as refusal:
        form.add_error("until", str(refusal))
        return plan(request, pk, cover_form=form)
    messages.success(request, _("Your colleague can read and act from now on."))
    return redirect("plan", pk=pk)


@clinical
@require_POST
def cover_end(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The lead is back, or chose the wrong colleague: the cover ends now."""
    found = _led(request, pk)
    form = EndCover(request.POST, course=found)
    try:
        if not form.is_valid():
            raise actions.NotNow(_("This cover has ended already."))
        care = form.cleaned_data["care"]
        actions.end_cover(course=found, care=care, by=request.user, now=clock.now())
        said = _("%(name)s no longer covers. The record is shut to them.")
        messages.success(request, said % {"name": care.therapist.name})
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("plan", pk=pk)


@clinical
@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let another therapist lead from now on."""
    found = _led(request, pk)
    form = HandOver(request.POST, course=found, prefix="hand")
    if not form.is_valid():
        return plan(request, pk, hand_over_form=form)
    to = form.cleaned_data["therapist"]
    try:
        actions.hand_over(course=found, to=to, by=request.user, now=clock.now())
    except actions.NotNow as refusal:
        form.add_error("therapist", str(refusal))
        return plan(request, pk, hand_over_form=form)
    messages.success(request, _("%(name)s leads this course now.") % {"name": to.name})
    return redirect("today")


@clinical
@require_POST
def prompt_dismiss(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put prompts aside, with the reason."""
    found, form = _led(request, pk), Dismiss(request.POST)
    if form.is_valid():
        for sign in request.POST.getlist("sign")[:10]:
            actions.dismiss_prompt(
                course=found, sign=sign[:200], reason=form.cleaned_data["reason"],
                by=request.user, now=clock.now(),
            )  # fmt: skip
        messages.success(request, _("Put aside. It comes back if the facts change."))
    else:
        messages.error(request, _("Say in a few words why not now."))
    from_page = request.POST.get("session", "")
    session = next((s for s in found.sessions.all() if str(s.pk) == from_page), None)
    return redirect("session", pk=session.pk) if session else redirect("today")


def covers(rows: Any) -> list[dict[str, Any]]:
    """Who covers, and the last day on which they do; `asked` by the lead, or called in."""
    tick = timedelta(seconds=1)
    return [
        {
            "care": row,
            "until": row.ends_at and row.ends_at - tick,
            "asked": row.reason == actions.LEAVE,
        }
        for row in rows
    ]


def changes(rows: Any, course: Course) -> list[dict[str, Any]]:
    """What was changed, in words for client and therapist."""
    labels = {phase.key: phase for phase in course.protocol.phases}
    return [{"change": row, "phase": labels.get(row.phase)} for row in rows]


def _led(request: HttpRequest, pk: UUID) -> Course:
    led = Course.objects.led_by(request.user, clock.now()).with_keys()
    return get_object_or_404(led, pk=pk)


def _done(request: HttpRequest, pk: UUID, form: Any, name: str, verb: Any) -> HttpResponseBase:
    found = _led(request, pk)
    if form.is_valid():
        try:
            verb(course=found, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("Changed. Your client sees it, with the reason."))
            return redirect("plan", pk=pk)
        except actions.NotNow as refusal:
            form.add_error("reason", str(refusal))
    return plan(request, pk, **{name: form})
