"""What an owner reads of a record that they opened in an emergency: everything but the process
notes, on one page, to read and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.measures.models import Alert, Response
from commonground.people.models import Client, Contact, Opening
from commonground.people.roles import Role

from ..models import (
    Amendment,
    Assessment,
    Concern,
    Course,
    Formulation,
    Medicine,
    Note,
    Told,
    Worksheet,
    tell,
)
from ..worksheet import SAFETY_PLAN
from .headings import Part, day, scores, sheet_lines, written
from .timeline import when
from .worksheets import called


@dataclass(frozen=True)
class Opened:
    """One course: what matters in the next minutes first, the rest below it."""

    course: Course
    first: list[Part]
    rest: list[Part]


@only(Role.OWNER)
def opened_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record, as long as the opening lasts; that it was read is written down first."""
    now, user = clock.now(), request.user
    client = get_object_or_404(Client.objects.opened_to(user, now).with_keys(), pk=pk)
    opening = Opening.objects.open_to(user, now).filter(client=client).latest("opened_at")
    audit.read(by=user, obj=client, now=now, verb="courses.opened_record.read")
    courses = Course.objects.with_keys().before(client)
    alerts = Alert.objects.about(client).with_keys().order_by("-raised_at")
    context = {
        "client": client,
        "opening": opening,
        "contacts": Contact.objects.with_keys().of(client),
        "alerts": [_alert(each) for each in sorted(alerts, key=lambda one: not one.is_open)],
        "sent": _sent(client),
        "courses": [_opened(told) for told in tell(courses)],
    }
    return render(request, "courses/opened.html", context)


def _alert(each: Alert) -> dict[str, Any]:
    item = each.response.measure.by_concept[each.concept]
    said = {option.value: option.text for option in item.options}
    return {
        "alert": each,
        "question": item.text,
        "answer": said.get(each.value, _("taken back")),
    }


def _sent(client: Client) -> list[tuple[str, str]]:
    """The latest of each measure, question by question."""
    latest: dict[str, Response] = {}
    for row in Response.objects.sent().filter(client=client).with_keys().order_by("asked_at"):
        latest[row.instrument] = row
    return [
        (f"{row.measure.name}, {day(row.on or row.sent_at)}", "\n".join(_answers(row)))
        for row in latest.values()
    ]


def _answers(row: Response) -> Iterator[str]:
    given, total = row.given(), row.score.total
    if total is not None:
        yield _("Total: %(total)s") % {"total": total}
    for item in row.measure.items:
        said = {option.value: option.text for option in item.options}
        if given.get(item.concept) is not None:
            yield f"{item.text}: {said.get(given[item.concept], given[item.concept])}"


def _opened(told: Told) -> Opened:
    first, rest = _first(told), [*_notes(told), *_shared(told)]
    return Opened(told.course, *([part for part in each if part.lines] for each in (first, rest)))


def _first(told: Told) -> Iterator[Part]:
    """What helps to keep somebody safe now: the plan, what was found, and what they take."""
    course = told.course
    names = called(course)
    sheets = [row for row in Worksheet.objects.with_keys().of(course) if not row.is_blank]
    for row in sheets:
        if row.kind == SAFETY_PLAN:
            yield Part(row.sheet.label, list(sheet_lines(row, names)))
    found = Assessment.objects.with_keys().of(course)
    if found:
        yield Part(_("Assessment"), written(
            (_("Risk: what was found"), found.risk_findings),
            (_("Risk: the plan"), found.risk_plan),
            (_("Other care"), found.other_care), (_("Diagnosis"), found.diagnosis),
            (_("Criteria"), found.criteria), (_("History"), found.history),
            (_("Suitability"), found.suitability),
        ))  # fmt: skip
    concerns = Concern.objects.with_keys().by_person(course)
    yield Part(_("Concerns for somebody’s safety"), [
        (told.named[pk].name, one.text) for pk, one in concerns.items()
    ])  # fmt: skip
    yield Part(_("Medicines"), [
        (f"{one.name} {one.dose}".strip(), f"{one.get_change_display()}, {day(one.on)}")
        for one in Medicine.objects.with_keys().of(course)
    ], brief=True)  # fmt: skip


def _notes(told: Told) -> Iterator[Part]:
    """The therapist's notes of the sessions; their process notes are never read here."""
    yield Part(_("Progress notes"), list(_signed(told)))


def _signed(told: Told) -> Iterator[tuple[str, str]]:
    """The newest first, with what was added to each."""
    held = {session.pk: session for session in told.sessions}
    rows = Note.objects.with_keys().filter(session__in=held)
    for note in sorted(rows, key=lambda each: -held[each.session_id].number):
        number = held[note.session_id].number
        state = _("signed") if note.is_signed else _("not signed yet")
        title = _("Session %(number)s, %(day)s, %(state)s") % {
            "number": number, "day": day(note.saved_at), "state": state,
        }  # fmt: skip
        yield title, note.text
        for added in Amendment.objects.with_keys().of(note.session):
            yield _("Added on %(day)s") % {"day": day(added.signed_at)}, added.text


def _shared(told: Told) -> Iterator[Part]:
    """What the two work on together."""
    course = told.course
    yield Part(_("Scores"), list(scores(told)), brief=True)
    for shape in Formulation.objects.with_keys().of(course):
        state = _("agreed") if shape.shared_at else _("a draft")
        yield Part(_("Formulation (%(state)s)") % {"state": state}, written(
            ("", shape.client_words), (_("Onset"), shape.onset), (_("Symptoms"), shape.symptoms),
            (_("What keeps it going"), shape.cycle), (_("Strengths"), shape.strengths),
            (_("Focus"), shape.narrative),
        ))  # fmt: skip
    yield Part(_("Focus"), [
        (one.get_area_display(), one.words) for one in (*told.foci, *told.left)
    ], brief=True)  # fmt: skip
    yield Part(_("People"), [(one.name, one.relation) for one in told.people], brief=True)
    yield Part(_("Timeline"), [(when(event), event.words) for event in told.events], brief=True)
    yield Part(_("Goals"), [("", goal.words) for goal in told.goals])
    yield Part(_("Tried between sessions"), [
        (day(task.saved_at), "\n".join(filter(None, [task.words, task.happened])))
        for task in told.tasks
    ])  # fmt: skip
    summaries = told.summaries
    yield Part(_("Summaries for the client"), [
        (_("Session %(number)s") % {"number": session.number}, summaries[session.pk].text)
        for session in told.sessions
        if session.pk in summaries
    ])  # fmt: skip
    names = called(course)
    for row in told.worksheets:
        if not row.is_blank and row.kind != SAFETY_PLAN:
            yield Part(row.sheet.label, list(sheet_lines(row, names)))
