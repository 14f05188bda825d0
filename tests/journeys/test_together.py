"""Two people on the same pages: what one writes appears with the other, who loses nothing."""

import pytest
from playwright.sync_api import Page, expect

from .steps import become

pytestmark = pytest.mark.journey


def look_again(page: Page) -> None:
    """What happens every quarter of a minute happens now: the window is looked at again."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_what_the_other_writes_appears_and_what_i_type_stays(visit, axe):
    phone, desk = visit(390, 844, touch=True), visit()
    become(phone, "client")
    become(desk, "therapist")
    desk.get_by_role("link", name="Priya").first.click()
    session = desk.url

    # The client writes half a note, while a goal is rated in the room.
    note = phone.locator("textarea[name=text]")
    if not note.is_visible():
        phone.get_by_text("Change it", exact=True).click()
    note.fill("I nearly told him")
    desk.get_by_role("link", name="Formulation").first.click()
    desk.get_by_label("What they say today, 0 to 10").first.fill("9")
    desk.get_by_role("button", name="Rate").first.click()
    look_again(phone)
    goals = phone.get_by_role("region", name="What we are working on")
    expect(goals).to_contain_text("9 out of 10 now.")
    expect(goals).to_contain_text("Miriam Adeyemi wrote here at")
    expect(note).to_have_value("I nearly told him")
    axe(phone)

    # The note is kept: it stands on the session's page, which nobody has loaded again.
    desk.goto(session)
    phone.get_by_role("button", name="Keep it for then").click()
    expect(phone.get_by_text("It is read before you meet")).to_be_visible()
    look_again(desk)
    wish = desk.get_by_role("region", name="From your client, for this hour")
    expect(wish).to_contain_text("I nearly told him")
    expect(wish).to_contain_text("Priya wrote here at")
    axe(desk)


def test_two_write_about_one_person_and_neither_loses_a_word(visit, axe):
    phone, desk = visit(390, 844, touch=True, dark=True), visit()
    become(phone, "client")
    become(desk, "therapist")
    phone.goto("/my/people/")
    phone.get_by_role("link", name="Tom", exact=True).first.click()
    phone.get_by_role("link", name="Write about them").click()
    desk.get_by_role("link", name="Priya").first.click()
    desk.get_by_role("link", name="Tom", exact=True).first.click()
    everybody = desk.url
    desk.get_by_role("link", name="Write about them").click()

    good = phone.get_by_label("What is good in it")
    good.fill("He makes me laugh")
    desk.get_by_label("Age").fill("41")
    desk.get_by_role("button", name="Keep", exact=True).click()
    expect(desk.get_by_text("Kept").first).to_be_visible()
    look_again(phone)
    expect(phone.get_by_role("textbox", name="Age")).to_have_value("41")
    expect(phone.get_by_role("main")).to_contain_text("Miriam Adeyemi wrote here at")
    expect(good).to_have_value("He makes me laugh")
    axe(phone)
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_text("Kept.").first).to_be_visible()  # no conflict: nothing was overwritten

    # On the page of everybody the drawing is not exchanged under the hand.
    look_again(desk)
    expect(desk.get_by_role("link", name="Show it")).to_be_visible()
    expect(desk.get_by_role("region", name="Tom", exact=True)).to_contain_text("He makes me laugh")

    # Both in the same place: the page says so, and keeping shows both.
    phone.get_by_role("link", name="Write about them").click()
    phone.get_by_label("What is good in it").fill("He listens, at times")
    desk.goto(everybody)
    desk.get_by_role("link", name="Write about them").click()
    desk.get_by_label("what is good in it").fill("Laughter")
    desk.get_by_role("button", name="Keep", exact=True).click()
    look_again(phone)
    expect(phone.get_by_role("main")).to_contain_text("You are both writing in the same place")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("Laughter")
    expect(phone.get_by_label("What is good in it")).to_have_value("He listens, at times")
