"""What people do more than once on their way through the house."""

import re

from playwright.sync_api import Page, expect


def become(page: Page, role: str) -> None:
    """Sign in as one of the invented people, through the demo's own door."""
    page.goto("/demo/")
    page.get_by_role("button", name=f"Sign in as {role}").click()
    expect_signed_in(page)


def expect_signed_in(page: Page) -> None:
    """Somebody is in: there is a way out, and the page's own scripts have begun."""
    expect(page.get_by_role("button", name="Sign out", exact=True).first).to_be_visible()
    page.wait_for_load_state()


def letter(page: Page, to: str) -> str:
    """The newest mail to an address, as the demo's mail page shows it; those about dates, which a
    worker writes when it comes to it, are left out."""
    page.goto("/demo/mails/")
    mails = page.locator(".sent-mail", has_text=f"to {to} ·")
    return mails.filter(has_not_text="A calendar entry").first.inner_text()


def link_in(mail: str) -> str:
    """The first address in a mail."""
    return next(word for word in mail.split() if word.startswith("http"))


def answer(page: Page, words: str, number: int, total: int) -> int:
    """Tap one answer, which takes one on; where help may be needed, “Next” does. Returns taps."""
    expect(page.get_by_text(f"Question {number} of {total}", exact=True)).to_be_visible()
    stays = page.locator("form[data-answer]").count()
    page.get_by_label(words, exact=True).click()
    if stays:
        page.get_by_role("button", name=re.compile("^(Next|To the last step)$")).click()
    return 2 if stays else 1
