"""The facts of many diaries in a constant number of queries, and what they come to."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonground.core import audit
from commonground.people.models import Place, Practice, Therapist, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import person
from commonground.scheduling import actions
from commonground.scheduling.models import (
    BookingRules,
    HoursException,
    PracticeHoliday,
    Room,
    TimeOff,
    WeeklyHours,
    diaries,
)

from .diary import HOUR, NINE, Diary, diary

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BEFORE = NINE - 2 * DAY
MONTH = (NINE - 9 * HOUR, NINE - 9 * HOUR + 28 * DAY)


@pytest.fixture
def kept() -> Diary:
    made = diary()
    Practice.objects.create(name="Harbour Street")
    works(made.therapist)
    return made


def works(therapist: Therapist, **told: Any) -> None:
    """Mondays from nine to one on the clock in London, which is an hour ahead of NINE's."""
    given = {"opens": time(9), "closes": time(13), "weekday": 0, "online": True}
    WeeklyHours.objects.create(therapist=therapist, **(given | told))


def starts(kept: Diary, days: int = 1, **told: Any) -> list[str]:
    span = (MONTH[0], MONTH[0] + days * DAY)
    found = diaries([kept.therapist], span, now=BEFORE).free(kept.therapist, **told)
    return [f"{slot.local:%d %H:%M}" for slot in found]


def test_hours_less_what_is_kept_less_the_buffer(kept: Diary) -> None:
    kept.plan(NINE)  # ten in London
    assert starts(kept) == ["04 09:00", "04 11:00", "04 11:30", "04 12:00"]


def test_the_rules_give_each_kind_its_length(kept: Diary) -> None:
    BookingRules.objects.create(therapist=kept.therapist, introductory_minutes=180, step=60)
    assert starts(kept, kind="introductory") == ["04 09:00", "04 10:00"]
    assert len(starts(kept)) == 4


def test_a_hold_counts_until_it_expires(kept: Diary) -> None:
    actions.hold(
        therapist=kept.therapist, starts_at=NINE - HOUR, minutes=230, place=None,
        by=audit.VISITOR, now=BEFORE, public=False,
    )  # fmt: skip
    assert starts(kept) == []
    late = diaries([kept.therapist], MONTH, now=BEFORE + HOUR)
    assert len(late.free(kept.therapist)) == 7 * 4


def test_leave_a_holiday_and_a_day_that_is_otherwise_are_kept(kept: Diary) -> None:
    TimeOff.objects.create(
        therapist=kept.therapist, starts_at=NINE + 7 * DAY, ends_at=NINE + 8 * DAY
    )
    PracticeHoliday.objects.create(
        name="Closed", first_on=date(2026, 5, 18), last_on=date(2026, 5, 18)
    )
    HoursException.objects.create(
        therapist=kept.therapist, on=date(2026, 5, 25), opens=time(17), closes=time(18)
    )
    assert [each[:2] for each in starts(kept, days=27)] == ["04"] * 7 + ["11"] + ["25"]


def test_what_is_being_moved_is_not_in_its_own_way(kept: Diary) -> None:
    hour = kept.plan(NINE)
    read = diaries([kept.therapist], MONTH, now=BEFORE, besides=[hour.pk])
    assert read.fits(kept.therapist, NINE, NINE + HOUR)
    read = diaries([kept.therapist], MONTH, now=BEFORE)
    assert not read.fits(kept.therapist, NINE, NINE + HOUR)


def test_a_room_is_taken_whoever_took_it(kept: Diary) -> None:
    quay = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
    Room.objects.create(place=quay, name="Blue")
    tess = person("Tess", Role.THERAPIST)
    works(kept.therapist, weekday=1, place=quay, online=False)
    at = NINE + DAY
    kept.plan(at, kept.ben, therapist=tess.therapist, place=quay)
    assert starts(kept, days=2)[7:] == ["05 09:00", "05 11:00", "05 11:30", "05 12:00"]


def test_many_diaries_cost_as_many_queries_as_one(kept: Diary) -> None:
    kept.plan(NINE)
    users = [User(email=f"{n}@practice.example", name=str(n)) for n in range(300)]
    User.objects.bulk_create(users)
    more = Therapist.objects.bulk_create(Therapist(user=each, name=each.name) for each in users)
    for each in more[:50]:
        works(each)
    costs = []
    for asked in ([kept.therapist], [kept.therapist, *more[:30]], [kept.therapist, *more]):
        with CaptureQueriesContext(connection) as told:
            found = diaries(asked, MONTH, now=BEFORE).next_free(kind="introductory", now=BEFORE)
        costs.append(len(told))
        assert found[kept.therapist.pk].starts_at == NINE - HOUR
        assert len(found) == len(asked)
    assert costs[0] == costs[1] == costs[2] <= 10
    assert found[more[60].pk] is None
