"""A worksheet: on a phone without script, resumed, linked, printed; and two who write at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from .steps import become

pytestmark = pytest.mark.journey


def begin(page: Page, name: str) -> None:
    page.goto("/my/worksheets/")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.wait_for_load_state()  # until then no script hears what is written


def test_a_worksheet_is_filled_in_on_a_phone_without_script_resumed_linked_and_printed(visit):
    phone = visit(390, 844, touch=True, scripts=False)
    become(phone, "client")
    begin(phone, "A decision to make")
    phone.get_by_label("What has to be decided?").fill("Whether to apply for the permanent post")
    phone.get_by_label("Who else does it concern most?").select_option("Tom")
    option = phone.get_by_role("group", name="Option 1", exact=True)
    option.get_by_label("What", exact=True).fill("Apply")
    option.get_by_label("Would it work?").select_option("perhaps")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_text("Whether to apply for the permanent post")).to_be_visible()

    phone.get_by_role("link", name="Write on it").click()  # resumed, as it was left
    expect(phone.get_by_label("Who else does it concern most?")).to_have_value(re.compile("."))
    first = phone.get_by_role("group", name="Option 1", exact=True)
    expect(first.get_by_label("What", exact=True)).to_have_value("Apply")
    second = phone.get_by_role("group", name="Option 2", exact=True)
    second.get_by_label("What", exact=True).fill("Stay a cover teacher for a year")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_text("Stay a cover teacher for a year", exact=True)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    phone.emulate_media(media="print")
    expect(phone.get_by_text("Stay a cover teacher for a year", exact=True)).to_be_visible()
    for away in ("Write on it", "Leave this page", "Help right now"):
        expect(phone.get_by_role("link", name=away)).to_be_hidden()

    desk = visit()
    become(desk, "therapist")
    desk.get_by_role("link", name="Priya").first.click()
    sheets = desk.get_by_role("region", name="Worksheets", exact=True)
    sheets.get_by_role("link", name="Decision analysis").click()
    expect(desk.get_by_role("main")).to_contain_text("Last written by Priya")
    expect(desk.get_by_role("main")).to_contain_text("Tom")


def test_two_write_on_one_sheet_and_nothing_is_lost(visit, axe):
    phone, desk = visit(390, 844, touch=True, dark=True), visit()
    become(phone, "client")
    become(desk, "therapist")
    begin(phone, "A feeling, and whom to tell")
    desk.goto(phone.url)
    desk.get_by_label("In your own word").fill("Homesick")
    expect(desk.locator("[data-said]")).to_contain_text("Saved at")
    phone.get_by_label("What was happening?").fill("Looking at old pictures")
    expect(phone.locator("[data-said]")).to_contain_text("What they wrote stands here now")
    expect(phone.get_by_label("In your own word")).to_have_value("Homesick")

    phone.get_by_label("In your own word").fill("Left behind")
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    desk.get_by_label("In your own word").fill("Homesick for the sea")
    both = desk.get_by_role("group", name="Two texts, and nothing is lost")
    expect(both).to_contain_text("Left behind")
    axe(desk)
    desk.get_by_role("button", name="Keep", exact=True).click()
    expect(desk.get_by_role("main")).to_contain_text("Homesick for the sea")
    desk.get_by_text("Who wrote what, and when").click()
    expect(desk.get_by_role("main")).to_contain_text("Left behind")
    for page in (phone, desk):
        axe(page)


def test_the_plan_for_hard_hours_is_one_tap_away(phone, axe):
    become(phone, "client")
    phone.get_by_role("navigation", name="Always here").get_by_role("link", name="My plan").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("My plan for hard hours")
    expect(phone.get_by_role("link", name="01632 960 388")).to_have_attribute(
        "href", "tel:01632960388"
    )
    axe(phone)
    phone.goto("/my/worksheets/")
    axe(phone)
    phone.get_by_role("link", name="How a conversation went").click()
    axe(phone)
    phone.get_by_role("link", name="Write on it").click()
    axe(phone)
