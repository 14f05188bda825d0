"""What the therapy works on: formulation, foci with their strategies, and goals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.access import behind_proof
from commonground.people.models import Client
from commonground.people.models.care import Part
from commonground.people.roles import Role

from .. import actions, storages
from ..forms import AgreeFocus, AgreeWords, KeepFormulation, Rate, StageDispute
from ..models import Course, DisputeStage, Focus, Formulation, Goal, Told, tell
from .parts import both_texts, clinical, course_page


@clinical
def formulation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The formulation as it stands, the foci with what was worked on, the goals."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.formulation.read")
    (told,) = tell([found])
    versions = list(Formulation.objects.visible_to(user, now).with_keys().of(found))
    context = {
        "formulation": versions[0] if versions else None,
        "earlier": versions[1:],
        "foci": [worked(focus, told) for focus in told.foci],
        "left": told.left,
        "room_for_focus": found.protocol.focus_limit > len(told.foci),
        "goals": told.goals,
        "stages": DisputeStage.Stage.choices,
        "may_write": Part.LEAD in found.client.parts_of(user, now),
    }
    page = course_page(told, user, now, "formulation")
    return render(request, "courses/formulation.html", page | context)


@clinical
def formulation_edit(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write the draft; after it was agreed, this begins the next version."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    latest = Formulation.objects.visible_to(user, now).with_keys().of(found).first()
    initial = {"version": latest.version if latest else 0}
    form = KeepFormulation(request.POST or None, instance=latest, course=found, initial=initial)
    both: list[dict[str, str]] = []
    if form.is_valid():
        try:
            actions.keep_formulation(
                course=found,
                formulation=latest,
                facts=form.facts,
                version=form.cleaned_data["version"],
                by=user,
                now=now,
            )
            messages.success(request, _("Kept as a draft. Read it aloud before you agree it."))
            return redirect("formulation", pk=pk)
        except actions.Stale as stale:
            both = both_texts(form, stale)
    audit.read(by=user, obj=found, now=now)
    (told,) = tell([found])
    context = {"form": form, "both": both, "revises": bool(latest and latest.is_agreed)}
    page = course_page(told, user, now, "formulation")
    status = 409 if both else 200
    return render(request, "courses/formulation_edit.html", page | context, status=status)


@clinical
@require_POST
def formulation_share(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let the client read it."""
    found = _latest(request, pk)
    if found:
        actions.share_formulation(formulation=found, by=request.user, now=clock.now())
        messages.success(request, _("Your client can read it now."))
    return redirect("formulation", pk=pk)


@clinical
@require_POST
def formulation_agree(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Said aloud and agreed, in the room."""
    return _agreed(request, _latest(request, pk), redirect("formulation", pk=pk))


@only(Role.CLIENT)
@behind_proof
def my_formulation(request: HttpRequest) -> HttpResponseBase:
    """The client reads what was formulated, and agrees to it."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    if client is None:  # an account whose record is not joined to it yet
        return redirect("my")
    course = Course.objects.visible_to(user, now).of(client)
    shared = Formulation.objects.visible_to(user, now).with_keys()
    found = shared.of(course).filter(shared_at__isnull=False).first() if course else None
    if request.method == "POST":
        going_on = found if course and not course.ended_on else None
        return _agreed(request, going_on, redirect("my_formulation"))
    audit.read(by=user, obj=client, now=now, verb="courses.formulation.read")
    return render(request, "courses/my_formulation.html", {"formulation": found})


@clinical
def focus_new(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Agree a focus."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    second = Focus.objects.of(found).current().exists()
    form = AgreeFocus(request.POST or None, course=found, second=second)
    if form.is_valid():
        try:
            actions.agree_focus(course=found, by=user, now=now, **form.cleaned_data)
            messages.success(request, _("The focus is agreed."))
            return redirect("formulation", pk=pk)
        except actions.NotNow as refusal:
            form.add_error("area", str(refusal))
    audit.read(by=user, obj=found, now=now)
    (told,) = tell([found])
    areas = [storages.handbook().area(key) for key in found.protocol.foci]
    context = {"form": form, "second": second, "areas": areas}
    page = course_page(told, user, now, "formulation")
    return render(request, "courses/focus.html", page | context)


@clinical
@require_POST
def focus_stage(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say where the dispute stands now."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Focus.objects.led_by(user, now).with_keys(), pk=pk)
    form = StageDispute(request.POST)
    try:
        if form.is_valid():
            actions.stage_dispute(focus=found, by=user, now=now, **form.cleaned_data)
            messages.success(request, _("Kept: the dispute stands there now."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("formulation", pk=found.course_id)


@clinical
@require_POST
def focus_leave(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Stop working on a focus."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Focus.objects.led_by(user, now).with_keys(), pk=pk)
    try:
        actions.leave_focus(focus=found, by=user, now=now)
        messages.success(request, _("The focus is left. It stays in the record."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("formulation", pk=found.course_id)


@clinical
@require_POST
def goal_rate(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write down what the client says in the room."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Goal.objects.led_by(user, now).with_keys(), pk=pk)
    _rated(request, found, now)
    return redirect("formulation", pk=found.course_id)


@only(Role.CLIENT)
@require_POST
def my_goal(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The client says how near a goal is."""
    now = clock.now()
    found = get_object_or_404(Goal.objects.own(request.user).with_keys(), pk=pk)
    _rated(request, found, now)
    return redirect("my")


def worked(focus: Focus, told: Told) -> dict[str, Any]:
    """A focus with its strategies in order: which were worked on, in which sessions, what next."""
    area = storages.handbook().area(focus.area)
    sessions = {
        strategy.id: [s.number for s in told.sessions if strategy.id in s.strategies]
        for strategy in area.strategies
    }
    done = {id for id, numbers in sessions.items() if numbers}
    stages = sorted(focus.stages.all(), key=lambda stage: stage.since)
    return {
        "focus": focus,
        "person": told.named.get(focus.person_id),
        "area": area,
        "strategies": [
            {"strategy": each, "sessions": sessions[each.id]} for each in area.strategies
        ],
        "next": area.next_after(done),
        "last_session": max((n for numbers in sessions.values() for n in numbers), default=None),
        "stage": stages[-1] if stages else None,
        "gone": stages[-2] if len(stages) > 1 else None,
    }


def _latest(request: HttpRequest, pk: UUID) -> Formulation | None:
    now, user = clock.now(), request.user
    course = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    return Formulation.objects.visible_to(user, now).with_keys().of(course).first()


def _agreed(
    request: HttpRequest, found: Formulation | None, back: HttpResponseBase
) -> HttpResponseBase:
    form = AgreeWords(request.POST)
    if found is None or not form.is_valid():
        return back
    version = form.cleaned_data["version"]
    try:
        actions.agree_formulation(
            formulation=found, version=version, by=request.user, now=clock.now()
        )
        messages.success(request, _("Agreed. These words stay as they are."))
    except actions.Stale:
        messages.error(request, _("The words were changed meanwhile. Read them once more."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return back


def _rated(request: HttpRequest, goal: Goal, now: datetime) -> None:
    form = Rate(request.POST)
    if form.is_valid():
        actions.rate_goal(goal=goal, value=form.cleaned_data["value"], by=request.user, now=now)
        messages.success(request, _("Kept."))
    else:
        messages.error(request, _("Choose a number from 0 to 10."))
