"""The invented crowd: forty courses with those of the files, in every phase, through the verbs."""

from collections import Counter
from typing import Any

import pytest

from commonground.core import audit
from commonground.courses.models import Course, Focus, Note, Person, tell
from commonground.demo import lives
from commonground.demo.actions import carry
from commonground.demo.actions.practice import CONTENT
from commonground.demo.courses import Story, read
from commonground.demo.crowd import CARERS, ENDED, sketches, spread
from commonground.demo.people import CARER
from commonground.measures.scoring import Change
from commonground.people.models import Therapist, User
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


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["completed", "dropped_out"])
def test_an_ended_one_is_lived_to_its_end(at: Any, way: str) -> None:
    number = next(number for number, told in ENDED.items() if told["way"] == way)
    sketch = next(s for s in sketches() if s.number == number)
    carer = person(sketch.carer, Role.THERAPIST)
    Therapist.objects.filter(user=carer).update(name=sketch.carer)
    with at(NOON):
        course = carry(story=Story(sketch.facts), life=sketch.life, by=audit.SYSTEM, now=NOON)
    course.refresh_from_db()
    assert course.ended_on is not None and course.ended_on < NOON.date()
    assert course.ending.way == way
    assert course.follow_ups.count() == (2 if way == "completed" else 0)
    kinds = set(course.worksheets.values_list("kind", flat=True))
    assert kinds == ({"relapse-plan", "ending-review"} if way == "completed" else set())


@pytest.mark.django_db
def test_the_worked_example_has_its_outcome_when_all_is_told(at: Any) -> None:
    """The figures of domain.md §9: recovered and reliably better, in remission only later."""
    carer = person(CARER, Role.THERAPIST)
    User.objects.create_user("anjali@clients.example", "")
    Therapist.objects.filter(user=carer).update(name=CARER)
    story, life = read(CONTENT / "courses/anjali.toml"), lives.read(CONTENT / "lives", "anjali")
    with at(NOON):
        course = carry(story=story, life=life, by=audit.SYSTEM, now=NOON)
        (told,) = tell([Course.objects.with_keys().get(pk=course.pk)])
        standing = told.progress(NOON.date()).standing
    totals = [row.total for row in told.chart("phq9").rows]
    assert totals == [18, 18, 17, 16, 16, 15, 17, 13, 12, 11, 9, 9, 7, 8, 6, 5, 5, 4]
    assert (standing.change, standing.reliable_recovery) == (Change.IMPROVED, True)
    pair = standing.pair("phq9")
    assert pair is not None and (pair.response, pair.remission) == (True, True)
    assert course.follow_ups.filter(appointment__attendance=5).count() == 2
