"""The lives that files tell: what was found, what was tried, and nothing that names nobody."""

from typing import Any

import pytest

from commonground.core import audit
from commonground.courses.forms.record import ASSESSED
from commonground.courses.models import Assessment, Course, Medicine, Task
from commonground.demo import lives
from commonground.demo.actions import carry
from commonground.demo.actions.practice import CONTENT
from commonground.demo.courses import read
from commonground.demo.people import CARER, CAST
from commonground.people.models import Therapist, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person

TOLD = sorted(file.stem for file in (CONTENT / "courses").glob("*.toml"))


def carried(name: str, at: Any) -> Course:
    """The course of one file, lived to where it stands."""
    carer = person(CARER, Role.THERAPIST)
    Therapist.objects.filter(user=carer).update(name=CARER)
    for one in CAST:
        if {"client", "guardian"} & set(one.roles):
            User.objects.create_user(one.email, "")
    story, life = read(CONTENT / f"courses/{name}.toml"), lives.read(CONTENT / "lives", name)
    with at(NOON):
        course = carry(story=story, life=life, by=audit.SYSTEM, now=NOON)
    return Course.objects.with_keys().get(pk=course.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_whoever_has_a_course_was_assessed_in_every_regard(name: str, at: Any) -> None:
    found = Assessment.objects.with_keys().of(carried(name, at))
    assert found is not None
    assert [each for each in ASSESSED if not getattr(found, each)] == []


@pytest.mark.django_db
def test_a_later_finding_leaves_the_rest_of_the_assessment(at: Any) -> None:
    course = carried("priya", at)
    found = Assessment.objects.with_keys().of(course)
    assert found is not None and found.version == 2
    assert "Session 7" in found.risk_findings and "6A70.1" in found.criteria
    changes = Medicine.objects.with_keys().of(course)
    assert [(one.name, one.change) for one in changes] == [
        ("Zopiclone", "taken"),
        ("Sertraline", "begun"),
        ("Sertraline", "raised"),
        ("Zopiclone", "stopped"),
    ]


@pytest.mark.django_db
def test_what_was_tried_has_come_to_something_but_for_the_last(at: Any) -> None:
    tasks = Task.objects.with_keys().of(carried("priya", at))
    assert [(one.session.number, one.done) for one in tasks] == [
        (8, ""),
        (7, "yes"),
        (5, "partly"),
        (4, "yes"),
    ]
    assert all(one.person for one in tasks)


@pytest.mark.parametrize("name", TOLD)
def test_whoever_is_named_in_a_life_is_one_of_its_people(name: str) -> None:
    life = lives.read(CONTENT / "lives", name)
    people = {one["name"] for one in life.get("people", [])}
    events = {one["words"] for one in life.get("events", [])}
    named = [who for each in life["events"] for who in each.get("people", [])]
    named += [each["person"] for key in ("tasks", "foci") for each in life.get(key, [])
              if "person" in each]  # fmt: skip
    shape = life.get("formulation", {})
    assert {*named, *shape.get("people", [])} <= people
    assert set(shape.get("events", [])) <= events
