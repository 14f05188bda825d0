"""One course carried by two people: from adding a client by hand to the fourth session."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from .steps import answer, become, expect_signed_in, letter, link_in
from .test_client import ask_for_code, code_in, give

pytestmark = pytest.mark.journey

NOOR = "noor@clients.example"
GOAL = "Ring my brother without rehearsing it for a week"
NOTE = "First meeting. Her brother stopped answering after the funeral; she has not asked why."
SUMMARY = "We began. You told me about your brother, and what you would like to say to him."
NOT_AT_ALL, SEVERAL, MORE = "Not at all", "Several days", "More than half the days"


def walk(page: Page, days: int) -> None:
    """Move the demo's clock forward."""
    page.goto("/demo/clock/")
    page.get_by_label("Days to walk forward").fill(str(days))
    page.get_by_role("button", name="Walk forward").click()
    expect(page.get_by_text("The clock has moved.")).to_be_visible()


def add_client(page: Page) -> None:
    page.goto("/today/")
    page.get_by_role("link", name="Add a client").click()
    who = page.get_by_role("group", name="Who they are")
    who.get_by_label("Name", exact=True).fill("Noor Castellan")
    who.get_by_label("What they would like to be called").fill("Noor")
    who.get_by_label("Date of birth").fill("1991-05-04")
    page.get_by_label("E-mail").fill(NOOR)
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("Say that it is safe to write there").first).to_be_visible()
    page.get_by_label("It is safe to write there").check()
    emergency = page.get_by_role("group", name="Whom to call in an emergency")
    emergency.get_by_label("Name").fill("Iman Castellan")
    emergency.get_by_label("Telephone").fill("01632 960 399")
    page.get_by_role("button", name="Add them").click()


def open_course(page: Page) -> str:
    """Open a course of sixteen sessions; returns where it lies."""
    expect(page.get_by_role("heading", name="Open a course with Noor")).to_be_visible()
    page.get_by_label("Interpersonal Therapy, 16 sessions").check()
    page.get_by_role("button", name="Open the course").click()
    expect(page.get_by_role("heading", name="Noor, 35")).to_be_visible()
    return page.url


def give_dates(page: Page, first: date) -> None:
    page.get_by_label("Day", exact=True).first.fill(first.isoformat())
    page.get_by_label("Time", exact=True).first.fill("00:10")
    page.get_by_label("How many sessions, one a week").fill("4")
    page.get_by_role("button", name="Look at these dates").click()
    page.get_by_role("button", name="Keep these dates").click()
    expect(page.get_by_text("The dates are kept.")).to_be_visible()


def agree_goal(page: Page) -> None:
    page.get_by_label("In the client’s own words").fill(GOAL)
    page.get_by_label("Where they are now, 0 to 10").fill("1")
    page.get_by_label("Where they hope to be, 0 to 10").fill("6")
    page.get_by_role("button", name="Write the goal down").click()
    expect(page.get_by_text(GOAL)).to_be_visible()


def join(phone: Page, mail: str) -> None:
    """Take up the invitation."""
    phone.goto(link_in(mail))
    phone.get_by_role("button", name="Accept the invitation").click()
    expect(phone.get_by_text("Your account is ready.")).to_be_visible()


def come_in(phone: Page, other: Page) -> None:
    """Sign in as the client: the code is read in another window."""
    ask_for_code(phone, NOOR)
    give(phone, code_in(letter(other, NOOR)))
    expect_signed_in(phone)


def check_in(phone: Page, answers: list[str]) -> None:
    """Answer question after question; the first page says which session it is for."""
    phone.goto("/my/")
    phone.get_by_role("link", name=re.compile("check-in")).click()
    for number, words in enumerate(answers, start=1):
        answer(phone, words, number, len(answers))
    phone.get_by_role("button", name="Send to Miriam Adeyemi").click()
    expect(phone.get_by_text("Miriam").first).to_be_visible()


def scores(phq9: list[str]) -> list[str]:
    """A whole check-in: PHQ-9 with its question on difficulty, then GAD-7."""
    return [*phq9, "Somewhat difficult", *[SEVERAL] * 7]


def meet(page: Page, number: int, note: str, summary: str) -> None:
    """Work through a session: tick, write, share, sign, close."""
    page.get_by_label("Look at the check-in together").check()
    with page.expect_response(lambda answer: answer.url.endswith("/note/")):
        page.get_by_role("textbox", name="Session note").fill(note)
    expect(page.locator("[data-autosave] [data-said]")).to_contain_text("Saved at")
    page.get_by_label("A few words for your client").fill(summary)
    page.get_by_role("button", name="Share with your client").click()
    expect(page.get_by_text("Your client can read it now.")).to_be_visible()
    page.get_by_role("button", name="Sign the note", exact=True).click()
    expect(page.get_by_text("The note is signed.")).to_be_visible()
    page.get_by_role("button", name=f"Close session {number}").click()
    expect(page.get_by_text("The session is closed.")).to_be_visible()


@pytest.mark.usefixtures("open_all_year")
def test_two_people_carry_a_course_to_its_fourth_session(visit, axe):
    desk, phone = visit(), visit(390, 844, touch=True)

    become(desk, "therapist")
    add_client(desk)
    course = open_course(desk)
    give_dates(desk, date.today() + timedelta(days=2))
    agree_goal(desk)
    axe(desk)

    mails = visit()
    join(phone, letter(mails, NOOR))
    come_in(phone, mails)
    expect(phone.get_by_text("session 1 of 16")).to_be_visible()
    expect(phone.get_by_text(GOAL, exact=True)).to_be_visible()
    axe(phone)

    # Item 9 above zero shows help at once, before anything is sent.
    phone.get_by_role("link", name="Start the check-in").click()
    for number in range(1, 9):
        answer(phone, MORE, number, 17)
    expect(phone.get_by_text("Question 9 of 17", exact=True)).to_be_visible()
    phone.get_by_label(SEVERAL, exact=True).check()
    expect(phone.get_by_text("Thank you for saying so")).to_be_visible()
    expect(
        phone.get_by_role("status").get_by_role("link", name=re.compile("116 123"))
    ).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="Next", exact=True).click()
    for number, words in enumerate(("Somewhat difficult", *[SEVERAL] * 7), start=10):
        answer(phone, words, number, 17)
    phone.get_by_role("button", name="Send to Miriam Adeyemi").click()

    # The alert has an owner, and the session cannot be closed over it.
    desk.goto("/today/")
    alert = desk.get_by_text(re.compile("^Noor:"))
    expect(alert).to_be_visible()
    walk(desk, 2)
    desk.goto("/today/")
    desk.get_by_role("link", name=re.compile("session 1 with Noor")).click()
    expect(desk.get_by_text("Session 1 of 16").first).to_be_visible()
    expect(desk.get_by_text("PHQ-9, moderately severe")).to_be_visible()
    expect(desk.get_by_role("button", name="Close session 1")).to_have_count(0)
    axe(desk)
    session = desk.url
    desk.get_by_role("link", name="Look at the alert first").click()
    desk.get_by_label("I assessed the risk with them").check()
    desk.get_by_role("button", name="Acknowledge").click()
    expect(desk.get_by_text("The alert is closed.")).to_be_visible()
    desk.goto(session)
    meet(desk, 1, NOTE, SUMMARY)

    phone.goto("/my/")
    expect(phone.get_by_text(SUMMARY)).to_be_visible()
    expect(phone.get_by_text(NOTE)).to_have_count(0)

    for number, lower in ((2, 2), (3, 4), (4, 6)):
        walk(desk, 6)
        lighter = [NOT_AT_ALL] * lower + [SEVERAL] * (8 - lower) + [NOT_AT_ALL]
        check_in(phone, scores(lighter))  # the evening before
        walk(desk, 1)
        desk.goto("/today/")
        desk.get_by_role("link", name=re.compile(f"session {number} with Noor")).click()
        if number < 4:
            meet(desk, number, f"Session {number}.", f"We met for the {number}. time.")

    desk.goto(course)
    expect(desk.locator("svg[aria-labelledby^=course-chart] circle.point")).to_have_count(4)
    desk.get_by_text("The same as a table").click()
    expect(desk.locator(".equal-table tbody tr")).to_have_count(4)
