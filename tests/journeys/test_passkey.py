"""A colleague with a passkey: made as the second factor, it lifts the cover and signs in alone."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from .steps import become, expect_signed_in, letter, link_in

pytestmark = pytest.mark.journey

ADDRESS = "rowan@harbourstreet.example"
PASSWORD = "amber thistle evening seven"
QUIET = "15:30"


@dataclass
class Finger:
    """The finger on the sensor of this browser's own passkey holder (CTAP2, user verified)."""

    page: Page

    def __post_init__(self) -> None:
        self.tools = self.page.context.new_cdp_session(self.page)
        self.tools.send("WebAuthn.enable")
        holder = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": holder})
        self.holder = made["authenticatorId"]

    def forget(self) -> None:
        """The passkeys are gone, as with a lost telephone."""
        self.tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.holder})

    @property
    def kept(self) -> int:
        told = self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.holder})
        return len(told["credentials"])


@pytest.fixture
def joined(desk: Page, visit) -> tuple[Page, Finger]:
    """Rowan, invited as coordinator, who made a passkey that signs in all by itself."""
    owner = visit()
    become(owner, "owner")
    owner.goto("/practice/people/")
    owner.get_by_label("E-mail address").fill(ADDRESS)
    owner.get_by_label("coordinator: answers enquiries, edits the site").check()
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text("The invitation is on its way.")).to_be_visible()
    desk.clock.install()
    finger = Finger(desk)
    desk.goto(link_in(letter(owner, ADDRESS)))
    desk.get_by_label("Your name").fill("Rowan Ellery")
    desk.get_by_label("A password of at least twelve characters").fill(PASSWORD)
    desk.get_by_role("button", name="Accept the invitation").click()
    desk.get_by_role("link", name="Make a passkey").click()
    desk.get_by_label("Name").fill("Rowan's laptop")
    desk.get_by_label("Let it sign me in all by itself, without a password").check()
    desk.get_by_role("button", name="Add it").click()
    desk.get_by_role("list", name="Codes not used yet").wait_for()
    assert finger.kept == 1
    return desk, finger


def test_a_passkey_is_made_lifts_the_cover_and_signs_in_alone(joined):
    page, finger = joined
    page.goto("/practice/")
    page.clock.fast_forward(QUIET)
    cover = page.locator("dialog.cover")
    expect(cover).to_be_visible()
    cover.get_by_role("button", name="Use a passkey or security key").click()
    expect(cover).to_be_hidden()

    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.goto("/account/login/")
    page.get_by_role("button", name="passkey").click()
    expect_signed_in(page)

    page.get_by_role("button", name="Sign out", exact=True).first.click()
    finger.forget()
    page.goto("/account/login/")
    page.get_by_role("button", name="passkey").click()
    expect(page.locator("[data-passkey-said]")).not_to_be_empty()
    page.goto("/practice/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
