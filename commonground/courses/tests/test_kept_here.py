"""Words that have not reached us wait on the device; the key to them is given to their writer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models.keys import LENT_FOR
from commonground.people.models import User
from commonground.people.tests.front_office import NOON, just_signed_in, signed_in

from .carried import Carried
from .test_inner_door import AJAX, ASKED, begun, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(priya: Carried) -> Any:
    return begun(priya, "rhythm-diary")


def lent(browser: Browser, sheet: Any) -> tuple[str, str]:
    """The key that comes with the page, and its parcel."""
    page = browser.get(url("worksheet", sheet)).context
    return page["lent_key"], page["lent_parcel"]


def unlock(browser: Browser, sheet: Any, parcel: str) -> Any:
    return browser.post(url("worksheet_unlock", sheet), {"parcel": parcel}, headers=AJAX)


def test_the_key_comes_back_to_its_writer_alone(priya: Carried, sheet: Any) -> None:
    phone, desk = just_signed_in(priya.account), signed_in(priya.miriam)
    key, parcel = lent(phone, sheet)
    assert unlock(phone, sheet, parcel).json() == {"key": key}
    assert unlock(desk, sheet, parcel).status_code == 410
    assert unlock(phone, begun(priya, "role-play"), parcel).status_code == 410
    assert lent(phone, sheet)[0] != key  # no two pages have one key
    for strange in ("", "none", "ä", parcel[:-8] + "AAAAAAA="):
        assert unlock(phone, sheet, strange).status_code == 410


@pytest.mark.parametrize(("after", "status"), [(LENT_FOR, 200), (LENT_FOR * 1.01, 410)])
def test_after_a_week_nobody_opens_them(
    priya: Carried, sheet: Any, at: Any, after: timedelta, status: int
) -> None:
    now = sheet.begun_at
    with at(now):
        _key, parcel = lent(just_signed_in(priya.account), sheet)
    with at(now + after):
        assert unlock(just_signed_in(priya.account), sheet, parcel).status_code == status


def test_at_a_shut_door_they_are_asked_first(priya: Carried, sheet: Any) -> None:
    phone = signed_in(priya.account)
    _key, parcel = lent(phone, sheet)  # a blank sheet never asks; words that wait make it ask
    answer = unlock(phone, sheet, parcel)
    assert (answer.status_code, "key" in answer.json()) == (401, False)
    assert ASKED in phone.get(answer.json()["door"]).text
    plan = begun(priya, "safety-plan")
    assert unlock(phone, plan, lent(phone, plan)[1]).status_code == 200  # nor does it here


def end(priya: Carried) -> None:
    priya.course.ended_on = NOON.date()
    priya.course.save()


def test_once_the_course_has_ended_the_words_can_still_be_copied(
    priya: Carried, sheet: Any
) -> None:
    phone, desk = just_signed_in(priya.account), signed_in(priya.miriam)
    key, parcel = lent(phone, sheet)
    end(priya)
    assert phone.get(url("worksheet", sheet), follow=True).context["place"]
    assert unlock(phone, sheet, parcel).json() == {"key": key}
    assert unlock(desk, sheet, parcel).status_code == 410


def test_the_door_to_words_that_can_only_be_copied_asks_and_does_not_go_in_circles(
    priya: Carried, sheet: Any
) -> None:
    phone = signed_in(priya.account)
    _key, parcel = lent(phone, sheet)
    end(priya)
    door = unlock(phone, sheet, parcel).json()["door"]
    assert ASKED in phone.get(door, follow=True).text
    assert ASKED not in phone.get(url("worksheet", sheet), follow=True).text


def leave(user: User, **told: str) -> str:
    return signed_in(user).post(reverse("account_logout"), told).headers.get("Clear-Site-Data", "")


def test_signing_out_leaves_nothing_in_the_browser(priya: Carried) -> None:
    assert leave(priya.account) == '"storage"'
    # Whoever is asked for another code at the inner door comes back for what waits behind it.
    assert leave(priya.account, next=reverse("account_login")) == ""
