"""When an answer will come: told from what happened, and never better than it was."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.enquiries.promise import FEWEST, Letter, due, usual, working_time

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def answered(*hours: float | None) -> list[Letter]:
    """Letters of last week, answered after so many hours, or not at all."""
    at = NOON - 7 * DAY
    return [Letter(at, None if h is None else at + timedelta(hours=h)) for h in hours]


def test_half_and_nine_in_ten_are_told() -> None:
    found = usual(answered(1, 2, 3, 4, 5, 6, 7, 8, 9, 30), NOON)
    assert found and (found.half, found.most) == (5 * HOUR, 9 * HOUR)


def test_with_too_few_letters_nothing_is_promised() -> None:
    assert usual(answered(*[1] * (FEWEST - 1)), NOON) is None
    assert usual(answered(*[1] * FEWEST), NOON) is not None


def test_letters_nobody_answered_count_as_long() -> None:
    found = usual(answered(1, 1, 1, None, None), NOON)
    assert found and (found.half, found.most) == (HOUR, None)


def test_what_was_three_months_ago_is_not_told() -> None:
    old = [Letter(NOON - 100 * DAY, NOON - 100 * DAY + HOUR)] * 9
    assert usual(old, NOON) is None


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=FEWEST, max_size=40))
def test_what_is_promised_was_kept_for_as_many_as_is_said(hours: list[int | None]) -> None:
    letters = answered(*hours)
    found = usual(letters, NOON)
    assert found
    for percent, within in ((50, found.half), (90, found.most)):
        if within is None:
            continue
        kept = sum(
            each.answered_at is not None and each.answered_at - each.received_at <= within
            for each in letters
        )
        assert kept * 100 >= percent * len(letters)


CHRISTMAS = {date(2026, 12, 24) + n * DAY for n in range(5)}


@pytest.mark.parametrize(
    ("received", "owed"),
    [
        ("2026-12-23T15:00", "2026-12-29T15:00"),  # the day before the practice closes
        ("2026-12-25T10:00", "2026-12-30T09:00"),  # while it is closed
        ("2026-12-22T10:00", "2026-12-23T10:00"),  # before it
    ],
)
def test_holidays_are_no_working_days(received: str, owed: str) -> None:
    london = ZoneInfo("Europe/London")
    then = datetime.fromisoformat(received).replace(tzinfo=london)
    expected = datetime.fromisoformat(owed).replace(tzinfo=london)
    assert due(then, "Europe/London", CHRISTMAS) == expected


@pytest.mark.parametrize(
    ("received", "answered", "hours"),
    [
        ("2026-03-02T12:00", "2026-03-02T15:00", 3),
        ("2026-03-06T20:00", "2026-03-09T02:00", 6),  # over a weekend
        ("2026-03-07T10:00", "2026-03-07T12:00", 0),  # answered on a day off
        ("2026-12-23T20:00", "2026-12-29T03:00", 7),  # over Christmas
        ("2026-03-28T10:00", "2026-03-30T01:00", 1),  # over the change of the clock
    ],
)
def test_only_working_days_count_in_the_figures(received: str, answered: str, hours: int) -> None:
    london = ZoneInfo("Europe/London")
    first, last = (datetime.fromisoformat(t).replace(tzinfo=london) for t in (received, answered))
    assert working_time(first, last, "Europe/London", CHRISTMAS) == hours * HOUR


@given(st.integers(0, 2000), st.integers(0, 500))
def test_working_time_is_never_longer_than_the_time(hours: int, took: int) -> None:
    received = NOON + hours * HOUR
    answered = received + took * HOUR
    found = working_time(received, answered, "Europe/London")
    assert timedelta(0) <= found <= answered - received


@pytest.mark.parametrize(
    ("received", "owed"),
    [
        ("2026-03-02T12:00", "2026-03-03T12:00"),  # Monday → Tuesday
        ("2026-03-06T16:30", "2026-03-09T16:30"),  # Friday → Monday
        ("2026-03-07T10:00", "2026-03-10T09:00"),  # Saturday → Tuesday at nine
        ("2026-03-08T23:00", "2026-03-10T09:00"),  # Sunday night
        ("2026-03-27T10:00", "2026-03-30T10:00"),  # over the change of the clock
    ],
)
def test_the_first_answer_is_owed_on_the_next_working_day(received: str, owed: str) -> None:
    london = ZoneInfo("Europe/London")
    then = datetime.fromisoformat(received).replace(tzinfo=london)
    assert due(then, "Europe/London") == datetime.fromisoformat(owed).replace(tzinfo=london)
