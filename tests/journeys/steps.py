"""What people do more than once on their way through the house."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode

from playwright.sync_api import Page, expect

STEP = 30
"""Seconds for which an authenticator app shows one code (RFC 6238)."""


def become(page: Page, role: str) -> None:
    """Sign in as one of the invented people, through the demo's own door."""
    page.goto("/demo/")
    page.get_by_role("button", name=f"Sign in as {role}").click()
    expect_signed_in(page)


def expect_signed_in(page: Page) -> None:
    """Somebody is in: there is a way out."""
    expect(page.get_by_role("button", name="Sign out", exact=True).first).to_be_visible()


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


def app_code(secret: str, at: float) -> str:
    """What an authenticator app shows at `at`, in seconds since 1970 (RFC 6238, SHA-1)."""
    key = b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def early_moment(after: float = 0.0, spare: float = 12.0) -> float:
    """Wait for a moment whose code is not the one of `after` and stays for `spare` seconds."""
    while (now := time.time()) // STEP == after // STEP or STEP - now % STEP < spare:
        time.sleep(0.2)
    return now
