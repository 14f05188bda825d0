"""Free times from plain facts: tables of cases, and what must hold whatever the diary."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground.scheduling.availability import (
    ONLINE,
    Diary,
    Hours,
    Otherwise,
    Room,
    Rules,
    Surroundings,
    fits,
    free,
    gaps,
    meets,
    merged,
    next_free,
    without,
)

LONDON = "Europe/London"
THEO, QUAY, HILL = UUID(int=1), UUID(int=2), UUID(int=3)
MONDAY = date(2026, 5, 4)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOWHERE_ELSE = Surroundings()


def at(hour: int, minute: int = 0, day: int = 4, month: int = 5) -> datetime:
    """A time on the clock in London, in the summer of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


THE_DAY = (at(0), at(0, day=5))
NINE_TO_ONE = Hours(0, time(9), time(13), LONDON, online=True)


def diary(**told) -> Diary:
    return Diary(THEO, **({"hours": [NINE_TO_ONE], "rules": Rules(buffer=10, step=30)} | told))


def starts(found: Diary, around: Surroundings = NOWHERE_ELSE, span=THE_DAY, minutes=50, **told):
    return [f"{slot.local:%H:%M}" for slot in free(found, around, span, minutes, **told)]


def test_an_empty_morning_offers_every_half_hour_that_still_fits() -> None:
    assert starts(diary()) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]


def test_what_is_taken_keeps_its_buffer_on_both_sides() -> None:
    busy = [(at(10, 30), at(11, 20))]
    assert starts(diary(busy=busy)) == ["09:00", "09:30", "11:30", "12:00"]
    tight = diary(busy=[(at(10), at(11))], rules=Rules(buffer=0, step=30))
    assert starts(tight) == ["09:00", "11:00", "11:30", "12:00"]


def test_being_away_needs_no_buffer() -> None:
    assert starts(diary(away=[(at(10), at(11))])) == ["09:00", "11:00", "11:30", "12:00"]


def test_the_practice_closes_for_everybody() -> None:
    assert starts(diary(), Surroundings(closed=[(at(0), at(12))])) == ["12:00"]


@pytest.mark.parametrize(
    ("otherwise", "expected"),
    [
        ([Otherwise(MONDAY, LONDON)], []),
        ([Otherwise(MONDAY, LONDON, time(15), time(16), online=True)], ["15:00"]),
        ([Otherwise(date(2026, 5, 5), LONDON)], ["09:00"]),
    ],
)
def test_one_day_can_be_otherwise(otherwise, expected) -> None:
    assert starts(diary(otherwise=otherwise))[:1] == expected[:1]


def test_hours_hold_from_their_first_day_and_not_on_their_last() -> None:
    for hours, open_ in (
        (Hours(0, time(9), time(13), LONDON, online=True, from_on=MONDAY), True),
        (Hours(0, time(9), time(13), LONDON, online=True, from_on=MONDAY + DAY), False),
        (Hours(0, time(9), time(13), LONDON, online=True, until_on=MONDAY), False),
        (Hours(0, time(9), time(13), LONDON, online=True, until_on=MONDAY + DAY), True),
    ):
        assert bool(starts(diary(hours=[hours]))) == open_


def test_whoever_books_alone_keeps_notice_and_horizon() -> None:
    rules = Rules(step=30, notice_hours=2, horizon_days=1)
    assert starts(diary(rules=rules), now=at(8, 31)) == ["11:00", "11:30", "12:00"]
    fortnight = (at(0), at(0, day=18))
    assert len(starts(diary(rules=rules), span=fortnight, now=at(0))) == 7


def test_a_place_without_a_room_that_is_free_is_no_place() -> None:
    both = Hours(0, time(9), time(11), LONDON, place=QUAY, online=True)
    full = Surroundings(rooms={QUAY: [Room(uuid4(), QUAY, (((at(9), at(10)),),))]})
    found = list(free(diary(hours=[both]), full, THE_DAY, 50))
    assert [(f"{s.local:%H:%M}", s.place, s.online) for s in found] == [
        ("09:00", None, True),
        ("09:30", None, True),
        ("10:00", QUAY, True),
    ]
    assert starts(diary(hours=[both]), full, where=QUAY) == ["10:00"]
    assert starts(diary(hours=[both]), full, where=HILL) == []
    only_there = Hours(0, time(9), time(11), LONDON, place=QUAY)
    assert starts(diary(hours=[only_there]), full, where=ONLINE) == []


def test_a_room_for_two_takes_two() -> None:
    hours = [Hours(0, time(9), time(10), LONDON, place=QUAY)]
    taken = ((at(9), at(10)),)
    one_left = Surroundings(rooms={QUAY: [Room(uuid4(), QUAY, (taken, ()))]})
    (slot,) = free(diary(hours=hours), one_left, THE_DAY, 50)
    assert slot.seat == 1
    full = Surroundings(rooms={QUAY: [Room(uuid4(), QUAY, (taken, taken))]})
    assert starts(diary(hours=hours), full) == []


def test_the_next_free_time_is_the_first_of_them_all() -> None:
    assert next_free(diary(), NOWHERE_ELSE, THE_DAY, 50).local.hour == 9
    assert next_free(diary(hours=[]), NOWHERE_ELSE, THE_DAY, 50) is None


# ——— the nights on which the clock is moved ———

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def night(on: date) -> tuple[datetime, datetime]:
    return datetime(on.year, on.month, on.day, tzinfo=UTC) - DAY, datetime(
        on.year, on.month, on.day, 12, tzinfo=UTC
    )


def test_a_time_the_clock_skips_is_not_offered() -> None:
    hours = [Hours(6, time(0), time(4), LONDON, online=True)]
    assert starts(diary(hours=hours), span=night(SPRING), minutes=30) == [
        "00:00", "00:30", "02:00", "02:30", "03:00", "03:30",
    ]  # fmt: skip


def test_a_time_the_clock_shows_twice_is_offered_twice_and_says_so() -> None:
    hours = [Hours(6, time(0), time(3), LONDON, online=True)]
    found = [
        s
        for s in free(diary(hours=hours), NOWHERE_ELSE, night(AUTUMN), 30)
        if s.local.date() == AUTUMN
    ]
    assert [f"{s.local:%H:%M}" for s in found] == [
        "00:00", "00:30", "01:00", "01:30", "01:00", "01:30", "02:00", "02:30",
    ]  # fmt: skip
    assert [s.shown_twice for s in found] == [False] * 2 + [True] * 4 + [False] * 2
    assert len({s.starts_at for s in found}) == 8


def test_nine_oclock_stays_nine_across_the_clock_change() -> None:
    hours = [Hours(0, time(9), time(10), LONDON, online=True)]
    span = (datetime(2026, 10, 12, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC))
    assert starts(diary(hours=hours), span=span) == ["09:00"] * 5


# ——— what must hold whatever the diary ———

minutes = st.integers(min_value=0, max_value=7 * 24 * 60)
spans = st.tuples(minutes, st.integers(min_value=1, max_value=400)).map(
    lambda drawn: (at(0) + drawn[0] * MINUTE, at(0) + (drawn[0] + drawn[1]) * MINUTE)
)
hours_of_a_day = st.tuples(
    st.integers(0, 6), st.integers(0, 22), st.integers(1, 12), st.booleans(),
    st.sampled_from([LONDON, "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]),
).map(
    lambda drawn: Hours(
        drawn[0], time(drawn[1]), time(min(23, drawn[1] + drawn[2]), 59 if drawn[1] > 11 else 0),
        drawn[4], QUAY, drawn[3],
    )
)  # fmt: skip
diaries = st.builds(
    Diary,
    st.just(THEO),
    hours=st.lists(hours_of_a_day, max_size=5),
    busy=st.lists(spans, max_size=12),
    away=st.lists(spans, max_size=3),
    rules=st.builds(Rules, buffer=st.integers(0, 30), step=st.sampled_from([15, 30, 60])),
)
WEEK = (at(0), at(0) + 7 * DAY)


@given(diaries, st.integers(10, 120))
@settings(max_examples=120, deadline=None)
def test_whatever_is_offered_could_be_booked(found: Diary, length: int) -> None:
    buffer = found.rules.buffer * MINUTE
    offered = list(free(found, NOWHERE_ELSE, WEEK, length))
    assert offered == sorted(offered, key=lambda s: s.starts_at)
    for slot in offered:
        assert slot.ends_at - slot.starts_at == length * MINUTE
        assert WEEK[0] <= slot.starts_at and slot.ends_at <= WEEK[1]
        assert fits(found, NOWHERE_ELSE, (slot.starts_at, slot.ends_at))
        assert not any(
            s - buffer < slot.ends_at and slot.starts_at < e + buffer for s, e in found.busy
        )
        assert not any(s < slot.ends_at and slot.starts_at < e for s, e in found.away)
        there = slot.local
        assert any(
            each.weekday == there.weekday()
            and each.opens <= there.time()
            and each.zone == slot.zone
            for each in found.hours
        )


@given(diaries, st.integers(10, 120))
@settings(max_examples=120, deadline=None)
def test_whatever_could_be_booked_on_the_grid_is_offered(found: Diary, length: int) -> None:
    """The same by trying every quarter of an hour of the week, one after the other."""
    offered = {s.starts_at for s in free(found, NOWHERE_ELSE, WEEK, length)}
    empty = Diary(THEO, hours=found.hours, rules=found.rules)
    on_the_grid = {s.starts_at for s in free(empty, NOWHERE_ELSE, WEEK, length)}
    could = {
        moment
        for moment in on_the_grid
        if fits(found, NOWHERE_ELSE, (moment, moment + length * MINUTE))
    }
    assert offered == could


@given(st.lists(spans, max_size=15), spans)
@settings(max_examples=150, deadline=None)
def test_taking_away_leaves_exactly_what_was_not_taken(taken, span) -> None:
    left = without(span, merged(taken))
    for minute in range(int((span[1] - span[0]) / MINUTE)):
        moment = span[0] + minute * MINUTE
        free_then = not any(s <= moment < e for s, e in taken)
        assert free_then == any(s <= moment < e for s, e in left)


@given(diaries)
@settings(max_examples=120, deadline=None)
def test_what_is_open_is_inside_the_week_and_beside_what_is_taken(found: Diary) -> None:
    left = gaps(found, NOWHERE_ELSE, WEEK)
    assert left == merged(left)
    for starts_at, ends_at in left:
        assert WEEK[0] <= starts_at < ends_at <= WEEK[1]
        assert not meets(merged([*found.away, *found.busy]), starts_at, ends_at)
    for slot in free(found, NOWHERE_ELSE, WEEK, 30):
        assert any(s <= slot.starts_at and slot.ends_at <= e for s, e in left)
