"""When an unanswered alert goes on, and to whom: the rule alone."""

from datetime import UTC, datetime, timedelta

import pytest

from commonground.measures.escalation import Tie, again_at, first_at, next_in_line
from commonground.measures.scoring import Due

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
TOMORROW = MIDNIGHT + timedelta(days=1)
LINE = [(Tie.DUTY, "dora"), (Tie.LEAD, "lea"), (Tie.SUPERVISOR, "sue"), (Tie.COVER, "cora")]


@pytest.mark.parametrize(
    ("due", "raised", "due_at", "at"),
    [
        (Due.SAME_DAY, NOON, MIDNIGHT, NOON + timedelta(hours=4)),
        (Due.SAME_DAY, MIDNIGHT - timedelta(hours=1), MIDNIGHT, MIDNIGHT),
        (Due.NEXT_WORKING_DAY, NOON, TOMORROW, TOMORROW),
    ],
)
def test_it_goes_on_before_it_is_due_or_as_it_is(due, raised, due_at, at) -> None:
    assert first_at(due, raised, due_at) == at


def test_the_next_has_less_time_where_it_was_urgent() -> None:
    assert again_at(Due.SAME_DAY, NOON) < again_at(Due.NEXT_WORKING_DAY, NOON)


def test_the_nearest_comes_first_and_nobody_twice() -> None:
    asked: list[str] = []
    while (who := next_in_line(LINE, asked)) is not None:
        asked.append(who)
    assert asked == ["cora", "lea", "sue", "dora"]


def test_where_nobody_else_exists_there_is_nobody() -> None:
    assert next_in_line([(Tie.LEAD, "lea")], {"lea"}) is None
