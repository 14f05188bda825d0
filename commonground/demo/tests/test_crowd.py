"""The invented crowd: forty courses with those of the files, in every phase, through the verbs."""

from collections import Counter
from typing import Any

import pytest

from commonground.core import audit
from commonground.courses.models import Course, Focus, Note, Person
from commonground.demo.actions import carry
from commonground.demo.courses import Story
from commonground.demo.crowd import CARERS, sketches, spread
from commonground.people.models import Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person


def test_there_are_thirty_six_and_no_two_alike() -> None:
    them = list(sketches())
    assert len(them) == len({one.name for one in them}) == 36
    assert len({one.facts["email"] for one in them}) == 36


def test_every_phase_has_some_of_them() -> None:
    phases = Counter(
        "new" if s.held == 0 else "initial" if s.held < 4 else "middle" if s.held < 12 else "ending"
        for s in sketches()
    )
    assert all(phases[name] >= 3 for name in ("new", "initial", "middle", "ending"))


def test_nobody_carries_two_at_the_same_hour() -> None:
    hours = Counter((s.carer, s.facts["time"], s.facts["days_ahead"]) for s in sketches())
    assert max(hours.values()) == 1
    assert sum(many for _, many in CARERS) == 36


@pytest.mark.parametrize(("points", "items"), [(9, 7), (0, 8), (17, 8), (3, 8)])
def test_answers_add_up_to_the_total(points: int, items: int) -> None:
    assert sum(map(int, spread(points, items))) == points


@pytest.mark.django_db
def test_one_of_them_is_lived_through_the_verbs_of_the_house(at: Any) -> None:
    sketch = next(s for s in sketches() if s.held == 4)
    carer = person(sketch.carer, Role.THERAPIST)
    Therapist.objects.filter(user=carer).update(name=sketch.carer)
    with at(NOON):
        course = carry(story=Story(sketch.facts), life=sketch.life, by=audit.SYSTEM, now=NOON)
    assert Course.objects.running().count() == 1
    assert course.sessions.exclude(closed_at=None).count() == 4
    assert Note.objects.exclude(signed_at=None).count() == 4
    assert Person.objects.of(course).count() == 2
    assert Focus.objects.of(course).current().count() == 1
