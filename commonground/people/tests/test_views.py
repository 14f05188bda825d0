"""The pages around an account and the practice's settings: one happy path, one stranger each."""

import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.test import RequestFactory

from commonground.core import audit, clock
from commonground.core.models import Generation, Mail
from commonground.people import actions
from commonground.people.context_processors import practice as about_practice
from commonground.people.models import CrisisLine, Invitation, Place, Practice, User
from commonground.people.roles import Role

from .front_office import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

PLACE = {"name": "Harbour rooms", "address": "1 Quay", "town": "Anchorage", "order": "1"}


@pytest.fixture(autouse=True)
def _no_budget_spent() -> None:
    cache.clear()


@pytest.fixture
def owner() -> User:
    Practice.objects.create(name="Alder House")
    return person("Olive", Role.OWNER)


def invitation(*roles: Role, address: str = "new@practice.example") -> tuple[Invitation, str]:
    made, link = actions.invite(by=audit.SYSTEM, now=clock.now(), address=address, roles=roles)
    return made, link.removeprefix("http://localhost:8000")


def opened(path: str) -> Browser:
    """A browser in which this invitation's link was opened; its posts are checked as real ones."""
    browser = Browser(enforce_csrf_checks=True)
    assert browser.get(path)["Location"] == "/join/"
    return browser


def accept(browser: Browser, **given: str):
    """Fill in the page and press its button, as a browser does under our referrer policy."""
    page = browser.get("/join/")
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode()).group(1)
    told = given | {"csrfmiddlewaretoken": token}
    here = {"Origin": "http://testserver", "Referer": "http://testserver/join/"}
    return browser.post("/join/", told, headers=here)


# ——— the invitation ———


def test_looking_at_an_invitation_consumes_nothing() -> None:
    made, path = invitation(Role.OWNER)
    for _n in range(3):
        for method in ("get", "head"):
            answer = getattr(Browser(), method)(path, follow=True)
            assert answer.status_code == 200
    made.refresh_from_db()
    assert made.accepted_at is None and not User.objects.exists()


def test_an_invitation_tells_nobody_where_one_came_from() -> None:
    _made, path = invitation(Role.OWNER)
    browser = opened(path)
    assert Browser().get(path)["Referrer-Policy"] == "no-referrer"
    assert Browser().get("/join/wrong/")["Referrer-Policy"] == "no-referrer"
    token = path.rstrip("/").rsplit("/", 1)[1]
    assert token not in browser.get("/join/").content.decode()
    assert token not in str(dict(browser.session))


def test_the_page_of_an_invitation_can_post_from_a_real_browser() -> None:
    """Under `no-referrer` a browser sends `Origin: null`, and the button would never work."""
    _made, path = invitation(Role.CLIENT)
    browser = opened(path)
    assert browser.get("/join/")["Referrer-Policy"] == "same-origin"
    assert accept(browser, name="Carl").status_code == 302


def test_whoever_will_work_here_is_led_to_a_second_factor() -> None:
    _made, path = invitation(Role.OWNER)
    browser = opened(path)
    assert accept(browser, name="Olive", password=PASSWORD)["Location"] == "/home/"
    assert browser.get("/home/")["Location"] == "/account/security/begin/"
    assert browser.get("/account/2fa/totp/activate/").status_code == 200


def test_a_client_is_led_to_their_code() -> None:
    _made, path = invitation(Role.CLIENT)
    assert accept(opened(path), name="Carl")["Location"] == "/account/login/code/"


@pytest.mark.parametrize("password", ["short", "password1234", "12345678901234", ""])
def test_a_weak_password_is_refused_and_the_name_stays(password: str) -> None:
    made, path = invitation(Role.OWNER)
    answer = accept(opened(path), name="Olive", password=password)
    assert b'value="Olive"' in answer.content and answer.context["form"].errors["password"]
    made.refresh_from_db()
    assert made.accepted_at is None


def test_an_invitation_that_is_over_says_so_and_what_to_do() -> None:
    made, path = invitation(Role.OWNER)
    actions.withdraw_invitation(by=audit.SYSTEM, now=clock.now(), invitation=made)
    for link in (path, "/join/never-existed/"):
        answer = Browser().get(link, follow=True)
        assert answer.status_code == 410
        assert "This link no longer works" in answer.content.decode()


def test_a_posted_address_or_role_changes_nothing() -> None:
    _made, path = invitation(Role.CLIENT)
    told = {"name": "Carl", "email": "x@y.example", "roles": "owner", "is_superuser": "1"}
    accept(opened(path), **told)
    user = User.objects.get()
    assert (user.email, user.roles) == ("new@practice.example", {Role.CLIENT})
    assert not user.is_superuser


def test_somebody_known_keeps_their_account_and_signs_in_as_always(owner: User) -> None:
    _made, path = invitation(Role.COORDINATOR, address=owner.email)
    before = owner.password
    answer = accept(opened(path), name="Thief", password="another long password")
    assert answer["Location"] == "/account/login/"
    owner = User.objects.get(pk=owner.pk)
    assert owner.password == before and Role.COORDINATOR in owner.roles


def test_the_mail_says_nothing_about_therapy(owner: User) -> None:
    person("Carl", Role.CLIENT)
    Browser().post("/account/login/code/", {"email": "carl@practice.example"})
    Browser().post("/account/password/reset/", {"email": "olive@practice.example"})
    for mail in Mail.objects.all():
        words = f"{mail.subject} {mail.body}".lower()
        assert not re.search(r"therap|session with|clin|counsel|depress|alder house", words)


def test_a_practice_is_opened_from_the_command_line(capsys) -> None:
    call_command("open_practice", name="Alder House", owner="olive@practice.example")
    assert "http://localhost:8000/join/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not an e-mail"):
        call_command("open_practice", name="Alder House", owner="olive")


# ——— the practice ———


def test_what_is_saved_is_public_at_once(owner: User) -> None:
    before = Generation.objects.get(pk=1).number
    browser = signed_in(owner)
    browser.post("/practice/places/new/", PLACE)
    assert Place.objects.get().name == "Harbour rooms"
    assert Generation.objects.get(pk=1).number != before


def test_a_wrong_place_keeps_what_was_typed_and_says_what_is_wrong(owner: User) -> None:
    answer = signed_in(owner).post("/practice/places/new/", PLACE | {"latitude": "51"})
    assert answer.status_code == 422
    assert b"Harbour rooms" in answer.content
    assert "or neither" in answer.content.decode()
    assert not Place.objects.exists()


@pytest.mark.parametrize("number", ["javascript:alert(1)", "116 123;ext=1", "tel:1", ""])
def test_a_crisis_line_is_a_number_and_nothing_else(owner: User, number: str) -> None:
    told = {"country": "GB", "number": number, "scheme": "tel", "label": "Somebody", "order": "1"}
    assert signed_in(owner).post("/practice/crisis-lines/new/", told).status_code == 422
    assert not CrisisLine.objects.exists()


def test_a_crisis_line_dials_what_it_shows() -> None:
    assert CrisisLine(number="116 123", scheme="tel").href == "tel:116123"
    assert CrisisLine(number="+44 20 1", scheme="sms").href == "sms:+44201"


def test_a_coordinator_writes_words_and_places_but_invites_nobody(owner: User) -> None:
    browser = signed_in(person("Cora", Role.COORDINATOR))
    assert browser.post("/practice/wording/", {"welcome": "Hello"}).status_code == 302
    assert Practice.objects.get().wording == {"welcome": "Hello"}
    for path in ("/practice/people/", "/practice/about/", "/practice/crisis-lines/"):
        assert browser.get(path).status_code == 404
    told = {"address": "x@y.example", "roles": ["owner"]}
    assert browser.post("/practice/people/", told).status_code == 404
    assert not Invitation.objects.for_address("x@y.example").exists()


@pytest.mark.parametrize("role", [Role.CLIENT, Role.THERAPIST, Role.SUPERVISOR])
def test_nobody_else_finds_the_practice_settings(owner: User, role: Role) -> None:
    browser = signed_in(person("Sam", role))
    for path in ("/practice/", "/practice/people/", "/practice/places/", "/practice/about/"):
        assert browser.get(path).status_code == 404


def test_a_visitor_is_asked_to_sign_in(owner: User) -> None:
    for path in ("/home/", "/practice/", "/practice/people/"):
        assert Browser().get(path)["Location"] == f"/account/login/?next={path}"


def test_an_owner_invites_changes_roles_and_closes_accounts(owner: User) -> None:
    browser, theo = signed_in(owner), person("Theo", Role.THERAPIST)
    told = {"address": "new@practice.example", "roles": ["therapist"]}
    assert browser.post("/practice/people/", told).status_code == 302
    assert b"new@practice.example" in browser.get("/practice/people/").content
    browser.post(f"/practice/people/{theo.pk}/grant/", {"role": "supervisor"})
    assert User.objects.get(pk=theo.pk).roles == {Role.THERAPIST, Role.SUPERVISOR}
    browser.post(f"/practice/people/{theo.pk}/close/")
    assert not User.objects.get(pk=theo.pk).is_active
    browser.post(f"/practice/people/{theo.pk}/open/")
    assert User.objects.get(pk=theo.pk).is_active


def test_the_last_owner_is_told_why_they_must_stay(owner: User) -> None:
    browser = signed_in(owner)
    page = browser.post(f"/practice/people/{owner.pk}/revoke/", {"role": "owner"}, follow=True)
    assert "A practice needs an owner" in page.content.decode()


def test_an_invitation_cannot_be_withdrawn_by_looking(owner: User) -> None:
    made, _path = invitation(Role.OWNER)
    browser = signed_in(owner)
    path = f"/practice/people/invitations/{made.pk}/withdraw/"
    assert browser.get(path).status_code == 405
    browser.post(path)
    made.refresh_from_db()
    assert made.withdrawn_at is not None


# ——— what every page says ———


def test_every_page_can_be_shown_before_there_is_a_practice() -> None:
    found = about_practice(RequestFactory().get("/"))
    assert found["practice"].name == ""
    assert list(found["crisis_lines"]) == list(found["places"]) == []


def test_what_every_page_says_costs_three_queries_and_asks_nothing(
    django_assert_num_queries,
) -> None:
    Practice.objects.create(name="Alder House")
    Place.objects.create(name="Quay", address="1", town="A")
    CrisisLine.objects.create(country="GB", number="116 123", label="Samaritans")
    CrisisLine.objects.create(country="IE", number="116 123", label="Samaritans")
    request = RequestFactory().get("/")  # it has neither session nor user to ask
    with django_assert_num_queries(3):
        found = about_practice(request)
        assert found["practice"].name == "Alder House"
        assert len(found["crisis_lines"]) == 1 and len(found["places"]) == 1
        assert found["practice"].places == list(found["places"])


def test_a_page_that_does_not_mention_the_practice_pays_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        about_practice(RequestFactory().get("/"))
