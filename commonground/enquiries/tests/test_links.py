"""Every kind of link × every page that a link can open: each opens its own, and nothing else.

What is not opened looks like a link that has ended, whoever asks and whatever they hold.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.models import Enquiry, Link
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person

from .letters import send, the_enquiry

pytestmark = pytest.mark.django_db
GONE = 410
PAGES = {
    "conversation": "GET",
    "accept_offer": "GET",
    "question": "GET",
    "write_again": "POST",
    "turn_down": "POST",
    "turn_away": "POST",
    "book_call": "POST",
}
THREAD = {"conversation", "accept_offer", "write_again", "turn_down", "turn_away", "book_call"}
OPENS: dict[str, set[str]] = {
    "nobody": set(),
    "thread": THREAD,
    "guardian": {"question"},
    "own": {"question"},
    "revoked": set(),
    "run out": set(),
    "used": set(),
    "made up": set(),
}


@pytest.fixture
def enquiry(at: Callable[..., Any]) -> Any:
    """One whose offer was accepted, so that a question can be open as well."""
    cache.clear()
    with at(NOON):
        cato, profile = person("Cato", Role.COORDINATOR), enlist("Miriam Adeyemi")
        send()
        found = Enquiry.objects.with_keys().get()
        told = {"by": cato, "now": NOON}
        offer = actions.offer(enquiry=found, therapist=profile.therapist, version=1, **told)
        actions.take(offer=offer, by=profile.therapist.user, now=NOON)
        Enquiry.objects.filter(pk=found.pk).update(state="accepted")
        yield found


def holder(kind: str, enquiry: Enquiry) -> Browser:
    """The browser of somebody who has opened such a link."""
    browser = Browser()
    if kind == "nobody":
        return browser
    purpose = kind if kind in Link.Purpose.values else Link.Purpose.THREAD
    link, token = Link.make(enquiry=enquiry, purpose=purpose, now=NOON)
    name = "letter" if purpose == Link.Purpose.THREAD else "asked"
    browser.get(reverse(name, args=["x" * 43 if kind == "made up" else token]))
    ended = {
        "revoked": {"revoked_at": NOON},
        "run out": {"expires_at": NOON - timedelta(seconds=1)},
        "used": {"used_at": NOON},
    }
    if kind in ended:
        Link.objects.filter(pk=link.pk).update(**ended[kind])
    return browser


@pytest.mark.parametrize("kind", OPENS)
def test_a_link_opens_its_own_pages_and_no_other(kind: str, enquiry: Enquiry) -> None:
    for name, verb in PAGES.items():
        browser = holder(kind, enquiry)
        before = AuditEvent.objects.count()
        call = browser.get if verb == "GET" else browser.post
        answer = call(reverse(name), {"text": "Hello."} if verb == "POST" else {})
        opened = name in OPENS[kind]
        assert (answer.status_code != GONE) == opened, f"{kind}: {name} {answer.status_code}"
        if not opened:
            assert "argue with everybody" not in answer.text
            assert AuditEvent.objects.count() == before
        Enquiry.objects.filter(pk=enquiry.pk).update(state="accepted", ended_at=None)


@pytest.mark.parametrize(("purpose", "door"), [("thread", "asked"), ("own", "letter")])
def test_a_token_does_not_open_the_other_door(purpose: str, door: str, enquiry: Enquiry) -> None:
    _link, token = Link.make(enquiry=enquiry, purpose=purpose, now=NOON)
    assert Browser().get(reverse(door, args=[token])).status_code == GONE


def test_what_ended_looks_like_what_never_was(enquiry: Enquiry) -> None:
    said = {
        holder(kind, enquiry).get(reverse("conversation")).text
        for kind in ("nobody", "revoked", "run out", "used", "made up")
    }
    assert len(said) == 1


def test_one_conversation_does_not_open_another(enquiry: Enquiry) -> None:
    other = send(words="Somebody else entirely.")
    page = other.get(reverse("conversation")).text
    assert "Somebody else entirely." in page and "argue with everybody" not in page
    other.post(reverse("write_again"), {"text": "Mine."})
    assert not enquiry.messages.exists()


def test_a_flood_of_messages_is_slowed_kindly_and_nothing_is_lost(
    at: Callable[..., Any],
) -> None:
    cache.clear()
    with at(NOON):
        browser = send()
        told = [browser.post(reverse("write_again"), {"text": f"Again {n}"}) for n in range(21)]
        assert [each.status_code for each in told] == [302] * 20 + [429]
        assert "What you just wrote is still here" in told[-1].text
        assert ">Again 20</textarea>" in told[-1].text.replace("\n", "")
        assert the_enquiry().messages.count() == 20
        other = send(called="Somebody else")
        assert other.post(reverse("write_again"), {"text": "Hello"}).status_code == 302
        cache.clear()  # an hour later
        assert browser.post(reverse("write_again"), {"text": "Again 20"}).status_code == 302
