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
from commonground.measures.actions.alerts import raise_alert
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

    def breaks(client: Any, row: Any, *told: Any) -> None:
        if row.line == 4:
            raise DatabaseError("the disk is full")
        kept(client, row, *told)

    monkeypatch.setattr(earlier, "_keep", breaks)
    desk.raise_request_exception = False
    assert desk.post(page(ada), {"lines": TOTALS}).status_code == 500
    assert not Response.objects.exists()
    assert not Assignment.objects.exists()


LONG = (("2025-12-01", 3), ("2025-11-03", 1), ("2025-12-08", 2), ("2025-12-15", 0))


def test_a_list_raises_one_alert_that_names_the_newest_and_the_highest(
    ada: Asked, desk: Browser
) -> None:
    desk.post(page(ada), {"lines": nine(*LONG)})
    raised = Alert.objects.get()
    assert (raised.response.answered_on, raised.owner) == (date(2025, 12, 8), ada.theo.therapist)
    assert NOON < raised.due_at < NOON + timedelta(days=2)
    assert [(row.on.day, value) for row, value in raised.of_the_list()] == [(8, 2), (1, 3), (3, 1)]
    assert "answered on 8 December 2025, entered since" in desk.get(reverse("alerts")).text
    seen = desk.get(reverse("alert", args=[raised.pk])).text
    assert "Answered on 8 December 2025, entered Monday 2 March, 12:00." in seen
    assert "stands for 3 answers of one list" in seen
    assert "“More than half the days”, on 8 December 2025" in seen
    assert "“Nearly every day”, on 1 December 2025" in seen


@pytest.mark.parametrize(
    ("days", "why", "due"),
    [
        ((("2025-11-03", 0), ("2025-12-01", 1)), "new", "same_day"),
        ((("2025-11-03", 1), ("2025-12-01", 2)), "rising", "same_day"),
        ((("2025-11-03", 2), ("2025-12-01", 2)), "high", "same_day"),
        ((("2025-11-03", 3), ("2025-12-01", 1)), "known", "next_working_day"),
        ((("2025-12-01", 1), ("2025-11-03", 1)), "known", "next_working_day"),
        ((("2025-11-03", 1), ("2025-12-01", 0)), "new", "same_day"),
    ],
)
def test_the_newest_answer_that_endorses_it_decides_by_when(
    ada: Asked, desk: Browser, days: Any, why: str, due: str
) -> None:
    desk.post(page(ada), {"lines": nine(*days)})
    raised = Alert.objects.get()
    assert (raised.why, raised.due) == (why, due)


def test_a_list_with_one_such_answer_says_nothing_of_a_list(ada: Asked, desk: Browser) -> None:
    desk.post(page(ada), {"lines": nine(("2025-11-03", 0), ("2025-12-01", 1))})
    seen = desk.get(reverse("alert", args=[Alert.objects.get().pk])).text
    assert "of one list of earlier scores" not in seen


def test_the_next_list_has_an_alert_of_its_own(ada: Asked, desk: Browser, at: Any) -> None:
    desk.post(page(ada), {"lines": nine(*LONG)})
    with at(NOON + timedelta(minutes=5)):
        desk.post(page(ada), {"lines": nine(("2026-01-05", 1), ("2026-01-12", 1))})
    later = Alert.objects.latest("raised_at")
    assert [row.on.day for row, _value in later.of_the_list()] == [12, 5]


def test_control_a_list_that_alerts_line_by_line_is_seen(
    ada: Asked, desk: Browser, monkeypatch: Any
) -> None:
    kept = earlier._keep

    def alone(*told: Any) -> None:
        kept(*told[:4], raise_alert)

    monkeypatch.setattr(earlier, "_keep", alone)
    desk.post(page(ada), {"lines": nine(*LONG)})
    assert Alert.objects.count() == 3


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
