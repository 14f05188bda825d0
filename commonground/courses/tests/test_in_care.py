"""Everybody whose therapy one leads, and the way to a first course and to another one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions
from commonground.courses.ending import Decision, Way
from commonground.courses.models import Course
from commonground.people import actions as people
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person, signed_in

from .carried import MET, NOON, TWO_DAYS, Carried, date_from, open_course
from .test_waiting import needs

pytestmark = pytest.mark.django_db
ALL = reverse("my_clients")


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def to_open(client: Client) -> str:
    return reverse("open_course", args=[client.pk])


def ended(priya: Carried, at: Any, way: Way = Way.COMPLETED) -> Course:
    with at(MET):
        decision = Decision.FINISH if way is Way.COMPLETED else ""
        actions.end_course(
            course=priya.course, way=way, decision=decision, onward="", farewell="",
            by=priya.miriam, now=MET,
        )  # fmt: skip
    return priya.course


def test_whoever_has_no_course_yet_waits_on_the_home_and_stands_first(
    priya: Carried, desk: Browser
) -> None:
    assert "New with you" not in needs(desk)
    ben = client_of(priya.miriam, "Ben")
    client_of(person("Tomas", Role.THERAPIST), "Wren")
    assert to_open(ben) in needs(desk)
    page = desk.get(ALL).text
    assert page.index("Ben") < page.index("Priya Nair")
    assert to_open(ben) in page and "Wren" not in page
    open_course(ben, priya.miriam)
    assert "New with you" not in needs(desk)
    assert to_open(ben) not in desk.get(ALL).text


def test_a_course_opened_on_the_day_another_ended_is_the_one_that_counts(
    priya: Carried, at: Any
) -> None:
    over = ended(priya, at)
    new = open_course(priya.priya, priya.miriam)
    Course.objects.update(opened_on=MET.date())
    assert Course.objects.of(priya.priya) == new
    assert Course.objects.all().by_client() == {priya.priya.pk: new}
    assert list(Course.objects.all().before(priya.priya)) == [new, over]


def test_a_course_that_has_ended_is_found_again_and_another_one_is_opened(
    priya: Carried, at: Any
) -> None:
    first = ended(priya, at)
    with at(MET):
        desk = signed_in(priya.miriam)
        page = desk.get(ALL).text
        assert reverse("course", args=[first.pk]) in page and "completed as agreed" in page
        assert to_open(priya.priya) in page
        asked = desk.get(to_open(priya.priya)).text
        assert "Their courses so far" in asked and reverse("course", args=[first.pk]) in asked
        desk.post(to_open(priya.priya), {"protocol": "ipt-maintenance-1"})
    second = Course.objects.running().get(client=priya.priya)
    assert (second.protocol_key, second.sessions_agreed) == ("ipt-maintenance", 12)


def test_another_course_is_not_offered_with_somebody_who_died(priya: Carried, at: Any) -> None:
    ended(priya, at, Way.DIED)
    with at(MET):
        page = signed_in(priya.miriam).get(ALL).text
    assert "Priya Nair" in page and to_open(priya.priya) not in page


def test_while_a_course_is_running_the_page_leads_to_it(priya: Carried, desk: Browser) -> None:
    page = desk.get(to_open(priya.priya)).text
    assert "A course is running." in page and 'name="protocol"' not in page
    assert reverse("course", args=[priya.course.pk]) in page


def test_a_number_left_empty_is_the_protocols_own(priya: Carried, desk: Browser) -> None:
    ben = client_of(priya.miriam, "Ben")
    desk.post(to_open(ben), {"protocol": "ipt-adult-12-1", "sessions": ""})
    assert Course.objects.get(client=ben).sessions_agreed == 12


def test_for_whom_a_protocol_is_not_meant_is_said_before_it_is_chosen_and_when_it_is_weighed(
    priya: Carried, desk: Browser
) -> None:
    caution = "Not for young people who are acutely suicidal"
    ben = client_of(priya.miriam, "Ben")
    assert caution in desk.get(to_open(ben)).text
    desk.post(to_open(ben), {"protocol": "ipt-a-12-1"})
    assessment = reverse("assessment", args=[Course.objects.get(client=ben).pk])
    assert caution in desk.get(assessment).text
    mine = reverse("assessment", args=[priya.course.pk])
    assert caution not in desk.get(mine).text


@pytest.mark.parametrize(
    ("born", "chosen", "said"),
    [
        (date(2011, 3, 1), "ipt-a-12-1", "from 18 years"),
        (date(1980, 3, 1), "ipt-adult-16-1", "for ages 12 to 18"),
        (None, "ipt-adult-16-1", ""),
    ],
)
def test_what_is_meant_for_another_age_says_so(
    priya: Carried, desk: Browser, born: date | None, chosen: str, said: str
) -> None:
    ben = client_of(priya.miriam, "Ben")
    ben.date_of_birth = born.isoformat() if born else ""
    ben.save()
    page = desk.get(to_open(ben))
    assert page.context["form"]["protocol"].initial == chosen
    assert (said in page.text) if said else ("for ages" not in page.text)


def test_a_supervisor_reads_the_courses_and_has_none_of_the_work(priya: Carried, at: Any) -> None:
    """Whoever supervises sees whose course it is; its hours and papers stay its therapist's."""
    eleanor = person("Eleanor", Role.SUPERVISOR, Role.THERAPIST)
    miriam = priya.miriam.therapist
    people.begin_supervision(supervisor=eleanor, therapist=miriam, by=eleanor, now=NOON)
    own = client_of(eleanor, "Asha Rao")
    date_from(open_course(own, eleanor), NOON + TWO_DAYS, 1, eleanor)
    with at(MET):
        page = signed_in(eleanor).get(reverse("today"))
        hers = signed_in(priya.miriam).get(reverse("today"))
    assert [row["client"] for row in page.context["sessions"]] == ["Asha Rao"]
    assert {row["client"] for row in page.context["unfinished"]} == {"Asha Rao"}
    assert [row["client"] for row in page.context["caseload"]] == ["Asha Rao"]
    read = [(row["client"], row["with"]) for row in page.context["supervised"]]
    assert read == [("Priya Nair", "Miriam")]
    assert "Courses you supervise" in page.text
    assert [row["client"] for row in hers.context["sessions"]] == ["Priya Nair"]
    assert "Courses you supervise" not in hers.text


def test_whoever_covers_a_course_reads_for_whom(priya: Carried, at: Any) -> None:
    cora = person("Cora", Role.THERAPIST)
    people.begin_care(
        by=priya.miriam, now=NOON, client=priya.priya, therapist=cora.therapist, part="cover",
        reason="leave", ends_at=MET + TWO_DAYS,
    )  # fmt: skip
    with at(MET):
        page = signed_in(cora).get(reverse("today")).text
    assert "Covered for Miriam." in page and "with Miriam" in page


def test_the_courses_stand_in_the_order_in_which_their_hours_come(priya: Carried) -> None:
    for name, days in (("Later", 5), ("Sooner", 1)):
        course = open_course(client_of(priya.miriam, name), priya.miriam)
        date_from(course, NOON + timedelta(days=days), 1, priya.miriam)
    open_course(client_of(priya.miriam, "Undated"), priya.miriam)
    page = signed_in(priya.miriam).get(reverse("today"))
    names = [row["client"] for row in page.context["caseload"]]
    assert names == ["Sooner", "Priya Nair", "Later", "Undated"]


def test_a_monthly_protocol_is_given_its_dates_month_by_month_and_says_so(
    priya: Carried, desk: Browser
) -> None:
    ben = client_of(priya.miriam, "Ben")
    desk.post(to_open(ben), {"protocol": "ipt-maintenance-1", "sessions": ""})
    course = Course.objects.get(client=ben)
    page = desk.get(reverse("course", args=[course.pk])).text
    assert "One every 4 weeks, at the same hour" in page and "one a week" not in page.lower()
    date_from(course, NOON + timedelta(days=3), 2, priya.miriam)
    first, second = (one.appointment.starts_at.date() for one in course.sessions.exclude(
        appointment=None).order_by("number"))  # fmt: skip
    assert second - first == timedelta(days=28)
    weekly = desk.get(reverse("course", args=[priya.course.pk])).text
    assert "One a week, at the same hour" in weekly
