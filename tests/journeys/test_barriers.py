"""No page keeps anybody out: axe on every page and state, four looks each, and reflow at 320 px.

A page is loaded once and looked at four times. axe checks all it knows on a desk in the light and
on a phone in the dark; in the other two looks only what a look can change: contrast and size.
Under `./ground prove` it checks all it knows in all four.
"""

import pytest
from playwright.sync_api import expect

from commonground.people.tests.authenticator import code_at, early_moment

from .steps import become, letter, link_in

pytestmark = pytest.mark.journey

COVER_EVERY_SESSION = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    session["ground_covered"] = True
    session.save()
"""
"""A quarter of an hour without anybody, as the server keeps it."""
PUBLIC: set[str] = set()
"""What the visitor has seen; whoever signs in need not see it again."""
ACCOUNT: set[str] = set()
"""What somebody who works here has seen of their account; it looks the same to all of them."""


def test_no_public_page_keeps_a_visitor_out(inspector):
    visitor = inspector()
    visitor.page.goto("/")
    visitor.crawl()
    visitor.open("/nothing-here/", status=404)
    PUBLIC.update(visitor.seen)
    assert visitor.faults == []
    assert {"/", "/approaches/", "/crisis/", "/account/login/", "/demo/mails/"} <= visitor.seen
    assert len([path for path in visitor.seen if path.startswith("/approaches/")]) >= 9


def test_no_answer_at_the_door_keeps_anybody_out(inspector):
    one = inspector()
    one.open("/account/login/")
    one.send("Sign in", "with nothing typed")
    one.open("/account/login/code/")
    one.send("Send me a code", "with nothing typed")
    one.page.get_by_label("Email").fill("axe@elsewhere.example")
    one.send("Send me a code", "asked")
    one.page.get_by_role("textbox", name="Code").fill("WRONG-123")
    one.send("Go on", "with a wrong code")
    one.open("/account/password/reset/")
    one.page.get_by_label("Email").fill("axe@elsewhere.example")
    one.send("Send me the mail", "asked")
    one.open("/account/password/reset/key/x-y/", "an old link")
    one.open("/join/nothing/", "an old link", status=410)
    one.open("/demo/clock/")
    one.send("Walk forward", "with nothing typed")
    one.open("/styleguide/")
    assert one.faults == []


@pytest.mark.parametrize("role", ["client", "therapist", "coordinator"])
def test_no_page_keeps_somebody_signed_in_out(inspector, role):
    one = inspector(role)
    one.crawl(leaving_out=PUBLIC | ACCOUNT)
    if role != "client":
        ACCOUNT.update(path for path in one.seen if path.startswith("/account/"))
    assert one.faults == []
    assert one.seen - PUBLIC


def test_no_page_keeps_an_owner_out(inspector):
    owner = inspector("owner")
    owner.crawl(leaving_out=PUBLIC | ACCOUNT)
    owner.open("/practice/people/")
    owner.send("Send the invitation", "with nothing typed")
    owner.open("/practice/places/new/")
    owner.send("Save", "with nothing typed")
    assert owner.faults == []
    assert {"/practice/people/", "/practice/places/…/", "/practice/about/"} <= owner.seen


def test_no_step_on_the_way_in_keeps_a_new_colleague_out(inspector):
    owner, one = inspector("owner"), inspector()
    owner.page.goto("/practice/people/")
    owner.page.get_by_label("E-mail address").fill("robin@harbourstreet.example")
    owner.page.get_by_label("therapist").check()
    owner.send("Send the invitation", "with somebody invited")
    one.open(link_in(letter(owner.page, "robin@harbourstreet.example")), "invited")
    one.send("Accept the invitation", "with nothing typed")
    one.page.get_by_label("Your name").fill("Robin Vale")
    one.page.get_by_label("A password").fill("three lanterns under plum")
    one.send("Accept the invitation", "accepted")
    one.open("/account/2fa/totp/activate/")
    one.send("Set it up", "with nothing typed")
    secret = one.page.locator("#authenticator_secret").inner_text()
    one.page.get_by_label("Code from your app").fill(code_at(secret, early_moment()))
    one.send("Set it up", "done")
    one.open("/account/security/", "with an app")
    one.open("/account/2fa/recovery-codes/generate/")
    assert owner.faults + one.faults == []


@pytest.mark.parametrize("role", ["supervisor", "client"])
def test_no_cover_keeps_its_owner_out(inspector, live, role):
    one = inspector()
    one.page.clock.install()
    become(one.page, role)
    one.page.clock.fast_forward(16 * 60 * 1000)
    expect(one.page.get_by_role("dialog")).to_be_visible()
    one.look("covered by the page itself")
    live.manage("shell", "--command", COVER_EVERY_SESSION)
    one.open("/home/", "covered by the server")
    expect(one.page.get_by_role("button", name="Lift the cover")).to_be_visible()
    assert one.faults == []


def test_what_only_the_dark_or_a_narrow_screen_shows_is_seen(inspector):
    one = inspector()
    one.page.set_content(
        "<html lang='en'><title>x</title><style>:root { color-scheme: light dark }"
        "body { background: light-dark(white, #222) } h1 { color: light-dark(black, white) }"
        "p { color: black; width: 400px }</style><main><h1>x</h1><p>In the dark</p></main></html>"
    )
    one.look()
    assert {fault.split(":")[0] for fault in one.faults} == {
        "blank, dark, 1280",
        "blank, dark, 390",
        "blank, 320",
    }
