"""What somebody wrote on the shared pages of a course since a moment: one statement, no words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, Value

from commonground.people.models import User

from .course import Course
from .goal import Goal, Rating
from .person import Person
from .task import Task
from .wish import Wish


@dataclass(frozen=True)
class Written:
    """One thing: `what` it is on a page ("goal:<id>"), who wrote it, when."""

    what: str
    who: str
    at: datetime


def lately(course: Course, since: datetime, user: User) -> list[Written]:
    """What anybody but `user` wrote after `since`, the newest last.

    A wish is its client's, and the words of a goal are written down by its therapist.
    """
    client, therapist = F("session__course__client__user"), F("course__therapist__user")
    rows = [
        _rows(Wish, "wish", client, "saved_at", session__course=course),
        _rows(Task, "task", F("author"), "saved_at", session__course=course),
        _rows(Person, "person", F("author"), "saved_at", course=course),
        _rows(Goal, "goal", therapist, "agreed_at", course=course),
        _rows(Rating, "goal", F("author"), "rated_at", id="goal_id", goal__course=course),
    ]
    new = [each.filter(Q(at__gt=since) & ~Q(by=user.pk)) for each in rows]
    found = list(new[0].union(*new[1:], all=True))
    names = _names(course, {by for _kind, _id, by, _at in found})
    told = [Written(f"{kind}:{id}", names[by], at) for kind, id, by, at in found if by in names]
    return sorted(told, key=lambda one: one.at)


def _names(course: Course, users: set[UUID]) -> dict[UUID, str]:
    """What they are called on the course's pages; nothing is asked where nobody wrote."""
    if not users:
        return {}
    names = dict(User.objects.filter(pk__in=users).values_list("pk", "name"))
    if course.client.user_id in names:
        names[course.client.user_id] = course.client.called
    return names


def _rows(model: Any, kind: str, by: Any, at: str, id: str = "id", **of: Any) -> Any:
    rows = model.objects.filter(**of).order_by()
    rows = rows.annotate(kind=Value(kind, CharField()), which=F(id), by=by, at=F(at))
    return rows.values_list("kind", "which", "by", "at")
