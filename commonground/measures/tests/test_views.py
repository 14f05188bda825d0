"""The check-in as a client meets it, and the alert as the therapist does."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit
from commonground.core.models import AuditEvent
from commonground.measures import actions
from commonground.measures.models import Alert, CheckIn, Response
from commonground.people.models import Care
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .asked import NINE, Asked, asked

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        made = asked()
        response = made.next_week()
        actions.open_now(assignment=response.assignment, by=made.theo, now=NOON)
        yield made


@pytest.fixture
def phone(ada: Asked) -> Browser:
    return signed_in(ada.account)


def number_of(concept: str) -> int:
    (response,) = Response.objects.all()
    questions = CheckIn.before(response.appointment).questions
    return next(q.number for q in questions if q.item.concept == concept)


def question(number: int) -> str:
    return reverse("check_in", args=[Response.objects.get().assignment_id, number])


def of(name: str) -> str:
    return reverse(name, args=[Response.objects.get().assignment_id])


def test_a_client_answers_question_after_question_and_sends(phone: Browser) -> None:
    total = len(Response.objects.get().measure.items)
    for number in range(1, total + 1):
        assert phone.get(question(number)).status_code == 200
        last = phone.post(question(number), {"answer": "0"})
    assert last.url == of("check_in_review")
    assert phone.get(last.url).status_code == 200
    assert phone.post(last.url).url == of("check_in_sent")
    assert phone.get(of("check_in_sent")).status_code == 200
    assert Response.objects.get().is_sent
    assert phone.get(question(1)).url == of("check_in_sent")


@pytest.mark.parametrize("value", ["1", "2", "3"])
def test_help_stands_on_the_page_that_answers_item_nine(phone: Browser, value: str) -> None:
    url = question(number_of(NINE))
    page = phone.post(url, {"answer": value})
    assert page.status_code == 200
    assert page.context["show_help"]
    assert Alert.objects.count() == 1
    assert phone.post(url, {"answer": value, "seen_help": "1"}).status_code == 302


def test_a_script_is_told_to_show_help(phone: Browser) -> None:
    url = question(number_of(NINE))
    assert phone.post(url, {"answer": "1"}, headers=SCRIPT).json() == {"help": True}
    assert phone.post(url, {"answer": "0"}, headers=SCRIPT).json() == {"help": False}


def test_a_double_submit_is_one_alert_and_one_answer(phone: Browser) -> None:
    url = question(number_of(NINE))
    phone.post(url, {"answer": "2"})
    phone.post(url, {"answer": "2"})
    assert Alert.objects.count() == 1
    assert len(Response.objects.get().changes) == 1


def test_with_nobody_to_read_it_the_client_is_told_and_helped(phone: Browser) -> None:
    url = question(number_of(NINE))
    Care.objects.update(ends_at=NOON)
    page = phone.post(url, {"answer": "2"})
    assert (page.status_code, page.context["show_help"]) == (503, True)
    assert "not kept" in page.text
    told = phone.post(url, {"answer": "2"}, headers=SCRIPT)
    assert (told.status_code, told.json()["help"]) == (503, True)


@pytest.mark.parametrize("wrong", ["4", "-1", "yes", "9" * 30, "1\x00", "1.5"])
def test_an_answer_that_is_none_is_asked_again(phone: Browser, wrong: str) -> None:
    page = phone.post(question(2), {"answer": wrong}, follow=True)
    assert (page.status_code, "Choose one of the answers" in page.text) == (200, True)
    assert Response.objects.get().changes == []


@pytest.mark.parametrize("number", [0, 99, 10**20])
def test_a_question_that_there_is_not_leads_to_the_one_that_is_open(
    phone: Browser, number: int
) -> None:
    assert phone.get(question(number)).url == question(1)


def test_where_nothing_is_asked_there_is_nothing_to_see(phone: Browser) -> None:
    asked_for = Response.objects.get().assignment_id
    Response.objects.all().delete()
    assert phone.get(reverse("check_in", args=[asked_for, 1])).status_code == 404


def test_a_stranger_finds_no_check_in(ada: Asked) -> None:
    other = signed_in(person("Ben", Role.CLIENT))
    for url in (question(1), of("check_in_review"), of("check_in_sent")):
        assert other.get(url).status_code == 404
        assert other.post(url, {"answer": "1"}).status_code == 404


# ——— the alert ———


@pytest.fixture
def raised(ada: Asked) -> Alert:
    ada.answer(Response.objects.get(), 2)
    return Alert.objects.get()


def test_a_therapist_reads_an_alert_and_says_what_they_did(ada: Asked, raised: Alert) -> None:
    desk, url = signed_in(ada.theo), reverse("alert", args=[raised.pk])
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"action": "spoke", "words": "At noon."}).url == reverse("today")
    assert not Alert.objects.get().is_open


def test_an_alert_is_not_closed_without_saying_what_was_done(ada: Asked, raised: Alert) -> None:
    page = signed_in(ada.theo).post(
        reverse("alert", args=[raised.pk]), {"words": "Words I had typed."}
    )
    assert "Say what you did" in page.text
    assert "Words I had typed." in page.text
    assert Alert.objects.get().is_open


@pytest.mark.parametrize("words", ["a" * 5000, "before\x00after"])
def test_words_that_cannot_be_kept_come_back(ada: Asked, raised: Alert, words: str) -> None:
    page = signed_in(ada.theo).post(
        reverse("alert", args=[raised.pk]), {"action": "spoke", "words": words}
    )
    assert page.status_code == 200
    assert page.context["form"].errors["words"]
    assert Alert.objects.get().is_open


def test_another_therapist_finds_no_alert(raised: Alert) -> None:
    tess = signed_in(person("Tess", Role.THERAPIST))
    assert tess.get(reverse("alert", args=[raised.pk])).status_code == 404


def test_the_history_on_the_page_has_its_days(ada: Asked, raised: Alert) -> None:
    page = signed_in(ada.theo).get(reverse("alert", args=[raised.pk]))
    assert "2 Mar 2026" in page.text


# ——— every look is a line ———


def looks(ada: Asked) -> Iterator[tuple[Browser, str]]:
    phone, desk = signed_in(ada.account), signed_in(ada.theo)
    yield phone, question(1)
    yield phone, of("check_in_review")
    yield phone, of("check_in_sent")
    yield desk, reverse("alert", args=[Alert.objects.get().pk])


def test_every_look_leaves_one_line(ada: Asked, raised: Alert) -> None:
    for browser, url in looks(ada):
        before = AuditEvent.objects.count()
        assert browser.get(url).status_code == 200
        assert AuditEvent.objects.count() == before + 1, url


def test_when_the_audit_cannot_be_written_nothing_is_shown(
    ada: Asked, raised: Alert, monkeypatch: Any
) -> None:
    asked = list(looks(ada))
    monkeypatch.setattr(audit, "_append", _full)
    for browser, url in asked:
        browser.raise_request_exception = False
        assert browser.get(url).status_code == 500, url


def _full(*args: Any, **kwargs: Any) -> None:
    raise OSError("no space left")
