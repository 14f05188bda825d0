"""Times on the wall that exist once, never, or twice."""

from datetime import UTC, date, datetime, time

import pytest

from commonground.scheduling import wall_clock

LONDON, LORD_HOWE = "Europe/London", "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("on", "at", "zone", "expected"),
    [
        (date(2026, 7, 1), time(18), LONDON, datetime(2026, 7, 1, 17, tzinfo=UTC)),
        (date(2026, 12, 1), time(18), LONDON, datetime(2026, 12, 1, 18, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 30), LONDON, None),  # the clock skips it
        (date(2026, 10, 25), time(1, 30), LONDON, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 4), time(2, 15), LORD_HOWE, None),  # half an hour is skipped
        (date(2026, 10, 4), time(2, 30), LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        (date(2026, 7, 1), time(9), "Asia/Kolkata", datetime(2026, 7, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_wall_means_one_instant_or_none(on, at, zone, expected) -> None:
    assert wall_clock.instant(on, at, zone) == expected


def test_an_opening_that_the_clock_skips_begins_when_the_clock_goes_on() -> None:
    opened = wall_clock.opening(date(2026, 3, 29), time(1, 30), LONDON)
    assert opened == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    opened = wall_clock.opening(date(2026, 10, 4), time(2, 15), LORD_HOWE)
    assert opened == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_says_so() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall_clock.shown_twice(first, LONDON)
    assert wall_clock.shown_twice(first.replace(hour=1), LONDON)
    assert not wall_clock.shown_twice(first.replace(hour=2), LONDON)
    assert not wall_clock.shown_twice(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), LONDON)


def test_a_zone_nobody_knows_is_not_known() -> None:
    assert wall_clock.known(LONDON)
    assert not wall_clock.known("Europe/Nowhere")
    assert not wall_clock.known("../etc/passwd")
