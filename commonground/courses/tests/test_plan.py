"""The plan of a course: longer or shorter, with a reason, and carried by somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.courses import actions
from commonground.courses.actions import NotNow
from commonground.courses.models import Course, CourseChange, Dismissal, Person, tell
from commonground.courses.progress import Because
from commonground.people import actions as people
from commonground.people.models import Care
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import Carried, open_course
from .test_people import keep as keep_person
from .test_people import place

pytestmark = pytest.mark.django_db
WHY = "We lost two weeks to the flu."


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def agree(priya: Carried, sessions: int, reason: str = WHY) -> CourseChange:
    return actions.change_sessions(
        course=priya.course, sessions=sessions, reason=reason, by=priya.miriam, now=NOON
    )


def move(priya: Carried, phase: str, last: int, reason: str = WHY) -> CourseChange:
    return actions.move_boundary(
        course=priya.course, phase=phase, last=last, reason=reason, by=priya.miriam, now=NOON
    )


def fresh(priya: Carried) -> Course:
    return Course.objects.with_keys().get(pk=priya.course.pk)


def spans(course: Course) -> list[tuple[int, int]]:
    return [(phase.first, phase.last) for phase in course.plan.phases]


def test_a_longer_course_has_more_sessions_and_its_middle_stretches(priya: Carried) -> None:
    agree(priya, 18)
    course = fresh(priya)
    assert course.sessions.count() == 18
    assert spans(course) == [(1, 4), (5, 14), (15, 18)]


def test_a_shorter_course_gives_up_only_what_has_no_date(priya: Carried) -> None:
    agree(priya, 12)
    assert fresh(priya).sessions.count() == 12
    dated = carried_with_all_dates(priya)
    with pytest.raises(NotNow, match="has a date already"):
        actions.change_sessions(course=dated, sessions=12, reason=WHY, by=priya.miriam, now=NOON)
    assert Course.objects.get(pk=dated.pk).sessions.count() == 16


def carried_with_all_dates(priya: Carried) -> Course:
    from commonground.people.tests.front_office import client_of

    from .carried import date_from

    course = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    date_from(course, NOON + timedelta(days=3), 16, priya.miriam)
    return course


@pytest.mark.parametrize(
    ("sessions", "reason", "says"),
    [(16, WHY, "agreed already"), (21, WHY, "12 to 20"), (18, " ", "Say why")],
)
def test_a_change_that_is_none_is_refused(
    priya: Carried, sessions: int, reason: str, says: str
) -> None:
    with pytest.raises(NotNow, match=says):
        agree(priya, sessions, reason)
    assert not CourseChange.objects.exists()


def test_a_phase_may_end_elsewhere(priya: Carried) -> None:
    move(priya, "initial", 6)
    course = fresh(priya)
    assert spans(course) == [(1, 6), (7, 12), (13, 16)]
    assert course.sessions.get(number=6).phase.key == "initial"


@pytest.mark.parametrize(
    ("phase", "last", "says"),
    [
        ("initial", 12, "no session left"),
        ("initial", 4, "ends there already"),
        ("ending", 15, "ends with the course"),
        ("nothing", 3, "ends with the course"),
    ],
)
def test_a_boundary_that_cannot_be_is_refused(
    priya: Carried, phase: str, last: int, says: str
) -> None:
    with pytest.raises(NotNow, match=says):
        move(priya, phase, last)
    assert spans(fresh(priya)) == [(1, 4), (5, 12), (13, 16)]


def test_the_client_reads_what_was_changed_and_why(priya: Carried) -> None:
    agree(priya, 18)
    move(priya, "initial", 5)
    page = signed_in(priya.account).get(reverse("my")).text
    assert WHY in page
    assert "18 sessions, was 16." in page


def test_a_change_is_never_rewritten(priya: Carried) -> None:
    agree(priya, 18)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseChange.objects.update(becomes=17)


def test_the_plan_is_changed_by_its_forms(priya: Carried, desk: Browser) -> None:
    pk = [priya.course.pk]
    desk.post(reverse("sessions_change", args=pk), {"sessions": "18", "reason": WHY})
    told = {"phase": "initial", "last": "5", "reason": WHY}
    desk.post(reverse("boundary_move", args=pk), told)
    assert CourseChange.objects.count() == 2
    page = desk.get(reverse("plan", args=pk))
    assert "Initial, until session 5" in page.text
    assert "This protocol has 12 to 20 sessions." in page.text
    page = desk.post(reverse("sessions_change", args=pk), {"sessions": "40", "reason": WHY})
    assert "12 to 20" in page.text
    assert WHY in page.text


# ——— prompts ———


def prompts(priya: Carried) -> set[str]:
    (told,) = tell([fresh(priya)])
    return {prompt.code for prompt in told.prompts(told.progress(NOON.date()))}


def test_an_unsuitable_protocol_is_said_until_it_is_put_aside(
    priya: Carried, desk: Browser
) -> None:
    actions.keep_assessment(course=priya.course, facts={"suits": "no"}, by=priya.miriam, now=NOON)
    assert Because.UNSUITABLE in prompts(priya)
    session = priya.session()
    page = desk.get(reverse("session", args=[session.pk]))
    (shown,) = [one for one in page.context["prompts"] if "suits" in one["say"]]
    assert "16 sessions" in shown["source"]
    told = {"sign": shown["signs"], "reason": "Referred; holding meanwhile.",
            "session": str(session.pk)}  # fmt: skip
    desk.post(reverse("prompt_dismiss", args=[priya.course.pk]), told)
    assert Because.UNSUITABLE not in prompts(priya)
    assert Dismissal.objects.get().reason == "Referred; holding meanwhile."


def test_a_prompt_is_not_put_aside_without_a_reason(priya: Carried, desk: Browser) -> None:
    url = reverse("prompt_dismiss", args=[priya.course.pk])
    answer = desk.post(url, {"sign": "no_focus:", "session": "not-an-id"}, follow=True)
    assert "why not now" in answer.text
    with pytest.raises(NotNow):
        actions.dismiss_prompt(course=priya.course, sign="x", reason=" ", by=priya.miriam, now=NOON)


def test_what_is_put_aside_comes_back_with_other_facts(priya: Carried) -> None:
    from commonground.courses.progress import Prompt

    three = Prompt(Because.TASKS_LEFT_BEHIND, (("phase", "initial"), ("count", 3)))
    two = Prompt(Because.TASKS_LEFT_BEHIND, (("phase", "initial"), ("count", 2)))
    later = Prompt(Because.NO_IMPROVEMENT, (("session", 9),))
    earlier = Prompt(Because.NO_IMPROVEMENT, (("session", 8),))
    assert three.sign != two.sign
    assert later.sign == earlier.sign
    assert not Prompt(Because.RISK_ANSWERED).may_rest


# ——— who carries it ———


def test_a_course_handed_over_goes_on_where_it_stands(priya: Carried) -> None:
    tomas = person("Tomas", Role.THERAPIST)
    actions.hand_over(course=priya.course, to=tomas.therapist, by=priya.miriam, now=NOON)
    course = fresh(priya)
    assert course.therapist == tomas.therapist
    assert Course.objects.led_by(tomas, NOON).contains(course)
    assert not Course.objects.in_care_of(priya.miriam, NOON).exists()
    assert not course.sessions.exclude(appointment=None).exists()
    assert AuditEvent.objects.filter(verb="courses.course.handed_over").count() == 1


def test_nobody_is_handed_their_own_course(priya: Carried) -> None:
    with pytest.raises(NotNow):
        actions.hand_over(course=priya.course, to=priya.miriam.therapist, by=priya.miriam, now=NOON)


def test_whoever_covered_leads_without_covering_any_more(priya: Carried) -> None:
    cora = person("Cora", Role.THERAPIST)
    until = NOON + timedelta(days=9)
    told: dict[str, Any] = {"course": priya.course, "by": priya.miriam, "now": NOON}
    actions.cover_leave(therapist=cora.therapist, until=until, **told)
    later = told | {"now": NOON + timedelta(days=1)}
    actions.hand_over(to=cora.therapist, **later)
    assert Course.objects.led_by(cora, later["now"]).exists()


def test_cover_ends_by_itself_and_reads_meanwhile(priya: Carried, desk: Browser) -> None:
    cora = person("Cora", Role.THERAPIST)
    until = (NOON + timedelta(days=9)).date()
    told = {"cover-therapist": str(cora.therapist.pk), "cover-until": until.isoformat()}
    desk.post(reverse("cover", args=[priya.course.pk]), told)
    assert Course.objects.in_care_of(cora, NOON + timedelta(days=8)).exists()
    assert not Course.objects.in_care_of(cora, NOON + timedelta(days=11)).exists()
    page = desk.post(reverse("cover", args=[priya.course.pk]), told)
    assert "covers already" in page.text


def test_a_hand_over_asks_to_tell_the_client_first(priya: Carried, desk: Browser) -> None:
    tomas = person("Tomas", Role.THERAPIST)
    url = reverse("hand_over", args=[priya.course.pk])
    told = {"hand-therapist": str(tomas.therapist.pk)}
    assert "Tell your client first" in desk.post(url, told).text
    assert desk.post(url, {**told, "hand-sure": "on"}).status_code == 302
    assert desk.get(reverse("course", args=[priya.course.pk])).status_code == 404


def test_a_second_course_takes_the_people_along(priya: Carried) -> None:
    tom = keep_person(priya, name="Tom", relation="partner", since_onset="Further away.")
    place(priya, tom, 1, 1)
    Course.objects.filter(pk=priya.course.pk).update(ended_on=NOON.date())
    again = open_course(priya.priya, priya.miriam)
    twin = Person.objects.of(again).with_keys().get()
    assert (twin.name, twin.since_onset, twin.bearing) == ("Tom", "", 45)
    assert twin.places.get().ring == 1
    assert Person.objects.of(priya.course).count() == 1


def covered(priya: Carried, desk: Browser, days: int = 9) -> Any:
    """Cora covers for some days; returns her account."""
    cora = person("Cora", Role.THERAPIST)
    until = (NOON + timedelta(days=days)).date()
    told = {"cover-therapist": str(cora.therapist.pk), "cover-until": until.isoformat()}
    desk.post(reverse("cover", args=[priya.course.pk]), told)
    return cora


def test_who_covers_is_read_on_the_plan_and_can_be_ended(priya: Carried, desk: Browser) -> None:
    cora = covered(priya, desk)
    plan, end = (reverse(name, args=[priya.course.pk]) for name in ("plan", "cover_end"))
    page = desk.get(plan).text
    last = NOON + timedelta(days=9)
    assert f"covers until the end of {last:%-d %B %Y}" in page and end in page
    care = Care.objects.covering(priya.priya).get()
    answer = desk.post(end, {"care": str(care.pk)}, follow=True)
    assert "Cora no longer covers." in answer.text
    assert "covers until" not in answer.text
    assert not Course.objects.in_care_of(cora, NOON + timedelta(minutes=1)).exists()
    again = desk.post(end, {"care": str(care.pk)}, follow=True)
    assert "This cover has ended already." in again.text


def test_nobody_ends_another_part_or_the_cover_of_another_client(
    priya: Carried, desk: Browser
) -> None:
    """Neither one's own lead, nor the part of whoever was called in to an alert."""
    end = reverse("cover_end", args=[priya.course.pk])
    cora, dora = person("Cora", Role.THERAPIST), person("Dora", Role.THERAPIST)
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON, "part": "cover"}
    wren = client_of(priya.miriam, "Wren")
    called = people.begin_care(client=priya.priya, therapist=cora.therapist, reason="duty", **told)
    others = people.begin_care(client=wren, therapist=dora.therapist, reason="leave", **told)
    lead = Care.objects.current(NOON).leading().get(client=priya.priya)
    for care in (called, others, lead):
        assert "ended already" in desk.post(end, {"care": str(care.pk)}, follow=True).text
        care.refresh_from_db()
        assert care.ends_at is None
    page = desk.get(reverse("plan", args=[priya.course.pk])).text
    assert "called in to an alert" in page and end not in page


def test_after_the_ending_the_plan_stays_as_it_was(priya: Carried, desk: Browser) -> None:
    Course.objects.filter(pk=priya.course.pk).update(ended_on=NOON.date())
    priya.course.refresh_from_db()
    told: dict[str, Any] = {"course": priya.course, "reason": WHY, "by": priya.miriam, "now": NOON}
    with pytest.raises(NotNow):
        actions.change_sessions(sessions=14, **told)
    with pytest.raises(NotNow):
        actions.move_boundary(phase="initial", last=3, **told)
    page = desk.get(reverse("plan", args=[priya.course.pk])).text
    assert "Its plan stays as it was agreed." in page and "Let them cover" in page
    assert "Hand it over" not in page and "Move it" not in page
    course = desk.get(reverse("course", args=[priya.course.pk])).text
    assert "How the course ended" in course and "Agree another goal" not in course
