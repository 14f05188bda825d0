"""The client's own page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.measures.models import CheckIn
from commonground.people.access import is_open
from commonground.people.models import Client
from commonground.people.roles import Role

from ..forms import TellTask, WriteWish
from ..models import (
    Course,
    SchoolContact,
    Session,
    Told,
    Wish,
    tell,
)
from ..models.first import first_with
from .parts import stones
from .plan import changes
from .sheet_door import place


@only(Role.CLIENT)
def my(request: HttpRequest, **wrong: Any) -> HttpResponse:
    """Where the course stands, what comes before the next session, and what was shared; after the
    ending all of it to read. `wrong` holds a form that was sent back."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    if client is None:  # an account whose record is not joined to it yet
        return render(request, "people/home_client.html")
    audit.read(by=user, obj=client, now=now, verb="courses.my.read")
    course = Course.objects.with_keys().of(client)
    context: dict[str, Any] = {"client": client, "course": course, "place": place(user)}
    beside = list(client.guardians.all())
    context |= {"beside": beside, "asked_to_share": any(one.asks(now) for one in beside)}
    met = False
    if course:
        (told,) = tell([course])
        context |= _carried(told, clock.today(user.zone), now)
        met = any(session.dated for session in told.sessions)
        task = told.tasks[0] if told.tasks else None
        context |= {
            "foci": told.foci,
            "goals": told.goals,
            "formulation": course.formulations.shared(),
            "door_open": is_open(request),
            "changes": changes(course.changes.select_related("author"), course),
            "task": task,
            "task_form": TellTask(instance=task, initial={"version": task and task.version}),
            "summaries": _shared(told),
            "sheets": [sheet for sheet in told.worksheets if sheet.is_blank],
            "school": SchoolContact.objects.of(course).exists(),
        }
        if not course.ended_on:
            context |= _for_next(told)
    context["first_with"] = None if met else first_with(client, now)
    return render(request, "courses/my.html", context | wrong)


def _for_next(told: Told) -> dict[str, Any]:
    """The session that comes next, with what the client wants to bring to it."""
    session = next((one for one in told.sessions if not one.is_closed), None)
    if session is None:
        return {}
    wish = Wish.objects.of(session)
    written = {"text": wish.text, "version": wish.version} if wish else {"version": 0}
    return {"wish": wish, "wish_for": session, "wish_form": WriteWish(initial=written)}


def _carried(told: Told, day: Any, now: datetime) -> dict[str, Any]:
    progress = told.progress(day)
    ahead = [s for s in told.sessions if s.dated and s.dated.ends_at > now and not s.is_closed]
    chart = told.chart(told.course.measure)
    return {
        "progress": progress,
        "stones": stones(told, progress, linked=False),
        "therapist_name": told.course.therapist.name,
        "next": _next(told, ahead[0]) if ahead else None,
        "check_in": _check_in(told.course.client, now),
        "chart": chart if chart.points else None,
    }


def _next(told: Told, session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "appointment": session.appointment,
        "place": session.appointment.place,
        "online": session.appointment.online,
        "company": told.company(session),
        "therapist_name": told.course.therapist.name,
    }


def _check_in(client: Client, now: datetime) -> dict[str, Any] | None:
    """What can be answered now: open or begun; else the one that was sent before the next hour,
    or the next to open."""
    ahead = CheckIn.ahead(client, now)
    before = (one for one in ahead if one.appointment)
    found = next((one for one in ahead if one.waits(now)), next(before, None))
    if found is None:
        return None
    state = "begun" if found.answered else "open"
    if found.is_sent:
        state = "sent"
    elif not found.is_open(now):
        state = "later"
    return {
        "state": state,
        "url": reverse("check_in", args=[found.pk, found.resume_at]),
        "questions": len(found.questions),
        "answered": found.answered,
        "opens": found.assignment.opens if found.assignment else None,
    }


def _shared(told: Told) -> list[dict[str, Any]]:
    """What the therapist has shared, the newest first."""
    rows = []
    for session in told.sessions:
        summary = told.summaries.get(session.pk)
        if summary and summary.shared_at:
            summary.session = session  # with the key that lies ready on it
            rows.append({"session": session, "summary": summary})
    return rows[::-1]
