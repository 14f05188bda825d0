"""The verbs of the timeline: what happened, and what it did to the mood."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from ..models import Course, LifeEvent, MoodLink, Session
from .refusals import NotNow
from .versions import renew


@audit.verb("courses.event.kept")
def keep_event(
    *,
    course: Course,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    event: LifeEvent | None = None,
    version: int | None = None,
    session: Session | None = None,
) -> LifeEvent:
    """Put a life event on the timeline, or save what was changed about it.

    `session` is the one it was told in. Raises Stale when somebody saved in between, NotNow for
    people, a focus, a session or an event of another course.
    """
    all_of(course, *facts.get("people", ()), facts.get("focus"), session, event)
    if event is None:
        row = {name: value for name, value in facts.items() if name != "people"}
        kept = LifeEvent.objects.create(
            course=course, session=session, author=by, saved_at=now, **row
        )
        kept.people.set(facts.get("people", ()))
    else:
        kept = renew(event, facts, version=version, by=by, now=now)
    audit.about(kept)
    return kept


@audit.verb("courses.mood.linked")
def link_mood(
    *, event: LifeEvent, session: Session, mood: str, by: User, now: datetime
) -> MoodLink:
    """Say in a session what an event did to the mood; saying it again changes it."""
    audit.about(event)
    all_of(event.course, session)
    link, _new = MoodLink.objects.update_or_create(
        event=event, session=session, defaults={"mood": mood, "linked_at": now}
    )
    return link


def all_of(course: Course, *rows: Any) -> None:
    """Raises NotNow for a row of another course: nothing posted may ever attach to a stranger."""
    if any(row is not None and row.course_id != course.pk for row in rows):
        raise NotNow(_("This belongs to another course."))
