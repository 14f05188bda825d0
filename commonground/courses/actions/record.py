"""The verbs of notes: what is added to a signed one, what its author keeps, what was agreed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from ..models import Amendment, Assessment, Course, Medicine, Note, ProcessNote, Session, Task
from .events import all_of
from .refusals import NotNow, Stale
from .versions import renew


@audit.verb("courses.note.amended")
def amend_note(*, session: Session, text: str, by: User, now: datetime) -> Amendment:
    """Add to a signed note; what was signed stays as it is, and so does what is added.

    Raises NotNow for a note that is not signed, and for nothing to add.
    """
    audit.about(session)
    note = Note.objects.with_keys().of(session)
    if note is None or not note.is_signed:
        raise NotNow(_("This note is not signed yet: write in it instead of adding to it."))
    if not text.strip():
        raise NotNow(_("There is nothing to add yet. Write a sentence first."))
    return Amendment.objects.create(note=note, author=by, text=text, signed_at=now)


@audit.verb("courses.process.kept")
def keep_process_note(
    *, session: Session, text: str, version: int, by: User, now: datetime
) -> ProcessNote:
    """Keep the writer's own thoughts; nobody else ever reads them.

    Raises Stale when the writer saved in another window in between.
    """
    audit.about(session)
    told = {"session": session, "author": by}
    note, new = ProcessNote.objects.select_for_update(of=("self",)).get_or_create(
        **told, defaults={"text": text, "saved_at": now}
    )
    if new or note.text == text:
        return note
    if note.version != version:
        raise Stale(note.text, note.version)
    note.text, note.saved_at = text, now
    note.version += 1
    note.save()
    return note


@audit.verb("courses.task.agreed")
def agree_task(
    *,
    session: Session,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    version: int | None = None,
) -> Task:
    """Write down the one thing to try before the next session, or change it.

    Raises Stale when somebody saved in between, NotNow for a person of another course.
    """
    audit.about(session)
    all_of(session.course, facts.get("person"))
    Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    there = Task.objects.with_keys().filter(session=session).first()
    if there is None:
        return Task.objects.create(session=session, author=by, saved_at=now, **facts)
    return renew(there, facts, version=version, by=by, now=now)  # type: ignore[no-any-return]


@audit.verb("courses.task.told")
def tell_task(
    *, task: Task, facts: Mapping[str, Any], by: User, now: datetime, version: int | None
) -> Task:
    """Say what came of a task: done, what happened, the mood before and after."""
    audit.about(task)
    return renew(task, facts, version=version, by=by, now=now)  # type: ignore[no-any-return]


@audit.verb("courses.assessment.kept")
def keep_assessment(
    *,
    course: Course,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    version: int | None = None,
) -> Assessment:
    """Write the assessment. Raises Stale when somebody saved in between."""
    Course.objects.select_for_update().get(pk=course.pk)
    there = Assessment.objects.with_keys().of(course)
    if there is None:
        kept = Assessment.objects.create(course=course, author=by, saved_at=now, **facts)
    else:
        kept = renew(there, facts, version=version, by=by, now=now)
    audit.about(kept)
    return kept


@audit.verb("courses.medicine.noted")
def note_medicine(*, course: Course, facts: Mapping[str, Any], by: User, now: datetime) -> Medicine:
    """Note a medicine that is taken, begun, changed or stopped."""
    medicine = Medicine.objects.create(course=course, author=by, saved_at=now, **facts)
    audit.about(medicine)
    return medicine
