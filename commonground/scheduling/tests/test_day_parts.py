"""The parts of a day: a table of cases, and the database asked the same."""

from datetime import time

import pytest

from commonground.people.models import Place
from commonground.people.roles import Role
from commonground.people.tests.front_office import person
from commonground.scheduling.day_parts import PARTS, SESSION, later
from commonground.scheduling.models import WeeklyHours

MONDAY, SATURDAY = 0, 5
CASES = [
    ("morning", MONDAY, time(9), time(12), True),
    ("morning", MONDAY, time(11, 10), time(18), True),
    ("morning", MONDAY, time(11, 11), time(18), False),
    ("afternoon", MONDAY, time(9), time(12, 50), True),
    ("afternoon", MONDAY, time(9), time(12, 49), False),
    ("evening", MONDAY, time(12), time(17, 50), True),
    ("evening", MONDAY, time(12), time(17), False),
    ("evening", MONDAY, time(20), time(20, 30), False),
    ("weekend", MONDAY, time(9), time(17), False),
    ("weekend", SATURDAY, time(9), time(10), True),
    ("morning", SATURDAY, time(9), time(10), True),
]


@pytest.mark.parametrize(("part", "weekday", "opens", "closes", "serves"), CASES)
def test_an_opening_serves_a_part_if_a_session_fits_into_both(
    part: str, weekday: int, opens: time, closes: time, serves: bool
) -> None:
    assert PARTS[part].within(weekday, opens, closes) is serves


def test_times_move_along_the_clock() -> None:
    assert later(time(9, 30), SESSION) == time(10, 20)
    assert later(time(12), -SESSION) == time(11, 10)


@pytest.mark.django_db
def test_the_database_answers_as_the_word_does() -> None:
    therapist = person("Miriam Adeyemi", Role.THERAPIST).therapist
    times = [time(9), time(11, 10), time(11, 11), time(12, 50), time(17), time(17, 50), time(21)]
    rows = [
        WeeklyHours(therapist=therapist, weekday=day, opens=opens, closes=closes)
        for day in (MONDAY, SATURDAY)
        for opens in times
        for closes in times
        if closes > opens
    ]
    WeeklyHours.objects.bulk_create(rows)
    for name, part in PARTS.items():
        told = {row.pk for row in rows if part.within(row.weekday, row.opens, row.closes)}
        assert set(WeeklyHours.objects.serving(name).values_list("pk", flat=True)) == told
        assert told


@pytest.mark.django_db
def test_openings_say_who_can_be_met_and_how() -> None:
    place = Place.objects.create(name="Harbour", address="x", town="y")
    here, away = (person(n, Role.THERAPIST).therapist for n in ("Here One", "Away Two"))
    evening = {"weekday": MONDAY, "opens": time(18), "closes": time(20)}
    WeeklyHours.objects.create(therapist=here, place=place, online=False, **evening)
    WeeklyHours.objects.create(therapist=away, **evening)
    found = WeeklyHours.objects.openings(["evening", "morning"])
    assert found["evening", "in-person"] == {here.pk}
    assert found["evening", "online"] == {away.pk}
    assert found["morning", "online"] == set()
