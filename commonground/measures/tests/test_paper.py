"""What was filled in on paper, and what is put right: marked, versioned, never overwritten."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonground.measures import actions, storages
from commonground.measures.models import Alert, Response
from commonground.measures.scoring import BadAnswer
from commonground.people.tests.front_office import NOON, signed_in

from .asked import NINE, Asked, asked

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


def paper(ada: Asked, key: str = "phq9", **told: Any) -> Response:
    told.setdefault("answers", {})
    return actions.enter_paper(
        client=ada.ada, instrument=storages.latest(key), by=ada.theo, now=NOON, answered_on=DAY,
        **told,
    )  # fmt: skip


def whole(value: int, nine: int = 0) -> dict[str, int | None]:
    return {item.concept: value for item in storages.latest("phq9").items} | {NINE: nine}


def test_paper_is_marked_as_paper_and_is_in_at_once(ada: Asked) -> None:
    made = paper(ada, answers=whole(1))
    assert (made.source, made.entered_by, made.on, made.is_sent) == ("paper", ada.theo, DAY, True)
    assert made.score.total == 8


def test_a_skeleton_is_entered_by_its_total_alone(ada: Asked) -> None:
    made = paper(ada, "wsas", total=24)
    kept = Response.objects.get(pk=made.pk)
    assert (kept.score.total, kept.given()) == (24, {})


def test_a_total_says_nothing_of_item_nine(ada: Asked) -> None:
    made = paper(ada, total=12)
    assert made.score.risk_unanswered == (NINE,)
    assert not Alert.objects.exists()


@pytest.mark.parametrize(("key", "total"), [("wsas", 41), ("who5", 50), ("phq9", -1)])
def test_a_total_that_cannot_be_is_refused(ada: Asked, key: str, total: int) -> None:
    with pytest.raises(BadAnswer):
        paper(ada, key, total=total)
    assert not Response.objects.exists()


def test_paper_fills_in_what_was_asked_before_that_hour(ada: Asked) -> None:
    asked_for = ada.next_week()
    made = paper(ada, answers=whole(1), appointment=asked_for.appointment)
    assert made.pk == asked_for.pk
    with pytest.raises(actions.AlreadySent, match="already in"):
        paper(ada, answers=whole(2), appointment=asked_for.appointment)


# ——— put right ———


def test_what_is_put_right_is_a_new_version_and_the_old_one_stays(ada: Asked) -> None:
    old = paper(ada, answers=whole(1))
    new = actions.correct(
        response=old, answers=whole(2), by=ada.theo, now=NOON, remark="Two for one."
    )
    old.refresh_from_db()
    assert (old.score.total, new.score.total) == (8, 16)
    assert (new.corrects, old.superseded_at, new.entered_by) == (old, NOON, ada.theo)
    assert list(Response.objects.sent()) == [new]


def test_an_answer_that_was_put_right_is_still_on_record(ada: Asked) -> None:
    old = paper(ada, answers=whole(1, nine=2))
    actions.correct(response=old, answers=whole(1, nine=0), by=ada.theo, now=NOON)
    said = [change["value"] for change in Response.objects.said(ada.ada, "phq9", NINE)]
    assert sorted(said, reverse=True) == [2, 0]
    assert Alert.objects.get().is_open


def test_two_who_put_the_same_answers_right_make_one_version(ada: Asked) -> None:
    old = paper(ada, answers=whole(1))
    actions.correct(response=old, answers=whole(2), by=ada.theo, now=NOON)
    with pytest.raises(actions.AlreadySent):
        actions.correct(response=old, answers=whole(3), by=ada.theo, now=NOON)
    assert Response.objects.count() == 2


def test_a_bad_answer_puts_nothing_right(ada: Asked) -> None:
    old = paper(ada, answers=whole(1))
    with pytest.raises(BadAnswer):
        actions.correct(response=old, answers={NINE: 7}, by=ada.theo, now=NOON)
    assert Response.objects.get().superseded_at is None


def test_what_was_put_right_keeps_the_version_of_the_instrument(ada: Asked) -> None:
    old = paper(ada, answers=whole(1))
    new = actions.correct(response=old, answers=whole(2), by=ada.theo, now=NOON)
    assert (new.instrument, new.version) == (old.instrument, old.version)


# ——— the pages ———


def body(value: str, **more: str) -> dict[str, str]:
    items = {f"item-{i.concept}": value for i in storages.latest("phq9").items}
    return {"answered_on": "2026-03-01", "remark": "", "total": "", **items, **more}


def test_a_therapist_enters_a_sheet_item_by_item(ada: Asked) -> None:
    desk, url = signed_in(ada.theo), reverse("paper", args=[ada.ada.pk, "phq9"])
    assert "Little interest" in desk.get(url).text
    answer = desk.post(url, body("2"))
    assert answer.url == reverse("client_measures", args=[ada.ada.pk])
    page = desk.get(answer.url).text
    assert "on paper" in page
    assert Response.objects.get().score.total == 18


def test_a_skeleton_has_no_words_on_its_page_either(ada: Asked) -> None:
    page = signed_in(ada.theo).get(reverse("paper", args=[ada.ada.pk, "wsas"])).text
    assert "only its total can be entered" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"total": "9"}, "not both"),
        ({"answered_on": "2026-03-09"}, "not come yet"),
        ({"item-interest": "9"}, "one of the answers offered"),
    ],
)
def test_a_slip_comes_back_with_what_was_typed(
    ada: Asked, wrong: dict[str, str], said: str
) -> None:
    url = reverse("paper", args=[ada.ada.pk, "phq9"])
    page = signed_in(ada.theo).post(url, body("1", remark="At the bus stop.") | wrong)
    assert page.status_code == 200
    assert said in page.text
    assert "At the bus stop." in page.text
    assert not Response.objects.exists()


def test_a_measure_that_is_none_is_not_found(ada: Asked) -> None:
    desk = signed_in(ada.theo)
    assert desk.get(reverse("paper", args=[ada.ada.pk, "golf"])).status_code == 404


def test_a_therapist_puts_answers_right(ada: Asked) -> None:
    old = paper(ada, answers=whole(1))
    desk, url = signed_in(ada.theo), reverse("answers_correct", args=[old.pk])
    assert 'value="1"' in desk.get(url).text
    assert desk.post(url, body("3")).status_code == 302
    assert Response.objects.sent().get().score.total == 27
    assert "put right by Theo" in desk.get(reverse("client_measures", args=[ada.ada.pk])).text
    assert "since you opened them" in desk.post(url, body("2")).text
