"""When the sessions of a course are: dated one by one or in a row, moved, called off."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.measures import actions as measures
from commonground.people.models import Place
from commonground.scheduling import actions as scheduling
from commonground.scheduling.actions import Planned, Taken
from commonground.scheduling.attendance import Attendance
from commonground.scheduling.models import Appointment, diaries
from commonground.scheduling.series import Step, Wish, propose

from ..models import Course, Session
from .refusals import NotNow


@audit.verb("courses.session.dated")
def give_date(
    *,
    session: Session,
    starts_at: datetime,
    place: Place | None,
    by: Any,
    now: datetime,
    because: str = "",
    once: UUID | None = None,
) -> Session:
    """Keep a time for a session, or move it; a first date also asks the check-in before it.

    `because` (Appointment.Because) lets it overlap on purpose; `once` names the request.
    Raises scheduling's Taken when somebody has that time, and NotNow for a closed session.
    """
    audit.about(session)
    lock_session(session)
    if session.is_closed:
        raise NotNow(_("This session is closed, so its date stays as it is."))
    told: dict[str, Any] = {
        "starts_at": starts_at,
        "minutes": session.course.protocol.minutes,
        "place": place,
        "because": because,
        "by": by,
        "now": now,
    }
    if session.dated:
        scheduling.move(appointment=session.dated, **told)
        return session
    made = scheduling.plan(
        therapist=session.course.therapist, client=session.course.client, once=once, **told
    )
    hand_over_hours([session], [made], by=by, now=now)
    return session


@audit.verb("courses.series.dated")
def date_sessions(
    *, course: Course, times: Sequence[Planned], by: Any, now: datetime, once: UUID | None = None
) -> list[Session]:
    """Give the next sessions without a date exactly these times, in their order: all or none.

    Told again with the same `once` it changes nothing. Raises scheduling's Taken for the first
    time that is not free, NotNow where there are fewer sessions than times.
    """
    audit.about(course)
    scheduling.wait_for(course.therapist_id)  # before the course, as every verb does
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    made = list(course.sessions.booked_by(once))
    if made:
        return made
    undated = list(course.sessions.undated()[: len(times)])
    if not undated:
        raise NotNow(_("Every session has its date already. Move one of them instead."))
    if len(undated) < len(times):
        raise NotNow(_("There are fewer sessions left than dates. Look at the list once more."))
    booked = scheduling.book_series(
        therapist=course.therapist,
        client=course.client,
        times=times,
        minutes=course.protocol.minutes,
        once=once,
        by=by,
        now=now,
    )
    for session in undated:
        session.course = course
    hand_over_hours(undated, booked, by=by, now=now)
    close_ranks(course=course, by=by, now=now)
    return undated


@audit.verb("courses.series.laid")
def date_series(
    *,
    course: Course,
    starts_at: datetime,
    weeks: int,
    place: Place | None,
    by: Any,
    now: datetime,
) -> list[Session]:
    """Give the next `weeks` sessions theirs: one each protocol interval, at the same hour on the
    clock, stepping over holidays and the therapist's time off.

    All or none: raises scheduling's Taken for the first hour that is not free, NotNow when every
    session has its date already or the clock skips one of the hours.
    """
    audit.about(course)
    left = course.sessions.undated().count()
    if not left:
        raise NotNow(_("Every session has its date already. Move one of them instead."))
    steps = proposal(course, starts_at, min(weeks, left), place, now=now)
    for step in steps:
        if step.state.value == "no_such_time":
            raise NotNow(
                _("On one of these nights the clock skips this time. Choose another hour.")
            )
        if step.state.value == "taken":
            raise Taken(_("You already have somebody at that time. Choose another hour."))
    times = [Planned(s.starts_at, place) for s in steps if s.number and s.starts_at]
    return date_sessions(course=course, times=times, by=by, now=now)


def proposal(
    course: Course,
    starts_at: datetime,
    count: int,
    place: Place | None,
    *,
    now: datetime,
    left_out: Sequence[Any] = (),
) -> list[Step]:
    """What a series would come to, before anything is written: `count` sessions from `starts_at`
    on, which is read as a time on the clock of the therapist's zone."""
    zone = course.therapist.user.zone
    there = starts_at.astimezone(ZoneInfo(zone)) if starts_at.tzinfo else starts_at
    wish = Wish(
        first=there.date(),
        at=time(there.hour, there.minute),
        zone=zone,
        count=count,
        days=course.protocol.interval_days,
        minutes=course.protocol.minutes,
        where=place.pk if place else "online",
        left_out=left_out,
    )
    read = diaries([course.therapist], wish.span, now=now)
    client = Appointment.objects.filter(client=course.client).standing().meeting(*wish.span)
    elsewhere = client.exclude(therapist=course.therapist).values_list("starts_at", "ends_at")
    return propose(wish, read.of[course.therapist.pk], read.around, list(elsewhere), now=now)


@audit.verb("courses.appointment.called_off")
def call_off(*, appointment: Appointment, by_client: bool, by: Any, now: datetime) -> Appointment:
    """Cancel an appointment; where it was a session, those after it move up by one number.

    Raises scheduling's Settled as `cancel` does.
    """
    scheduling.cancel(appointment=appointment, by_client=by_client, by=by, now=now)
    audit.about(appointment)
    _close_ranks_of(appointment, by=by, now=now)
    return appointment


@audit.verb("courses.appointment.settled")
def settle(
    *, appointment: Appointment, attendance: Attendance, by: Any, now: datetime
) -> Appointment:
    """Say what became of an appointment; where it was a session nobody came to, the next one
    takes its number. Raises scheduling's Settled."""
    scheduling.settle(appointment=appointment, attendance=attendance, by=by, now=now)
    audit.about(appointment)
    _close_ranks_of(appointment, by=by, now=now)
    return appointment


@audit.verb("courses.series.closed_up")
def close_ranks(*, course: Course, by: Any, now: datetime) -> None:
    """Let the open sessions follow one another in time: a meeting that did not happen counts as
    none, so the next one takes its number and the last is without a date."""
    audit.about(course)
    rows = course.sessions.filter(closed_at__isnull=True).select_related("appointment")
    sessions = list(rows.order_by("number").select_for_update(of=("self",)))
    standing = sorted(
        (s.dated for s in sessions if s.dated is not None), key=lambda hour: hour.starts_at
    )
    wanted = [*standing, *[None] * (len(sessions) - len(standing))]
    moved = [
        (session, hour)
        for session, hour in zip(sessions, wanted, strict=True)
        if (session.dated.pk if session.dated else None) != (hour.pk if hour else None)
    ]
    if not moved:
        return
    Session.objects.filter(pk__in=[session.pk for session, _hour in moved]).update(appointment=None)
    for session, hour in moved:
        session.course, session.appointment = course, hour
    dated = [(session, hour) for session, hour in moved if hour is not None]
    hand_over_hours([s for s, _hour in dated], [hour for _s, hour in dated], by=by, now=now)


def _close_ranks_of(appointment: Appointment, *, by: Any, now: datetime) -> None:
    session = Session.objects.filter(appointment=appointment).select_related("course").first()
    if session is not None:
        close_ranks(course=session.course, by=by, now=now)


def hand_over_hours(
    sessions: Sequence[Session], hours: Sequence[Appointment], *, by: Any, now: datetime
) -> None:
    """Give each session its hour, and ask before it what its number asks for."""
    for session, hour in zip(sessions, hours, strict=True):
        session.appointment = hour
        session.save(update_fields=["appointment"])
        measures.ask(
            client=session.course.client,
            appointment=hour,
            keys=session.course.protocol.measures_due(session.number),
            by=by,
            now=now,
        )


def lock_session(session: Session) -> None:
    """Read a session again as it stands now, and let nobody else change it meanwhile."""
    scheduling.wait_for(session.course.therapist_id)  # before the session, as every verb does
    rows = Session.objects.select_for_update(of=("self",)).select_related("appointment")
    session.refresh_from_db(fields=["appointment", "done", "closed_at"], from_queryset=rows)


@audit.verb("courses.appointment.moved")
def move(
    *,
    appointment: Appointment,
    starts_at: datetime,
    place: Place | None,
    by: Any,
    now: datetime,
    because: str = "",
) -> Appointment:
    """Give an appointment another time; sessions keep following one another in time.

    Raises scheduling's Taken and Settled.
    """
    audit.about(appointment)
    scheduling.move(
        appointment=appointment,
        starts_at=starts_at,
        minutes=appointment.minutes,
        place=place,
        because=because,
        by=by,
        now=now,
    )
    _close_ranks_of(appointment, by=by, now=now)
    return appointment
