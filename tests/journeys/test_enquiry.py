"""Somebody gets in touch on a phone, and begins: an adult, and a young person in two ways."""

import pytest
from playwright.sync_api import Page, expect

from .steps import become, expect_signed_in, letter, link_in
from .test_client import ask_for_code, code_in, give

pytestmark = pytest.mark.journey

READ = """() => performance.now()
    - performance.getEntriesByType("navigation")[0].responseStart > 3100"""
"""Whether the page has lain before somebody for longer than the form asks for."""


def mail_link(page: Page, to: str, subject: str) -> str:
    """The link in the newest mail to somebody with this subject."""
    page.goto("/demo/mails/")
    mails = page.locator(".sent-mail", has_text=f"to {to} ·").filter(has_text=subject)
    return link_in(mails.first.inner_text())


def write(page: Page, *, called: str, age: str, email: str, words: str) -> None:
    """The letter, but for sending it."""
    page.get_by_label("What shall we call you?").fill(called)
    page.get_by_label("How old is the person").fill(age)
    page.get_by_label("Email", exact=False).first.fill(email)
    page.get_by_label("It is safe to write there").check()
    page.get_by_label("What would you like help with?").fill(words)


def send(page: Page) -> None:
    """Send the letter as a person would, who needs longer than the three seconds of a program."""
    page.get_by_label("You may keep what I have written").check()
    page.wait_for_function(READ)
    page.get_by_role("button", name="Send to Harbour Street Practice").click()
    expect(page.get_by_text("Your message has arrived")).to_be_visible()


def offer_miriam(desk: Page, called: str, answer: str = "") -> None:
    """The coordinator answers, and asks Miriam."""
    become(desk, "coordinator")
    desk.goto("/enquiries/")
    desk.get_by_role("link", name=called, exact=True).click()
    if answer:
        desk.get_by_label("Your answer").fill(answer)
        desk.get_by_role("button", name="Send the answer").click()
        expect(desk.get_by_text("Your answer is on its way.")).to_be_visible()
    more = desk.get_by_text("More", exact=True)
    ask = desk.get_by_role("button", name="Ask Miriam Adeyemi")
    if not ask.is_visible():
        more.click()
    ask.click()
    expect(desk.get_by_text("Miriam Adeyemi has been asked.")).to_be_visible()


def take(desk: Page, age: str) -> None:
    """Miriam says yes."""
    become(desk, "therapist")
    desk.get_by_role("link", name="Asked of me").click()
    rows = desk.locator(".queue-row", has_text=f"Somebody aged {age}").filter(has_text="answer by")
    rows.get_by_role("link").click()
    desk.get_by_role("button", name="Yes, I would see them").click()
    expect(desk.get_by_text("Thank you. The person is asked now")).to_be_visible()


def test_an_adult_from_self_check_to_their_own_page(phone, desk, visit, axe, picture):
    phone.goto("/approaches/interpersonal-therapy/")
    phone.get_by_role("link", name="A short self-check").click()
    axe(phone)
    phone.get_by_label("I am safe", exact=True).check()
    grief = phone.get_by_role("group", name="Somebody I love has died")
    grief.get_by_label("Yes, that is me").check()
    phone.get_by_role("button", name="See what it says").click()
    expect(phone.get_by_role("heading", name="What speaks for")).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="Write to us, and take this along").click()
    told = {"called": "Noor", "age": "33", "email": "noor@letters.example"}
    with phone.expect_response("**/get-in-touch/draft/"):
        write(phone, **told, words="Since the funeral I cannot sleep.")
    phone.wait_for_function("document.querySelector('[data-draft-said]').dataset.state === 'saved'")
    axe(phone)
    context = phone.context
    phone.close()  # the tab dies

    again = context.new_page()
    again.goto("/get-in-touch/")
    expect(again.get_by_label("What would you like help with?")).to_have_value(
        "Since the funeral I cannot sleep."
    )
    expect(again.get_by_text("From your self-check, sent with this letter")).to_be_visible()
    expect(again.get_by_label("How old is the person")).to_have_value("33")
    assert again.evaluate("localStorage.length + sessionStorage.length") == 0
    picture(again, "get-in-touch-phone")
    send(again)
    axe(again)

    offer_miriam(desk, "Noor", "Dear Noor, thank you for writing. Cato")
    axe(desk)
    picture(desk, "enquiry")
    therapist = visit()
    take(therapist, "33")
    axe(therapist)

    again.goto(mail_link(visit(), told["email"], "There is a reply"))
    expect(again.get_by_role("heading", name="Miriam Adeyemi")).to_be_visible()
    axe(again)
    picture(again, "offered-phone")
    again.get_by_role("link", name="Yes, I would like to begin").click()
    axe(again)
    again.get_by_label("Your full name").fill("Noor Example")
    again.get_by_label("Date of birth").fill("1993-03-03")
    again.get_by_label("I have read this, and I agree").check()
    again.get_by_role("button", name="Yes, I would like to begin").click()
    expect(again.get_by_text("You are with us now.")).to_be_visible()

    again.goto(mail_link(visit(), told["email"], "Your invitation"))
    again.get_by_role("button").filter(has_not_text="Leave").last.click()
    ask_for_code(again, told["email"])
    give(again, code_in(letter(visit(), told["email"])))
    expect_signed_in(again)


def young_and_offered(phone: Page, visit, called: str) -> Page:
    """Somebody of fifteen wrote and was offered Miriam; their page is open at the yes."""
    address = f"{called.lower()}@letters.example"
    phone.goto("/get-in-touch/")
    write(phone, called=called, age="15", email=address, words="Home is loud and I am tired.")
    send(phone)
    offer_miriam(visit(), called)
    take(visit(), "15")
    phone.goto(mail_link(visit(), address, "There is a reply"))
    phone.get_by_role("link", name="Yes, I would like to begin").click()
    phone.get_by_label("Your full name").fill(f"{called} Example")
    born = phone.get_by_label("Date of birth")
    year = int(phone.evaluate("new Date().getFullYear()")) - 15
    born.fill(f"{year}-01-01")
    phone.get_by_label("I have read this, and I agree").check()
    return phone


def test_fifteen_and_a_parent_agrees(phone, visit, axe):
    page = young_and_offered(phone, visit, "Kit")
    page.get_by_label("A parent or guardian agrees as well").check()
    page.get_by_label("The full name of the parent").fill("Robin Example")
    page.get_by_label("Who they are to you").fill("father")
    page.get_by_label("Their email").fill("kit@letters.example")
    page.get_by_role("button", name="Yes, I would like to begin").click()
    expect(page.get_by_role("alert")).to_contain_text("only you may read it")
    axe(page)
    page.get_by_label("Their email").fill("robin@parents.example")
    page.get_by_role("button", name="Yes, I would like to begin").click()
    expect(page.get_by_text("You begin as soon as they agree.")).to_be_visible()

    parent = visit(390, 844, touch=True)
    parent.goto(mail_link(visit(), "robin@parents.example", "A question for you"))
    axe(parent)
    parent.get_by_label("I hold parental responsibility").check()
    parent.get_by_label("I have read this, and I agree").check()
    parent.get_by_role("button", name="I consent").click()
    expect(parent.get_by_role("heading", name="Thank you")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You are with us now.")).to_be_visible()
    assert "Your invitation" in letter(visit(), "kit@letters.example")


def test_fifteen_and_the_therapist_judges_that_they_decide(phone, visit, axe):
    page = young_and_offered(phone, visit, "Ash")
    page.get_by_label("I would like to decide this myself").check()
    page.get_by_role("button", name="Yes, I would like to begin").click()
    expect(page.get_by_text("will talk with you about it first")).to_be_visible()

    desk = visit()
    become(desk, "therapist")
    desk.goto("/offers/")
    desk.get_by_role("link", name="Ash", exact=True).click()
    axe(desk)
    desk.get_by_label("Why you judge that they can").fill("Understands, weighs, and can say why.")
    desk.get_by_role("button", name="I judge that they can").click()
    expect(desk.get_by_role("link", name="Open the course")).to_be_visible()
    assert "Your invitation" in letter(visit(), "ash@letters.example")
