"""Everything a client shares with their therapist, put together for a page or a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonground.people.models import Client

from ..models import Course, Ending, Formulation, Goal, Summary, Task, Told, Worksheet, tell
from .headings import Part, day, scores, sheet_lines, written
from .timeline import when
from .worksheets import called


@dataclass(frozen=True)
class Chapter:
    """One course."""

    title: str
    parts: list[Part]


def everything(client: Client, user: Any, now: datetime) -> list[Chapter]:
    """The courses of a client, the newest first, with all that is shared in each."""
    rows = Course.objects.visible_to(user, now).with_keys().filter(client=client)
    courses = list(rows.order_by("-opened_on"))
    return [
        Chapter(_title(told.course), [part for part in _parts(told, user, now) if part.lines])
        for told in tell(courses)
    ]


def as_text(chapters: list[Chapter]) -> str:
    """The same as plain text, which every device can read."""
    found = []
    for chapter in chapters:
        found += [chapter.title, "=" * len(chapter.title), ""]
        for part in chapter.parts:
            found += [part.title, "-" * len(part.title)]
            for name, words in part.lines:
                found += [name, words, ""] if name else [words, ""]
            found.append("")
    return "\n".join(found)


def _title(course: Course) -> str:
    began = date_format(course.opened_on, "j F Y")
    told = {"label": course.protocol.label, "began": began}
    if course.ended_on:
        ended = date_format(course.ended_on, "j F Y")
        return _("%(label)s, %(began)s to %(ended)s") % (told | {"ended": ended})
    return _("%(label)s, since %(began)s") % told


def _parts(told: Told, user: Any, now: datetime) -> Iterator[Part]:
    course = told.course
    ending = Ending.objects.visible_to(user, now).with_keys().of(course)
    if ending:
        yield Part(
            _("At the end"), written((_("What comes next"), ending.onward), ("", ending.farewell))
        )
    shared = Formulation.objects.visible_to(user, now).with_keys().of(course)
    agreed = shared.filter(shared_at__isnull=False).first()
    if agreed:
        yield Part(_("How we understand it"), written(
            ("", agreed.client_words), (_("It began when …"), agreed.onset),
            (_("How it shows"), agreed.symptoms), (_("What keeps it going"), agreed.cycle),
            (_("Strengths and supports"), agreed.strengths),
            (_("So we will work on …"), agreed.narrative),
        ))  # fmt: skip
    yield Part(_("What we work on"), [("", focus.words) for focus in told.foci])
    goals = Goal.objects.visible_to(user, now).with_keys().of(course)
    yield Part(_("Goals"), [
        (goal.words, _("%(now)s of 10 now; %(start)s at the start, %(aim)s hoped for")
         % {"now": goal.now, "start": goal.baseline, "aim": goal.target})
        for goal in goals
    ])  # fmt: skip
    yield Part(_("Scores"), list(scores(told)))
    summaries = Summary.objects.visible_to(user, now).with_keys().by_session(course)
    yield Part(_("After the sessions"), [
        (_("Session %(number)s") % {"number": session.number}, summaries[session.pk].text)
        for session in told.sessions
        if session.pk in summaries
    ])  # fmt: skip
    tasks = Task.objects.visible_to(user, now).with_keys().of(course)
    yield Part(_("What you tried"), [
        (day(task.saved_at), "\n".join(filter(None, [task.words, task.happened])))
        for task in tasks
    ])  # fmt: skip
    yield Part(_("People"), [(one.name, one.relation) for one in told.people])
    yield Part(_("Timeline"), [(when(event), event.words) for event in told.events])
    names = called(course)
    for row in Worksheet.objects.visible_to(user, now).with_keys().of(course):
        if not row.is_blank:
            yield Part(row.sheet.mine, list(sheet_lines(row, names)))
