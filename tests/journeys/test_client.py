"""A client signs in with a code that was e-mailed; nobody learns who else has an account."""

import re

import pytest
from playwright.sync_api import Page, expect

from .steps import expect_signed_in, letter

pytestmark = pytest.mark.journey

PRIYA, STRANGER, MIRIAM = (
    "priya@clients.example",
    "nobody@elsewhere.example",
    "miriam@harbourstreet.example",
)


def ask_for_code(page: Page, address: str, then: str = "") -> str:
    """Ask for a code; answers with what the page says next, the address left out."""
    page.goto(f"/account/login/code/{then}")
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    return page.get_by_role("main").inner_text().replace(address, "")


def code_in(mail: str) -> str:
    found = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mail, re.MULTILINE)
    assert found, f"there is no code in: {mail}"
    return found[1]


def give(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Go on").click()


def test_a_client_signs_in_with_the_code_from_the_mail(phone, visit):
    ask_for_code(phone, PRIYA)
    give(phone, code_in(letter(visit(), PRIYA)))
    expect_signed_in(phone)


def test_a_wrong_code_gets_a_clear_sentence(desk):
    ask_for_code(desk, STRANGER)
    give(desk, "WRONG-123")
    expect(desk.get_by_role("alert")).to_contain_text("This is not the right code")


def test_an_unknown_address_is_answered_like_a_known_one(visit):
    assert ask_for_code(visit(), "somebody@elsewhere.example") == ask_for_code(visit(), PRIYA)


def test_a_foreign_next_leads_home(desk, visit, live):
    ask_for_code(desk, PRIYA, "?next=https://evil.example/")
    give(desk, code_in(letter(visit(), PRIYA)))
    expect_signed_in(desk)
    assert desk.url.startswith(live.url)


def test_somebody_who_works_here_is_sent_no_code(desk, visit):
    ask_for_code(desk, MIRIAM)
    assert "Codes by mail are not used for your kind of account" in letter(visit(), MIRIAM)


def test_a_covered_page_gives_back_what_was_being_written(visit, live, axe):
    """A quarter of an hour at a shared device, then a code from the mailbox: nothing is lost."""
    live.sql("DELETE FROM core_shared_cache")  # codes asked for on other journeys are forgotten
    phone, post = visit(390, 844, touch=True), visit()
    ask_for_code(phone, PRIYA)
    give(phone, code_in(letter(post, PRIYA)))
    expect_signed_in(phone)
    phone.clock.install()
    phone.goto("/my/")
    box = phone.locator("textarea[name=text]")
    if not box.is_visible():
        phone.get_by_text("Change it", exact=True).click()
    box.fill("I nearly said it at supper")
    phone.clock.fast_forward(14 * 60 * 1000)
    cover = phone.get_by_role("dialog")
    expect(cover).to_be_hidden()
    phone.clock.fast_forward(2 * 60 * 1000)
    expect(cover).to_be_visible()
    expect(phone).to_have_title("Covered")
    assert "practice" not in cover.inner_text().lower()
    for _n in range(2):
        phone.keyboard.press("Escape")
    expect(cover).to_be_visible()
    axe(phone)
    cover.get_by_role("button", name="Mail me a code").click()
    expect(cover.get_by_text("on its way to your mailbox")).to_be_visible()
    cover.get_by_label("The code from our mail").fill("WRONG-123")
    cover.get_by_role("button", name="Go on").click()
    expect(cover.get_by_text("That was not it.")).to_be_visible()
    cover.get_by_label("The code from our mail").fill(code_in(letter(post, PRIYA)))
    cover.get_by_role("button", name="Go on").click()
    expect(cover).to_be_hidden()
    expect(box).to_have_value("I nearly said it at supper")
    phone.get_by_role("button", name="Keep it for then").click()
    expect(phone.get_by_text("It is read before you meet")).to_be_visible()
