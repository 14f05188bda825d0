"""What a check-in and an alert say about themselves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from commonground.measures import actions
from commonground.measures.models import Alert, CheckIn, Response
from commonground.people.tests.front_office import NOON

from .asked import NINE, Asked, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


def test_all_measures_are_asked_as_one_row_of_questions(ada: Asked) -> None:
    response = ada.next_week(("phq9", "gad7"))
    check_in = CheckIn.before(response.appointment)
    asked_items = [q.instrument.key for q in check_in.questions]
    assert asked_items == sorted(asked_items, reverse=True)
    assert [q.number for q in check_in.questions] == list(range(1, len(asked_items) + 1))
    assert check_in.resume_at == 1


def test_a_check_in_goes_on_where_it_stopped(ada: Asked) -> None:
    response = ada.next_week()
    first, second, *_ = (item.concept for item in response.measure.items)
    ada.keep(response, {first: 1, second: 2})
    check_in = CheckIn.before(response.appointment)
    assert (check_in.answered, check_in.resume_at) == (2, 3)


def test_help_is_asked_for_by_the_answer_that_stands(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 1)
    assert CheckIn.before(response.appointment).asks_for_help
    ada.answer(response, 0)
    assert not CheckIn.before(response.appointment).asks_for_help


def test_nothing_asked_is_nothing_sent(ada: Asked) -> None:
    assert not CheckIn(ada.next_week().appointment, []).is_sent


def test_the_history_tells_every_value_newest_first(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    response = ada.next_week()
    ada.answer(response, 2, NOON + timedelta(minutes=1))
    ada.answer(response, None, NOON + timedelta(minutes=2))
    alert = Alert.objects.with_keys().get(response=response)
    assert [row["value"] for row in alert.history()] == [None, 2, 1]
    assert alert.value == 2  # the highest that was given, though it was taken back


def test_the_score_is_by_the_version_that_was_answered(ada: Asked) -> None:
    response = ada.next_week()
    ada.keep(response, {item.concept: 1 for item in response.measure.items})
    kept = Response.objects.get()
    assert (kept.version, kept.measure.version) == (1, 1)
    assert kept.score.total == len(kept.measure.scored)


def test_answers_of_many_are_read_in_one_query(ada: Asked, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        ada.answer(ada.next_week(), 1)
    with django_assert_num_queries(1):
        told = [r.given() for r in Response.objects.of(ada.ada, "phq9").with_keys()]
    assert told == [{NINE: 1}] * 3


def test_sending_twice_keeps_the_first_moment(ada: Asked) -> None:
    response = ada.next_week()
    actions.send(check_in=CheckIn.before(response.appointment), by=ada.account, now=NOON)
    later = NOON.replace(hour=18)
    actions.send(check_in=CheckIn.before(response.appointment), by=ada.account, now=later)
    assert Response.objects.get().sent_at == NOON
