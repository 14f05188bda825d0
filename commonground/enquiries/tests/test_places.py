"""Offers that run out, places that become free, and what is counted: by jobs that pull."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from commonground.directory.models import Profile
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions, jobs
from commonground.enquiries.figures import LEAST, middle, told, total_told
from commonground.enquiries.models import Enquiry, Offer
from commonground.enquiries.waitlist import expected, weeks
from commonground.people.models import User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .letters import send

DAY = timedelta(days=1)


@pytest.fixture
def cato(db: None, at: Callable[..., Any]) -> Any:
    cache.clear()
    with at(NOON):
        yield person("Cato", Role.COORDINATOR)


def waiting(cato: User, called: str, days: int, **letter: Any) -> Enquiry:
    """Somebody who has been on the list for so many days."""
    send(called=called, **letter)
    enquiry: Enquiry = Enquiry.objects.order_by("-received_at").with_keys().latest("pk")
    enquiry = next(e for e in Enquiry.objects.with_keys() if e.called == called)
    actions.wait(enquiry=enquiry, version=1, by=cato, now=NOON - days * DAY)
    enquiry.refresh_from_db()
    return enquiry


def asked() -> list[tuple[str, str]]:
    return sorted((o.enquiry.called, o.therapist.name) for o in Offer.objects.live().with_keys())


def test_a_freed_place_is_offered_to_whoever_has_waited_longest(cato: User) -> None:
    profile = enlist("Miriam Adeyemi", capacity=0)
    waiting(cato, "Second", 5)
    waiting(cato, "First", 9)
    jobs.offer_freed_places(NOON)
    assert asked() == []
    Profile.objects.filter(pk=profile.pk).update(room=1)
    jobs.offer_freed_places(NOON)
    jobs.offer_freed_places(NOON)
    assert asked() == [("First", "Miriam Adeyemi")]


def test_somebody_it_does_not_fit_is_passed_over(cato: User) -> None:
    enlist("Miriam Adeyemi")
    waiting(cato, "Young", 9, age="12")
    waiting(cato, "Grown", 5)
    jobs.offer_freed_places(NOON)
    assert asked() == [("Grown", "Miriam Adeyemi")]


def test_whoever_asked_for_one_therapist_waits_for_that_one(cato: User) -> None:
    enlist("Miriam Adeyemi")
    tomas = enlist("Tomas Brandt", capacity=0)
    waiting(cato, "Loyal", 9, therapist=tomas.slug)
    jobs.offer_freed_places(NOON)
    assert asked() == []


def test_a_therapist_who_does_not_answer_loses_the_place_and_nobody_else_does(
    cato: User,
) -> None:
    enlist("Miriam Adeyemi")
    first = waiting(cato, "First", 9)
    jobs.offer_freed_places(NOON)
    jobs.let_offers_run_out(NOON + 3 * DAY - timedelta(minutes=1))
    assert asked()
    jobs.let_offers_run_out(NOON + 3 * DAY)
    first.refresh_from_db()
    assert (first.state, first.waiting_since) == ("waiting", NOON - 9 * DAY)
    jobs.offer_freed_places(NOON + 3 * DAY)
    assert asked() == []  # she is not asked about the same person again


def test_a_person_who_does_not_answer_comes_back_to_the_desk(cato: User) -> None:
    profile = enlist("Miriam Adeyemi")
    send()
    enquiry = Enquiry.objects.with_keys().get()
    offer = actions.offer(
        enquiry=enquiry, therapist=profile.therapist, version=1, by=cato, now=NOON
    )
    actions.take(offer=offer, by=profile.therapist.user, now=NOON)
    jobs.let_offers_run_out(NOON + 7 * DAY)
    enquiry.refresh_from_db()
    assert enquiry.state == "no_person"


def test_the_job_may_run_twice(cato: User) -> None:
    enlist("Miriam Adeyemi")
    waiting(cato, "First", 9)
    jobs.offer_freed_places(NOON)
    jobs.let_offers_run_out(NOON + 3 * DAY)
    before = list(Enquiry.objects.values_list("state", "version"))
    jobs.let_offers_run_out(NOON + 3 * DAY)
    assert list(Enquiry.objects.values_list("state", "version")) == before


# ——— how long it may take ———


@pytest.mark.parametrize(
    ("position", "placed", "wait"), [(1, 2, None), (1, 3, 5), (3, 9, 5), (6, 9, 9), (1, 90, 1)]
)
def test_the_wait_is_told_in_weeks_or_not_at_all(
    position: int, placed: int, wait: int | None
) -> None:
    found = expected(position, placed)
    assert (found and weeks(found)) == wait


@given(st.integers(1, 50), st.integers(3, 50))
def test_nobody_further_back_is_told_a_shorter_wait(position: int, placed: int) -> None:
    assert expected(position, placed) <= expected(position + 1, placed)


# ——— small numbers ———


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_a_hidden_number_cannot_be_worked_out(counts: dict[str, int]) -> None:
    shown = told(counts)
    total = total_told(counts)
    hidden = [each.of for each in shown if each.many is None]
    assert all(each.many is None or each.many == 0 or each.many >= LEAST for each in shown)
    if total is not None and hidden:
        assert len(hidden) >= 2  # one alone would be the difference to the total


def test_nought_is_told_and_few_are_not() -> None:
    assert [(c.of, c.many) for c in told({"a": 0, "b": 3, "c": 9, "d": 40})] == [
        ("d", 40),
        ("a", 0),
        ("c", None),
        ("b", None),
    ]


def test_the_middle_of_few_is_not_told() -> None:
    assert middle([DAY] * 4) is None
    assert middle([DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY]) == 3 * DAY


def test_the_page_of_figures_hides_what_is_small(cato: User) -> None:
    for _n in range(6):
        send()
    send(whom="refer", their_name="Ada")
    page = signed_in(cato).get("/enquiries/figures/").text
    assert "not told" in page and ">1<" not in page
