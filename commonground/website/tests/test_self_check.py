"""The self-check: sentences, never a verdict; help first; nothing kept."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonground.core.models import AuditEvent
from commonground.enquiries.models import Draft
from commonground.website import actions
from commonground.website.blocks import Indicator as Block
from commonground.website.models import ApproachPage
from commonground.website.selfcheck import Indicator, Said, heard, recognised

from .small_site import TOLD, found

FEW = (
    Indicator("I miss somebody.", "Grief can move.", ("ipt",)),
    Indicator("We argue.", "A dispute can be staged anew.", ("ipt", "couple")),
    Indicator("Thoughts race.", "Thoughts can be worked with.", ("cbt",)),
)


def test_reasons_are_gathered_under_what_they_speak_for() -> None:
    told = heard(FEW, {0: Said.YES, 1: Said.PARTLY, 2: Said.NO}, "ipt")
    assert told.here == ("Grief can move.", "A dispute can be staged anew.")
    assert told.elsewhere == {"couple": ("A dispute can be staged anew.",)}


def test_what_is_not_recognised_speaks_for_nothing() -> None:
    assert heard(FEW, {}, "ipt").nothing
    assert recognised(FEW, {0: Said.NO}) == []


@given(st.dictionaries(st.integers(0, 2), st.sampled_from(Said)))
def test_saying_yes_to_more_takes_no_reason_away(said: dict[int, Said]) -> None:
    less = heard(FEW, said, "ipt")
    more = heard(FEW, said | {0: Said.YES}, "ipt")
    assert set(less.here) <= set(more.here)
    assert less.elsewhere.keys() <= more.elsewhere.keys()


CHECK = [
    {"sentence": "I miss somebody.", "explains": "Grief that has not been able to move can."},
    {"sentence": "We argue.", "explains": "A dispute can be staged anew.", "others": ["emdr"]},
    {"sentence": "Thoughts race.", "explains": "Thoughts can be worked with.", "here": False,
     "others": ["cognitive-therapy"]},
]  # fmt: skip


@pytest.fixture
def page(db: None) -> str:
    """The self-check of one approach among three; returns its address."""
    found("interpersonal-therapy", "emdr", "cognitive-therapy")
    told = {"slug": "interpersonal-therapy", "self_check": CHECK}
    actions.set_self_check(approach=told, **TOLD)
    return reverse("self_check", args=["interpersonal-therapy"])


def test_the_answer_is_in_words_and_leads_on(page: str) -> None:
    answer = Browser().post(page, {"safe": "safe", "s0": "yes", "s1": "partly", "s2": "yes"})
    assert "What speaks for Interpersonal Therapy" in answer.text
    assert "Grief that has not been able to move" in answer.text
    assert "/approaches/cognitive-therapy/" in answer.text
    for verdict in ("score", "depress", "result:", "%"):
        assert verdict not in answer.text.split("<main")[1].split("</main")[0].lower()


def test_help_comes_first_for_somebody_who_is_not_safe(page: str) -> None:
    answer = Browser().post(page, {"safe": "unsafe", "s0": "yes"}).text
    assert answer.index("please do not stay alone with this") < answer.index("What speaks for")
    assert "please do not stay alone" not in Browser().post(page, {"safe": "safe"}).text


def test_whether_somebody_is_safe_is_not_left_out(page: str) -> None:
    answer = Browser().post(page, {"s0": "yes"})
    assert (answer.status_code, "Please answer this one" in answer.text) == (422, True)
    assert "checked" in answer.text


def test_nothing_recognised_is_told_kindly(page: str) -> None:
    answer = Browser().post(page, {"safe": "safe"}).text
    assert "says nothing about whether help would do you good" in answer
    assert "take this along" not in answer


def test_nothing_is_kept_and_no_cookie_is_left(page: str) -> None:
    browser, before = Browser(), AuditEvent.objects.count()
    browser.post(page, {"safe": "unsafe", "s0": "yes"})
    assert not browser.cookies
    assert (AuditEvent.objects.count(), Draft.objects.count()) == (before, 0)


def test_what_is_taken_along_stands_in_the_letter_and_can_be_read_there(page: str) -> None:
    browser = Browser()
    text = "Interpersonal Therapy\nYes, that is me: Somebody I love has died."
    letter = browser.post(reverse("enquire"), {"along": text, "approach": "interpersonal-therapy"})
    assert letter.status_code == 200
    assert "Somebody I love has died." in letter.text
    assert '<option value="interpersonal-therapy" selected' in letter.text


def test_an_approach_without_one_has_no_page(page: str) -> None:
    assert Browser().get(reverse("self_check", args=["emdr"])).status_code == 404
    ApproachPage.objects.get(slug="interpersonal-therapy").unpublish()
    assert Browser().get(page).status_code == 404


def test_an_editor_cannot_keep_a_sentence_that_speaks_for_nothing() -> None:
    from wagtail.blocks import StructBlockValidationError

    block = Block()
    told = {"sentence": "I am tired.", "explains": "Rest.", "here": False, "others": []}
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python(told))
