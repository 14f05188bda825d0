"""The verbs of worksheets: begin one, write on it, take a blank one away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from .. import filled
from ..models import Course, Goal, LifeEvent, Person, Worksheet, WorksheetVersion
from ..worksheet import Kind
from ..worksheet import Worksheet as Sheet
from .refusals import NotNow, Stale

BURST = timedelta(minutes=10)
"""For so long the wordings of one writer, saved while they type, count as one."""
LINKS: dict[Kind, Any] = {Kind.PERSON: Person, Kind.EVENT: LifeEvent, Kind.GOAL: Goal}


@dataclass(frozen=True)
class Kept:
    """The worksheet as it stands after a save; `others` names the pieces somebody else wrote
    meanwhile in another place of it, so that the writer can be shown them."""

    worksheet: Worksheet
    others: tuple[str, ...]


@audit.verb("courses.worksheet.begun")
def begin_worksheet(*, course: Course, sheet: Sheet, by: User, now: datetime) -> Worksheet:
    """Hand out a sheet, or begin one; one that lies there blank already is taken.

    Raises NotNow in a course that has ended.
    """
    course = Course.objects.select_for_update(of=("self",)).with_keys().get(pk=course.pk)
    if course.ended_on:
        raise NotNow(_("This course has ended. What was written stays as it is."))
    made, _new = Worksheet.objects.with_keys().get_or_create(
        course=course,
        kind=sheet.key,
        version=0,
        defaults={
            "kind_version": sheet.version,
            "answers": {},
            "begun_by": by,
            "begun_at": now,
        },
    )
    audit.about(made)
    return made


@audit.verb("courses.worksheet.kept")
def keep_worksheet(
    *,
    worksheet: Worksheet,
    answers: Mapping[str, Any],
    seen: Mapping[str, str],
    by: User,
    now: datetime,
    draft: bool = False,
) -> Kept:
    """Write on a sheet; `seen` holds the stamps of what the writer had before them.

    What somebody else wrote meanwhile elsewhere on the sheet stays. What stood there before is kept
    as an earlier version, but for the running wordings of one writer (`draft`) within ten minutes.
    Raises Stale, with what stands there by piece, where both wrote in the same place; NotNow for
    people, events or goals of another course; ValueError for what the sheet does not ask.
    """
    audit.about(worksheet)
    rows = Worksheet.objects.select_for_update(of=("self",)).with_keys()
    fresh = rows.get(pk=worksheet.pk)
    sheet, stands = fresh.sheet, fresh.answers
    if sheet.is_lost:
        raise NotNow(_("The file of this worksheet is missing. What was written is kept."))
    merged = filled.merge(sheet, filled.tidy(sheet, answers), stands, seen)
    there = filled.pieces(sheet, stands)
    if merged.clashes:
        raise Stale({name: there.get(name) for name in merged.clashes}, fresh.version)
    mine = filled.pieces(sheet, filled.tidy(sheet, answers))
    both = filled.pieces(sheet, merged.answers)
    others = tuple(name for name in {**mine, **both} if mine.get(name) != both.get(name))
    if merged.answers == stands:
        if fresh.draft_since and not draft and fresh.author_id == by.pk:
            Worksheet.objects.filter(pk=fresh.pk).update(draft_since=None)
        return Kept(fresh, others)
    _of_this_course(fresh, merged.answers)
    if fresh.author and fresh.saved_at and not _still_writing(fresh, by, now):
        WorksheetVersion.objects.create(
            worksheet=fresh, number=fresh.version, answers=stands, author=fresh.author,
            saved_at=fresh.saved_at,
        )  # fmt: skip
    fresh.write(merged.answers, by=by, now=now, draft=draft)
    return Kept(fresh, others)


@audit.verb("courses.worksheet.removed")
def remove_worksheet(*, worksheet: Worksheet, by: User, now: datetime) -> None:
    """Take a blank sheet away. Raises NotNow once something is written on it."""
    audit.about(worksheet)
    gone, _rows = Worksheet.objects.filter(pk=worksheet.pk, version=0).delete()
    if not gone:
        raise NotNow(_("Something is written on it already, so it stays."))


def _still_writing(worksheet: Worksheet, by: User, now: datetime) -> bool:
    since = worksheet.draft_since
    return bool(since and worksheet.author_id == by.pk and now - since < BURST)


def _of_this_course(worksheet: Worksheet, answers: Mapping[str, Any]) -> None:
    """Link whom and what the sheet names. Raises NotNow for anybody of another course."""
    named = filled.linked(worksheet.sheet, answers)
    for kind, relation in (
        (Kind.PERSON, worksheet.people),
        (Kind.EVENT, worksheet.events),
        (Kind.GOAL, worksheet.goals),
    ):
        ids = named[kind]
        if not ids and worksheet.is_blank:
            continue
        there = LINKS[kind].objects.filter(course=worksheet.course_id, pk__in=ids)
        found = set(there.values_list("pk", flat=True))
        if len(found) != len(ids):
            raise NotNow(_("This belongs to another course."))
        relation.set(found)
