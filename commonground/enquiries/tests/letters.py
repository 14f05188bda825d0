"""Letters for tests: what somebody fills in, and the browser they do it in."""

from datetime import timedelta
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import Mail
from commonground.enquiries.forms import new_stamp
from commonground.enquiries.models import Enquiry

LETTER = {
    "called": "Ada",
    "whom": "me",
    "age": "34",
    "email": "ada@letters.example",
    "email_safe": "on",
    "phone": "01632 960 555",
    "discreet": "no",
    "words": "Since we moved I sleep badly and argue with everybody.",
    "therapist": "",
    "approach": "",
    "place": "",
    "language": "en",
    "agree": "on",
}


def letter(**changed: Any) -> dict[str, Any]:
    """A whole letter as a browser sends it, from a form that was shown a minute ago."""
    stamp = new_stamp(clock.now() - timedelta(minutes=1))
    told = LETTER | {"stamp": stamp} | changed
    return {name: value for name, value in told.items() if value is not None}


def send(browser: Browser | None = None, **changed: Any) -> Browser:
    """Send a letter; returns the browser, in which the conversation is open."""
    browser = browser or Browser()
    answer = browser.post(reverse("enquire"), letter(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return browser


def the_enquiry() -> Enquiry:
    """The only one there is."""
    found: Enquiry = Enquiry.objects.with_keys().get()
    return found


def mails_to(address: str, template: str = "") -> list[Mail]:
    """What was sent to an address, of one kind or of any."""
    rows = Mail.objects.filter(template=template) if template else Mail.objects.all()
    return [mail for mail in rows if mail.to == address]


def link_in(mail: Mail) -> str:
    """The path of the first link in a mail."""
    address = next(word for word in mail.body.split() if word.startswith("http"))
    return "/" + address.split("/", 3)[3]
