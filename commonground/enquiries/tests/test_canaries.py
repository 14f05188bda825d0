"""C8: no clinical word, no name of an approach and nobody's words in any mail or log line."""

import logging
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.emails import render
from commonground.core.models import Mail
from commonground.core.outside.journal import Line
from commonground.directory.models import Approach
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions, jobs
from commonground.enquiries.models import Enquiry, Link
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .letters import link_in, mails_to, send

CLINICAL = (
    "therap", "depress", "anxi", "psych", "counsel", "mental", "diagnos", "treatment", "patient",
    "clinic", "suicid", "mood", "grief", "interpersonal", "emdr", "cbt",
)  # fmt: skip
TEMPLATES = Path(settings.HOUSE) / "templates" / "emails"


def clinical_words(text: str) -> list[str]:
    """What in a mail would tell what kind of house it comes from."""
    return [word for word in CLINICAL if word in text.lower()]


def approaches() -> list[str]:
    """Every approach the house can name, in full and in short, from the content it comes with."""
    folder = Path(settings.HOUSE) / "demo" / "content" / "approaches"
    told = [tomllib.loads(path.read_text()) for path in folder.glob("*.toml")]
    names = {str(each[key]).lower() for each in told for key in ("title", "short_title", "slug")}
    return sorted(names)


def mails() -> list[Path]:
    """Every template of a mail that there is, wherever it lies: its first line is its subject."""
    every = (Path(settings.HOUSE)).rglob("templates/**/*.txt")
    return sorted(path for path in every if "Subject:" in path.read_text().partition("\n")[0])


@pytest.mark.parametrize("path", mails(), ids=lambda path: path.stem)
def test_no_letter_says_what_kind_of_house_it_comes_from(path: Path) -> None:
    """Its source, with every branch, and what it comes to; the link is a page's address."""
    subject, body = render(path.stem, {"link": "https://x.example/a/b/"}, "en-gb")
    text = f"{subject}\n{body}\n{path.read_text()}"
    assert clinical_words(text) == []
    assert [name for name in approaches() if name in text.lower()] == []


def test_every_mail_of_the_house_is_among_them() -> None:
    """A template that is rendered is on disk in the one folder, and each there is looked at."""
    found = {path.stem for path in mails()}
    assert found == {path.stem for path in TEMPLATES.iterdir()} and len(found) >= 15
    sources = (Path(settings.HOUSE)).rglob("*.py")
    texts = [path.read_text() for path in sources if "tests" not in path.parts]
    named = {name for text in texts for name in re.findall(r'template="(\w+)"', text)}
    assert named and named <= found
    assert len(approaches()) >= 8


def test_a_letter_that_did_would_be_seen() -> None:
    assert clinical_words("Your Therapy begins") == ["therap"]


@pytest.mark.django_db
def test_nothing_of_an_enquiry_stands_in_any_mail_or_log_line(
    at: Callable[..., Any], caplog: Any
) -> None:
    cache.clear()
    marks: dict[str, str] = {}

    def mark(where: str) -> str:
        return marks.setdefault(where, f"zq{where.replace('_', '')}{uuid4().hex[:6]}")

    with at(NOON), caplog.at_level(logging.DEBUG):
        live(mark)
    written = [f"{mail.subject}\n{mail.body}" for mail in Mail.objects.all()]
    assert len(written) >= 12
    told = "\n".join(written)
    assert [where for where, each in marks.items() if each in told + caplog.text] == []
    without_tokens = re.sub(r"[\w-]{20,}", "", told)  # chance may spell anything in a token
    assert clinical_words(without_tokens) == []
    assert [name for name in approaches() if name in without_tokens.lower()] == []
    names = [approach.name for approach in Approach.objects.all()]
    assert names and not [name for name in names if name.lower() in told.lower()]
    # secret links stand in the mail they are for, and in no line of any log
    tokens = re.findall(r"/(?:get-in-touch|letter|question|join)/([\w-]{20,})/", told)
    assert len(tokens) >= 6
    assert not [token for token in tokens if token in caplog.text]


@pytest.mark.django_db
def test_a_page_that_falls_over_behind_a_link_does_not_log_the_link(
    at: Callable[..., Any], monkeypatch: Any, caplog: Any
) -> None:
    cache.clear()
    with at(NOON):
        send()
        (mail,) = mails_to("ada@letters.example", "enquiries_received")
        browser = Browser()
        browser.raise_request_exception = False
        monkeypatch.setattr(Link.objects.__class__, "with_token", _broken, raising=False)
        assert browser.get(link_in(mail)).status_code == 500
    token = link_in(mail).strip("/").split("/")[-1]
    lines = [Line("%(message)s").format(record) for record in caplog.records]
    assert any("/letter/…/" in line for line in lines)
    assert token in caplog.text  # the control: another formatter would have written it
    assert not [line for line in lines if token in line]


def _broken(*args: Any, **kwargs: Any) -> None:
    raise OSError("no space left")


def live(mark: Callable[[str], str]) -> None:
    """From the first letter to a client, with every mail on the way, and one that is withdrawn."""
    cato = person("Cato", Role.COORDINATOR)
    profile = enlist("Miriam Adeyemi", young_from=14, young_to=17)
    miriam, desk = signed_in(profile.therapist.user), signed_in(cato)
    told = {"called": mark("called"), "words": mark("words"), "wishes": mark("wishes"),
            "age": "15", "approach": "interpersonal-therapy",
            "taken_along": mark("taken_along")}  # fmt: skip
    browser = send(**told)
    enquiry = Enquiry.objects.with_keys().get()
    browser.post(reverse("write_again"), {"text": mark("again")})

    def post(who: Any, name: str, pk: Any, **body: Any) -> None:
        enquiry.refresh_from_db()
        answer = who.post(reverse(name, args=[pk]), body | {"version": enquiry.version})
        assert answer.status_code == 302, answer.text

    post(desk, "answer_enquiry", enquiry.pk, text=mark("answer"))
    ask = {"therapist": profile.therapist.pk, "note": mark("note"), "shared": "on"}
    post(desk, "ask_therapist", enquiry.pk, **ask)
    offer = enquiry.offers.live().get()
    post(miriam, "offer_pass", offer.pk, why="times", why_words=mark("why"))
    post(desk, "ask_therapist", enquiry.pk, **ask)
    post(miriam, "offer_take", enquiry.offers.live().get().pk)
    (mail,) = mails_to("ada@letters.example", "enquiries_received")
    Browser().get(link_in(mail), follow=True)
    young = {"name": mark("name"), "date_of_birth": "2010-06-01", "agree": "on",
             "email": "jo@own.example", "how": "parental", "guardian_name": mark("guardian"),
             "guardian_relation": mark("relation"),
             "guardian_email": "rae@parents.example"}  # fmt: skip
    assert browser.post(reverse("accept_offer"), young).status_code == 302
    (asked,) = mails_to("rae@parents.example", "enquiries_asked")
    parent = Browser()
    parent.get(link_in(asked), follow=True)
    agreed = {"guardian_name": mark("guardian"), "responsible": "on", "agree": "on"}
    assert parent.post(reverse("question"), agreed).status_code == 302
    desk.post(reverse("find"), {"who": mark("name")})
    other = send(called=mark("other"), words=mark("other_words"))
    left = next(e for e in Enquiry.objects.with_keys() if e.called == mark("other"))
    asked_of = {"therapist": profile.therapist, "note": mark("left_note")}
    actions.offer(enquiry=left, version=1, by=cato, now=NOON, **asked_of)
    other.post(reverse("turn_away"))
    known = Client.objects.get()
    send(called=mark("known"), words=mark("known_words"))
    again = next(e for e in Enquiry.objects.with_keys() if e.called == mark("known"))
    actions.join(enquiry=again, client=known, version=1, keep_ways=True, by=cato, now=NOON)
    send(called=mark("third"))
    third = next(e for e in Enquiry.objects.with_keys() if e.called == mark("third"))
    actions.wait(enquiry=third, version=1, by=cato, now=NOON)
    jobs.offer_freed_places(NOON)
