"""The check-in as it is lived: two minutes on a phone, a lost connection, a device handed over."""

import re

import pytest
from playwright.sync_api import Page, expect

from .steps import answer, become

pytestmark = pytest.mark.journey

TOTAL = 17  # GAD-7, then PHQ-9 with its question on difficulty
CALLED = "Daniel"


def measures_of(desk: Page, called: str = CALLED) -> None:
    """The measures of one client, from the day's own page."""
    desk.goto("/today/")
    desk.locator(".caseload").get_by_role("link", name=re.compile(f"^{called}")).click()
    desk.get_by_role("link", name="Measures", exact=True).click()
    expect(desk.get_by_role("heading", name=f"Measures of {called}")).to_be_visible()


def asked_by_hand(desk: Page) -> None:
    """Ask PHQ-9 and GAD-7 now; the page then shows them as waiting."""
    measures_of(desk)
    desk.get_by_role("link", name="Ask another measure").click()
    desk.get_by_label("GAD-7, Generalised").check()
    desk.get_by_label("PHQ-9, Patient").check()
    desk.get_by_role("button", name="Ask", exact=True).click()
    expect(desk.get_by_text("It waits on their page")).to_be_visible()


def waiting(desk: Page) -> Page:
    """The row of what was asked by hand, wherever it stands in the list."""
    for summary in desk.locator("details.more > summary", has_text="more, later").all():
        summary.click()
    return desk.locator(".occasions > li", has_text="asked by hand").last


def link_from(desk: Page) -> str:
    """Make a link to it, to be passed on by hand."""
    waiting(desk).get_by_role("link", name=re.compile("link$")).click()
    desk.get_by_label("Nowhere: show it to me").check()
    desk.get_by_label("Ask for the date of birth").uncheck()
    desk.get_by_role("button", name="Make the link").click()
    return desk.locator(".made-link").inner_text().strip()


def words_for(number: int) -> str:
    """Lightly burdened, and nothing that needs help."""
    if number == TOTAL:
        return "Somewhat difficult"
    return "Not at all" if number == TOTAL - 1 else "Several days"


def test_two_measures_by_a_link_take_no_more_than_twenty_taps(visit, axe):
    desk, phone = visit(), visit(390, 844, touch=True)
    become(desk, "therapist")
    asked_by_hand(desk)
    phone.goto(link_from(desk))
    axe(phone)
    taps = sum(answer(phone, words_for(number), number, TOTAL) for number in range(1, TOTAL + 1))
    phone.get_by_role("button", name=re.compile("^Send")).click()
    taps += 1
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    axe(phone)
    assert taps <= 20
    measures_of(desk)
    expect(desk.locator(".answers-in tr", has_text="by a link")).to_have_count(2)
    axe(desk)


def test_a_connection_that_is_lost_after_five_answers_costs_none_of_them(visit, axe):
    desk, phone = visit(), visit(390, 844, touch=True)
    become(desk, "therapist")
    asked_by_hand(desk)
    link = link_from(desk)
    phone.goto(link)
    for number in range(1, 6):
        answer(phone, words_for(number), number, TOTAL)
    expect(phone.get_by_text(f"Question 6 of {TOTAL}", exact=True)).to_be_visible()
    phone.context.set_offline(True)
    phone.get_by_label("Nearly every day").click()
    expect(phone.get_by_text("There is no connection just now.")).to_be_visible()
    expect(phone.get_by_label("Nearly every day")).to_be_checked()
    phone.context.set_offline(False)

    other = visit(390, 844, touch=True)  # the link again, on another day's phone
    other.goto(link)
    expect(other.get_by_text(f"Question 6 of {TOTAL}", exact=True)).to_be_visible()
    other.get_by_role("link", name="Show all questions on one page").click()
    expect(other.get_by_role("radio", checked=True)).to_have_count(5)
    axe(other)


def test_a_device_that_was_handed_over_comes_back_with_nothing_to_read(visit, axe):
    desk = visit(820, 1180, touch=True)  # a tablet
    become(desk, "therapist")
    asked_by_hand(desk)
    waiting(desk).get_by_role("button", name="Hand over this device").click()
    expect(desk.get_by_text(f"Question 1 of {TOTAL}", exact=True)).to_be_visible()
    axe(desk)
    desk.go_back()
    covered(desk)
    desk.goto("/check-in/form/")
    for number in range(1, TOTAL + 1):
        answer(desk, words_for(number), number, TOTAL)
    desk.get_by_role("button", name=re.compile("^Send")).click()
    expect(desk.get_by_text("Please give the device back")).to_be_visible()
    nothing_behind(desk)
    desk.goto("/check-in/form/")
    desk.get_by_role("main").get_by_role("link", name="Give the device back").click()
    covered(desk)
    nothing_behind(desk)
    desk.goto("/today/")
    expect(desk.get_by_text("this device was handed over")).to_be_visible()
    desk.get_by_role("button", name="Lift the cover").click()
    expect(desk.get_by_text("My courses")).to_be_visible()


def covered(page: Page) -> None:
    """The cover, and nobody's name under it."""
    expect(page.get_by_role("button", name="Lift the cover")).to_be_visible()
    assert CALLED not in page.content()


def nothing_behind(page: Page) -> None:
    """Whichever way one steps back, there is neither a question, an answer nor a name."""
    for _ in range(6):
        page.go_back()
        page.wait_for_load_state()
        assert CALLED not in page.content()
        expect(page.get_by_role("radio")).to_have_count(0)
