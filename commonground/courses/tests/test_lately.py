"""What a page is told of the other's writing: who and when, no words, at the same cost always."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models.audit import AuditEvent
from commonground.courses import actions
from commonground.courses.models import lately as module
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, just_signed_in, person, signed_in

from .carried import Carried, carried
from .test_queries import cost

pytestmark = pytest.mark.django_db
THEN = NOON - timedelta(minutes=1)


@pytest.fixture
def priya(at: Any) -> Iterator[Carried]:
    with at(NOON):
        yield carried()


@pytest.fixture
def phone(priya: Carried) -> Browser:
    return just_signed_in(priya.account)


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def told(browser: Browser, priya: Carried, since: str = THEN.isoformat()) -> Any:
    url = reverse("written_lately", args=[priya.course.pk])
    poll = {"X-Poll": "1", "Accept": "application/json"}
    return browser.get(url, {"since": since}, headers=poll).json()


def everything(priya: Carried) -> dict[str, Any]:
    """One of each, by its own writer."""
    session = priya.session()
    actions.keep_wish(session=session, text="The party", version=0, by=priya.account, now=NOON)
    who = actions.keep_person(course=priya.course, facts={"name": "T"}, by=priya.account, now=NOON)
    goal = priya.goal()
    actions.rate_goal(goal=goal, value=5, by=priya.account, now=NOON)
    return {"wish": session.wish.pk, "person": who.pk, "goal": goal.pk}


def test_each_is_told_what_the_other_wrote_and_when(
    priya: Carried, phone: Browser, desk: Browser
) -> None:
    made = everything(priya)
    written = told(desk, priya)["written"]
    assert set(written) == {f"{kind}:{pk}" for kind, pk in made.items()}
    assert set(written.values()) == {"Priya Nair wrote here at 12:00."}
    assert told(phone, priya)["written"] == {
        f"goal:{made['goal']}": f"{priya.miriam.name} wrote here at 12:00."
    }


def test_no_word_of_what_was_written_is_in_it_and_it_is_no_read(
    priya: Carried, desk: Browser
) -> None:
    everything(priya)
    desk.get("/home/")
    before = AuditEvent.objects.count()
    assert "party" not in str(told(desk, priya))
    assert AuditEvent.objects.count() == before


def test_what_was_told_once_is_not_told_again(priya: Carried, desk: Browser) -> None:
    everything(priya)
    assert told(desk, priya, told(desk, priya)["since"])["written"] == {}


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-45T00:00:00Z", "2026-03-02T11:00:00"])
def test_a_moment_that_is_none_counts_from_now(priya: Carried, desk: Browser, since: str) -> None:
    everything(priya)
    assert told(desk, priya, since) == {"since": NOON.isoformat(), "written": {}}


def test_a_colleague_is_told_nothing(priya: Carried) -> None:
    other = signed_in(person("Other", Role.THERAPIST))
    assert other.get(reverse("written_lately", args=[priya.course.pk])).status_code == 404


def test_a_course_of_many_words_costs_the_same(priya: Carried, desk: Browser) -> None:
    url = reverse("written_lately", args=[priya.course.pk]) + f"?since={THEN.isoformat()[:19]}Z"
    everything(priya)
    cost(desk, url)
    few, _took = cost(desk, url)
    for n in range(30):
        facts = {"name": f"P {n}"}
        actions.keep_person(course=priya.course, facts=facts, by=priya.account, now=NOON)
    assert cost(desk, url)[0] == few


def test_one_s_own_writing_would_be_told_without_the_guard(
    priya: Carried, phone: Browser, monkeypatch: Any
) -> None:
    """The control: asked as if by somebody else, the client's own words come up."""
    everything(priya)
    rows = module.lately(priya.course, THEN, priya.miriam)
    assert {row.what.split(":")[0] for row in rows} == {"wish", "person", "goal"}
    assert not module.lately(priya.course, NOON, priya.miriam)
