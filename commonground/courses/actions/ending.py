"""The verbs of the ending: end a course, go on with it after all, look in again later."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.measures import actions as measures
from commonground.measures.models import Alert, Plan
from commonground.people.models import Place, User
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment

from .. import ending as words
from ..ending import PLANNED, Decision, Way
from ..models import Course, Ending, FollowUp, tell
from .plan import let_go
from .refusals import NotNow


@audit.verb("courses.course.ended")
def end_course(
    *,
    course: Course,
    way: Way,
    by: User,
    now: datetime,
    on: date | None = None,
    decision: Decision | str = "",
    onward: str = "",
    farewell: str = "",
    follow_up: bool = True,
) -> Ending:
    """End a course on a day (today, where none is told): hours that lie ahead are let go, and what
    was asked by a standing plan is asked no more.

    An agreed ending has a decision, and follow-ups at the protocol's months unless `follow_up` says
    no. Raises NotNow while an alert is open, without a decision, without an alternative for
    somebody who did not get reliably better, for a day outside the course, and when it has ended.
    """
    scheduling.wait_for(course.therapist_id)
    course = Course.objects.select_for_update(of=("self",)).with_keys().get(pk=course.pk)
    audit.about(course)
    today = now.astimezone(ZoneInfo(course.therapist.user.zone)).date()
    on = on or today
    if course.ended_on:
        raise NotNow(_("This course has ended already."))
    if not course.opened_on <= on <= today:
        raise NotNow(_("Choose a day between the beginning of the course and today."))
    unanswered = Alert.objects.unanswered().filter(client=course.client)
    if way is not Way.DIED and unanswered.exists():
        raise NotNow(_("An alert is open. Look at it and say what you did; then end the course."))
    (told,) = tell([course])
    progress = told.progress(on)
    if way in PLANNED and not decision:
        raise NotNow(_("Say how it goes on: that was decided together."))
    if words.owes_alternative(way, progress.standing.change) and not onward.strip():
        raise NotNow(
            _("The scores have not got reliably better. Say what else you offer; it is no fault.")
        )
    ended, _new = Ending.objects.update_or_create(
        course=course,
        defaults={
            "way": way,
            "decision": decision if way in PLANNED else "",
            "onward": onward,
            "farewell": farewell,
            "attended": progress.held,
            "contracted": course.sessions_agreed,
            "author": by,
            "ended_at": now,
        },
    )
    let_go(course, by, now)
    for plan in Plan.objects.filter(client=course.client, ended_at=None):
        measures.end_plan(plan=plan, by=by, now=now)
    if way is Way.DIED:
        _write_no_more(course, by, now)
    course.ended_on = on
    course.save(update_fields=["ended_on"])
    if way in PLANNED and follow_up:
        for months in course.protocol.follow_up_months:
            FollowUp.objects.get_or_create(
                course=course,
                months=months,
                defaults={"due_on": words.months_after(on, months)},
            )
    return ended


def _write_no_more(course: Course, by: User, now: datetime) -> None:
    """Nobody's mail says that the hours of somebody who died were called off."""
    hours = Appointment.objects.filter(client=course.client)
    for hour in hours.ahead(now):
        scheduling.cancel(appointment=hour, by_client=False, by=by, now=now)
    hours.update(told=F("sequence"))


@audit.verb("courses.course.went_on")
def go_on(*, course: Course, by: User, now: datetime) -> Course:
    """Let a course go on that was ended by mistake; hours that were let go are given anew.

    Raises NotNow when it has not ended, another one is running, or a follow-up has a date.
    """
    course = Course.objects.select_for_update(of=("self",)).with_keys().get(pk=course.pk)
    audit.about(course)
    if not course.ended_on:
        raise NotNow(_("This course has not ended."))
    if Course.objects.running().filter(client=course.client).exists():
        raise NotNow(_("Another course is running. This one stays as it is."))
    later = FollowUp.objects.of(course)
    if later.filter(appointment__isnull=False).exists():
        raise NotNow(_("A follow-up has a date already. This course stays as it is."))
    later.delete()
    course.ended_on = None
    course.save(update_fields=["ended_on"])
    return course


@audit.verb("courses.follow_up.dated")
def date_follow_up(
    *, follow_up: FollowUp, starts_at: datetime, place: Place | None, by: Any, now: datetime
) -> FollowUp:
    """Keep a time for a follow-up, or move it, and ask before it what the course asked.

    Raises scheduling's Taken when somebody is there then, NotNow once it was held.
    """
    audit.about(follow_up)
    course = follow_up.course
    scheduling.wait_for(course.therapist_id)
    rows = FollowUp.objects.select_for_update(of=("self",)).with_keys()
    fresh = rows.get(pk=follow_up.pk)
    told: dict[str, Any] = {
        "starts_at": starts_at,
        "minutes": course.protocol.minutes,
        "place": place,
        "by": by,
        "now": now,
    }
    if fresh.dated and fresh.dated.attended is not None:
        raise NotNow(_("You have met already, so this date stays as it is."))
    if fresh.dated:
        scheduling.move(appointment=fresh.dated, **told)
        return fresh
    fresh.appointment = scheduling.plan(therapist=course.therapist, client=course.client, **told)
    fresh.save(update_fields=["appointment"])
    measures.ask(
        client=course.client,
        appointment=fresh.appointment,
        keys=[rhythm.instrument for rhythm in course.protocol.measures],
        by=by,
        now=now,
    )
    return fresh
