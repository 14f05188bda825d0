"""An open alert always has a living owner, and goes on when nobody acts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonground.core import audit
from commonground.core.models import AuditEvent, Mail
from commonground.measures import actions, jobs
from commonground.measures.models import Alert, Duty, Escalation
from commonground.people import actions as people
from commonground.people.models import Care, Client, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .asked import WEEK, Asked, asked

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(hours=4)
HOURS = timedelta(hours=4, minutes=1)


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        yield asked()


@pytest.fixture
def alert(ada: Asked) -> Alert:
    ada.answer(ada.next_week(), 1)
    return Alert.objects.get()


def supervised(ada: Asked, *roles: Role) -> User:
    """Sue supervises Theo."""
    sue = person("Sue", Role.SUPERVISOR, *roles)
    people.begin_supervision(
        by=audit.SYSTEM, now=NOON, supervisor=sue, therapist=ada.theo.therapist
    )
    return sue


def on_duty(name: str = "Dora") -> User:
    dora = person(name, Role.THERAPIST)
    actions.begin_duty(therapist=dora.therapist, by=audit.SYSTEM, now=NOON)
    return dora


def owner() -> User:
    return Alert.objects.select_related("owner__user").get().owner.user


def steps() -> list[tuple[str, Any]]:
    return [(step.why, step.to and step.to.user) for step in Escalation.objects.all()]


def may_act(user: User, now: datetime) -> bool:
    return Alert.objects.treated_by(user, now).exists()


# ——— nobody has acted ———


def test_before_its_time_it_stays_where_it_is(ada: Asked, alert: Alert) -> None:
    supervised(ada, Role.THERAPIST)
    jobs.look_after_alerts(LATE - timedelta(seconds=1))
    assert (owner(), steps()) == (ada.theo, [])


def test_an_unanswered_alert_goes_to_the_supervisor_then_to_whoever_is_on_duty(
    ada: Asked, alert: Alert
) -> None:
    sue, dora = supervised(ada, Role.THERAPIST), on_duty()
    jobs.look_after_alerts(LATE)
    assert owner() == sue
    jobs.look_after_alerts(LATE + HOURS)
    assert owner() == dora
    assert steps() == [("unanswered", sue), ("unanswered", dora)]


def test_whoever_it_went_to_may_act_and_whoever_had_it_still_may(ada: Asked, alert: Alert) -> None:
    sue = supervised(ada, Role.THERAPIST)
    assert not may_act(sue, LATE)  # a supervisor reads; being called in is what lets her act
    jobs.look_after_alerts(LATE)
    assert may_act(sue, LATE)
    assert may_act(ada.theo, LATE)
    jobs.look_after_alerts(LATE)
    assert len(steps()) == 1


def test_what_lets_her_act_ends_by_itself_and_is_in_the_audit(ada: Asked, alert: Alert) -> None:
    sue = supervised(ada, Role.THERAPIST)
    jobs.look_after_alerts(LATE)
    care = Care.objects.get(therapist=sue.therapist)
    assert (care.part, care.reason, care.ends_at) == (
        "cover", "escalation", LATE + timedelta(days=14),
    )  # fmt: skip
    verbs = list(AuditEvent.objects.values_list("verb", flat=True))
    assert {"people.care.begun", "measures.alert.went_on"} <= set(verbs)


def test_a_supervisor_who_is_no_therapist_reads_it_and_it_goes_further(
    ada: Asked, alert: Alert
) -> None:
    sue, dora = supervised(ada), on_duty()
    jobs.look_after_alerts(LATE)
    assert owner() == dora
    assert Alert.objects.visible_to(sue, LATE).exists()
    assert not may_act(sue, LATE)


def test_an_answered_alert_goes_nowhere(ada: Asked, alert: Alert) -> None:
    supervised(ada, Role.THERAPIST)
    ada.acknowledge(alert)
    jobs.look_after_alerts(LATE + WEEK)
    assert (owner(), steps()) == (ada.theo, [])


def test_the_job_may_run_as_often_as_it_likes(ada: Asked, alert: Alert) -> None:
    supervised(ada, Role.THERAPIST)
    for _ in range(3):
        jobs.look_after_alerts(LATE)
    assert len(steps()) == 1


def test_whoever_has_it_now_is_told_without_a_word_about_it(ada: Asked, alert: Alert) -> None:
    sue = supervised(ada, Role.THERAPIST)
    jobs.look_after_alerts(LATE)
    waiting = [mail for mail in Mail.objects.all() if mail.template == "measures_waiting"]
    assert {mail.to for mail in waiting} == {ada.theo.email, sue.email}
    for mail in waiting:
        said = f"{mail.subject} {mail.body}".lower()
        assert not [w for w in ("ada", "alert", "suicid", "phq", "harm", "answer") if w in said]


def test_one_that_cannot_go_on_holds_up_no_other(
    ada: Asked, alert: Alert, monkeypatch: Any
) -> None:
    supervised(ada, Role.THERAPIST)
    ada.answer(ada.next_week(), 3)
    first = Alert.objects.order_by("due_at", "pk").first()
    real = actions.go_on

    def go_on(**told: Any) -> Any:
        if told["alert"] == first:
            raise RuntimeError("the disk is full")
        return real(**told)

    monkeypatch.setattr(actions, "go_on", go_on)
    jobs.look_after_alerts(LATE)
    assert Escalation.objects.count() == 1


# ——— a practice of one ———


def test_in_a_practice_of_one_it_stays_on_screen_and_says_that_nobody_else_exists(
    ada: Asked, alert: Alert, at: Any
) -> None:
    jobs.look_after_alerts(LATE)
    jobs.look_after_alerts(LATE + WEEK)
    assert (owner(), steps()) == (ada.theo, [("unanswered", None)])
    with at(LATE):
        desk = signed_in(ada.theo)
        for url in (reverse("alerts"), reverse("today")):
            assert "Nobody else in this practice can be told" in desk.get(url).text


def test_whoever_is_named_later_gets_what_had_come_to_its_end(ada: Asked, alert: Alert) -> None:
    jobs.look_after_alerts(LATE)
    dora = on_duty()
    jobs.look_after_alerts(LATE + HOURS)
    assert owner() == dora


def test_the_office_is_told_that_it_is_open_and_never_about_whom(
    ada: Asked, alert: Alert, at: Any
) -> None:
    cato = person("Cato", Role.COORDINATOR)
    Client.objects.filter(pk=ada.ada.pk).update(user=None)
    jobs.look_after_alerts(LATE)
    assert [m.to for m in Mail.objects.all() if m.template == "measures_alone"] == [cato.email]
    with at(LATE):
        page = signed_in(cato).get(reverse("alerts")).text
    assert "Theo" in page
    assert "Ada" not in page


# ——— a living owner ———


def test_it_moves_to_whoever_covers_from_now_on(ada: Asked, alert: Alert) -> None:
    cora = ada.cover(ends_at=NOON + WEEK)
    jobs.look_after_alerts(NOON + timedelta(minutes=5))
    assert (owner(), steps()) == (cora, [("covered", cora)])


def test_it_comes_back_when_the_cover_ends(ada: Asked, alert: Alert) -> None:
    ada.cover(ends_at=NOON + timedelta(hours=1))
    jobs.look_after_alerts(NOON + timedelta(minutes=5))
    jobs.look_after_alerts(NOON + timedelta(hours=2))
    assert owner() == ada.theo


def test_it_moves_to_the_new_lead_at_a_hand_over(ada: Asked, alert: Alert) -> None:
    tess = person("Tess", Role.THERAPIST)
    (care,) = Care.objects.filter(client=ada.ada)
    people.end_care(by=ada.theo, now=NOON, care=care, reason="hand-over")
    people.begin_care(
        by=ada.theo, now=NOON, client=ada.ada, therapist=tess.therapist, part="lead",
        reason="hand-over",
    )  # fmt: skip
    jobs.look_after_alerts(NOON + timedelta(minutes=5))
    assert (owner(), steps()) == (tess, [("owner_gone", tess)])


@pytest.mark.parametrize("leaves", ["closed", "no therapist any more"])
def test_it_moves_on_when_its_owner_leaves(ada: Asked, alert: Alert, leaves: str) -> None:
    dora = on_duty()
    if leaves == "closed":
        people.deactivate(by=audit.SYSTEM, now=NOON, user=ada.theo)
    else:
        people.revoke_role(by=audit.SYSTEM, now=NOON, user=ada.theo, role=Role.THERAPIST)
    jobs.look_after_alerts(NOON + timedelta(minutes=5))
    assert owner() == dora
    assert may_act(dora, NOON + timedelta(minutes=6))


def test_with_its_owner_gone_and_nobody_left_that_is_written_down(ada: Asked, alert: Alert) -> None:
    people.deactivate(by=audit.SYSTEM, now=NOON, user=ada.theo)
    for minutes in (5, 10):
        jobs.look_after_alerts(NOON + timedelta(minutes=minutes))
    assert steps() == [("owner_gone", None)]


def test_after_the_ending_it_goes_to_whoever_is_on_duty(ada: Asked) -> None:
    response, dora = ada.next_week(), on_duty()
    Care.objects.update(ends_at=NOON)
    ada.answer(response, 2)
    assert owner() == dora
    assert may_act(dora, NOON)


def test_after_the_ending_with_nobody_on_duty_no_answer_is_kept(ada: Asked) -> None:
    response = ada.next_week()
    Care.objects.update(ends_at=NOON)
    with pytest.raises(actions.NobodyToTell):
        ada.answer(response, 2)


def test_somebody_called_in_once_is_not_asked_first_the_next_time(ada: Asked, alert: Alert) -> None:
    supervised(ada, Role.THERAPIST)
    jobs.look_after_alerts(LATE)
    ada.answer(ada.next_week(), 3, LATE)
    assert Alert.objects.latest("raised_at").owner == ada.theo.therapist


# ——— on duty ———


def test_an_owner_names_who_is_on_duty_and_takes_them_off(ada: Asked) -> None:
    desk = signed_in(person("Oonagh", Role.OWNER))
    url = reverse("duty")
    assert desk.post(url, {"therapist": ada.theo.therapist.pk}).status_code == 302
    assert "Theo" in desk.get(url).text
    again = desk.post(url, {"therapist": ada.theo.therapist.pk})
    assert "on duty already" in again.text
    desk.post(reverse("duty_end", args=[Duty.objects.get().pk]))
    assert not Duty.objects.current(NOON).exists()


def test_somebody_whose_account_is_closed_is_not_on_duty(ada: Asked) -> None:
    people.deactivate(by=audit.SYSTEM, now=NOON, user=on_duty())
    assert not Duty.objects.current(NOON + timedelta(minutes=1)).exists()


# ——— one alert, however it was put right ———


def test_an_answer_put_right_brings_the_open_alert_forward_and_adds_none(ada: Asked) -> None:
    ada.answer(ada.next_week(), 1)
    ada.acknowledge(Alert.objects.get())
    response = ada.next_week()
    ada.answer(response, 1)
    actions.send(check_in=ada.check_ins[-1], by=ada.account, now=NOON)
    response.refresh_from_db()
    actions.correct(response=response, answers={"better_off_dead": 3}, by=ada.theo, now=NOON)
    opened = Alert.objects.unanswered().get()
    assert (opened.due, opened.why) == ("same_day", "rising")
