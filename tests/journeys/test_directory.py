"""Somebody looks for a person; a therapist keeps their page true; what nobody confirms goes."""

import pytest
from playwright.sync_api import Page, expect

from .steps import become
from .test_visitor import follow, tab_to

pytestmark = pytest.mark.journey


def choose(page: Page, label: str, key: str = "Space") -> None:
    """Walk to a control by its label with the keyboard, and press a key on it."""
    control = page.get_by_label(label, exact=False).first
    for _n in range(80):
        if control.evaluate(
            "e => e === document.activeElement || (e.type === 'radio' && "
            "document.activeElement?.name === e.name)"
        ):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"Tab never reaches {label}")
    if control.get_attribute("type") == "radio":
        for _n in range(12):
            if control.is_checked():
                return
            page.keyboard.press("ArrowDown")
    page.keyboard.press(key)


def test_by_phone_and_keyboard_from_home_to_somebody_for_a_sixteen_year_old(phone, axe, picture):
    page = phone
    page.goto("/")
    follow(page, "Read about Interpersonal Therapy", "Interpersonal Therapy")
    tab_to(page, "See everyone, and narrow the list")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a therapist")
    tab_to(page, "Narrow the list one chosen")
    page.keyboard.press("Enter")
    choose(page, "Their age", "1")
    page.keyboard.press("6")
    choose(page, "Online")
    choose(page, "Only people taking new clients")
    tab_to(page, "Show therapists")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen li")).to_have_count(4)
    picture(page, "directory-phone")
    names = page.locator(".listing h3").all_inner_texts()
    assert "Tomasz Wren" in names and "Nasreen Malik" not in names
    axe(page)
    follow(page, "Tomasz Wren", "Tomasz Wren")
    expect(page.locator(".profile-head .openness")).to_have_text("Taking new clients")
    expect(page.locator(".particulars")).to_contain_text("young people from 14")
    axe(page)


def test_nobody_fits_and_the_page_says_which_wish_to_leave_out(phone):
    phone.goto("/therapists/?approach=emdr&language=cy")
    phone.get_by_role("link", name="Without “Welsh”").click()
    expect(phone.locator(".listing h3")).to_have_text(["Idris Calloway"])


def test_a_therapist_edits_and_the_next_visitor_reads_it(desk, phone, axe):
    become(desk, "therapist")
    for path in ("/therapists/", "/therapists/miriam-adeyemi/"):
        phone.goto(path)
        phone.goto(path)  # the second time from the store
    desk.get_by_role("link", name="My listing").click()
    axe(desk)
    desk.get_by_label("A sentence in your own words").fill("I have a boat, and time for grief.")
    with desk.context.expect_page() as opened:
        desk.get_by_role("button", name="Preview in a new tab").click()
    expect(opened.value.get_by_text("A preview.")).to_be_visible()
    expect(opened.value.get_by_text("I have a boat")).to_be_visible()
    phone.goto("/therapists/")
    expect(phone.get_by_text("I have a boat")).to_have_count(0)
    desk.get_by_role("button", name="Save").click()
    for path in ("/therapists/", "/therapists/miriam-adeyemi/"):
        phone.goto(path)
        assert "I have a boat" in phone.content()  # the first time it is asked for


def test_what_nobody_confirms_falls_out_of_the_list(visit):
    page = visit()
    page.goto("/therapists/")
    expect(page.get_by_role("link", name="Magnus Thorne")).to_be_visible()
    page.goto("/demo/clock/")
    for _week in range(13):
        page.get_by_role("button", name="One week").click()
    page.goto("/therapists/")
    expect(page.get_by_role("link", name="Magnus Thorne")).to_have_count(0)
    expect(page.get_by_role("link", name="Soraya Whitlock")).to_be_visible()
