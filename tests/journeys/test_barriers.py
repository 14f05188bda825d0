"""No page keeps anybody out: axe on every page and state, four looks each, and reflow at 320 px.

A page is loaded once and looked at four times. axe checks all it knows on a desk in the light and
on a phone in the dark; in the other two looks only what a look can change: contrast and size.
Under `./ground prove` it checks all it knows in all four.
"""

import os
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from commonground.people.tests.authenticator import code_at, early_moment
from tests.outside import live as running

from .conftest import WCAG, Watch, arrive
from .steps import become, letter, link_in

pytestmark = pytest.mark.journey

EVERYTHING = {**WCAG, "resultTypes": ["violations"]}
BY_LOOK = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]},
    "resultTypes": ["violations"],
}
IN_BETWEEN = EVERYTHING if os.environ.get("GROUND_PROVE") == "full" else BY_LOOK
LOOKS = (
    (1280, "light", EVERYTHING),
    (1280, "dark", IN_BETWEEN),
    (390, "dark", EVERYTHING),
    (390, "light", IN_BETWEEN),
)
"""In an order in which one thing changes from each to the next: a change is as dear as a check."""
ELSEWHERE = re.compile(r"^/(cms/|media/|account/logout/|.*\.(txt|xml|json|ics)$|.*/download/)")
PATHS = "all => all.map(a => new URL(a.getAttribute('href'), location.origin).pathname)"
"""Where links lead, those drawn in a picture too."""
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/paper/)\w+")
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth)
    .slice(-3).map(e => e.tagName + '.' + e.className)"""


class Inspector:
    """Looks at every page of one person once, and remembers what was wrong on which."""

    def __init__(self, page: Page) -> None:
        self.page, self.faults, self.seen = page, list[str](), set[str]()
        self.scheme, self.size = "", (0, 0)

    def stand(self, width: int, scheme: str = "light", height: int = 900) -> None:
        """Look from a window this wide, in the light or in the dark."""
        if scheme != self.scheme:
            self.page.emulate_media(color_scheme=scheme)
        if (width, height) != self.size:
            self.page.set_viewport_size({"width": width, "height": height})
        self.scheme, self.size = scheme, (width, height)

    def look(self, state: str = "") -> None:
        """Look at the page as it stands."""
        name = f"{urlsplit(self.page.url).path} {state}".strip()  # "blank" before any page
        self.page.evaluate(AXE_SCRIPT)
        for width, scheme, rules in LOOKS:
            self.stand(width, scheme)
            found = self.page.evaluate("rules => axe.run(rules)", rules)["violations"]
            self.faults += [
                f"{name}, {scheme}, {width}: {rule['id']} at {node['target']}"
                for rule in found
                for node in rule["nodes"]
            ]
        self.stand(320, height=640)
        for wide in self.page.evaluate(TOO_WIDE):
            self.faults.append(f"{name}, 320: {wide} sticks out")
        self.stand(1280)

    def open(self, path: str, state: str = "", status: int = 200) -> None:
        answer = self.page.goto(path)
        if not answer or answer.status != status:
            self.faults.append(f"{path}: answered {answer and answer.status}, not {status}")
        self.look(state)

    def crawl(self, *, leaving_out: set[str] = frozenset()) -> None:
        """Look at every page links lead to; of those that differ by number or measure, at one."""
        waiting, tried = [urlsplit(self.page.url).path], set(leaving_out)
        while waiting:
            path = waiting.pop()
            kind = NUMBER.sub("…", path)
            if kind in tried or ELSEWHERE.match(path):
                continue
            tried.add(kind)
            self.open(path)
            self.seen.add(NUMBER.sub("…", urlsplit(self.page.url).path))
            links = self.page.locator("a[href^='/']")
            waiting += links.evaluate_all(PATHS)

    def send(self, button: str, state: str) -> None:
        """Press a button of the main text and look at what comes."""
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()
        self.look(state)


@pytest.fixture
def inspector(chrome: Browser, live: running.House, watch: Watch) -> Iterator[Callable]:
    opened: list[Inspector] = []

    def inspect(role: str = "") -> Inspector:
        opened.append(Inspector(arrive(chrome, live, watch)))
        if role:
            become(opened[-1].page, role)
        return opened[-1]

    yield inspect
    for one in opened:
        one.page.context.close()


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
