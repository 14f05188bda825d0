"""When a measure is asked: before an hour, by a rhythm, by hand, and never of nobody's client."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonground.measures import actions, jobs
from commonground.measures.models import Assignment, CheckIn, Plan, Response
from commonground.people.models import Care
from commonground.people.tests.front_office import NOON, signed_in

from .asked import WEEK, Asked, asked

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


def plan(ada: Asked, every_days: int | None = 7, *measures: str) -> Plan:
    return actions.begin_plan(
        client=ada.ada, measures=measures or ("mood",), every_days=every_days, by=ada.theo,
        now=NOON, begins_on=NOON.date(),
    )  # fmt: skip


def asked_by(plan: Plan) -> int:
    return Assignment.objects.filter(plan=plan).count()


# ——— before an hour ———


def waiting_for(client: Any, now: datetime) -> list[CheckIn]:
    """What this client can answer now."""
    return [one for one in CheckIn.ahead(client, now) if one.waits(now)]


def test_a_check_in_opens_48_hours_before_its_hour(ada: Asked, at: Any) -> None:
    response = ada.next_week()
    phone = signed_in(ada.account)
    url = reverse("check_in", args=[response.assignment_id, 1])
    opens = NOON + WEEK - timedelta(hours=48)
    with at(opens - timedelta(seconds=1)):
        phone = signed_in(ada.account)
        page = phone.get(url)
        assert "not open yet" in page.text
        assert "Little interest" not in page.text
        phone.post(url, {"answer": "1"})
        assert Response.objects.get().changes == []
    with at(opens):
        assert "Little interest" in signed_in(ada.account).get(url).text


def test_it_opens_by_the_hour_it_was_moved_to(ada: Asked) -> None:
    response = ada.next_week()
    response.appointment.starts_at += DAY
    response.appointment.ends_at += DAY
    response.appointment.save()
    occasion = Assignment.objects.select_related("appointment").get()
    assert occasion.opens == NOON + WEEK + DAY - 2 * DAY


def test_a_therapist_opens_it_earlier(ada: Asked) -> None:
    response = ada.next_week()
    desk = signed_in(ada.theo)
    assert "Open it now" in desk.get(reverse("client_measures", args=[ada.ada.pk])).text
    desk.post(reverse("check_in_open", args=[response.assignment_id]))
    assert waiting_for(ada.ada, NOON)


def test_what_was_asked_for_a_past_hour_waits_no_more(ada: Asked) -> None:
    ada.next_week()
    over = NOON + WEEK + timedelta(minutes=50)
    assert waiting_for(ada.ada, over - timedelta(seconds=1))
    assert waiting_for(ada.ada, over) == []


# ——— by hand ———


def test_a_measure_asked_by_hand_waits_on_the_clients_page(ada: Asked) -> None:
    desk = signed_in(ada.theo)
    desk.post(reverse("measures_ask", args=[ada.ada.pk]), {"measures": "mood", "when": "now"})
    (waiting,) = waiting_for(ada.ada, NOON)
    assert (waiting.assignment.why, len(waiting.questions)) == ("hand", 1)
    phone = signed_in(ada.account)
    phone.post(reverse("check_in", args=[waiting.pk, 1]), {"answer": "4"})
    phone.post(reverse("check_in_review", args=[waiting.pk]))
    assert "Theo reads your answers" in phone.get(reverse("check_in_sent", args=[waiting.pk])).text


def test_measures_without_words_are_not_offered(ada: Asked) -> None:
    page = signed_in(ada.theo).get(reverse("measures_ask", args=[ada.ada.pk])).text
    assert 'value="phq9"' in page
    assert 'value="wsas"' not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"when": "now"}, "Choose at least one measure"),
        ({"when": "rhythm", "measures": "mood"}, "after how many days"),
        ({"when": "session", "measures": "mood", "ends_on": "2026-03-01"}, "before it begins"),
    ],
)
def test_a_slip_is_said_kindly_and_asks_nothing(
    ada: Asked, given: dict[str, str], said: str
) -> None:
    page = signed_in(ada.theo).post(reverse("measures_ask", args=[ada.ada.pk]), given)
    assert said in page.text
    assert not Assignment.objects.exists()
    assert not Plan.objects.exists()


# ——— by a standing plan ———


def test_a_rhythm_asks_and_waits_until_the_last_was_sent(ada: Asked) -> None:
    weekly = plan(ada)
    jobs.follow_plans(NOON)
    jobs.follow_plans(NOON + WEEK)
    assert asked_by(weekly) == 1  # no heap: the first still waits
    (waiting,) = waiting_for(ada.ada, NOON + WEEK)
    actions.send(check_in=waiting, by=ada.account, now=NOON + WEEK)
    jobs.follow_plans(NOON + WEEK)
    assert asked_by(weekly) == 2


def test_a_rhythm_that_was_answered_waits_for_its_day(ada: Asked) -> None:
    weekly = plan(ada)
    jobs.follow_plans(NOON)
    (waiting,) = waiting_for(ada.ada, NOON)
    actions.send(check_in=waiting, by=ada.account, now=NOON)
    jobs.follow_plans(NOON + 6 * DAY)
    assert asked_by(weekly) == 1
    jobs.follow_plans(NOON + 7 * DAY)
    assert asked_by(weekly) == 2


def test_a_plan_before_every_session_adds_to_what_is_asked_there(ada: Asked) -> None:
    ada.next_week(("phq9",))
    plan(ada, None, "mood")
    jobs.follow_plans(NOON + WEEK - 3 * DAY)
    assert Response.objects.count() == 1
    for _ in range(2):
        jobs.follow_plans(NOON + WEEK - 2 * DAY)
    assert [r.instrument for r in CheckIn.before(ada.check_ins[0].appointment).responses] == [
        "phq9", "mood",
    ]  # fmt: skip


def test_a_plan_that_ended_asks_nothing(ada: Asked) -> None:
    weekly = plan(ada)
    signed_in(ada.theo).post(reverse("plan_end", args=[weekly.pk]))
    jobs.follow_plans(NOON)
    assert asked_by(weekly) == 0


def test_a_plan_asks_nothing_while_nobody_would_read_it(ada: Asked) -> None:
    weekly = plan(ada)
    Care.objects.update(ends_at=NOON)
    jobs.follow_plans(NOON)
    assert asked_by(weekly) == 0


def test_a_plan_made_on_the_page_is_followed(ada: Asked) -> None:
    told = {"measures": "mood", "when": "rhythm", "every_days": "3"}
    desk = signed_in(ada.theo)
    desk.post(reverse("measures_ask", args=[ada.ada.pk]), told)
    assert "every 3 days" in desk.get(reverse("client_measures", args=[ada.ada.pk])).text
    jobs.follow_plans(NOON)
    assert asked_by(Plan.objects.get()) == 1


# ——— all on one page ———


def test_all_questions_on_one_page_are_kept_together(ada: Asked) -> None:
    made = ada.next_week(("phq9", "gad7"))
    actions.open_now(assignment=made.assignment, by=ada.theo, now=NOON)
    phone = signed_in(ada.account)
    url = reverse("check_in_all", args=[made.assignment_id])
    page = phone.get(url).text
    assert "Little interest" in page
    assert "Feeling nervous" in page
    check_in = CheckIn.of(made.assignment)
    given = {f"{q.instrument.key}.{q.item.concept}": "1" for q in check_in.questions}
    shown = phone.post(url, given)
    assert "Thank you for saying so" in shown.text  # help before anything goes further
    assert phone.post(url, given | {"seen_help": "1"}).status_code == 302
    assert CheckIn.of(made.assignment).answered == len(check_in.questions)


def test_a_question_that_is_not_touched_there_stays_unanswered(ada: Asked) -> None:
    made = ada.next_week()
    actions.open_now(assignment=made.assignment, by=ada.theo, now=NOON)
    phone = signed_in(ada.account)
    phone.post(reverse("check_in_all", args=[made.assignment_id]), {"phq9.interest": "2"})
    assert Response.objects.get().given() == {"interest": 2}


def test_a_bad_answer_there_keeps_nothing(ada: Asked) -> None:
    made = ada.next_week()
    actions.open_now(assignment=made.assignment, by=ada.theo, now=NOON)
    url = reverse("check_in_all", args=[made.assignment_id])
    told = {"phq9.interest": "2", "phq9.low_mood": "9"}
    page = signed_in(ada.account).post(url, told, follow=True)
    assert "Choose one of the answers" in page.text
    assert Response.objects.get().changes == []
