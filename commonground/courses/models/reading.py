"""Courses read as plain records (told.py), many of them in a few queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F

from commonground.measures.models import Response
from commonground.people.models import Place
from commonground.scheduling.models import Appointment

from .change import Dismissal
from .course import Course
from .ending import FollowUp
from .focus import Focus
from .session import Session
from .told import Told

DIARY = [
    f"appointment__{name}"
    for name in ("therapist", "room", "seat", "series", "expires_at", "kept_for", "once",
                 "sequence", "told", "late", "settled_at", "overlap_because")
]  # fmt: skip
"""What only the diary wants to know of an hour."""
UNLISTED = [*DIARY, "appointment__client", "appointment__kind", "techniques"]
"""What no list of courses tells of a session and its hour."""
UNHELD = ("client", "starts_at", "zone", "state", "attendance")
"""What there is to say of a meeting that did not happen."""


def tell(courses: Iterable[Course], *, dated: bool = False, papers: bool = False) -> list[Told]:
    """The courses with everything that belongs to them: six queries, however many there are, one
    more for the places where they meet, and one for those that ended.

    `dated` leaves out the sessions that never had an hour: a list of courses has no use for them.
    `papers` reads what was written about each session with it, for a page that shows it.
    """
    courses = list(courses)
    sessions: dict[UUID, list[Session]] = defaultdict(list)
    rows = Session.objects.filter(course__in=courses).select_related("appointment")
    if dated:
        rows = rows.filter(appointment__isnull=False).defer(*UNLISTED)
    if papers:
        rows = rows.select_related("note", "summary", "wish", "company").defer(*DIARY)
    beside = {"suits": F("course__assessment__suits")}
    if not papers:
        beside |= {"signed_at": F("note__signed_at"), "shared_at": F("summary__shared_at")}
    suits: dict[UUID, str] = {}
    signed, shared = set(), set()
    for session in sorted(rows.annotate(**beside).order_by(), key=lambda one: one.number):
        sessions[session.course_id].append(session)
        suits[session.course_id] = vars(session)["suits"] or ""
        if _when(session, "note", "signed_at"):
            signed.add(session.pk)
        if _when(session, "summary", "shared_at"):
            shared.add(session.pk)
    _find_places(each.appointment for row in sessions.values() for each in row)
    responses: dict[UUID, dict[UUID | None, list[Response]]]
    responses = defaultdict(lambda: defaultdict(list))
    clients = {course.client_id: course.client for course in courses}
    for response in Response.objects.sent().filter(client__in=clients):
        response.client = clients[response.client_id]
        responses[response.client_id][response.appointment_id].append(response)
    foci: dict[UUID, list[Focus]] = defaultdict(list)
    ranked = Focus.objects.filter(course__in=courses).prefetch_related("stages")
    for focus in sorted(ranked, key=lambda one: (one.rank, one.agreed_at)):
        foci[focus.course_id].append(focus)
    dismissed: dict[UUID, set[str]] = defaultdict(set)
    aside = Dismissal.objects.filter(course__in=courses).values_list("course", "sign")
    for pk, sign in aside:
        dismissed[pk].add(sign)
    unheld: dict[UUID, list[Appointment]] = defaultdict(list)
    missed = Appointment.objects.unheld().filter(client__in=clients).order_by().only(*UNHELD)
    for hour in sorted(missed, key=lambda one: (one.starts_at, one.pk)):
        unheld[hour.client_id].append(hour)
    later: dict[UUID, list[FollowUp]] = defaultdict(list)
    over = [course for course in courses if course.ended_on]
    met_after = FollowUp.objects.filter(course__in=over).select_related("appointment")
    for one in met_after if over else ():
        later[one.course_id].append(one)
    told = []
    for course in courses:
        for session in sessions[course.pk]:
            session.course = course
        told.append(
            Told(
                course,
                sessions[course.pk],
                responses[course.client_id],
                [focus for focus in foci[course.pk] if not focus.left_at],
                [focus for focus in foci[course.pk] if focus.left_at],
                frozenset(dismissed[course.pk]),
                suits.get(course.pk, ""),
                [hour for hour in unheld[course.client_id] if course.covers(hour.starts_at)],
                later[course.pk],
                frozenset(signed),
                frozenset(shared),
                papers,
            )
        )
    return told


def _when(session: Session, paper: str, name: str) -> datetime | None:
    """When a paper of a session was signed or shared, read with it or beside it."""
    beside = vars(session)
    return beside[name] if name in beside else getattr(getattr(session, paper, None), name, None)


def _find_places(hours: Iterable[Appointment | None]) -> None:
    """Give each hour its place: a practice has a few, an hour's row would repeat one whole."""
    there = [hour for hour in hours if hour and hour.place_id]
    places = Place.objects.in_bulk({hour.place_id for hour in there}) if there else {}
    for hour in there:
        hour.place = places[hour.place_id]
