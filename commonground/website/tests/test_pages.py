"""Where a page may stand, and who comes before and after it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from commonground.core import cache
from commonground.website import actions
from commonground.website.models import (
    ApproachIndexPage,
    ApproachPage,
    CrisisPage,
    HomePage,
    OrdinaryPage,
)
from commonground.website.tests.small_site import (
    LIST,
    TOLD,
    address,
    approach,
    facts,
    found,
    visitor,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("parent", "child", "may"),
    [
        (Page, HomePage, True),
        (HomePage, ApproachIndexPage, True),
        (HomePage, OrdinaryPage, True),
        (HomePage, CrisisPage, True),
        (ApproachIndexPage, ApproachPage, True),
        (HomePage, ApproachPage, False),
        (ApproachIndexPage, OrdinaryPage, False),
        (ApproachPage, ApproachPage, False),
        (OrdinaryPage, OrdinaryPage, False),
        (Page, OrdinaryPage, False),
    ],
)
def test_a_page_stands_only_where_it_belongs(parent, child, may):
    assert (child in parent.allowed_subpage_models()) is may


@pytest.mark.parametrize("kind", [HomePage, ApproachIndexPage, CrisisPage])
def test_there_is_only_one_of_the_pages_the_site_leans_on(kind):
    first = found()
    actions.add_page(page={"slug": "crisis", "title": "Help right now"}, **TOLD)
    assert not kind.can_create_at(Page.get_first_root_node() if kind is HomePage else first)


def test_the_crisis_page_keeps_its_address():
    found()
    page = actions.add_page(page={"slug": "crisis-help", "title": "Help right now"}, **TOLD)
    page.slug = "help"
    with pytest.raises(ValidationError, match="keeps the address"):
        page.full_clean()
    assert "Help right now" in words(visitor(), "/crisis/")


def test_previous_and_next_follow_the_editors_order():
    found("emdr", "ipt", "body")
    assert (approach("ipt").previous.slug, approach("ipt").next.slug) == ("emdr", "body")


def test_the_first_has_nobody_before_it_and_the_last_nobody_after_it():
    found("emdr", "ipt")
    assert approach("emdr").previous is None
    assert approach("ipt").next is None


def test_a_neighbour_who_is_a_draft_is_passed_over():
    found("emdr", "ipt")
    actions.add_approach(approach=facts("body"), live=False, **TOLD)
    actions.add_approach(approach=facts("couple"), **TOLD)
    assert approach("ipt").next.slug == "couple"


def test_a_draft_is_not_there_for_a_visitor():
    found("emdr")
    actions.add_approach(approach=facts("body"), live=False, **TOLD)
    assert visitor().get(address("body")).status_code == 404
    assert address("body") not in words(visitor(), LIST)


def queries_of(path):
    cache.ANSWERS.clear()
    with CaptureQueriesContext(connection) as seen:
        assert visitor().get(f"{path}?past-the-store").status_code == 200
    return len(seen)


def test_a_page_asks_the_database_as_often_with_thirty_siblings_as_with_three():
    found("one", "two", "three")
    queries_of(address("two"))
    few, few_in_list = queries_of(address("two")), queries_of(LIST)
    for number in range(4, 31):
        actions.add_approach(approach=facts(f"number-{number}"), **TOLD)
    assert (queries_of(address("two")), queries_of(LIST)) == (few, few_in_list)


def test_founding_a_site_twice_leaves_it_as_it_is():
    found("emdr")
    page = approach("emdr")
    page.title = "What an editor wrote"
    page.save_revision().publish()
    found("emdr")
    assert [p.title for p in ApproachPage.objects.all()] == ["What an editor wrote"]
    assert HomePage.objects.count() == 1


def test_wagtails_own_welcome_page_is_gone():
    first = found()
    assert list(Page.objects.filter(depth=2)) == [first.page_ptr]


def test_a_public_page_is_kept_whole():
    found("emdr")
    visitor().get(address("emdr"))
    kept = cache.find(cache.key("http", "localhost:8000", address("emdr"), "en-gb"), False)
    assert kept is not None and b"Emdr" in kept.body


def test_a_public_page_asks_for_no_session_and_sets_no_cookie():
    found("emdr")
    response = visitor().get(address("emdr"))
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_words_that_look_like_tags_stay_words():
    found()
    told = facts("odd", who_for={"text": ["Adults <script>alert(1)</script>"]})
    actions.add_approach(approach=told, **TOLD)
    assert "<script>alert" not in words(visitor(), address("odd"))
