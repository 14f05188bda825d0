"""A new colleague joins with two keys and edits the site; visitors see it at the next request."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from commonground.people.tests.authenticator import code_at, early_moment
from tests.outside import live as running

from .conftest import Watch, arrive
from .steps import become, expect_signed_in, letter, link_in

pytestmark = pytest.mark.journey

ADDRESS = "wren@harbourstreet.example"
PASSWORD = "quiet kettle northern marble"
BEFORE, AFTER = "/approaches/psychodynamic-therapy/", "/approaches/couple-therapy/"


@dataclass
class Colleague:
    """Wren, who edits the site: her browser, her app, her papers."""

    page: Page
    secret: str = ""
    papers: list[str] = field(default_factory=list)
    code_used: float = 0.0

    def code(self) -> str:
        """A code her app has not shown before, good for a while."""
        self.code_used = early_moment(after=self.code_used)
        return code_at(self.secret, self.code_used)


@pytest.fixture(scope="module")
def colleague(chrome: Browser, live: running.House) -> Colleague:
    """Invited by the owner, joined, with an app and recovery codes."""
    watch = Watch()
    owner, page = arrive(chrome, live, watch), arrive(chrome, live, watch)
    become(owner, "owner")
    owner.goto("/practice/people/")
    owner.get_by_label("E-mail address").fill(ADDRESS)
    owner.get_by_label("coordinator: answers enquiries, edits the site").check()
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text("The invitation is on its way.")).to_be_visible()
    link = link_in(letter(owner, ADDRESS))
    for _scanner in range(3):  # of mail; they open every link
        assert owner.request.get(link).ok
    wren = Colleague(page)
    page.goto(link)
    page.get_by_label("Your name").fill("Wren Ashby")
    page.get_by_label("A password of at least twelve characters").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("link", name="Set up an app").click()
    wren.secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Code from your app").fill(wren.code())
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("list", name="Codes not used yet").wait_for()
    wren.papers = page.locator("#recovery_codes li").all_inner_texts()
    yield wren
    for context in (owner.context, page.context):
        context.close()
    assert watch.faults == []


@pytest.fixture
def visitor(visit) -> Page:
    return visit()


def turns(page: Page, path: str) -> list[str]:
    """What stands under an approach: its previous and its next, as a visitor sees them."""
    page.goto(path)
    return [" ".join(words.split()) for words in page.locator(".turn a").all_inner_texts()]


def new_approach(page: Page, title: str) -> None:
    """Open the editor on a new approach and write what it must have."""
    page.goto("/cms/pages/")
    page.get_by_role("link", name="Explore child pages of 'Approaches we offer'").click()
    page.get_by_role("link", name="Add child page").first.click()
    page.get_by_role("textbox", name="Title*").fill(title)
    page.get_by_role("textbox", name="Introduction").fill("A calm beginning.")
    page.get_by_role("textbox", name="One line for lists").fill("For whoever wonders.")


def publish(page: Page, button: str = "Publish") -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messages")).to_contain_text(re.compile("publish|scheduled"))


def test_an_invited_colleague_keeps_ten_recovery_codes(colleague):
    assert len(set(colleague.papers)) == 10


def test_an_approach_is_previewed_before_anybody_sees_it(colleague):
    page = colleague.page
    new_approach(page, "Seen first")
    page.get_by_role("button", name="Toggle preview").click()
    shown = page.frame_locator("#w-preview-iframe, iframe[title*='review']").first
    expect(shown.get_by_role("heading", level=1)).to_have_text("Seen first")
    page.get_by_role("button", name="Toggle preview").click()


def test_a_new_approach_between_two_is_their_previous_and_next_at_once(colleague, visitor):
    page = colleague.page
    before = turns(visitor, BEFORE), turns(visitor, AFTER)  # kept by the cache from here on
    new_approach(page, "Walking Therapy")
    publish(page)
    page.get_by_role("link", name="Approaches we offer").first.click()
    row = page.locator("tr", has_text="Walking Therapy")
    expect(row.get_by_role("button", name="Drag")).to_be_visible()
    names = page.locator("td.title .title-wrapper").all_inner_texts()
    places = {name.strip(): place for place, name in enumerate(names)}
    row.get_by_role("button", name="Drag").focus()
    for _step in range(places["Walking Therapy"] - places["Couple Therapy"]):
        page.keyboard.press("ArrowUp")
    with page.expect_response("**/set_position/**"):
        page.keyboard.press("Enter")
    after = turns(visitor, BEFORE), turns(visitor, AFTER)
    assert (before[0][1], before[1][0]) == ("Next Couple Therapy", "Previous Psychodynamic Therapy")
    assert (after[0][1], after[1][0]) == ("Next Walking Therapy", "Previous Walking Therapy")


def test_visitors_read_a_change_in_the_very_next_request(colleague, visitor):
    page, visitor_page = colleague.page, visitor
    visitor_page.goto("/about/")
    page.goto("/cms/pages/")
    page.get_by_role("link", name="About the practice").first.click()
    page.get_by_role("textbox", name="Introduction").fill("We have moved one door down.")
    publish(page)
    visitor_page.goto("/about/")
    expect(visitor_page.get_by_text("We have moved one door down.")).to_be_visible()


def test_a_scheduled_page_appears_when_its_day_has_come(colleague, visitor):
    page = colleague.page
    new_approach(page, "Tomorrow Therapy")
    tomorrow = datetime.now() + timedelta(hours=23)
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Set schedule").click()
    page.get_by_role("textbox", name="Go live date/time").fill(f"{tomorrow:%Y-%m-%d %H:%M}")
    # By the keyboard: the little calendars, which open with a field's focus, lie over the button.
    page.get_by_role("button", name="Save schedule").press("Enter")
    expect(page.locator(".messages")).to_contain_text("created")
    publish(page, "Schedule to publish")
    assert visitor.goto("/approaches/tomorrow-therapy/").status == 404
    page.goto("/demo/clock/")
    page.get_by_role("button", name="One day").click()
    end = time.monotonic() + 180  # the worker ticks every 20 s, later on a busy machine
    while visitor.goto("/approaches/tomorrow-therapy/").status == 404 and time.monotonic() < end:
        time.sleep(0.3)
    page.get_by_role("button", name="Put the clock right again").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Tomorrow Therapy")


def test_a_picture_of_40_megabytes_gets_a_clear_sentence(colleague, tmp_path: Path):
    page, heavy = colleague.page, tmp_path / "heavy.png"
    heavy.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40 * 1024 * 1024))
    page.goto("/cms/images/add/")
    page.get_by_label("Title").fill("The quay")
    page.get_by_label("Description").fill("Boats in the evening")
    page.set_input_files("input[type=file]", heavy)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("This file is larger than 8 MB.")).to_be_visible()


def test_a_code_from_the_app_lets_in_once_and_not_twice(colleague):
    page, code = colleague.page, colleague.code()
    for turn in ("first", "again"):
        page.goto("/account/logout/")
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
        page.goto("/account/login/")
        page.get_by_label("Email").fill(ADDRESS)
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Code from your app").fill(code)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        if turn == "first":
            expect_signed_in(page)
    expect(page.locator(".error-summary")).to_contain_text("or it was used already")
