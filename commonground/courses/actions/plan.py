"""The verbs that change the plan of a course, each with its reason, and who carries it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people import actions as people
from commonground.people.models import Care, Therapist, User
from commonground.people.models.care import Part
from commonground.scheduling import actions as scheduling

from ..models import Course, CourseChange, Dismissal, Session
from .refusals import NotNow

LEAVE = "leave"
"""Why somebody covers whom the lead has asked; whoever was called in to an alert has another."""


@audit.verb("courses.sessions.changed")
def change_sessions(
    *, course: Course, sessions: int, reason: str, by: User, now: datetime
) -> CourseChange:
    """Agree another number of sessions; the client sees it with the reason.

    Raises NotNow without a reason, outside the protocol's range, for the number that is agreed
    already, where a session beyond the new end has a date or was held, and after the ending.
    """
    course = _locked(course)
    audit.about(course)
    _goes_on(course)
    protocol = course.protocol
    if not protocol.min_sessions <= sessions <= protocol.max_sessions:
        span = {"min": protocol.min_sessions, "max": protocol.max_sessions}
        raise NotNow(_("This protocol has %(min)s to %(max)s sessions.") % span)
    was = course.sessions_agreed
    if sessions == was:
        raise NotNow(_("That is the number agreed already."))
    change = _changed(course, "", was, sessions, reason, by, now)
    beyond = course.sessions.filter(number__gt=sessions)
    if beyond.exclude(appointment=None, closed_at=None).exists():
        raise NotNow(
            _("A session beyond the new end has a date already. Take its date away first.")
        )
    beyond.delete()
    Session.objects.bulk_create(
        Session(course=course, number=n) for n in range(was + 1, sessions + 1)
    )
    course.sessions_agreed = sessions
    _hold_together(course)
    return change


@audit.verb("courses.boundary.moved")
def move_boundary(
    *, course: Course, phase: str, last: int, reason: str, by: User, now: datetime
) -> CourseChange:
    """Let a phase end at another session; boundaries are targets, and moving one has a reason.

    Raises NotNow without a reason, for the last phase, where a phase would be left empty, and
    after the ending.
    """
    course = _locked(course)
    audit.about(course)
    _goes_on(course)
    found = next((p for p in course.plan.phases if p.key == phase), None)
    if found is None or found is course.plan.phases[-1]:
        raise NotNow(_("The last phase ends with the course. Change the number of sessions."))
    if found.last == last:
        raise NotNow(_("The phase ends there already."))
    change = _changed(course, phase, found.last, last, reason, by, now)
    course.boundaries = {**course.boundaries, phase: last}
    _hold_together(course)
    return change


@audit.verb("courses.prompt.dismissed")
def dismiss_prompt(*, course: Course, sign: str, reason: str, by: User, now: datetime) -> Dismissal:
    """Put a prompt aside with a reason; with other facts it comes back.

    Raises NotNow without a reason.
    """
    audit.about(course)
    if not reason.strip():
        raise NotNow(_("Say in a few words why not now."))
    made, _new = Dismissal.objects.get_or_create(
        course=course, sign=sign, defaults={"reason": reason, "author": by, "dismissed_at": now}
    )
    return made


@audit.verb("courses.course.handed_over")
def hand_over(
    *, course: Course, to: Therapist, by: User, now: datetime, reason: str = "hand-over"
) -> Course:
    """Let another therapist lead: care passes at once, the course goes on where it stands.

    Hours that lie ahead are let go, because they stand in the other's diary: the new lead gives
    them anew. Raises NotNow for the same therapist and for a course that has ended.
    """
    course = _locked(course)
    audit.about(course)
    audit.note(therapist=str(to.pk))
    if course.ended_on or course.therapist_id == to.pk:
        raise NotNow(_("Choose another therapist: this one leads the course already."))
    current = Care.objects.current(now).filter(client=course.client)
    for care in current.filter(part=Part.LEAD):
        people.end_care(care=care, reason=reason, by=by, now=now)
    for care in current.filter(therapist=to):
        people.end_care(care=care, reason=reason, by=by, now=now)
    people.begin_care(
        client=course.client, therapist=to, part=Part.LEAD, reason=reason, by=by, now=now
    )
    let_go(course, by, now)
    course.therapist = to
    course.save(update_fields=["therapist"])
    return course


@audit.verb("courses.leave.covered")
def cover_leave(
    *, course: Course, therapist: Therapist, until: datetime, by: User, now: datetime
) -> Care:
    """Let a colleague look after the client while the lead is away; it ends by itself.

    Raises NotNow for the lead themselves, and for an end that is past or more than a year away.
    """
    audit.about(course)
    if therapist.pk == course.therapist_id:
        raise NotNow(_("The lead cannot cover for themselves. Choose a colleague."))
    if not now < until <= now + timedelta(days=366):
        raise NotNow(_("Choose an end that lies ahead, within a year."))
    if Care.objects.current(now).covering(course.client).filter(therapist=therapist).exists():
        raise NotNow(_("This colleague covers already."))
    return people.begin_care(
        client=course.client, therapist=therapist, part=Part.COVER, reason=LEAVE,
        ends_at=until, by=by, now=now,
    )  # fmt: skip


@audit.verb("courses.leave.ended")
def end_cover(*, course: Course, care: Care, by: User, now: datetime) -> None:
    """Let a colleague's cover end before its day; the record closes to them at once.

    Raises NotNow when it has ended already, and for anything but a leave of this client's.
    """
    audit.about(course)
    covers = Care.objects.current(now).covering(course.client)
    if not covers.filter(pk=care.pk, reason=LEAVE).exists():
        raise NotNow(_("This cover has ended already."))
    people.end_care(care=care, reason="back", by=by, now=now)


def _locked(course: Course) -> Course:
    return Course.objects.select_for_update(of=("self",)).with_keys().get(pk=course.pk)


def _goes_on(course: Course) -> None:
    if course.ended_on:
        raise NotNow(_("This course has ended. Its plan stays as it was agreed."))


def _changed(
    course: Course, phase: str, was: int, becomes: int, reason: str, by: User, now: datetime
) -> CourseChange:
    if not reason.strip():
        raise NotNow(_("Say why. Your client reads the reason too."))
    return CourseChange.objects.create(
        course=course, phase=phase, was=was, becomes=becomes, reason=reason, author=by,
        changed_at=now,
    )  # fmt: skip


def _hold_together(course: Course) -> None:
    """Save, if the phases still follow each other and none is empty. Raises NotNow."""
    try:
        course.protocol.as_agreed(course.sessions_agreed, course.boundaries)
    except ValueError as refusal:
        raise NotNow(
            _("Then a phase would have no session left. Move its boundary first.")
        ) from refusal
    course.save(update_fields=["sessions_agreed", "boundaries"])


def let_go(course: Course, by: User, now: datetime) -> None:
    """Free the hours that lie ahead."""
    ahead = course.sessions.filter(appointment__starts_at__gt=now, closed_at=None)
    for session in ahead.select_related("appointment"):
        assert session.appointment is not None
        scheduling.cancel(appointment=session.appointment, by_client=False, by=by, now=now)
        session.appointment = None
        session.save(update_fields=["appointment"])
