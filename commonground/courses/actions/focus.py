"""The verbs of focus, formulation and goals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from .. import storages
from ..models import Course, DisputeStage, Focus, Formulation, Goal, Person, Rating, Session
from .events import all_of
from .refusals import NotNow, Stale
from .versions import renew

DISPUTE = Focus.Area.DISPUTE


@audit.verb("courses.focus.agreed")
def agree_focus(
    *,
    course: Course,
    area: str,
    words: str,
    by: User,
    now: datetime,
    person: Person | None = None,
    reason: str = "",
    stage: str = "",
) -> Focus:
    """Agree what the therapy works on: the first is the primary focus, a second needs a reason.

    Raises NotNow beyond the protocol's limit, without a reason or a dispute's stage, and for a
    person of another course.
    """
    Course.objects.select_for_update().get(pk=course.pk)
    all_of(course, person)
    ranks = set(Focus.objects.of(course).current().values_list("rank", flat=True))
    limit = course.protocol.focus_limit
    if len(ranks) >= limit:
        raise NotNow(
            _("A focus is agreed already. Leave it first, or keep to it.")
            if limit == 1
            else _("Two foci are agreed already, and two are the most. Leave one of them first.")
        )
    rank = 2 if 1 in ranks else 1
    if rank == 2 and not reason.strip():
        raise NotNow(_("Say why one focus is not enough: a second one needs a reason."))
    if area == DISPUTE and not stage:
        raise NotNow(_("Say where the dispute stands: impasse, renegotiation or dissolution."))
    focus = Focus.objects.create(
        course=course,
        area=area,
        rank=rank,
        words=words,
        reason=reason if rank == 2 else None,
        person=person,
        agreed_at=now,
    )
    audit.about(focus)
    if area == DISPUTE:
        DisputeStage.objects.create(focus=focus, stage=stage, since=now)
    return focus


@audit.verb("courses.focus.left")
def leave_focus(*, focus: Focus, by: User, now: datetime) -> Focus:
    """Stop working on a focus; it stays in the record. A secondary one then becomes the primary.

    Raises NotNow when it was left already.
    """
    audit.about(focus)
    Course.objects.select_for_update().get(pk=focus.course_id)
    if not Focus.objects.current().filter(pk=focus.pk).update(left_at=now):
        raise NotNow(_("This focus was left already."))
    Focus.objects.filter(course=focus.course_id).current().update(rank=1)
    focus.refresh_from_db()
    return focus


@audit.verb("courses.dispute.staged")
def stage_dispute(
    *, focus: Focus, stage: str, by: User, now: datetime, session: Session | None = None
) -> DisputeStage:
    """Say where a dispute stands now. Raises NotNow for another area, or when it stands there."""
    audit.about(focus)
    all_of(focus.course, session)
    if focus.area != DISPUTE:
        raise NotNow(_("Only a dispute has stages."))
    standing = DisputeStage.objects.filter(focus=focus).order_by("since").last()
    if standing and standing.stage == stage:
        raise NotNow(_("The dispute stands there already."))
    made, _new = DisputeStage.objects.update_or_create(
        focus=focus, since=now, defaults={"stage": stage, "session": session}
    )
    return made


@audit.verb("courses.strategies.worked")
def work_strategies(*, session: Session, worked: Sequence[str], by: User, now: datetime) -> Session:
    """Say which strategies of the foci were worked on in a session; unknown ones are left out."""
    audit.about(session)
    session = _open(session)
    book, foci = storages.handbook(), Focus.objects.filter(course=session.course_id)
    areas = set(foci.values_list("area", flat=True))
    known = {s.id for key in areas for s in book.area(key).strategies}
    session.strategies = [id for id in worked if id in known]
    session.save(update_fields=["strategies"])
    return session


@audit.verb("courses.techniques.used")
def use_techniques(*, session: Session, used: Sequence[str], by: User, now: datetime) -> Session:
    """Say which techniques were used, for fidelity and supervision; unknown ones are left out."""
    audit.about(session)
    session = _open(session)
    known = {technique.key for technique in storages.handbook().techniques}
    session.techniques = [key for key in used if key in known]
    session.save(update_fields=["techniques"])
    return session


@audit.verb("courses.formulation.kept")
def keep_formulation(
    *,
    course: Course,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    formulation: Formulation | None = None,
    version: int | None = None,
) -> Formulation:
    """Write the draft, or begin the next version of one that was agreed.

    Raises Stale when somebody saved in between, NotNow for people or events of another course.
    """
    all_of(course, *facts.get("people", ()), *facts.get("events", ()), formulation)
    Course.objects.select_for_update().get(pk=course.pk)
    latest = Formulation.objects.of(course).with_keys().first()
    if latest is not None and not latest.is_agreed:
        if formulation is None or formulation.pk != latest.pk:
            raise Stale({"client_words": latest.client_words}, latest.version)
        kept = renew(latest, facts, version=version, by=by, now=now)
    else:
        row = {name: value for name, value in facts.items() if name not in {"people", "events"}}
        number = latest.number + 1 if latest else 1
        kept = Formulation.objects.create(
            course=course, number=number, author=by, saved_at=now, **row
        )
        kept.people.set(facts.get("people", ()))
        kept.events.set(facts.get("events", ()))
    audit.about(kept)
    return kept


@audit.verb("courses.formulation.shared")
def share_formulation(*, formulation: Formulation, by: User, now: datetime) -> Formulation:
    """Let the client read it on their own page."""
    audit.about(formulation)
    Formulation.objects.filter(pk=formulation.pk, shared_at__isnull=True).update(shared_at=now)
    formulation.refresh_from_db()
    return formulation


@audit.verb("courses.formulation.agreed")
def agree_formulation(
    *, formulation: Formulation, version: int, by: User, now: datetime
) -> Formulation:
    """Both agree to the words as they stand; from now on this version is never changed.

    `version` is the one that was read aloud. Raises Stale if it is another by now, NotNow when it
    was agreed already.
    """
    audit.about(formulation)
    rows = Formulation.objects.select_for_update(of=("self",)).with_keys()
    fresh = rows.get(pk=formulation.pk)
    if fresh.is_agreed:
        raise NotNow(_("This version is agreed already. Changing it begins the next one."))
    if fresh.version != version:
        raise Stale({"client_words": fresh.client_words}, fresh.version)
    fresh.shared_at = fresh.shared_at or now
    fresh.agreed_at = now
    fresh.save(update_fields=["shared_at", "agreed_at"])
    return fresh


@audit.verb("courses.goal.rated")
def rate_goal(
    *, goal: Goal, value: int, by: User, now: datetime, session: Session | None = None
) -> Rating:
    """How near the goal is, as the client says: 0 (not at all) to 10 (as I hope)."""
    audit.about(goal)
    all_of(goal.course, session)
    rating = Rating.objects.create(goal=goal, value=value, session=session, rated_at=now, author=by)
    Goal.objects.filter(pk=goal.pk).update(now=value)
    goal.now = value
    return rating


def _open(session: Session) -> Session:
    """The session as it stands, locked. Raises NotNow for a closed one."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("course")
    fresh = rows.get(pk=session.pk)
    if fresh.is_closed:
        raise NotNow(_("This session is closed, so it stays as it is."))
    return fresh
