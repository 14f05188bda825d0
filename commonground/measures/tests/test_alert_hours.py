"""How long an alert waits is the practice's to say; working days know its holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonground.core import audit
from commonground.core.models import AuditEvent
from commonground.measures import actions, jobs, scoring
from commonground.measures.escalation import USUAL, Hours
from commonground.measures.models import Alert, AlertHours
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in
from commonground.scheduling.models import PracticeHoliday

from .asked import Asked, asked
from .test_alerts import on_duty, owner

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


def set_to(**hours: int) -> None:
    actions.set_hours(hours=Hours(**hours), by=audit.SYSTEM, now=NOON)


def known(ada: Asked) -> Alert:
    """An answer that was there before, and not more often."""
    first = ada.answer(ada.next_week(), 1, NOON - timedelta(days=7))
    ada.acknowledge(Alert.objects.get(response=first))
    return Alert.objects.get(response=ada.answer(ada.next_week(), 1))


def closed(first: date, last: date) -> None:
    PracticeHoliday.objects.create(name="Closed", first_on=first, last_on=last)


# ——— hours ———


def test_until_the_practice_says_otherwise_it_is_the_usual() -> None:
    assert AlertHours.of_the_practice() == USUAL


def test_the_first_hours_are_the_practices(ada: Asked) -> None:
    set_to(first=2)
    ada.answer(ada.next_week(), 1)
    dora = on_duty()
    jobs.look_after_alerts(NOON + 2 * HOUR - timedelta(seconds=1))
    assert owner() == ada.theo
    jobs.look_after_alerts(NOON + 2 * HOUR)
    assert owner() == dora


def test_the_job_reads_the_hours_at_each_step(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    on_duty()
    set_to(again=7)  # after it was raised, before it goes on
    jobs.look_after_alerts(NOON + 4 * HOUR)
    assert Alert.objects.get().goes_on_at == NOON + 11 * HOUR


def test_what_is_due_the_next_working_day_has_hours_of_its_own(ada: Asked) -> None:
    set_to(later=6)
    alert = known(ada)
    on_duty()
    jobs.look_after_alerts(alert.due_at)
    alert.refresh_from_db()
    assert alert.goes_on_at == alert.due_at + 6 * HOUR


def test_however_many_hours_it_goes_on_before_its_day_is_over(ada: Asked, at: Any) -> None:
    set_to(first=12)
    late = NOON + 10 * HOUR
    ada.answer(ada.next_week(), 1, late)
    alert = Alert.objects.get()
    assert alert.goes_on_at == alert.due_at < late + 12 * HOUR


def test_there_is_one_row_and_each_setting_leaves_a_line() -> None:
    set_to(first=2)
    set_to(first=3)
    assert AlertHours.of_the_practice() == Hours(first=3)
    lines = AuditEvent.objects.filter(verb="measures.alert_hours.set").order_by("number")
    assert [line.detail["first"] for line in lines] == [2, 3]


@pytest.mark.parametrize("hours", [{"first": 0}, {"first": 13}, {"again": 13}, {"later": 73}])
def test_hours_out_of_bounds_are_refused_here_and_by_the_database(hours: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="waits"):
        Hours(**hours)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertHours.objects.create(**({"first": 4, "again": 4, "later": 24} | hours))


# ——— the owner's page ———


def test_the_owner_sets_them(ada: Asked) -> None:
    owner_of_house = signed_in(person("Oona", Role.OWNER))
    page = reverse("alert_hours")
    assert 'value="4"' in owner_of_house.get(page).content.decode()
    owner_of_house.post(page, {"first": "3", "again": "2", "later": "12"})
    assert AlertHours.of_the_practice() == Hours(3, 2, 12)


@pytest.mark.parametrize("typed", ["0", "13", "", "four", "2.5"])
def test_what_cannot_be_comes_back_with_a_sentence_and_all_kept(ada: Asked, typed: str) -> None:
    browser = signed_in(person("Oona", Role.OWNER))
    answer = browser.post(
        reverse("alert_hours"), {"first": typed, "again": "5", "later": "30"}
    ).content.decode()
    assert "Give whole hours, from 1 to 12." in answer
    assert 'value="5"' in answer
    assert 'value="30"' in answer
    assert not AlertHours.objects.exists()


def test_nobody_else_finds_the_page(ada: Asked) -> None:
    for role in (Role.THERAPIST, Role.COORDINATOR, Role.SUPERVISOR):
        somebody = signed_in(person(f"Some {role}", role, address=f"{role}@practice.example"))
        assert somebody.get(reverse("alert_hours")).status_code == 404


# ——— working days ———


def test_the_next_working_day_passes_over_a_holiday(ada: Asked) -> None:
    closed(TUESDAY, TUESDAY)
    assert known(ada).due_at.date() == date(2026, 3, 4)


def test_without_a_holiday_it_is_tomorrow(ada: Asked) -> None:
    closed(date(2026, 4, 3), date(2026, 4, 6))  # some other time: the control
    assert known(ada).due_at.date() == TUESDAY


def test_a_new_answer_is_due_today_on_a_holiday_as_well(ada: Asked) -> None:
    closed(MONDAY, TUESDAY)
    ada.answer(ada.next_week(), 1)
    assert Alert.objects.get().due_at.date() == MONDAY


def test_easter_is_passed_over_and_a_closed_fortnight_is_not() -> None:
    due, thursday = scoring.Due.NEXT_WORKING_DAY, date(2026, 4, 2)
    easter = {date(2026, 4, day) for day in (3, 6)}
    assert scoring.due_on(due, thursday, easter) == date(2026, 4, 7)
    fortnight = {date(2026, 8, day) for day in range(1, 20)}
    assert scoring.due_on(due, date(2026, 7, 31), fortnight) == date(2026, 8, 5)


def test_the_days_of_holidays_are_those_within_the_span() -> None:
    closed(date(2026, 2, 20), TUESDAY)
    closed(date(2026, 3, 6), date(2026, 3, 20))
    assert PracticeHoliday.objects.days(MONDAY, date(2026, 3, 7)) == {
        MONDAY, TUESDAY, date(2026, 3, 6), date(2026, 3, 7),
    }  # fmt: skip
