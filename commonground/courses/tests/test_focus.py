"""Focus, formulation, goals: one focus, at most two, in the client's words, agreed by both."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions
from commonground.courses.actions import NotNow, Stale
from commonground.courses.models import Focus, Formulation, Goal, Rating, Session
from commonground.people.roles import Role
from commonground.people.tests.front_office import (
    NOON,
    client_of,
    just_signed_in,
    person,
    signed_in,
)

from .carried import Carried, open_course
from .test_people import keep as keep_person

pytestmark = pytest.mark.django_db
WORDS = {"client_words": "I lost the person I was at work."}


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def agree(priya: Carried, area: str = "transition", **more: Any) -> Focus:
    told = {"words": "From head of department to cover teacher"} | more
    return actions.agree_focus(course=priya.course, area=area, by=priya.miriam, now=NOON, **told)


def second(priya: Carried, **more: Any) -> Focus:
    told = {"words": "The evenings", "reason": "It keeps going there.", "stage": "impasse"} | more
    return agree(priya, "dispute", **told)


def write(priya: Carried, draft: Formulation | None = None, version: int = 0, **facts: Any) -> Any:
    return actions.keep_formulation(
        course=priya.course, formulation=draft, facts=WORDS | facts, version=version,
        by=priya.miriam, now=NOON,
    )  # fmt: skip


def settle(priya: Carried, draft: Formulation, version: int = 1) -> Formulation:
    return actions.agree_formulation(formulation=draft, version=version, by=priya.account, now=NOON)


# ——— focus ———


def test_the_first_focus_is_the_primary_one(priya: Carried) -> None:
    assert agree(priya).rank == 1


def test_a_second_focus_needs_a_reason(priya: Carried) -> None:
    agree(priya)
    with pytest.raises(NotNow, match="needs a reason"):
        second(priya, reason="  ")
    assert second(priya).rank == 2


def test_a_third_focus_is_refused(priya: Carried) -> None:
    agree(priya)
    second(priya)
    with pytest.raises(NotNow, match="two are the most"):
        agree(priya, "grief")


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_database_itself_refuses_a_third(priya: Carried, rank: int) -> None:
    agree(priya)
    second(priya)
    with pytest.raises(IntegrityError), transaction.atomic():
        Focus.objects.create(
            course=priya.course, area="grief", rank=rank, words="x", reason="y", agreed_at=NOON
        )


def test_the_database_itself_asks_for_the_reason(priya: Carried) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Focus.objects.create(course=priya.course, area="grief", rank=2, words="x", agreed_at=NOON)


def test_a_dispute_says_where_it_stands(priya: Carried) -> None:
    with pytest.raises(NotNow, match="where the dispute stands"):
        agree(priya, "dispute")
    focus = agree(priya, "dispute", stage="impasse")
    actions.stage_dispute(
        focus=focus, stage="renegotiation", by=priya.miriam, now=NOON + timedelta(days=28)
    )
    stage = Focus.objects.of(priya.course).get().stage
    assert stage and stage.stage == "renegotiation"


def test_only_a_dispute_has_stages(priya: Carried) -> None:
    with pytest.raises(NotNow):
        actions.stage_dispute(focus=agree(priya), stage="impasse", by=priya.miriam, now=NOON)


def test_a_focus_that_is_left_makes_room_and_stays_in_the_record(priya: Carried) -> None:
    first = agree(priya)
    other = second(priya)
    actions.leave_focus(focus=first, by=priya.miriam, now=NOON)
    other.refresh_from_db()
    assert other.rank == 1
    assert Focus.objects.of(priya.course).count() == 2


def test_nobody_of_another_course_belongs_to_a_focus(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    wrens = actions.keep_person(course=other, facts={"name": "Ada"}, by=priya.miriam, now=NOON)
    with pytest.raises(NotNow):
        agree(priya, person=wrens)


def test_strategies_of_another_area_are_left_out(priya: Carried) -> None:
    agree(priya)
    kept = actions.work_strategies(
        session=priya.session(), worked=["transition.old_role", "grief.link", "x"],
        by=priya.miriam, now=NOON,
    )  # fmt: skip
    assert kept.strategies == ["transition.old_role"]


def test_techniques_that_are_none_are_left_out(priya: Carried) -> None:
    kept = actions.use_techniques(
        session=priya.session(), used=["role_play", "hypnosis"], by=priya.miriam, now=NOON
    )
    assert kept.techniques == ["role_play"]


def test_a_closed_session_keeps_its_ticks(priya: Carried) -> None:
    Session.objects.filter(pk=priya.session().pk).update(closed_at=NOON)
    with pytest.raises(NotNow):
        actions.use_techniques(session=priya.session(), used=[], by=priya.miriam, now=NOON)


# ——— formulation ———


def test_what_was_agreed_is_kept_and_a_change_begins_the_next_version(priya: Carried) -> None:
    agreed = settle(priya, write(priya))
    again = write(priya, agreed, version=1, client_words="It is the silence at home.")
    assert (again.number, again.is_agreed) == (2, False)
    words = [one.client_words for one in Formulation.objects.of(priya.course).with_keys()]
    assert words == ["It is the silence at home.", WORDS["client_words"]]


def test_the_database_itself_keeps_what_was_agreed(priya: Carried) -> None:
    agreed = settle(priya, write(priya))
    with pytest.raises(IntegrityError), transaction.atomic():
        Formulation.objects.filter(pk=agreed.pk).update(number=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Formulation.objects.filter(pk=agreed.pk).delete()


def test_words_that_changed_since_they_were_read_are_not_agreed(priya: Carried) -> None:
    draft = write(priya)
    write(priya, draft, version=1, client_words="Something else.")
    with pytest.raises(Stale):
        settle(priya, draft)


def test_two_who_write_the_formulation_lose_nothing(priya: Carried) -> None:
    draft = write(priya)
    write(priya, draft, version=1, cycle="He comes late.")
    with pytest.raises(Stale) as refused:
        write(priya, draft, version=1, cycle="I go quiet.")
    assert refused.value.theirs == {"cycle": "He comes late."}


def test_a_draft_is_not_begun_twice(priya: Carried) -> None:
    write(priya)
    with pytest.raises(Stale):
        write(priya, client_words="Mine.")


def test_the_client_reads_only_what_is_shared_and_agrees_to_it(priya: Carried) -> None:
    phone, draft = just_signed_in(priya.account), write(priya)
    assert WORDS["client_words"] not in phone.get(reverse("my_formulation")).text
    actions.share_formulation(formulation=draft, by=priya.miriam, now=NOON)
    assert WORDS["client_words"] in phone.get(reverse("my_formulation")).text
    assert WORDS["client_words"] in phone.get(reverse("my")).text
    phone.post(reverse("my_formulation"), {"version": "1"})
    assert Formulation.objects.get().is_agreed


# ——— goals ———


def test_a_goal_belongs_to_its_own_course_only(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    wrens = actions.keep_person(course=other, facts={"name": "Ada"}, by=priya.miriam, now=NOON)
    with pytest.raises(NotNow):
        actions.agree_goal(
            course=priya.course, words="x", baseline=1, target=2, person=wrens,
            by=priya.miriam, now=NOON,
        )  # fmt: skip


def test_every_rating_is_kept_and_the_last_is_where_it_stands(priya: Carried) -> None:
    goal = priya.goal()
    for value in (2, 5):
        actions.rate_goal(goal=goal, value=value, by=priya.account, now=NOON)
    assert [r.value for r in Rating.objects.all()] == [2, 5]
    assert Goal.objects.get().now == 5


def test_the_client_rates_on_their_own_page(priya: Carried) -> None:
    goal, phone = priya.goal(), signed_in(priya.account)
    phone.post(reverse("my_goal", args=[goal.pk]), {"value": "6"})
    assert Goal.objects.get().now == 6
    answer = phone.post(reverse("my_goal", args=[goal.pk]), {"value": "11"}, follow=True)
    assert "from 0 to 10" in answer.text


def test_nobody_rates_the_goal_of_another_client(priya: Carried) -> None:
    goal, other = priya.goal(), signed_in(person("Wren", Role.CLIENT))
    assert other.post(reverse("my_goal", args=[goal.pk]), {"value": "6"}).status_code == 404


# ——— the pages ———


def test_the_page_shows_what_was_worked_on_and_what_comes_next(
    priya: Carried, desk: Browser
) -> None:
    agree(priya)
    session = priya.session()
    ticks = {"worked": ["transition.old_role"]}
    told = desk.post(
        reverse("strategies", args=[session.pk]), ticks, headers={"Accept": "application/json"}
    )
    assert told.json()["strategies"] == ["transition.old_role"]
    page = desk.get(reverse("formulation", args=[priya.course.pk]))
    (one,) = page.context["foci"]
    assert one["next"].id == "transition.change"
    assert one["last_session"] == 1


def test_a_focus_is_agreed_by_the_form_and_a_second_one_asks_why(
    priya: Carried, desk: Browser
) -> None:
    url = reverse("focus_new", args=[priya.course.pk])
    desk.post(url, {"area": "transition", "words": "After the move"})
    page = desk.post(url, {"area": "dispute", "words": "The evenings", "stage": "impasse"})
    assert page.context["form"].errors["reason"]
    told = {"area": "dispute", "words": "The evenings", "stage": "impasse", "reason": "Both."}
    assert desk.post(url, told).status_code == 302
    page = desk.post(url, {**told, "area": "grief"})
    assert "two are the most" in page.text


def test_a_formulation_is_written_shared_and_agreed_on_its_page(
    priya: Carried, desk: Browser
) -> None:
    tom = keep_person(priya, name="Tom")
    told = {**WORDS, "people": [str(tom.pk)], "version": "0"}
    desk.post(reverse("formulation_edit", args=[priya.course.pk]), told)
    desk.post(reverse("formulation_share", args=[priya.course.pk]))
    desk.post(reverse("formulation_agree", args=[priya.course.pk]), {"version": "1"})
    found = Formulation.objects.get()
    assert found.is_agreed
    assert list(found.people.all()) == [tom]
    page = desk.get(reverse("formulation", args=[priya.course.pk]))
    assert "Revise it in a new version" in page.text


def test_stage_and_leaving_are_kept_by_their_forms(priya: Carried, desk: Browser) -> None:
    focus = agree(priya, "dispute", stage="impasse")
    desk.post(reverse("focus_stage", args=[focus.pk]), {"stage": "settled"})
    again = desk.post(reverse("focus_stage", args=[focus.pk]), {"stage": "settled"}, follow=True)
    assert "stands there already" in again.text
    desk.post(reverse("focus_leave", args=[focus.pk]))
    assert Focus.objects.get().left_at == NOON


def test_a_stranger_works_on_nothing(priya: Carried) -> None:
    stranger, focus = signed_in(person("Tomas", Role.THERAPIST)), agree(priya)
    assert stranger.get(reverse("formulation", args=[priya.course.pk])).status_code == 404
    answer = stranger.post(reverse("focus_leave", args=[focus.pk]))
    assert answer.status_code == 404
