"""The cover of a client's page: nobody at a shared device, a code by mail, nothing lost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from commonground.core import clock
from commonground.core.models import Mail
from commonground.people import access, middleware
from commonground.people.models import User
from commonground.people.roles import Role

from .front_office import NOON, PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

PAGE = "/account/security/"
WORDS = {"text": "I nearly said it to Tom", "text_again": "twice"}
AWAY = NOON + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _no_budget_spent() -> None:
    cache.clear()


@pytest.fixture
def carl(at) -> User:
    with at(NOON):
        return person("Carl", Role.CLIENT)


@pytest.fixture
def phone(at, carl: User) -> Browser:
    with at(NOON):
        return signed_in(carl)


def is_cover(answer) -> bool:
    return "people/cover_mine.html" in [t.name for t in answer.templates]


def mailed(phone: Browser) -> str:
    """Ask under the cover for a code; the one in the mail that comes of it."""
    before = set(Mail.objects.values_list("pk", flat=True))
    phone.post("/account/uncover/", {"send": "1"})
    mail = Mail.objects.exclude(pk__in=before).get()
    return next(line for line in mail.body.splitlines() if is_code(line))


def is_code(line: str) -> bool:
    return len(line) > 5 and line == line.upper() and " " not in line


def test_a_client_s_page_is_covered_after_a_quarter_of_an_hour(at, phone: Browser) -> None:
    with at(AWAY - timedelta(seconds=1)):
        assert not is_cover(phone.get(PAGE))
    with at(AWAY + timedelta(minutes=15)):
        for path in (PAGE, "/account/2fa/webauthn/", "/home/"):
            assert is_cover(phone.get(path))


def test_the_cover_of_a_client_says_nothing_of_where_they_go(at, phone: Browser, settings) -> None:
    with at(AWAY):
        page = phone.get(PAGE).content.decode()
    assert "<title>Covered</title>" in page
    for word in ("practice", "therap", "Carl", "carl@", "session", "course", "Common Ground"):
        assert word.lower() not in page.lower(), word
    assert "/crisis/" in page  # the way to help needs no code


def test_looking_at_the_cover_sends_nothing_and_the_button_does(at, phone: Browser) -> None:
    with at(AWAY):
        before = Mail.objects.count()
        phone.get(PAGE)
        assert Mail.objects.count() == before
        answer = phone.post(PAGE, {"uncover_page": "1", "uncover_send": "1"})
        assert "on its way to your mailbox" in answer.content.decode()
        assert Mail.objects.count() == before + 1
        assert {mail.to for mail in Mail.objects.all()} == {"carl@practice.example"}


def test_a_mailed_code_lifts_the_cover_where_one_was(at, phone: Browser) -> None:
    with at(AWAY):
        code = mailed(phone)
        told = {"uncover_page": "1", "uncover_answer": f" {code.lower()} "}
        assert phone.post(PAGE, told)["Location"] == PAGE
        assert not is_cover(phone.get(PAGE))


def test_what_was_sent_under_the_cover_is_kept_until_the_code_is_there(at, phone: Browser) -> None:
    with at(AWAY):
        covered = phone.post(PAGE, WORDS)
        assert covered.status_code == 423 and is_cover(covered)
        assert dict(covered.context["kept"]) == WORDS
        asked = phone.post(PAGE, WORDS | {"uncover_send": "1"})
        assert dict(asked.context["kept"]) == WORDS
        wrong = phone.post(PAGE, WORDS | {"uncover_answer": "WRONG-1"})
        assert dict(wrong.context["kept"]) == WORDS


def test_the_page_itself_asks_and_goes_on_without_being_left(at, phone: Browser) -> None:
    with at(AWAY):
        assert phone.post("/account/uncover/", {"send": "1"}).status_code == 202
        assert phone.post("/account/uncover/", {"password": "WRONG-1"}).status_code == 422
        assert is_cover(phone.get(PAGE))
        assert phone.post("/account/uncover/", {"password": mailed(phone)}).status_code == 204
        assert not is_cover(phone.get(PAGE))


def test_a_code_is_good_once(at, phone: Browser) -> None:
    with at(AWAY):
        code = mailed(phone)
        assert phone.post("/account/uncover/", {"password": code}).status_code == 204
        assert phone.post("/account/uncover/", {"password": code}).status_code == 422


def test_a_newer_code_makes_the_one_before_void(at, phone: Browser) -> None:
    with at(AWAY):
        first, second = mailed(phone), mailed(phone)
        assert phone.post("/account/uncover/", {"password": first}).status_code == 422
        assert phone.post("/account/uncover/", {"password": second}).status_code == 204


def test_a_code_runs_out_after_ten_minutes(at, phone: Browser, monkeypatch) -> None:
    with at(AWAY):
        code = mailed(phone)
        later = clock.real() + timedelta(minutes=10)
        monkeypatch.setattr(access.clock, "real", lambda: later)
        assert phone.post("/account/uncover/", {"password": code}).status_code == 422


def test_a_code_opens_only_the_device_that_asked_for_it(at, phone: Browser, carl: User) -> None:
    with at(NOON):
        other = signed_in(carl)
    with at(AWAY):
        code = mailed(phone)
        assert other.post("/account/uncover/", {"password": code}).status_code == 422


def test_no_table_keeps_the_code(at, phone: Browser) -> None:
    with at(AWAY):
        code = mailed(phone)
    kept = str(dict(phone.session))
    assert code not in kept and code.replace("-", "") not in kept


def test_guessing_and_asking_are_both_stopped(at, phone: Browser) -> None:
    with at(AWAY):
        code = mailed(phone)
        for _n in range(10):
            phone.post("/account/uncover/", {"password": "WRONG-1"})
        answer = phone.post("/account/uncover/", {"password": code})
        assert "too often" in answer.content.decode()
        sent = [phone.post("/account/uncover/", {"send": "1"}).status_code for _n in range(4)]
        assert sent == [202, 202, 422, 422]
        said = phone.post(PAGE, {"uncover_page": "1", "uncover_send": "1"}).content.decode()
        assert "too often" in said


def test_a_client_has_no_password_to_guess(at, phone: Browser, carl: User) -> None:
    carl.set_password(PASSWORD)
    with at(AWAY):
        assert phone.post("/account/uncover/", {"password": PASSWORD}).status_code == 422


def test_nobody_who_works_here_is_mailed_a_code(at) -> None:
    with at(NOON):
        browser = signed_in(person("Olive", Role.OWNER))
    with at(AWAY):
        before = Mail.objects.count()
        assert browser.post("/account/uncover/", {"send": "1"}).status_code == 422
        assert Mail.objects.count() == before


def test_a_poll_keeps_no_page_open_and_a_sign_of_life_does(at, phone: Browser) -> None:
    with at(NOON + timedelta(minutes=10)):
        phone.get(PAGE, headers={"X-Poll": "1", "Accept": "application/json"})
    with at(AWAY):
        assert is_cover(phone.get(PAGE))


def test_somebody_who_writes_for_long_is_not_covered(at, phone: Browser) -> None:
    with at(NOON + timedelta(minutes=10)):
        assert phone.head("/account/uncover/").status_code == 204
    with at(AWAY):
        assert not is_cover(phone.get(PAGE))


def test_after_twelve_hours_a_client_signs_in_again(at, phone: Browser) -> None:
    with at(NOON + timedelta(hours=12)):
        page = phone.get("/home/", follow=True)
    assert "You had been signed in for a long time." in page.content.decode()
    assert "_auth_user_id" not in phone.session


def test_without_the_limits_an_old_page_would_lie_open(at, phone: Browser, monkeypatch) -> None:
    """The control of this file: with the judge taken away, nothing covers."""
    monkeypatch.setattr(
        middleware.SessionLimits, "judge", lambda self, request: middleware.Standing.OPEN
    )
    with at(AWAY + timedelta(hours=2)):
        assert not is_cover(phone.get(PAGE))
