"""What an invented client and their therapist worked on, session by session, through the verbs."""

from datetime import datetime, timedelta
from typing import Any

from commonground.courses import actions as courses
from commonground.courses import storages
from commonground.courses.models import (
    Assessment,
    Course,
    Focus,
    Goal,
    LifeEvent,
    Person,
    Session,
    Task,
)
from commonground.people.models import User

from .. import lives

Life = dict[str, Any]


def work_on(*, session: Session, life: Life, begun: datetime, by: User, now: datetime) -> None:
    """All that belongs to one session of a life: people, events, formulation, focus, ratings, what
    was found, and what was agreed to be tried."""
    course, number = session.course, session.number
    _assess(course, life, number, begun, by=by, now=now)
    if number == life.get("inventory", 3):
        for one in life.get("people", []):
            _meet(course, one, by=by, now=now)
    who = _by_name(course)
    for told in life.get("events", []):
        if told.get("told") == number:
            event = _tell(course, told, who, begun, session=session, by=by, now=now)
            if "link" in told:
                link = {"event": event, "session": session, "mood": told["link"]}
                courses.link_mood(**link, by=by, now=now)
    _formulate(course, life, number, who, by=by, now=now)
    for told in life.get("worksheets", []):
        if told["session"] == number:
            _fill(course, told, _by_name(course), by=by, now=now)
    here = life.get("sessions", {}).get(str(number), {})
    if "strategies" in here:
        courses.work_strategies(session=session, worked=here["strategies"], by=by, now=now)
    if "techniques" in here:
        courses.use_techniques(session=session, used=here["techniques"], by=by, now=now)
    for goal, value in zip(Goal.objects.of(course), here.get("ratings", []), strict=False):
        courses.rate_goal(goal=goal, value=value, session=session, by=by, now=now)
    _try(session, life, _by_name(course), by=by, now=now)


def since_then(*, course: Course, life: Life, begun: datetime, by: User, now: datetime) -> None:
    """What has happened since the last session and was not told in one."""
    who = _by_name(course)
    for told in life.get("events", []):
        if "told" not in told:
            _tell(course, told, who, begun, session=None, by=by, now=now)


def _assess(
    course: Course, life: Life, number: int, begun: datetime, *, by: User, now: datetime
) -> None:
    """What was found in this session; a later one changes what it tells and leaves the rest."""
    for told in life.get("assessed", []):
        if told["session"] == number:
            facts = {k: v for k, v in told.items() if k != "session"}
            there = Assessment.objects.of(course)
            seen = there.version if there else None
            courses.keep_assessment(course=course, facts=facts, version=seen, by=by, now=now)
    for told in life.get("medicines", []):
        if told["told"] == number:
            facts = {k: v for k, v in told.items() if k not in {"told", "day"}}
            facts["on"] = (begun + timedelta(days=told["day"])).date()
            courses.note_medicine(course=course, facts=facts, by=by, now=now)


def _try(session: Session, life: Life, who: dict[str, Person], *, by: User, now: datetime) -> None:
    """What came of the last thing to try, and the next one."""
    for told in life.get("tasks", []):
        if told["session"] == session.number - 1 and "came" in told:
            task = Task.objects.of(session.course).with_keys().get(session__number=told["session"])
            came = {"happened": "", "mood_before": None, "mood_after": None} | told["came"]
            courses.tell_task(task=task, facts=came, version=task.version, by=by, now=now)
        if told["session"] == session.number:
            facts = {k: v for k, v in told.items() if k not in {"session", "came"}}
            facts["person"] = who.get(told.get("person", ""))
            courses.agree_task(session=session, facts=facts, by=by, now=now)


def _fill(course: Course, told: Life, who: dict[str, Person], *, by: User, now: datetime) -> None:
    """Fill in a worksheet; people are told by their names."""
    sheet = next(each for each in storages.newest_worksheets() if each.key == told["kind"])
    answers = lives.with_ids(sheet, told["answers"], {name: str(p.pk) for name, p in who.items()})
    worksheet = courses.begin_worksheet(course=course, sheet=sheet, by=by, now=now)
    courses.keep_worksheet(worksheet=worksheet, answers=answers, seen={}, by=by, now=now)


def _by_name(course: Course) -> dict[str, Person]:
    return {one.name: one for one in Person.objects.of(course).with_keys()}


def _meet(course: Course, told: Life, *, by: User, now: datetime) -> None:
    facts = {k: v for k, v in told.items() if k not in {"rings", "bearing", "concern"}}
    concern = told.get("concern", "")
    person = courses.keep_person(course=course, facts=facts, concern=concern, by=by, now=now)
    for date, ring in lives.rings(told).items():
        person = courses.place_person(
            person=person,
            as_of=date,
            ring=ring,
            bearing=told["bearing"],
            version=person.version,
            by=by,
            now=now,
        )


def _tell(
    course: Course,
    told: Life,
    who: dict[str, Person],
    begun: datetime,
    *,
    session: Session | None,
    by: User,
    now: datetime,
) -> LifeEvent:
    facts = {k: v for k, v in told.items() if k not in {"day", "people", "told", "link"}}
    facts["on"] = (begun + timedelta(days=told["day"])).date()
    facts["people"] = [who[name] for name in told.get("people", []) if name in who]
    return courses.keep_event(course=course, facts=facts, session=session, by=by, now=now)


def _formulate(
    course: Course, life: Life, number: int, who: dict[str, Person], *, by: User, now: datetime
) -> None:
    told = life.get("formulation")
    if told and told["session"] == number:
        facts = {k: v for k, v in told.items() if k not in {"session", "people", "events"}}
        facts["people"] = [who[name] for name in told.get("people", []) if name in who]
        happened = LifeEvent.objects.of(course).with_keys()
        facts["events"] = [each for each in happened if each.words in told.get("events", [])]
        draft = courses.keep_formulation(course=course, facts=facts, by=by, now=now)
        courses.agree_formulation(formulation=draft, version=1, by=by, now=now)
    for each in life.get("foci", []):
        if each["session"] == number:
            plain = {k: v for k, v in each.items() if k not in {"session", "person", "stages"}}
            person = who.get(each.get("person", ""))
            courses.agree_focus(course=course, person=person, by=by, now=now, **plain)
        if stage := each.get("stages", {}).get(str(number)):
            focus = Focus.objects.of(course).current().get(area=each["area"])
            courses.stage_dispute(focus=focus, stage=stage, by=by, now=now)
