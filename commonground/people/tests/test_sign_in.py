"""Every way in: two factors for whoever works here, and nothing given away to whoever does not."""

import re
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client as Browser

from commonground.core import audit, clock
from commonground.core.models import Mail
from commonground.people import actions, middleware
from commonground.people.adapters import SecondFactorAdapter
from commonground.people.models import User
from commonground.people.roles import Role

from .front_office import (
    PASSWORD,
    code,
    person,
    signed_in,
    through_the_doors,
    used_up,
    with_app,
)

pytestmark = pytest.mark.django_db

OURS = ["/home/", "/practice/", "/practice/people/", "/account/2fa/", "/account/security/"]
PRIVATE = [*OURS, "/cms/", "/cms/pages/"]


@pytest.fixture(autouse=True)
def _no_budget_spent() -> None:
    cache.clear()


def by_password(user: User, password: str = PASSWORD, **extra: str) -> tuple[Browser, object]:
    browser = Browser()
    told = {"login": user.email, "password": password} | extra
    return browser, browser.post("/account/login/", told)


def opens(browser: Browser, path: str) -> bool:
    """Whether this page is really shown, not a door before it."""
    return browser.get(path).status_code == 200


def letter(word: str = "") -> Mail:
    return next(m for m in Mail.objects.order_by("-created_at") if word in m.body)


def link_in(mail: Mail) -> str:
    return re.search(r"http://localhost:8000(/\S+)", mail.body).group(1)


# ——— two factors, whichever way ———


def test_a_password_alone_opens_nothing_once_a_factor_is_enrolled() -> None:
    owner = person("Olive", Role.OWNER)
    with_app(owner)
    browser, answer = by_password(owner)
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not any(opens(browser, path) for path in PRIVATE)


def test_password_and_code_open_the_house() -> None:
    browser = through_the_doors(person("Olive", Role.OWNER))
    assert all(opens(browser, path) for path in OURS)


@pytest.mark.parametrize("role", [Role.OWNER, Role.CLIENT])
def test_the_sessions_other_tests_begin_with_are_those_the_doors_leave(role: Role) -> None:
    """Key by key; instants are read as "some instant", and the account is the same."""
    user = person("Olive", role)
    if role is Role.CLIENT:
        through = Browser()
        through.force_login(user)
    else:
        through = through_the_doors(user)
    through.get("/home/")
    laid = signed_in(user)
    assert told(laid) == told(through)
    laid.get("/home/")
    assert told(laid) == told(through)


def told(browser: Browser) -> dict[str, object]:
    """What a session knows, its instants put aside."""
    known = dict(browser.session)
    for key in (middleware.BEGAN, middleware.SEEN):
        assert datetime.fromisoformat(known.pop(key)).utcoffset() == timedelta(0)
    for record in known.get("account_authentication_methods", []):
        assert abs(record.pop("at") - clock.real().timestamp()) < 600
    return known


def test_without_a_factor_only_enrolment_opens() -> None:
    browser, _ = by_password(person("Olive", Role.OWNER))
    for path in PRIVATE:
        assert browser.get(path)["Location"] == "/account/security/begin/"
    assert opens(browser, "/account/security/begin/")
    assert opens(browser, "/account/2fa/totp/activate/")
    assert browser.post("/practice/people/", {}).status_code == 403


def test_without_the_guard_a_password_alone_would_open_the_house(monkeypatch) -> None:
    """The control of the test above: it fails as soon as the middleware looks away."""
    monkeypatch.setattr(middleware, "second_factor_used", lambda request: True)
    browser, _ = by_password(person("Olive", Role.OWNER))
    assert opens(browser, "/practice/people/")


def test_a_session_made_by_any_other_means_is_asked_for_the_factor() -> None:
    owner = person("Olive", Role.OWNER)
    with_app(owner)
    browser = Browser()
    browser.force_login(owner)
    for path in PRIVATE:
        assert browser.get(path)["Location"].startswith("/account/2fa/reauthenticate/?next=")
    for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
        assert browser.get(path).status_code == 302
    fragment = browser.get("/home/", headers={"HX-Request": "true"})
    assert fragment.status_code == 403


def test_after_a_password_reset_the_second_factor_is_still_asked_for() -> None:
    owner = person("Olive", Role.OWNER)
    with_app(owner)
    Browser().post("/account/password/reset/", {"email": owner.email})
    path, browser, new = link_in(letter("new password")), Browser(), "another quiet harbour nine"
    page = browser.get(path, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    browser, answer = by_password(owner, new)
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert not any(opens(browser, path) for path in PRIVATE)


def test_enrolling_an_app_is_its_first_use() -> None:
    browser, _ = by_password(person("Olive", Role.OWNER))
    page = browser.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    browser.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert opens(browser, "/practice/people/")


def test_a_client_who_begins_to_work_here_needs_a_factor_at_once() -> None:
    user = person("Carl", Role.CLIENT)
    browser = signed_in(user)
    assert opens(browser, "/home/")
    actions.grant_role(by=audit.SYSTEM, now=clock.now(), user=user, role=Role.OWNER)
    browser.force_login(User.objects.get(pk=user.pk))
    assert not opens(browser, "/home/")


def test_a_code_is_good_once() -> None:
    owner = person("Olive", Role.OWNER)
    now = code(with_app(owner))
    first, _ = by_password(owner)
    assert first.post("/account/2fa/authenticate/", {"code": now}).status_code == 302
    second, _ = by_password(owner)
    refused = second.post("/account/2fa/authenticate/", {"code": now})
    assert refused.status_code == 200 and not opens(second, "/home/")


def test_a_recovery_code_stands_in_for_the_app_and_is_good_once() -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    owner = person("Olive", Role.OWNER)
    with_app(owner)
    spare = RecoveryCodes.activate(owner).get_unused_codes()[0]
    for expected in (True, False):
        browser, _ = by_password(owner)
        browser.post("/account/2fa/authenticate/", {"code": spare})
        assert opens(browser, "/home/") is expected


def test_secrets_of_the_second_factor_are_not_in_the_database() -> None:
    owner = person("Olive", Role.OWNER)
    secret = with_app(owner)
    stored = Authenticator.objects.get(user=owner).data["secret"]
    assert secret not in stored
    assert SecondFactorAdapter().decrypt(stored) == secret


def test_the_last_factor_of_somebody_who_works_here_cannot_be_taken_off() -> None:
    owner = person("Olive", Role.OWNER)
    browser = through_the_doors(owner)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=owner, type="totp").exists()


# ——— clients ———


def asks_for_code(address: str) -> tuple[Browser, object]:
    browser = Browser()
    return browser, browser.post("/account/login/code/", {"email": address})


def test_a_client_comes_in_by_a_mailed_code() -> None:
    user = person("Carl", Role.CLIENT)
    browser, _ = asks_for_code(user.email)
    sent = letter("code you asked for").body.split("\n\n")[1].strip()
    browser.post("/account/login/code/confirm/", {"code": sent})
    assert opens(browser, "/home/")


def test_a_code_is_no_way_in_for_whoever_works_here() -> None:
    owner = person("Olive", Role.OWNER)
    with_app(owner)
    before = Mail.objects.count()
    browser, answer = asks_for_code(owner.email)
    assert answer.status_code == 302
    assert Mail.objects.count() == before + 1
    assert "not used for your kind of account" in letter().body
    stages = browser.session["account_login"]["state"]["stages"]
    assert not stages["login_by_code"]["data"].get("code")


def test_a_password_left_over_opens_nothing_for_somebody_who_left() -> None:
    person("Omar", Role.OWNER)
    user = person("Theo", Role.THERAPIST)
    actions.revoke_role(by=audit.SYSTEM, now=clock.now(), user=user, role=Role.THERAPIST)
    browser, answer = by_password(user)
    assert answer.status_code == 200 and not opens(browser, "/home/")


# ——— nothing is given away ———


def without_tokens(html: bytes) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.decode())
    return re.sub(r"\w+@practice\.example", "address", text)


@pytest.mark.parametrize(
    ("path", "field"), [("/account/login/code/", "email"), ("/account/password/reset/", "email")]
)
def test_unknown_client_and_staff_addresses_get_the_same_page(path: str, field: str) -> None:
    person("Carl", Role.CLIENT), person("Olive", Role.OWNER)
    seen = set()
    for who in ("carl", "olive", "nobody"):
        answer = Browser().post(path, {field: f"{who}@practice.example"}, follow=True)
        seen.add((answer.status_code, str(answer.redirect_chain), without_tokens(answer.content)))
    assert len(seen) == 1


def test_an_unknown_address_is_sent_nothing() -> None:
    before = Mail.objects.count()
    asks_for_code("nobody@practice.example")
    Browser().post("/account/password/reset/", {"email": "nobody@practice.example"})
    assert Mail.objects.count() == before


def test_a_wrong_password_and_an_unknown_address_read_the_same() -> None:
    owner = person("Olive", Role.OWNER)
    _, wrong = by_password(owner, "not the password at all")
    _, unknown = by_password(User(email="nobody@practice.example"), "not the password at all")
    assert wrong.status_code == unknown.status_code == 200
    assert without_tokens(wrong.content) == without_tokens(unknown.content)


def test_there_is_no_sign_up() -> None:
    assert Browser().get("/account/signup/").status_code == 404
    assert Browser().get("/account/email/").status_code == 404


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://localhost:8000/practice/",
        "\thttps://evil.example",
    ],
)
def test_a_foreign_next_is_ignored(foreign: str) -> None:
    owner = person("Olive", Role.OWNER)
    secret = with_app(owner)
    browser, _ = by_password(owner, next=foreign)
    answer = browser.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert answer["Location"] == "/home/"


def test_a_path_of_our_own_is_kept_as_next() -> None:
    owner = person("Olive", Role.OWNER)
    secret = with_app(owner)
    browser, _ = by_password(owner, next="/practice/")
    answer = browser.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert answer["Location"] == "/practice/"


# ——— how often one may try ———


def test_a_stranger_who_guesses_is_stopped_and_the_person_still_comes_in() -> None:
    owner = person("Olive", Role.OWNER)
    known = through_the_doors(owner)
    known.post("/account/logout/")
    secret = SecondFactorAdapter().decrypt(Authenticator.objects.get(user=owner).data["secret"])
    for n in range(12):
        Browser(REMOTE_ADDR=f"198.51.100.{n}").post(
            "/account/login/", {"login": owner.email, "password": "guess"}
        )
    _, stopped = by_password(owner)
    assert stopped.status_code == 200 and b"too often" in stopped.content
    answer = known.post("/account/login/", {"login": owner.email, "password": PASSWORD})
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert known.post("/account/2fa/authenticate/", {"code": code(secret)}).status_code == 302


def test_a_device_known_to_one_person_is_a_stranger_to_another() -> None:
    olive, omar = person("Olive", Role.OWNER), person("Omar", Role.OWNER)
    known = through_the_doors(olive)
    known.post("/account/logout/")
    for _n in range(6):
        Browser().post("/account/login/", {"login": omar.email, "password": "guess"})
    answer = known.post("/account/login/", {"login": omar.email, "password": PASSWORD})
    assert answer.status_code == 200 and b"too often" in answer.content


def test_asking_for_codes_over_and_over_is_stopped_here_but_not_elsewhere() -> None:
    user = person("Carl", Role.CLIENT)
    for _n in range(4):
        answer = Browser().post("/account/login/code/", {"email": user.email})
    assert answer.status_code == 200
    elsewhere = Browser(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.post("/account/login/code/", {"email": user.email}).status_code == 302


# ——— a stolen cookie ———


def thief_of(browser: Browser) -> Browser:
    thief = Browser()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    return thief


def test_a_stolen_cookie_works_until_it_is_taken_back() -> None:
    """The control of the tests below."""
    assert opens(thief_of(through_the_doors(person("Olive", Role.OWNER))), "/home/")


def test_a_stolen_cookie_is_worth_nothing_after_sign_out() -> None:
    browser = through_the_doors(person("Olive", Role.OWNER))
    thief = thief_of(browser)
    browser.post("/account/logout/")
    assert not opens(thief, "/home/")


def test_a_stolen_cookie_is_worth_nothing_after_a_new_password() -> None:
    owner = person("Olive", Role.OWNER)
    thief = thief_of(through_the_doors(owner))
    owner.set_password("another quiet harbour nine")
    owner.save()
    assert not opens(thief, "/home/")


def test_a_stolen_cookie_is_worth_nothing_after_the_account_is_closed() -> None:
    olive, omar = person("Olive", Role.OWNER), person("Omar", Role.OWNER)
    thief = thief_of(through_the_doors(omar))
    actions.deactivate(by=olive, now=clock.now(), user=omar)
    assert not opens(thief, "/home/")
    assert by_password(omar)[1]["Location"] == "/account/inactive/"


def test_signing_out_everywhere_ends_the_others_and_keeps_this_one() -> None:
    owner = person("Olive", Role.OWNER)
    here = through_the_doors(owner)
    used_up()
    there = through_the_doors(owner)
    here.post("/account/security/sign-out/")
    assert opens(here, "/home/")
    assert not opens(there, "/home/")
