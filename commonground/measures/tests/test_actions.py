"""S1: every endorsed risk item that is saved finds a named person, in the same transaction."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonground.core import audit
from commonground.core.models import AuditEvent
from commonground.measures import actions
from commonground.measures.actions import AlreadyDone, AlreadySent, NobodyToTell, NoWords
from commonground.measures.models import Alert, CheckIn, Response
from commonground.measures.scoring import BadAnswer
from commonground.people import actions as people
from commonground.people.models import Care
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON

from .asked import NINE, WEEK, Asked, asked

pytestmark = pytest.mark.django_db
SAME, NEXT = "same_day", "next_working_day"
FRIDAY = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


def alerts() -> list[tuple[str, bool]]:
    return [(alert.due, alert.is_open) for alert in Alert.objects.order_by("raised_at", "pk")]


# ——— one alert, due as it must be ———

BEFORE = {"new": None, "new after a zero": 0, "after one": 1, "after two": 2, "after three": 3}
DUE = {
    # value:  0, 1, 2, 3
    "new": (None, SAME, SAME, SAME),
    "new after a zero": (None, SAME, SAME, SAME),
    "after one": (None, NEXT, SAME, SAME),
    "after two": (None, NEXT, SAME, SAME),
    "after three": (None, NEXT, SAME, SAME),
}


@pytest.mark.parametrize("value", range(4))
@pytest.mark.parametrize("history", BEFORE)
def test_an_answer_raises_exactly_one_alert_due_by_what_went_before(
    ada: Asked, history: str, value: int
) -> None:
    if (before := BEFORE[history]) is not None:
        ada.answer(ada.next_week(), before)
        for alert in Alert.objects.all():
            ada.acknowledge(alert)
    earlier = Alert.objects.count()
    response = ada.next_week()
    ada.answer(response, value)
    found = list(response.alerts.all())
    assert [alert.due for alert in found] == [due for due in [DUE[history][value]] if due]
    assert Alert.objects.count() == earlier + len(found)
    assert all(alert.owner == ada.theo.therapist and alert.is_open for alert in found)


@pytest.mark.parametrize(
    ("due", "now", "day"),
    [
        (SAME, NOON, date(2026, 3, 2)),
        (NEXT, NOON, date(2026, 3, 3)),
        (SAME, FRIDAY + timedelta(days=1), date(2026, 3, 7)),
        (NEXT, FRIDAY, date(2026, 3, 9)),
        (SAME, datetime(2026, 3, 2, 23, 59, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_an_alert_is_due_at_the_end_of_its_day(
    ada: Asked, due: str, now: datetime, day: date
) -> None:
    if due == NEXT:
        ada.answer(ada.next_week(), 1)
        ada.acknowledge(Alert.objects.get())
    response = ada.next_week()
    ada.answer(response, 1, now)
    assert response.alerts.get().due_at.date() == day


def test_a_skipped_item_nine_is_no_alert(ada: Asked) -> None:
    response = ada.answer(ada.next_week(), None)
    assert alerts() == []
    assert response.score.risk_unanswered == (NINE,)


def test_other_items_raise_no_alert(ada: Asked) -> None:
    response = ada.next_week()
    ada.keep(response, {i.concept: 3 for i in response.measure.items if i.concept != NINE})
    assert alerts() == []


def test_it_alerts_when_kept_and_not_only_when_sent(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    assert alerts() == [(SAME, True)]
    assert not Response.objects.sent().exists()


def test_sending_alerts_no_second_time(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 2)
    actions.send(check_in=CheckIn.before(response.appointment), by=ada.account, now=NOON)
    assert alerts() == [(SAME, True)]


def test_the_same_answer_twice_alerts_once_and_is_kept_once(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 2)
    kept = ada.answer(response, 2)
    assert alerts() == [(SAME, True)]
    assert [change["value"] for change in kept.changes] == [2]


def test_a_second_answer_in_one_check_in_brings_the_alert_forward_and_adds_none(
    ada: Asked,
) -> None:
    ada.answer(ada.next_week(), 1)
    ada.acknowledge(Alert.objects.get())
    response = ada.next_week()
    ada.answer(response, 1)
    assert response.alerts.get().due == NEXT
    ada.answer(response, 2)
    assert response.alerts.get().due == SAME


def test_what_was_answered_last_counts_and_not_what_was_asked_last(ada: Asked) -> None:
    """A series asks all its check-ins at one moment, and they may be answered in any order."""
    second, first = ada.next_week(), ada.next_week()
    ada.answer(first, 1)
    ada.answer(second, 0, NOON + timedelta(days=7))
    third = ada.next_week()
    ada.answer(third, 1, NOON + timedelta(days=14))
    assert Alert.objects.get(response=third).why == "new"
    assert [row["value"] for row in Alert.objects.get(response=third).history()] == [1, 0, 1]


def test_taking_an_answer_back_keeps_both_values_and_the_alert(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 2)
    kept = ada.answer(response, 0)
    assert [change["value"] for change in kept.changes] == [2, 0]
    assert kept.given()[NINE] == 0
    assert alerts() == [(SAME, True)]
    ada.answer(response, None)
    assert Response.objects.get().given().get(NINE) is None
    assert [change["value"] for change in Response.objects.get().changes] == [2, 0, None]


def test_an_answer_that_rises_after_somebody_acted_raises_another(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 1)
    ada.acknowledge(Alert.objects.get())
    ada.answer(response, 3)
    assert sorted(alerts()) == [(SAME, False), (SAME, True)]


def test_the_database_holds_one_open_alert_per_item(ada: Asked) -> None:
    response = ada.next_week()
    ada.answer(response, 1)
    twin = Alert.objects.get()
    twin.pk = None
    twin._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


# ——— a living owner ———


def test_whoever_covers_owns_the_alert_while_covering(ada: Asked) -> None:
    cora = ada.cover(ends_at=NOON + WEEK)
    response = ada.next_week()
    ada.answer(response, 1, NOON + timedelta(days=1))
    assert Alert.objects.get().owner == cora.therapist
    later = ada.next_week()
    ada.answer(later, 1, NOON + WEEK)
    assert later.alerts.get().owner == ada.theo.therapist


def test_a_cover_whose_account_is_closed_owns_nothing(ada: Asked) -> None:
    people.deactivate(by=ada.theo, now=NOON, user=ada.cover())
    ada.answer(ada.next_week(), 1)
    assert Alert.objects.get().owner == ada.theo.therapist


def test_a_cover_who_is_no_therapist_any_more_owns_nothing(ada: Asked) -> None:
    people.revoke_role(by=ada.theo, now=NOON, user=ada.cover(), role=Role.THERAPIST)
    ada.answer(ada.next_week(), 1)
    assert Alert.objects.get().owner == ada.theo.therapist


def test_with_nobody_to_tell_nothing_is_asked(ada: Asked) -> None:
    Care.objects.update(ends_at=NOON)
    with pytest.raises(NobodyToTell):
        ada.next_week()


def test_a_measure_without_its_words_is_not_asked(ada: Asked) -> None:
    with pytest.raises(NoWords, match="no questions here"):
        ada.next_week(keys=("wsas",))
    assert not Response.objects.exists()


def test_with_nobody_to_tell_a_risk_answer_is_not_kept_quietly(ada: Asked) -> None:
    response = ada.next_week()
    Care.objects.update(ends_at=NOON)
    with pytest.raises(NobodyToTell):
        ada.answer(response, 2)
    assert Response.objects.get().changes == []


# ——— all or nothing ———


def test_an_alert_that_cannot_be_raised_keeps_no_answer(ada: Asked, monkeypatch: Any) -> None:
    response = ada.next_week()
    monkeypatch.setattr(Alert.objects, "create", _fails)
    with pytest.raises(RuntimeError):
        ada.answer(response, 2)
    assert Response.objects.get().changes == []


def test_without_the_audit_there_is_neither_answer_nor_alert(ada: Asked, monkeypatch: Any) -> None:
    response = ada.next_week()
    monkeypatch.setattr(audit, "_append", _fails)
    with pytest.raises(RuntimeError):
        ada.answer(response, 2)
    assert (Response.objects.get().changes, alerts()) == ([], [])


def test_an_answer_outside_a_transaction_would_stay_without_its_alert(
    ada: Asked, monkeypatch: Any
) -> None:
    """The control of the two above: the same steps without the verb's transaction."""
    response = ada.next_week()
    monkeypatch.setattr(audit, "_append", _fails)
    response.changes = [{"concept": NINE, "value": 2, "at": NOON.isoformat()}]
    response.save()
    with pytest.raises(RuntimeError):
        audit.read(by=ada.account, obj=response, now=NOON)
    assert Response.objects.get().changes != []


def _fails(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("the disk is full")


# ——— asking, sending, acknowledging ———


def test_asking_twice_asks_nothing_new(ada: Asked) -> None:
    response = ada.next_week(("phq9", "gad7"))
    actions.ask(
        client=ada.ada, appointment=response.appointment, keys=["phq9"], by=ada.theo, now=NOON
    )
    assert [r.instrument for r in CheckIn.before(response.appointment).responses] == [
        "phq9",
        "gad7",
    ]


def test_what_was_sent_does_not_change(ada: Asked) -> None:
    response = ada.next_week()
    actions.send(check_in=CheckIn.before(response.appointment), by=ada.account, now=NOON)
    with pytest.raises(AlreadySent):
        ada.answer(response, 1)
    assert (Response.objects.get().changes, alerts()) == ([], [])


def test_a_value_that_is_not_offered_is_refused(ada: Asked) -> None:
    response = ada.next_week()
    for wrong in (4, -1, True, "2"):
        with pytest.raises(BadAnswer):
            ada.keep(response, {NINE: wrong})
    with pytest.raises(BadAnswer):
        ada.keep(response, {"shoe_size": 1})
    assert Response.objects.get().changes == []


def test_partial_answers_are_kept_and_are_no_zeros(ada: Asked) -> None:
    response = ada.next_week()
    first, second, *_ = (item.concept for item in response.measure.items)
    ada.keep(response, {first: 3})
    kept = ada.keep(response, {second: 0})
    assert kept.given() == {first: 3, second: 0}
    assert kept.score.total is None


def test_acknowledging_says_who_did_what(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    cora = ada.cover()
    ada.acknowledge(Alert.objects.get(), by=cora, words="Spoke at noon.")
    alert = Alert.objects.get()
    assert (alert.action, alert.words, alert.acknowledged_by) == ("spoke", "Spoke at noon.", cora)
    line = AuditEvent.objects.order_by("number").last()
    assert (line.verb, line.detail) == ("measures.alert.acknowledged", {"action": "spoke"})


def test_whoever_acts_second_does_not_overwrite_the_first(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    alert = Alert.objects.get()
    ada.acknowledge(alert, words="First.")
    with pytest.raises(AlreadyDone):
        ada.acknowledge(alert, words="Second.")
    assert Alert.objects.get().words == "First."


def test_an_alert_is_not_closed_without_an_action(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.update(acknowledged_at=NOON)
