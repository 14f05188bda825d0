"""How an invented course came to its end, and what was met for afterwards, through the verbs."""

from datetime import datetime, time, timedelta
from typing import Any

from commonground.courses import actions as courses
from commonground.courses.ending import Way
from commonground.courses.models import Course, FollowUp, Session
from commonground.people.models import User
from commonground.scheduling import actions as scheduling
from commonground.scheduling.attendance import Attendance

from ..courses import ZONE, working_day
from .checked import check_in

EARLY = time(8)
"""When nobody of the invented practice has a weekly hour, whatever day it is."""


def end(*, session: Session, told: dict[str, Any], by: User, now: datetime) -> None:
    """End the course with this session, as `told`; hold what follow-ups there were until `now`."""
    assert session.appointment is not None
    course, then = session.course, session.appointment.ends_at
    courses.end_course(
        course=course,
        way=Way(told["way"]),
        decision=told.get("decision", ""),
        onward=told.get("onward", ""),
        farewell=told.get("farewell", ""),
        by=by,
        now=then,
    )
    for after in told.get("follow_ups", []):
        _look_in(course, after, by=by, then=then, now=now)


def _look_in(
    course: Course, told: dict[str, Any], *, by: User, then: datetime, now: datetime
) -> None:
    """A follow-up: given its date at the ending, and held with its check-in if that has come."""
    follow_up = FollowUp.objects.of(course).with_keys().get(months=told["months"])
    starts_at = datetime.combine(working_day(follow_up.due_on), EARLY, ZONE)
    dated = courses.date_follow_up(
        follow_up=follow_up, starts_at=starts_at, place=None, by=by, now=then
    )
    appointment = dated.appointment
    if appointment is None or appointment.ends_at > now:
        return
    check_in(appointment, told, by, answered_at=starts_at - timedelta(hours=14))
    scheduling.settle(
        appointment=appointment, attendance=Attendance.ON_TIME, by=by, now=appointment.ends_at
    )
