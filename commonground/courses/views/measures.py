"""Everything a client was asked: what came in, what waits, what stands, and how it has moved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from commonground.core import audit, clock
from commonground.measures import storages
from commonground.measures.models import Alert, Assignment, Link, Plan, Response
from commonground.people.models import Client, User

from ..chart import Chart
from ..models import Course, Told, tell
from .parts import band_label, clinical
from .timeline import marks


@clinical
def client_measures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The measures of one client, with everything that can be done about them."""
    now, user = clock.now(), request.user
    client = get_object_or_404(Client.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=client, now=now, verb="measures.client.read")
    course = Course.objects.in_care_of(user, now).with_keys().of(client)
    told = tell([course])[0] if course else None
    sent = Response.objects.sent().filter(client=client).with_keys().with_occasion()
    context = {
        "client": client,
        "course": course,
        "charts": _charts(told, user) if told else [],
        "waiting": _waiting(client, now),
        "came_in": [_row(response) for response in sent.order_by("-sent_at", "order")],
        "plans": [_plan(p) for p in Plan.objects.about(client).running(clock.today(user.zone))],
        "alerts": Alert.objects.visible_to(user, now).unanswered().about(client).count(),
        "may_write": Client.objects.treated_by(user, now).contains(client),
        "instruments": storages.newest(),
    }
    return render(request, "courses/measures.html", context)


def _charts(told: Told, user: User) -> list[Chart]:
    """Every measure over the course; on the course's own, what happened in their life meanwhile."""
    course = told.course
    lived = marks(told, user.zone)
    return [
        told.chart(key, width=420, height=200, marks=lived if key == course.measure else ())
        for key in told.measured
    ]


def _waiting(client: Client, now: datetime) -> list[dict[str, Any]]:
    """What was asked and is not in: open now, or opening later."""
    asked = Assignment.objects.about(client).unsent().coming(now).with_keys()
    links = set(
        Link.objects.open(now).filter(assignment__in=asked).values_list("assignment", "way")
    )
    rows: dict[UUID, dict[str, Any]] = {
        each.pk: {
            "assignment": each,
            "is_open": each.is_open(now),
            "has_link": (each.pk, Link.Way.LINK) in links,
            "names": [],
            "begun": False,
        }
        for each in asked
    }
    responses = Response.objects.current().filter(assignment__in=asked).with_keys()
    for response in responses.order_by("order"):
        row = rows[response.assignment_id]
        row["names"].append(response.measure.name)
        row["begun"] = row["begun"] or bool(response.given())
    return list(rows.values())


def _row(response: Response) -> dict[str, Any]:
    """One measure that came in, with what it came to and how it came."""
    score = response.score
    return {
        "response": response,
        "instrument": response.measure,
        "score": score,
        "band": band_label(score, response.measure.bands),
        "by_page": response.source == Response.Source.PAGE,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {"plan": plan, "names": [storages.latest(key).name for key in plan.measures]}
