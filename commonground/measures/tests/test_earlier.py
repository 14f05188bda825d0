"""Earlier scores come in as a whole or not at all, on their days, and alert as any answer does."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.measures.actions import earlier
from commonground.measures.models import Alert, Assignment, Response
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .asked import NINE, WEEK, Asked, asked

pytestmark = pytest.mark.django_db
TOTALS = "day,measure,total\n2025-11-03,PHQ-9,17\n2025-11-03,GAD-7,12\n2025-12-01,PHQ-9,11"


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


@pytest.fixture
def desk(ada: Asked) -> Browser:
    return signed_in(ada.theo)


def page(ada: Asked) -> str:
    return reverse("earlier_scores", args=[ada.ada.pk])


def nine(*days: tuple[str, int]) -> str:
    return "day,measure,9\n" + "\n".join(f"{day},PHQ-9,{value}" for day, value in days)


def sent() -> list[Response]:
    return list(Response.objects.sent().with_keys().order_by("answered_on", "instrument"))


def test_scores_stand_on_their_days_and_say_where_they_come_from(ada: Asked, desk: Browser) -> None:
    assert desk.post(page(ada), {"lines": TOTALS}).url == reverse(
        "client_measures", args=[ada.ada.pk]
    )
    assert [(r.instrument, r.on, r.score.total, r.source) for r in sent()] == [
        ("gad7", date(2025, 11, 3), 12, "import"),
        ("phq9", date(2025, 11, 3), 17, "import"),
        ("phq9", date(2025, 12, 1), 11, "import"),
    ]
    assert {r.entered_by for r in sent()} == {ada.theo}
    line = AuditEvent.objects.get(verb="measures.scores.imported")
    assert line.detail == {"lines": 3}
    assert (
        "from a list of earlier scores"
        in desk.get(reverse("client_measures", args=[ada.ada.pk])).text
    )


def test_one_slip_and_nothing_is_taken_in_and_everything_typed_is_kept(
    ada: Asked, desk: Browser
) -> None:
    lines = TOTALS + "\n2025-12-08,BDI,3"
    answer = desk.post(page(ada), {"lines": lines})
    assert answer.status_code == 422
    assert "Line 5: There is no measure called “BDI” here." in answer.text
    assert "2025-12-01,PHQ-9,11" in answer.text
    assert not Response.objects.exists()


def test_what_is_in_for_that_day_is_not_taken_in_twice(ada: Asked, desk: Browser) -> None:
    desk.post(page(ada), {"lines": TOTALS})
    more = desk.post(page(ada), {"lines": TOTALS + "\n2026-01-05,PHQ-9,9"})
    assert "Line 2: This measure is in for that day already." in more.text
    assert len(sent()) == 3


def test_a_list_that_breaks_off_leaves_nothing(ada: Asked, desk: Browser, monkeypatch: Any) -> None:
    kept = earlier._keep

    def breaks(client: Any, row: Any, by: Any, now: Any) -> None:
        if row.line == 4:
            raise DatabaseError("the disk is full")
        kept(client, row, by, now)

    monkeypatch.setattr(earlier, "_keep", breaks)
    desk.raise_request_exception = False
    assert desk.post(page(ada), {"lines": TOTALS}).status_code == 500
    assert not Response.objects.exists()
    assert not Assignment.objects.exists()


def test_each_answer_is_held_against_what_was_said_until_its_day(ada: Asked, desk: Browser) -> None:
    lines = nine(("2025-12-01", 1), ("2025-11-03", 1), ("2025-12-08", 2), ("2025-12-15", 0))
    desk.post(page(ada), {"lines": lines})
    raised = Alert.objects.order_by("response__answered_on")
    assert [(a.response.answered_on.day, a.why) for a in raised] == [
        (3, "new"), (1, "known"), (8, "rising"),
    ]  # fmt: skip
    assert {a.owner for a in raised} == {ada.theo.therapist}
    assert all(NOON < a.due_at < NOON + timedelta(days=2) for a in raised)
    assert "answered on 3 November 2025, entered since" in desk.get(reverse("alerts")).text
    seen = desk.get(reverse("alert", args=[raised[0].pk])).text
    assert "Answered on 3 November 2025, entered Monday 2 March, 12:00." in seen


def test_an_old_answer_does_not_make_a_new_one_known(ada: Asked, desk: Browser) -> None:
    """What was brought along later lies before what has been said here since."""
    ada.answer(ada.next_week(), 0, NOON - WEEK)
    desk.post(page(ada), {"lines": nine(("2025-11-03", 3))})
    ada.acknowledge(Alert.objects.get())
    ada.answer(ada.next_week(), 1)
    assert Alert.objects.unanswered().get().why == "new"


def test_a_total_alone_raises_nothing_and_says_that_item_nine_is_not_known(
    ada: Asked, desk: Browser
) -> None:
    desk.post(page(ada), {"lines": TOTALS})
    assert not Alert.objects.exists()
    assert sent()[-1].score.risk_unanswered == (NINE,)


def test_whoever_only_reads_or_does_not_know_the_client_finds_no_page(ada: Asked) -> None:
    for role in (Role.SUPERVISOR, Role.COORDINATOR, Role.THERAPIST):
        somebody = signed_in(person(f"S {role}", role, address=f"{role}@practice.example"))
        assert somebody.get(page(ada)).status_code == 404
        assert somebody.post(page(ada), {"lines": TOTALS}).status_code == 404
    assert not Response.objects.exists()
