"""The verbs of a course: open it, date its sessions, write, sign, share, close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.measures.models import Alert
from commonground.people.models import Client, Therapist, User
from commonground.scheduling import actions as scheduling
from commonground.scheduling.attendance import Attendance

from ..models import Course, Focus, Goal, Note, Person, Session, Summary
from ..models.first import booked_before
from ..protocol import Protocol
from .dates import lock_session
from .events import all_of
from .first import take_up_first
from .people import bring_people
from .refusals import NotNow, Stale


@audit.verb("courses.course.opened")
def open_course(
    *,
    client: Client,
    therapist: Therapist,
    protocol: Protocol,
    sessions: int,
    by: User,
    now: datetime,
    missed_counts: bool = False,
) -> Course:
    """Open a course of `sessions` sessions; they have no dates yet, but for a first one that the
    client has booked before.

    Raises NotNow when the number lies outside the protocol's range or a course is running.
    """
    if not protocol.min_sessions <= sessions <= protocol.max_sessions:
        raise NotNow(
            _("%(label)s has %(min)s to %(max)s sessions. Choose a number in that range.")
            % {
                "label": protocol.label,
                "min": protocol.min_sessions,
                "max": protocol.max_sessions,
            }
        )
    Client.objects.select_for_update().get(pk=client.pk)  # one course, however often it is asked
    if Course.objects.running().filter(client=client).exists():
        raise NotNow(_("This client already has a running course. End it before you open another."))
    course = Course.objects.create(
        client=client,
        therapist=therapist,
        protocol_key=protocol.key,
        protocol_version=protocol.version,
        sessions_agreed=sessions,
        missed_counts=missed_counts,
        opened_on=now.astimezone(ZoneInfo(therapist.user.zone)).date(),
    )
    Session.objects.bulk_create(Session(course=course, number=n + 1) for n in range(sessions))
    bring_people(course=course, by=by, now=now)
    first = booked_before(client, therapist)
    if first is not None:
        take_up_first(course=course, appointment=first, by=by, now=now)
    audit.about(course)
    return course


@audit.verb("courses.goal.agreed")
def agree_goal(
    *,
    course: Course,
    words: str,
    baseline: int,
    target: int,
    by: User,
    now: datetime,
    focus: Focus | None = None,
    person: Person | None = None,
) -> Goal:
    """Write down a shared goal; three at most, so that each can be worked on.

    Raises NotNow for a fourth, and for a focus or a person of another course.
    """
    all_of(course, focus, person)
    Course.objects.select_for_update().get(pk=course.pk)
    if course.goals.count() >= 3:
        raise NotNow(_("Three goals are agreed already. Work on those, or change one of them."))
    goal = Goal.objects.create(
        course=course,
        words=words,
        baseline=baseline,
        target=target,
        now=baseline,
        agreed_at=now,
        focus=focus,
        person=person,
    )
    audit.about(goal)
    return goal


@audit.verb("courses.agenda.ticked")
def tick_agenda(*, session: Session, done: Sequence[str], by: User, now: datetime) -> Session:
    """Say which items of the agenda were worked on; unknown keys are left out."""
    audit.about(session)
    lock_session(session)
    if session.is_closed:
        raise NotNow(_("This session is closed, so its agenda stays as it is."))
    known = {item.key for item in session.agenda(session.course.sessions.all())}
    session.done = [key for key in done if key in known]
    session.save(update_fields=["done"])
    return session


@audit.verb("courses.note.saved")
def write_note(*, session: Session, text: str, version: int, by: User, now: datetime) -> Note:
    """Save the note of a session; `version` is the one the writer began from (0: none yet).

    Raises Stale when somebody saved in between, NotNow once it is signed.
    """
    audit.about(session)
    note, new = Note.objects.select_for_update(of=("self",)).get_or_create(
        session=session, defaults={"author": by, "text": text, "saved_at": now}
    )
    if new:
        return note
    if note.is_signed:
        raise NotNow(_("This note is signed and stays as it is."))
    if note.version != version and note.text != text:
        raise Stale(note.text, note.version)
    note.text, note.saved_at = text, now
    note.version += 1
    note.save()
    return note


@audit.verb("courses.note.signed")
def sign_note(
    *, session: Session, by: User, now: datetime, text: str | None = None, version: int = 0
) -> Note:
    """Sign the note, with the words that stand on the writer's page: it is never changed again.

    Raises NotNow for an empty one, Stale as `write_note` does.
    """
    audit.about(session)
    if text is not None:
        write_note(session=session, text=text, version=version, by=by, now=now)
    note = Note.objects.select_for_update(of=("self",)).with_keys().of(session)
    if note is None or not note.text.strip():
        raise NotNow(_("There is nothing in this note yet. Write a sentence before you sign it."))
    if note.is_signed:
        raise NotNow(_("This note is signed already."))
    note.signed_at = now
    note.save(update_fields=["signed_at"])
    return note


@audit.verb("courses.summary.shared")
def share_summary(
    *, session: Session, text: str, by: User, now: datetime, version: int | None = None
) -> Summary:
    """Write the few words for the client, and let them read it.

    `version` is the one the writer saw (0: none yet; None: whatever stands there). Raises Stale
    when somebody else shared other words in between.
    """
    audit.about(session)
    lock_session(session)
    there = Summary.objects.select_for_update(of=("self",)).with_keys().filter(session=session)
    summary = there.first()
    if summary is not None:
        if version is not None and summary.version != version and summary.text != text:
            raise Stale(summary.text, summary.version)
        if summary.text != text or not summary.is_shared:
            summary.text, summary.saved_at, summary.shared_at = text, now, now
            summary.version += 1
            summary.save()
        return summary
    return Summary.objects.create(session=session, text=text, saved_at=now, shared_at=now)


@audit.verb("courses.session.closed")
def close_session(*, session: Session, by: Any, now: datetime) -> Session:
    """Close a session that was held.

    Raises NotNow while an alert of this client is open, before the note is signed, before its hour
    has come, and for a session that is closed already.
    """
    audit.about(session)
    lock_session(session)
    if session.is_closed:
        raise NotNow(_("This session is closed already."))
    hour = session.dated
    if hour is None:
        raise NotNow(_("Give this session a date before you close it."))
    if Alert.objects.unanswered().filter(client=session.course.client).exists():
        raise NotNow(
            _("An alert is open. Look at it and say what you did; then close the session.")
        )
    note = Note.objects.filter(session=session).first()
    if note is None or not note.is_signed:
        raise NotNow(_("The note is not signed yet. Sign it; then close the session."))
    if hour.starts_at > now:
        raise NotNow(_("This session has not begun yet. Close it when you have met."))
    attended = hour.attended or Attendance.ON_TIME
    scheduling.settle(appointment=hour, attendance=attended, by=by, now=now)
    session.closed_at = now
    session.save(update_fields=["closed_at"])
    return session


@audit.verb("courses.session.finished")
def finish_session(
    *, session: Session, text: str, version: int, by: User, now: datetime
) -> Session:
    """Sign the note as it stands on the page and close the session, or do neither.

    Raises NotNow and Stale as signing and closing do.
    """
    audit.about(session)
    note = Note.objects.filter(session=session).first()
    if note is None or not note.is_signed or note.text != text:  # never drop what was typed
        sign_note(session=session, text=text, version=version, by=by, now=now)
    return close_session(session=session, by=by, now=now)
