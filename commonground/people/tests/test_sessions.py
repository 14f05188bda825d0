"""How long a session stays open, and what is kept under the cover."""

from datetime import timedelta

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import resolve

from commonground.core import clock
from commonground.people import middleware
from commonground.people.adapters import SecondFactorAdapter
from commonground.people.forms import Uncover
from commonground.people.models import Place, User
from commonground.people.roles import Role

from .front_office import NOON, PASSWORD, code, person, through_the_doors

pytestmark = pytest.mark.django_db

PLACE = {"name": "Harbour rooms", "address": "1 Quay", "town": "Anchorage", "order": "1"}


@pytest.fixture(autouse=True)
def _no_budget_spent() -> None:
    cache.clear()


@pytest.fixture
def owner(at) -> User:
    with at(NOON):
        return person("Olive", Role.OWNER)


@pytest.fixture
def browser(at, owner: User) -> Browser:
    with at(NOON):
        browser = through_the_doors(owner)
        assert browser.get("/home/").status_code == 200
        return browser


def is_cover(answer) -> bool:
    return "people/cover.html" in [t.name for t in answer.templates]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_fourteen_minutes_and_fifty_nine_seconds_are_not_idle(at, browser: Browser) -> None:
    with at(NOON + minutes(15) - timedelta(seconds=1)):
        assert not is_cover(browser.get("/home/"))


def test_fifteen_minutes_and_a_second_cover_every_page(at, browser: Browser) -> None:
    with at(NOON + minutes(15) + timedelta(seconds=1)):
        for path in ("/home/", "/practice/", "/practice/people/", "/account/security/", "/cms/"):
            answer = browser.get(path)
            assert answer.status_code == 200 and is_cover(answer)
            assert b"olive@practice.example" not in answer.content


def test_activity_keeps_the_page_open_and_polls_do_not(at, browser: Browser) -> None:
    with at(NOON + minutes(10)):
        browser.get("/home/")
    with at(NOON + minutes(20)):
        poll = {"HX-Request": "true", "X-Poll": "1"}
        assert browser.get("/home/", headers=poll).status_code == 200
    with at(NOON + minutes(24)):
        assert not is_cover(browser.get("/home/", headers=poll))
    with at(NOON + minutes(25)):
        assert browser.get("/home/", headers=poll).status_code == 423


def test_an_editor_left_open_is_nobodys_presence(at, browser: Browser) -> None:
    ping = "/cms/editing-sessions/ping/website/homepage/1/1/"
    assert resolve(ping).view_name in settings.POLLING_ROUTES
    with at(NOON + minutes(14)):
        browser.post(ping)
    with at(NOON + minutes(15)):
        assert is_cover(browser.get("/home/"))


def test_a_covered_page_stays_covered_when_the_clock_goes_back(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        browser.get("/home/")
    with at(NOON + minutes(1)):
        assert is_cover(browser.get("/home/"))


def test_a_script_gets_a_bare_answer_from_a_covered_session(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        answer = browser.get("/home/", headers={"HX-Request": "true"})
    assert answer.status_code == 423
    assert b"<" not in answer.content


def test_the_password_lifts_the_cover_where_one_was(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        browser.get("/practice/")
        told = {"uncover_page": "1", "uncover_answer": PASSWORD}
        answer = browser.post("/practice/?tab=2", told)
        assert answer["Location"] == "/practice/?tab=2"
        assert not is_cover(browser.get("/practice/"))


def test_a_code_from_the_app_lifts_the_cover(at, browser: Browser, owner: User) -> None:
    stored = Authenticator.objects.get(user=owner, type="totp").data["secret"]
    now = code(SecondFactorAdapter().decrypt(stored))
    with at(NOON + minutes(20)):
        told = {"uncover_page": "1", "uncover_answer": now}
        assert browser.post("/home/", told).status_code == 302


def test_a_wrong_answer_leaves_the_cover_on(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        told = {"uncover_page": "1", "uncover_answer": "somebody else"}
        answer = browser.post("/home/", told)
        assert answer.status_code == 423 and is_cover(answer)
        assert is_cover(browser.get("/home/"))


def test_guessing_at_the_cover_is_stopped(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        for _n in range(10):
            browser.post("/account/uncover/", {"password": "guess"})
        answer = browser.post("/account/uncover/", {"password": PASSWORD})
    assert answer.status_code == 422 and "too often" in answer.content.decode()


def test_nothing_typed_is_lost_under_the_cover(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        covered = browser.post("/practice/places/new/", PLACE | {"password": "secret"})
        assert covered.status_code == 423
        assert not Place.objects.exists()
        kept = dict(covered.context["kept"])
        assert kept == PLACE
        wrong = browser.post("/practice/places/new/", kept | {"uncover_answer": "no"})
        assert dict(wrong.context["kept"]) == PLACE
        done = browser.post("/practice/places/new/", kept | {"uncover_answer": PASSWORD})
        assert done["Location"] == "/practice/places/"
    assert Place.objects.get().name == "Harbour rooms"


def test_several_answers_to_one_question_are_kept(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        told = {"address": "x@y.example", "roles": ["therapist", "supervisor"]}
        kept = browser.post("/practice/people/", told).context["kept"]
    assert [value for name, value in kept if name == "roles"] == ["therapist", "supervisor"]


def test_a_file_is_left_out_and_that_is_said(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        told = PLACE | {"plan": SimpleUploadedFile("plan.txt", b"x")}
        answer = browser.post("/practice/places/new/", told)
    assert "A file cannot be kept" in answer.content.decode()


def test_the_dialog_is_answered_without_a_page(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        assert browser.post("/account/uncover/", {"password": "no"}).status_code == 422
        assert browser.post("/account/uncover/", {"password": PASSWORD}).status_code == 204
        assert not is_cover(browser.get("/home/"))


def test_an_empty_answer_is_no_guess(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        for _n in range(12):
            empty = browser.post("/account/uncover/", {"password": ""})
        assert "Type your password" in empty.content.decode()
        assert browser.post("/account/uncover/", {"password": PASSWORD}).status_code == 204


def test_somebody_elses_password_does_not_lift_the_cover(at, browser: Browser) -> None:
    with at(NOON):
        other = person("Omar", Role.OWNER)
        other.set_password("another quiet harbour nine")
        other.save()
    with at(NOON + minutes(20)):
        told = {"password": "another quiet harbour nine"}
        assert browser.post("/account/uncover/", told).status_code == 422


def test_public_pages_are_not_covered(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        assert not is_cover(browser.get("/account/password/reset/"))


def test_one_can_sign_out_from_under_the_cover(at, browser: Browser) -> None:
    with at(NOON + minutes(20)):
        browser.get("/home/")
        browser.post("/account/logout/")
        assert "_auth_user_id" not in browser.session


def test_twelve_hours_end_the_session_however_busy(at, browser: Browser) -> None:
    for hour in range(1, 48):
        with at(NOON + minutes(14 * hour)):
            browser.get("/home/")
    with at(NOON + timedelta(hours=12) - timedelta(seconds=1)):
        told = {"password": PASSWORD}
        browser.post("/account/uncover/", told)
        assert browser.get("/home/").status_code == 200
    with at(NOON + timedelta(hours=12)):
        answer = browser.get("/home/")
        assert answer["Location"].startswith("/account/login/")
        assert "_auth_user_id" not in browser.session


def test_lifting_the_cover_does_not_prolong_the_twelve_hours(at, browser: Browser) -> None:
    with at(NOON + timedelta(hours=11, minutes=59)):
        browser.post("/account/uncover/", {"password": PASSWORD})
    with at(NOON + timedelta(hours=12)):
        assert browser.get("/home/").status_code == 302


def test_without_the_limits_an_old_session_would_open_the_house(at, browser, monkeypatch) -> None:
    """The control of this file: with the judge taken away, the old session is let in."""
    monkeypatch.setattr(
        middleware.SessionLimits, "judge", lambda self, request: middleware.Standing.OPEN
    )
    with at(NOON + timedelta(days=2)):
        assert not is_cover(browser.get("/home/"))


def test_in_the_demo_a_session_survives_a_walk_in_time(browser: Browser, settings) -> None:
    settings.GROUND_DEMO = True
    clock.shift_to(clock.now() + timedelta(weeks=7))
    assert browser.get("/home/").status_code == 200


def test_in_a_practice_the_same_weeks_end_a_session(at, browser: Browser) -> None:
    """The control: nobody walks in time here, so somebody was away."""
    with at(NOON + timedelta(weeks=7)):
        assert browser.get("/home/").status_code == 302


# ——— every way in has its way on ———


@pytest.fixture
def demo(at, settings, owner: User) -> Browser:
    """Olive as the invented practice lets people in: by a button, without password or app."""
    with at(NOON):
        owner.set_unusable_password()
        owner.save()
        settings.GROUND_DEMO = True
        browser = Browser()
        browser.force_login(owner)
        door = RequestFactory().get("/")
        door.session = browser.session
        record_authentication(door, owner, "mfa", type="demo")
        door.session.save()
        assert browser.get("/home/").status_code == 200
        return browser


def test_in_the_invented_practice_one_press_lifts_the_cover(at, demo: Browser) -> None:
    with at(NOON + minutes(20)):
        covered = demo.get("/home/")
        assert is_cover(covered)
        assert 'name="uncover_demo"' in covered.content.decode()
        demo.post("/home/", {"uncover_page": "1", "uncover_demo": "1"})
        assert not is_cover(demo.get("/home/"))


def test_the_page_itself_takes_the_press_too(at, demo: Browser) -> None:
    with at(NOON + minutes(20)):
        assert demo.post("/account/uncover/", {"demo": "1"}).status_code == 204
        assert not is_cover(demo.get("/home/"))


def test_in_a_practice_a_press_lifts_nothing(at, browser: Browser, settings) -> None:
    with at(NOON + minutes(20)):
        for demo in (False, True):  # in the demo as well, for whoever signed in with a password
            settings.GROUND_DEMO = demo
            answer = browser.post("/home/", {"uncover_page": "1", "uncover_demo": "1"})
            assert answer.status_code == 423
            assert browser.post("/account/uncover/", {"demo": "1"}).status_code == 422
            assert is_cover(browser.get("/home/"))
            assert "uncover_demo" not in browser.get("/home/").content.decode()


def test_whoever_has_no_password_is_asked_for_a_code_alone(owner: User) -> None:
    assert "password" in str(Uncover(user=owner, request=None)["uncover_answer"].label)
    owner.set_unusable_password()
    assert "password" not in str(Uncover(user=owner, request=None)["uncover_answer"].label)
