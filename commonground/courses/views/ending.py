"""The ending of a course: counted down, reviewed, decided; and what comes after it."""

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
from commonground.measures.actions import NobodyToTell, NoWords
from commonground.people.access import behind_proof
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.scheduling.actions import Settled, Taken

from .. import actions, storages
from .. import ending as words
from ..circle import Circle, Stand, circle
from ..ending import Way
from ..forms import Dated, EndCourse, EndEarly
from ..models import Closeness, Course, Ending, FollowUp, Goal, Person, Told, Worksheet, tell
from ..protocol import Phase
from ..worksheet import ENDING_REVIEW, RELAPSE_PLAN, SAFETY_PLAN
from .parts import clinical, course_page
from .worksheets import latest

AsOf = Closeness.AsOf
OF_THE_ENDING = (ENDING_REVIEW, RELAPSE_PLAN, SAFETY_PLAN)
"""The sheets that belong to it, in the order in which they are filled in."""


@clinical
def ending(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """How near the end is, what was reached, what is left to do, and the ending itself."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.ending.read")
    (told,) = tell([found])
    today = clock.today(user.zone)
    page = course_page(told, user, now, "ending")
    zone = found.therapist.user.zone
    done = {key for session in told.sessions for key in session.done}
    context = _reviewed(told, page["progress"], user, now) | {
        "countdown": words.countdown(found.plan, page["progress"].number, done),
        "tasks": _tasks(found.plan.phases[-1], done),
        "ending": Ending.objects.visible_to(user, now).with_keys().of(found),
        "follow_ups": _dated(found, user, now, zone, wrong),
        "may_write": Course.objects.led_by(user, now).contains(found),
        "may_date": Course.objects.treated_by(user, now).contains(found),
        "end_form": wrong.get("end_form") or EndCourse(today=today, prefix="end"),
        "early_form": wrong.get("early_form") or EndEarly(today=today, prefix="early"),
        "owes": words.owes_alternative(Way.COMPLETED, page["progress"].standing.change),
        "months": [str(months) for months in found.protocol.follow_up_months],
    }
    return render(request, "courses/ending.html", page | context)


@clinical
@require_POST
def ending_end(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """End the course; `how` says by which of the two forms."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    early = request.POST.get("how") == "early"
    kind, name = (EndEarly, "early") if early else (EndCourse, "end")
    form = kind(request.POST, today=clock.today(user.zone), prefix=name)
    if form.is_valid():
        try:
            actions.end_course(course=found, by=user, now=now, **form.cleaned_data)
            messages.success(request, _("The course has ended. What was written stays."))
            return redirect("ending", pk=pk)
        except actions.NotNow as refusal:
            form.add_error(None, str(refusal))
    return ending(request, pk, **{f"{name}_form": form})


@clinical
@require_POST
def ending_undo(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let it go on after all."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    try:
        actions.go_on(course=found, by=user, now=now)
        messages.success(request, _("The course goes on. Give the next sessions their dates anew."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("ending", pk=pk)


@clinical
@require_POST
def follow_up(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Give a follow-up its date."""
    now, user = clock.now(), request.user
    found = get_object_or_404(FollowUp.objects.treated_by(user, now).with_keys(), pk=pk)
    form = Dated(request.POST, zone=found.course.therapist.user.zone, prefix=str(pk))
    if form.is_valid():
        given = form.cleaned_data
        told = {"starts_at": given["starts_at"], "place": given["place"], "by": user, "now": now}
        try:
            actions.date_follow_up(follow_up=found, **told)
            messages.success(request, _("The date is kept; the check-in is asked before it."))
            return redirect("ending", pk=found.course_id)
        except (Taken, Settled, NobodyToTell, NoWords, actions.NotNow) as refusal:
            form.add_error(None, str(refusal))
    return ending(request, found.course_id, **{str(pk): form})


@only(Role.CLIENT)
@behind_proof
def my_ending(request: HttpRequest) -> HttpResponseBase:
    """The client looks back: first and last, goals, circles, the plans that stay theirs."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    found = latest(client, user, now)
    if client is None or found is None:
        return redirect("my")
    audit.read(by=user, obj=client, now=now, verb="courses.ending.read")
    (told,) = tell([found])
    progress = told.progress(clock.today(user.zone))
    done = {key for session in told.sessions for key in session.done}
    context = _reviewed(told, progress, user, now) | {
        "course": found,
        "client": client,
        "progress": progress,
        "countdown": words.countdown(found.plan, progress.number, done),
        "ending": Ending.objects.visible_to(user, now).with_keys().of(found),
        "follow_ups": FollowUp.objects.visible_to(user, now).with_keys().of(found),
        "therapist_name": found.therapist.name,
        "mine": True,
    }
    return render(request, "courses/my_ending.html", context)


# ——— what the pages show ———


def _reviewed(told: Told, progress: Any, user: Any, now: datetime) -> dict[str, Any]:
    """First and last scores, goals, the circles at onset and now, the sheets of the ending."""
    course = told.course
    them = list(Person.objects.visible_to(user, now).with_keys().of(course))
    places = Closeness.objects.visible_to(user, now).by_person(course)
    circles = [
        {"as_of": date, "label": date.label, "drawing": _drawing(them, places, date)}
        for date in (AsOf.ONSET, AsOf.NOW)
        if any(date in there for there in places.values())
    ]
    pairs = [
        {"pair": pair, "instrument": told.instrument(pair.instrument)}
        for pair in progress.standing.pairs
        if pair.first is not None
    ]
    rows = Worksheet.objects.visible_to(user, now).with_keys().of(course)
    there = {row.kind: row for row in reversed([row for row in rows if row.kind in OF_THE_ENDING])}
    sheets = {sheet.key: sheet for sheet in storages.newest_worksheets()}
    return {
        "pairs": pairs,
        "standing": progress.standing,
        "goals": Goal.objects.visible_to(user, now).with_keys().of(course),
        "circles": circles,
        "moved": _moved(them, places),
        "sheets": [{"sheet": sheets[key], "row": there.get(key)} for key in OF_THE_ENDING],
    }


def _drawing(them: list[Person], places: Any, date: str) -> Circle:
    """A small circle of one of the two dates; who has moved is named."""
    then = AsOf.NOW if date == AsOf.ONSET else AsOf.ONSET
    stands = [
        Stand(
            key=str(one.pk),
            name=one.name,
            bearing=one.bearing or 0,
            ring=there[date].ring,
            before=there[then].ring if then in there else 0,
            near=one.lives == Person.Lives.NEAR,
        )
        for one in them
        if date in (there := places.get(one.pk, {}))
    ]
    return circle(stands, size=236, small=True)


def _moved(them: list[Person], places: Any) -> list[dict[str, str]]:
    """The same as the two drawings, in words: who stands elsewhere now than at the onset."""
    said = dict(Closeness.Ring.choices)
    rows = []
    for one in them:
        there = places.get(one.pk, {})
        was, now = there.get(AsOf.ONSET), there.get(AsOf.NOW)
        if (was.ring if was else 0) != (now.ring if now else 0):
            rows.append(
                {
                    "name": one.name,
                    "was": str(said[was.ring]) if was else _("not in the circle"),
                    "now": str(said[now.ring]) if now else _("not in the circle"),
                }
            )
    return rows


def _tasks(phase: Phase, done: set[str]) -> list[dict[str, Any]]:
    return [{"task": task, "done": task.key in done} for task in phase.tasks]


def _dated(
    course: Course, user: Any, now: datetime, zone: str, wrong: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each follow-up with the form that gives it a date, until it was held."""
    found = []
    for one in FollowUp.objects.visible_to(user, now).with_keys().of(course):
        held = one.dated is not None and one.dated.attended is not None
        form = wrong.get(str(one.pk))
        if form is None and not held:
            form = Dated(zone=zone, prefix=str(one.pk), initial={"day": one.due_on})
        found.append({"follow_up": one, "form": form})
    return found
