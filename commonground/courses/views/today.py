"""The therapist's home: today's sessions, what needs them, and every course they carry."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonground.core import audit, clock
from commonground.measures import storages as measures
from commonground.measures.models import Alert
from commonground.people.models import Caseload, Client

from ..models import Course, Session, Told, tell
from .parts import age, alert_line, clinical, prompts
from .waiting import came_in, follow_ups, reviews, unfinished, written

NEVER = datetime.max.replace(tzinfo=UTC)


@clinical
def today(request: HttpRequest) -> HttpResponse:
    """One look between two sessions: who comes next, and what cannot wait."""
    now = clock.now()
    user = request.user
    day = clock.today(user.zone)
    start = datetime.combine(day, time.min, ZoneInfo(user.zone))
    end = start + timedelta(days=1)
    care = Caseload.of(user, now)
    running = Course.objects.filter(client__in=care.cared).running().with_client()
    told = tell(running, dated=True)
    mine = [each for each in told if each.course.client_id in care.treated]
    supervised = [each for each in told if each.course.client_id not in care.treated]
    alerts = Alert.objects.filter(client__in=care.cared).unanswered().with_answers().order_by()
    audit.read(by=user, obj=user, now=now, verb="courses.today.read")
    context = {
        "day": day,
        "sessions": _sessions(mine, user, start, end, now),
        "alerts": [alert_line(each, now) for each in sorted(alerts, key=lambda one: one.due_at)],
        "came_in": _in_time(row for each in mine for row in came_in(each, now, end)),
        "written": written(mine, now),
        "not_begun": _not_begun(care.led - {each.course.client_id for each in told}),
        "reviews": reviews(care, now),
        "follow_ups": follow_ups(care, start, end),
        "unfinished": _in_time(row for each in mine for row in unfinished(each, now)),
        "thoughts": [row for each in mine for row in _thoughts(each, day)],
        "caseload": _soonest(_course(each, user, day, now) for each in mine),
        "supervised": _soonest(_course(each, user, day, now) for each in supervised),
        "add_client_url": reverse("client_new"),
    }
    return render(request, "courses/today.html", context)


def _not_begun(idle: Collection[UUID]) -> list[Client]:
    """Those who never had a course, among clients of whom none is running."""
    rows = Client.objects.filter(pk__in=idle)
    return list(Course.objects.missed_by(rows).with_keys()) if idle else []


def _in_time(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whoever has waited longest stands first, whichever course they are of."""
    return sorted(rows, key=lambda row: row["at"])


def _soonest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whoever comes next stands first, and last who has no date."""
    return sorted(rows, key=lambda row: (row["next_at"] or NEVER, row["client"]))


def _sessions(
    told: list[Told], user: Any, start: datetime, end: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Today's sessions in the order of the day; the first that is not over is next."""
    pairs = [
        (session, each)
        for each in told
        for session, hour in each.hours
        if start <= hour.starts_at < end
    ]
    pairs.sort(key=lambda pair: pair[0].appointment.starts_at)
    rows = [_session(session, each, user) for session, each in pairs]
    upcoming = [row for row in rows if row["appointment"].ends_at > now and not row["closed"]]
    if upcoming:
        upcoming[0]["is_next"] = True
    return rows


def _session(session: Session, told: Told, user: Any) -> dict[str, Any]:
    client, measure = told.course.client, told.course.measure
    score, was = told.scores(session).get(measure), told.before(session).get(measure)
    return {
        "client": client.called,
        "age": age(client, session.appointment.starts_at.date()),
        "with": _whose(told, user),
        "session": session,
        "number": session.number,
        "total": told.course.sessions_agreed,
        "phase": session.phase,
        "appointment": session.appointment,
        "url": reverse("session", args=[session.pk]),
        "measure": measures.latest(measure).name,
        "checked_in": score is not None,
        "score": score,
        "was": was,
        "is_next": False,
        "closed": session.is_closed,
    }


def _whose(told: Told, user: Any) -> str:
    """With whom a course is, where that is somebody else: one covers it, or supervises them."""
    therapist = told.course.therapist
    return "" if therapist.user_id == user.pk else therapist.name


def _thoughts(told: Told, day: date) -> list[dict[str, Any]]:
    """What is worth a thought in a course; risk has its alerts, and is not said twice."""
    progress = told.progress(day)
    resting = [one for one in told.prompts(progress) if one.may_rest]
    here = next((s for s in told.sessions if s.number == progress.number), None)
    url = reverse("session", args=[here.pk]) if here and here.appointment else ""
    return [
        {
            "client": told.course.client.called,
            "url": url or reverse("course", args=[told.course.pk]),
            **said,
        }
        for said in prompts(resting, told.course.protocol)
    ]


def _course(told: Told, user: Any, day: Any, now: datetime) -> dict[str, Any]:
    client, measure = told.course.client, told.course.measure
    ahead = [hour.starts_at for _, hour in told.hours if hour.ends_at > now]
    return {
        "client": client.called,
        "age": age(client, day),
        "progress": told.progress(day),
        "chart": told.chart(measure, width=160, height=100) if told.instrument(measure) else None,
        "with": _whose(told, user),
        "url": reverse("course", args=[told.course.pk]),
        "next_at": min(ahead, default=None),
    }
