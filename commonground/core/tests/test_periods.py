"""Periods, as tables of cases and as laws."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..periods import Period


def may(day):
    return None if day is None else date(2026, 5, day)


def span(begin, end):
    return Period(may(begin), may(end))


@pytest.mark.parametrize(
    ("begin", "end", "day", "covered"),
    [
        (1, 8, 1, True),
        (1, 8, 7, True),
        (1, 8, 8, False),
        (2, 8, 1, False),
        (1, None, 31, True),
        (5, None, 4, False),
        (3, 3, 3, False),
    ],
)
def test_a_period_covers_its_beginning_and_not_its_end(begin, end, day, covered):
    assert span(begin, end).covers(may(day)) is covered


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((1, 8), (3, 5), (3, 5)),
        ((1, 8), (5, 12), (5, 8)),
        ((1, 8), (8, 12), None),
        ((1, 8), (20, 22), None),
        ((1, 8), (1, 8), (1, 8)),
        ((1, None), (5, 12), (5, 12)),
        ((1, None), (5, None), (5, None)),
        ((9, None), (1, 9), None),
        ((3, 3), (1, 8), None),
        ((3, 3), (3, 3), None),
    ],
)
def test_what_two_periods_share(one, other, shared):
    expected = span(*shared) if shared else None
    assert span(*one).clip(span(*other)) == expected
    assert span(*other).clip(span(*one)) == expected
    assert span(*one).overlaps(span(*other)) is (shared is not None)


@pytest.mark.parametrize(("begin", "end", "days"), [(1, 8, 7), (3, 3, 0), (1, None, None)])
def test_its_days_are_counted(begin, end, days):
    assert span(begin, end).days == days


def test_an_empty_period_says_so():
    assert span(3, 3).empty
    assert not span(3, 4).empty
    assert not span(3, None).empty


def test_it_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        span(8, 1)


def test_days_and_instants_are_not_mixed():
    with pytest.raises(TypeError, match="mixed"):
        Period(may(1), datetime(2026, 5, 2, tzinfo=UTC))
    with pytest.raises(TypeError, match="mixed"):
        span(1, 8).covers(datetime(2026, 5, 2, tzinfo=UTC))


def test_an_instant_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        Period(datetime(2026, 5, 2))


def test_instants_have_no_calendar_days():
    noon = datetime(2026, 5, 2, 12, tzinfo=UTC)
    with pytest.raises(TypeError, match="calendar days"):
        _ = Period(noon, noon + timedelta(hours=1)).days


def test_an_hour_covers_its_first_second_and_not_its_last():
    noon = datetime(2026, 5, 2, 12, tzinfo=UTC)
    hour = Period(noon, noon + timedelta(hours=1))
    assert hour.covers(noon)
    assert not hour.covers(noon + timedelta(hours=1))


def periods():
    days = st.dates(date(2026, 1, 1), date(2026, 2, 1))
    return (
        st.tuples(days, st.none() | days)
        .filter(lambda p: p[1] is None or p[0] <= p[1])
        .map(lambda p: Period(*p))
    )


@given(periods(), periods(), st.dates(date(2026, 1, 1), date(2026, 2, 1)))
def test_a_day_lies_in_the_shared_part_exactly_if_it_lies_in_both(one, other, day):
    shared = one.clip(other)
    assert (shared is not None and shared.covers(day)) == (one.covers(day) and other.covers(day))
