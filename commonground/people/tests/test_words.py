"""The front office's rules: sessions, birthdays, who may invite."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commonground.people.ages import age, birthday
from commonground.people.roles import Role, may_invite
from commonground.people.sessions import Limits, Standing, standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=15), whole=timedelta(hours=12))


def judged(idle: timedelta, lasted: timedelta, *, covered: bool = False) -> str:
    now = NOON + lasted
    return standing(began_at=NOON, seen_at=now - idle, covered=covered, now=now, limits=LIMITS)


@pytest.mark.parametrize(
    ("idle", "expected"),
    [
        (timedelta(minutes=14, seconds=59), Standing.OPEN),
        (timedelta(minutes=15), Standing.COVERED),
        (timedelta(minutes=15, seconds=1), Standing.COVERED),
    ],
)
def test_a_page_that_nobody_sits_at_is_covered(idle: timedelta, expected: Standing) -> None:
    assert judged(idle, timedelta(hours=3)) == expected


def test_twelve_hours_are_the_end_however_busy() -> None:
    barely = timedelta(hours=12) - timedelta(seconds=1)
    assert judged(timedelta(0), barely) == Standing.OPEN
    assert judged(timedelta(0), timedelta(hours=12)) == Standing.SPENT


def test_a_covered_page_stays_covered_until_somebody_answers() -> None:
    found = judged(timedelta(0), timedelta(hours=1), covered=True)
    assert found == Standing.COVERED


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2010, 5, 4), date(2026, 5, 3), 15),
        (date(2010, 5, 4), date(2026, 5, 4), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
    ],
)
def test_an_age_is_reached_as_the_birthday_begins(born: date, on: date, years: int) -> None:
    assert age(born, on) == years


def test_a_leap_day_birthday_falls_on_the_first_of_march() -> None:
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("inviter", "roles", "allowed"),
    [
        ({Role.OWNER}, {Role.OWNER}, True),
        ({Role.OWNER}, set(), False),
        ({Role.COORDINATOR}, {Role.CLIENT}, True),
        ({Role.COORDINATOR}, {Role.CLIENT, Role.OWNER}, False),
        ({Role.COORDINATOR}, {Role.THERAPIST}, False),
        ({Role.THERAPIST}, {Role.CLIENT}, True),
        ({Role.THERAPIST}, {Role.THERAPIST}, False),
        ({Role.SUPERVISOR}, {Role.CLIENT}, False),
        ({Role.CLIENT}, {Role.CLIENT}, False),
    ],
)
def test_who_may_invite_whom(inviter: set[Role], roles: set[Role], allowed: bool) -> None:
    assert may_invite(frozenset(inviter), frozenset(roles)) is allowed
