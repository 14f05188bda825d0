"""What waits for a therapist in the courses they carry, and what has changed since last time."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _

from commonground.people.models import Caseload, Guardian

from ..models import Closeness, FollowUp, Person, Rating, Task, Told, Worksheet

LATELY = timedelta(days=14)
"""How long a summary that was never shared, or something a client wrote, stands on the home."""


# ——— on the home ———


def unfinished(told: Told, now: datetime) -> list[dict[str, Any]]:
    """Sessions that are over with something still to write, and what: one row each."""
    rows = []
    for session, hour in told.hours:
        if hour.ends_at > now:
            continue
        unsigned, unshared = session.pk not in told.signed, session.pk not in told.shared
        if session.is_closed and (not unshared or hour.ends_at < now - LATELY):
            continue
        words, anchor = [], "#h-summary"
        if not session.is_closed:
            words.append(_("not closed"))
            if unsigned:
                words.append(_("the note is not signed"))
                anchor = "#h-note"
        if unshared:
            words.append(_("no summary is shared"))
        rows.append(
            {
                "client": told.course.client.called,
                "number": session.number,
                "at": hour.starts_at,
                "words": "; ".join(words),
                "url": reverse("session", args=[session.pk]) + anchor,
            }
        )
    return rows


def came_in(told: Told, now: datetime, end_of_day: datetime) -> list[dict[str, Any]]:
    """Check-ins sent for hours after today, and what clients said of where they will be: today's
    check-ins stand beside the hours of the day."""
    rows = []
    for session, hour in told.hours:
        if session.is_closed or hour.ends_at <= now:
            continue
        sent = [one.sent_at for one in told.sent_before(session) if one.sent_at]
        news = []
        if sent and hour.starts_at >= end_of_day:
            news.append({"at": max(sent), "words": _("the check-in is in")})
        if hour.whereabouts:
            said = _("“%(words)s”") % {"words": hour.whereabouts}
            news.append({"at": hour.starts_at, "words": said})
        if news:
            facts = {
                "client": told.course.client.called,
                "number": session.number,
                "url": reverse("session", args=[session.pk]),
            }
            rows += [facts | one for one in news]
    return rows


def written(told: list[Told], now: datetime) -> list[dict[str, Any]]:
    """What clients have written since their last session, newest first: one query for all."""
    courses = {each.course.pk: each for each in told if each.course.client.user_id}
    clients = {each.course.client.user_id for each in courses.values()}
    kinds = ((Worksheet, "course", "sheet"), (Person, "course", "person"),
             (Task, "session__course", "task"))  # fmt: skip
    parts = []
    for model, way, kind in kinds:
        rows: Any = model._default_manager.filter(
            **{f"{way}__in": courses, "author__in": clients, "saved_at__gt": now - LATELY}
        )
        parts.append(rows.order_by().values_list(way, "saved_at", Value(kind)))
    first, *others = parts
    latest: dict[tuple[Any, str], datetime] = {}
    for pk, saved_at, kind in first.union(*others, all=True) if clients else ():
        if saved_at > (courses[pk].met_before(now) or saved_at - LATELY):
            latest[pk, kind] = max(saved_at, latest.get((pk, kind), saved_at))
    said = {
        "sheet": (_("wrote on a worksheet"), "worksheets"),
        "person": (_("wrote about somebody in their life"), "people"),
        "task": (_("said what came of the task"), "course"),
    }
    found = [
        {
            "client": courses[pk].course.client.called,
            "at": at,
            "words": said[kind][0],
            "url": reverse(said[kind][1], args=[pk]),
        }
        for (pk, kind), at in latest.items()
    ]
    return sorted(found, key=lambda row: row["at"], reverse=True)


def reviews(mine: Caseload, now: datetime) -> list[dict[str, Any]]:
    """Where what a guardian sees ends by itself soon, or has ended, and nobody has decided yet what
    becomes of it: one row for each, the nearest first."""
    near = Guardian.objects.to_review(now).filter(client__in=mine.led).order_by()
    due = near.prefetch_related("client__data_key")  # mostly there are none
    rows: list[dict[str, Any]] = [
        {
            "client": row.client.called,
            "at": row.ends_on,
            "url": reverse("guardians", args=[row.client_id]),
        }
        for row in due
        if row.needs_review(now)
    ]
    return sorted(rows, key=lambda row: row["at"])


def follow_ups(mine: Caseload, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Meetings after an ending, whose courses stand on no list of running ones: without a date, of
    this day, or past and not spoken of; the one that is due first stands first."""
    rows = FollowUp.objects.filter(course__client__in=mine.treated).waiting(start, end)
    return [_follow_up(one, start) for one in sorted(rows, key=lambda one: one.due_on)]


def _follow_up(one: FollowUp, start: datetime) -> dict[str, Any]:
    row = {"client": one.course.client.called, "months": one.months, "at": one.due_on}
    if one.dated is None:
        return row | {"state": "undated", "url": reverse("ending", args=[one.course_id])}
    at = one.dated.starts_at
    state = "today" if at >= start else "past"
    return row | {"state": state, "at": at, "url": reverse("appointment", args=[one.dated.pk])}


# ——— on the page of a session ———


def changed(
    told: Told, met: datetime | None, results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Everything that is different since the two met, line by line; events have their own list.
    Empty where they have not met before."""
    if met is None:
        return []
    return [
        *_scores(results),
        *_tried(told, met),
        *_people(told, met),
        *_rated(told, met),
        *_sheets(told, met),
    ]


def _scores(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for one in results:
        now, was = one["score"].total, one["was"].total if one["was"] else None
        if now is None or was is None:
            continue
        words = (
            _("%(measure)s: %(now)s, was %(was)s")
            if now != was
            else _("%(measure)s: still %(now)s")
        )
        rows.append({"words": words % {"measure": one["instrument"].name, "now": now, "was": was}})
    return rows


def _tried(told: Told, met: datetime) -> list[dict[str, Any]]:
    return [
        {"words": _("Tried: %(done)s") % {"done": task.get_done_display()}, "more": task.words}
        for task in told.tasks
        if task.done and task.saved_at > met
    ]


def _people(told: Told, met: datetime) -> list[dict[str, Any]]:
    """Who is new, who was moved and to where, and about whom something was written."""
    rows = []
    rings, dates = dict(Closeness.Ring.choices), dict(Closeness.AsOf.choices)
    client = told.course.client.user_id
    for one in told.people:
        moved = [there for there in told.places.get(one.pk, {}).values() if there.set_at > met]
        if one.saved_at <= met and not moved:
            continue
        where = "; ".join(
            _("%(date)s: %(ring)s") % {"date": dates[there.as_of], "ring": rings[there.ring]}
            for there in moved
        )
        if one.saved_at > met:
            by = (
                _("written about by your client") if one.author_id == client else _("written about")
            )
            where = "; ".join(part for part in (by, where) if part)
        page = reverse("people", args=[told.course.pk])
        rows.append({"words": one.name, "more": where, "url": f"{page}?who={one.pk}#person"})
    return rows


def _rated(told: Told, met: datetime) -> list[dict[str, Any]]:
    goals = {goal.pk: goal for goal in told.goals}
    last: dict[Any, Rating] = {}
    for rating in Rating.objects.filter(goal__in=goals, rated_at__gt=met) if goals else ():
        last[rating.goal_id] = rating
    return [
        {"words": goals[pk].words, "more": _("now at %(value)s of 10") % {"value": rating.value}}
        for pk, rating in last.items()
    ]


def _sheets(told: Told, met: datetime) -> list[dict[str, Any]]:
    return [
        {
            "words": one.sheet.label,
            "more": _("worksheet"),
            "url": reverse("worksheet", args=[one.pk]),
        }
        for one in told.worksheets
        if one.saved_at and one.saved_at > met
    ]
