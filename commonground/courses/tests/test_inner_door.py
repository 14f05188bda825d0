"""What a client wrote with their therapist about other people lies behind the inner door."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.courses import actions, filled, storages
from commonground.courses.models import Worksheet
from commonground.people import access
from commonground.people.tests.front_office import NOON, just_signed_in, signed_in

from .carried import Carried

pytestmark = pytest.mark.django_db
ASKED = "Is it still you?"
AJAX = {"Accept": "application/json"}


@pytest.fixture
def phone(priya: Carried) -> Browser:
    """Signed in for a while: the inner door is shut."""
    return signed_in(priya.account)


def begun(priya: Carried, key: str) -> Worksheet:
    sheet = next(one for one in storages.newest_worksheets() if one.key == key)
    return actions.begin_worksheet(course=priya.course, sheet=sheet, by=priya.miriam, now=NOON)


def write(priya: Carried, sheet: Worksheet, **answers: Any) -> Worksheet:
    there = Worksheet.objects.with_keys().get(pk=sheet.pk)
    seen = filled.stamps(there.sheet, there.answers)
    told = there.answers | answers
    return actions.keep_worksheet(
        worksheet=there, answers=told, seen=seen, by=priya.miriam, now=NOON
    ).worksheet


def url(name: str, sheet: Worksheet) -> str:
    return reverse(name, args=[sheet.pk])


def seen_by(browser: Browser, sheet: Worksheet) -> dict[str, str]:
    form = browser.get(url("worksheet", sheet)).context["form"]
    return {b.html_name: b.value() for b in form if b.value() not in (None, "", [])}


def test_a_sheet_with_words_on_it_asks_who_is_there(priya: Carried, phone: Browser) -> None:
    sheet = write(priya, begun(priya, "communication-analysis"), aim="To be heard by Tom")
    opened = just_signed_in(priya.account)
    for name in ("worksheet", "worksheet_read"):
        shown, asked = opened.get(url(name, sheet)).text, phone.get(url(name, sheet)).text
        assert ("Tom" in shown, "Tom" in asked, ASKED in asked) == (True, False, True)


def test_the_list_names_the_sheets_and_nothing_on_them(priya: Carried, phone: Browser) -> None:
    write(priya, begun(priya, "communication-analysis"), aim="To be heard by Tom")
    page = phone.get(reverse("my_worksheets")).text
    assert "How a conversation went" in page and "Tom" not in page


def test_a_blank_sheet_asks_only_where_it_offers_somebody(priya: Carried, phone: Browser) -> None:
    conversation, diary = begun(priya, "communication-analysis"), begun(priya, "rhythm-diary")
    assert ASKED not in phone.get(url("worksheet", conversation)).text
    actions.keep_person(course=priya.course, facts={"name": "Tom"}, by=priya.miriam, now=NOON)
    page = phone.get(url("worksheet", conversation)).text
    assert (ASKED in page, "Tom" in page) == (True, False)
    assert ASKED not in phone.get(url("worksheet", diary)).text


def test_the_plan_for_hard_hours_never_asks(priya: Carried, phone: Browser) -> None:
    plan = write(priya, begun(priya, "safety-plan"), signs="I stop answering")
    for page in (reverse("my_safety_plan"), url("worksheet", plan), url("worksheet_read", plan)):
        assert "I stop answering" in phone.get(page).text


def test_a_therapist_is_never_asked(priya: Carried) -> None:
    sheet = write(priya, begun(priya, "communication-analysis"), aim="To be heard by Tom")
    assert "Tom" in signed_in(priya.miriam).get(url("worksheet", sheet)).text


def shut_from_now_on(monkeypatch: Any) -> None:
    was = clock.real()
    monkeypatch.setattr(access.clock, "real", lambda: was + timedelta(minutes=20))


def test_what_was_typed_is_kept_after_the_door_has_shut(priya: Carried, monkeypatch: Any) -> None:
    sheet = write(priya, begun(priya, "affect"), situation="At home")
    opened = just_signed_in(priya.account)
    told = seen_by(opened, sheet) | {"situation": "On the train"}
    shut_from_now_on(monkeypatch)
    answer = opened.post(url("worksheet", sheet), told, follow=True).text
    assert (ASKED in answer, "On the train" in answer) == (True, False)
    assert Worksheet.objects.with_keys().get().answers["situation"] == "On the train"


@pytest.mark.parametrize("shut", [True, False])
def test_the_other_s_words_are_shown_at_an_open_door_only(
    priya: Carried, monkeypatch: Any, shut: bool
) -> None:
    sheet = write(priya, begun(priya, "affect"), situation="At home")
    opened = just_signed_in(priya.account)
    told = seen_by(opened, sheet) | {"situation": "On the train"}
    write(priya, sheet, situation="With Tom", named="Cross with Tom")
    if shut:
        shut_from_now_on(monkeypatch)
    for headers in ({}, AJAX):
        answer = opened.post(url("worksheet", sheet), told, headers=headers).text
        assert ("Tom" in answer) is not shut
        assert ("open this page again to see both" in answer) is shut
        assert headers or "On the train" in answer  # one's own words come back


def test_a_form_that_comes_back_offers_nobody_at_a_shut_door(
    priya: Carried, monkeypatch: Any
) -> None:
    actions.keep_person(course=priya.course, facts={"name": "Tom"}, by=priya.miriam, now=NOON)
    sheet = write(priya, begun(priya, "role-play"), situation="At the door")
    opened = just_signed_in(priya.account)
    told = seen_by(opened, sheet) | {"ready": "99"}
    assert "Tom" in opened.post(url("worksheet", sheet), told).text
    shut_from_now_on(monkeypatch)
    page = opened.post(url("worksheet", sheet), told).text
    assert ("Tom" in page, "At the door" in page) == (False, True)


def test_a_poll_keeps_no_door_open_and_writing_does(priya: Carried, monkeypatch: Any) -> None:
    sheet = write(priya, begun(priya, "affect"), situation="At home")
    opened = just_signed_in(priya.account)
    told = seen_by(opened, sheet)
    was = clock.real()
    for minutes, poll in ((9, False), (18, False), (27, True)):
        then = was + timedelta(minutes=minutes)
        monkeypatch.setattr(access.clock, "real", lambda then=then: then)
        headers = AJAX | ({"X-Poll": "1"} if poll else {})
        opened.post(url("worksheet", sheet), told, headers=headers)
    then = was + timedelta(minutes=29)
    monkeypatch.setattr(access.clock, "real", lambda: then)
    assert ASKED in opened.get(url("worksheet", sheet)).text


def test_the_formulation_lies_behind_it(priya: Carried, phone: Browser) -> None:
    facts = {"client_words": "Tom and I stopped talking"}
    made = actions.keep_formulation(
        course=priya.course, formulation=None, facts=facts, version=0, by=priya.miriam, now=NOON
    )
    actions.share_formulation(formulation=made, by=priya.miriam, now=NOON)
    for page in (reverse("my_formulation"), reverse("my")):
        assert "Tom" not in phone.get(page).text
        assert "Tom" in just_signed_in(priya.account).get(page).text


def test_with_the_door_taken_away_the_names_would_be_read(
    priya: Carried, phone: Browser, monkeypatch: Any
) -> None:
    """The control of this file."""
    sheet = write(priya, begun(priya, "communication-analysis"), aim="To be heard by Tom")
    monkeypatch.setattr(access, "is_open", lambda request: True)
    assert "Tom" in phone.get(url("worksheet", sheet)).text
