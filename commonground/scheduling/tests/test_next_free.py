"""When each therapist is free next: the same as their diary says, and true again after a change."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonground.core.models import Generation
from commonground.people.models import User
from commonground.people.roles import Role
from commonground.people.tests.front_office import person
from commonground.scheduling import actions, jobs
from commonground.scheduling.models import (
    BookingRules,
    NextFree,
    PracticeHoliday,
    TimeOff,
    WeeklyHours,
    diaries,
)

from .diary import HOUR, NINE, Diary
from .test_diaries import BEFORE, DAY, works
from .test_diaries import kept as kept

pytestmark = pytest.mark.django_db
EIGHT = NINE - HOUR  # nine on the clock in London


@pytest.fixture
def now(kept: Diary, at: Any) -> Iterator[Any]:
    with at(BEFORE):
        jobs.keep_next_free(BEFORE)
        yield BEFORE


def found(kept: Diary) -> NextFree:
    return NextFree.objects.get(therapist=kept.therapist)


def told(kept: Diary) -> dict[str, Any]:
    return {"by": kept.therapist.user, "now": BEFORE}


def test_it_is_the_first_of_the_times_that_the_diary_offers(kept: Diary, now: Any) -> None:
    read = diaries([kept.therapist], (now, now + 56 * DAY), now=now)
    first = read.free(kept.therapist, kind="introductory", now=now)[0]
    assert found(kept).starts_at == first.starts_at == EIGHT
    assert (found(kept).online, found(kept).place, found(kept).zone) == (
        True, None, "Europe/London",
    )  # fmt: skip


def test_a_diary_that_opens_in_seven_weeks_is_looked_through_that_far(
    kept: Diary, now: Any
) -> None:
    WeeklyHours.objects.update(valid_from=(NINE + 49 * DAY).date())
    jobs.keep_next_free(now)
    assert found(kept).starts_at == EIGHT + 49 * DAY
    BookingRules.objects.create(therapist=kept.therapist, horizon_days=14)
    jobs.keep_next_free(now)
    assert found(kept).starts_at is None


Change = Callable[[Diary], Any]


def books_over_it(kept: Diary) -> None:
    kept.plan(EIGHT, minutes=50, now=BEFORE)


def keeps_it_for_somebody(kept: Diary) -> None:
    actions.hold(
        therapist=kept.therapist, starts_at=EIGHT, minutes=50, place=None, **told(kept)
    )  # fmt: skip


def goes_away(kept: Diary) -> None:
    off = TimeOff(therapist=kept.therapist, starts_at=EIGHT, ends_at=NINE)
    actions.keep_row(row=off, fields=["starts_at"], **told(kept))


@pytest.mark.parametrize("change", [books_over_it, keeps_it_for_somebody, goes_away])
def test_what_takes_it_is_seen_as_soon_as_it_is_kept(
    kept: Diary, now: Any, change: Change, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        change(kept)
    assert found(kept).starts_at > EIGHT


def test_control_without_the_look_after_the_commit_the_old_time_stands(
    kept: Diary, now: Any
) -> None:
    books_over_it(kept)
    assert found(kept).starts_at == EIGHT


def test_what_gives_time_back_is_seen_as_well(
    kept: Diary, now: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        booked = kept.plan(EIGHT, minutes=240, now=now)
    assert found(kept).starts_at == EIGHT + 7 * DAY
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(appointment=booked, by_client=False, **told(kept))
    assert found(kept).starts_at == EIGHT


def test_a_holiday_of_the_practice_moves_everybody(
    kept: Diary, now: Any, django_capture_on_commit_callbacks: Any
) -> None:
    day = NINE.date()
    with django_capture_on_commit_callbacks(execute=True):
        closed = PracticeHoliday(name="Closed", first_on=day, last_on=day)
        actions.keep_row(row=closed, fields=["name"], **told(kept))
    assert found(kept).starts_at == EIGHT + 7 * DAY


def test_a_booking_of_another_week_costs_no_look_and_changes_nothing(
    kept: Diary, now: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as looks:
        kept.plan(NINE + 21 * DAY, now=now)
    assert looks == []
    assert found(kept).starts_at == EIGHT


def test_what_was_worked_out_from_older_facts_never_replaces_newer(kept: Diary, now: Any) -> None:
    TimeOff.objects.create(therapist=kept.therapist, starts_at=EIGHT, ends_at=NINE)
    NextFree.objects.refresh(now + timedelta(minutes=1))
    TimeOff.objects.all().delete()
    later = found(kept).starts_at
    NextFree.objects.refresh(now)
    assert found(kept).starts_at == later
    NextFree.objects.refresh(now + timedelta(minutes=2))
    assert found(kept).starts_at == EIGHT


def test_kept_pages_are_void_only_when_a_time_is_another(kept: Diary, now: Any) -> None:
    def generation() -> int:
        number: int = Generation.objects.get(pk=1).number
        return number

    before = generation()
    NextFree.objects.refresh(now + timedelta(minutes=1))
    assert generation() == before and found(kept).worked_at == now + timedelta(minutes=1)
    NextFree.objects.refresh(now + 9 * DAY)
    assert generation() != before


def test_its_age_is_told_and_what_has_passed_is_not_shown(kept: Diary, now: Any) -> None:
    assert not found(kept).is_old(now) and found(kept).is_old(now + HOUR)
    one = kept.therapist.pk
    assert NextFree.objects.of([one], now)[one].starts_at == EIGHT
    assert NextFree.objects.of([one], EIGHT) == {}


def test_whoever_left_is_left_out(kept: Diary, now: Any) -> None:
    User.objects.filter(pk=kept.therapist.user_id).update(is_active=False)
    jobs.keep_next_free(now)
    assert not NextFree.objects.exists()


def test_it_takes_the_same_number_of_queries_for_any_number(kept: Diary, now: Any) -> None:
    counts = []
    for many in (1, 12):
        for number in range(NextFree.objects.count(), many):
            works(person(f"Thea-{number} Marr", Role.THERAPIST).therapist)
        NextFree.objects.update(starts_at=None)
        with CaptureQueriesContext(connection) as asked:
            NextFree.objects.refresh(now + many * HOUR / 100)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    everybody = list(NextFree.objects.values_list("therapist", flat=True))
    with CaptureQueriesContext(connection) as asked:
        assert len(NextFree.objects.of(everybody, now)) == 12
    assert len(asked) == 1
