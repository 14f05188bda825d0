"""An enquiry under attack: mail down, workers killed, the database locked, two at once.

What somebody wrote is the hardest message of their life: none may be lost, and none doubled
beyond the counted kills.
"""

import re
import secrets
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError, OperationalError, connection, connections
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit, clock, emails
from commonground.core.models import Mail
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.models import Enquiry, EnquiryTrace, Link, Offer
from commonground.people.models import Client
from commonground.people.models.invitation import digest
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .letters import letter, link_in, mails_to, send

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _held(at: Callable[..., Any]) -> Iterator[None]:
    cache.clear()
    with at(NOON):
        yield


def receive(**more: Any) -> Any:
    told = {"number": uuid4(), "called": "Ada", "reach": {"email": "ada@x.example",
            "email_safe": True}, "needs": {"age": 34}, "words": "Help.", "wished": None,
            "source": "site", "by": audit.VISITOR, "now": NOON}  # fmt: skip
    return actions.receive(**told | more)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Do them at the same moment, each in a connection of its own; their answers, or errors."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(n: int) -> None:
        try:
            with clock.frozen(NOON):
                gate.wait()
                answers[n] = calls[n]()
        except Exception as error:  # told, not raised: the caller counts
            answers[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_letter_sent_twice_at_once_arrives_once(times: Any, proof: Any) -> None:
    attempted = times(200)
    for _n in range(attempted):
        told = letter()
        answers = together(*[lambda t=told: Browser().post(reverse("enquire"), t)] * 2)
        assert [a.status_code for a in answers] == [302, 302], answers
        cache.clear()
    assert Enquiry.objects.count() == attempted
    # the control: without the form's number each sending is a letter of its own
    together(lambda: receive(), lambda: receive())
    assert Enquiry.objects.count() == attempted + 2
    proof("Double submit of an enquiry", attempted, attempted,
          "without the form's own number both arrived")  # fmt: skip


def test_of_two_who_answer_at_once_one_is_shown_both_texts(times: Any, proof: Any) -> None:
    attempted, shown = times(200), 0
    desks = [signed_in(person(name, Role.COORDINATOR)) for name in ("Cato", "Dora")]
    for _n in range(attempted):
        enquiry, *_ = receive()
        url = reverse("answer_enquiry", args=[enquiry.pk])

        def post(n: int, url: str = url) -> Any:
            return desks[n].post(url, {"text": f"From number {n}.", "version": 1})

        answers = together(lambda: post(0), lambda: post(1))
        assert sorted(a.status_code for a in answers) == [302, 409], answers
        loser = next(a for a in answers if a.status_code == 409)
        shown += all(f"From number {n}." in loser.text for n in (0, 1))
        assert enquiry.messages.count() == 1
    assert shown == attempted
    # the control: an answer that does not say what it has seen goes over the other's head
    enquiry, *_ = receive()
    told = {"enquiry": enquiry, "by": audit.SYSTEM, "now": NOON}
    for version in (1, 2):
        actions.answer(text="Blind.", version=version, **told | {"by": desks_user()})
    assert enquiry.messages.count() == 2
    proof("Two coordinators answering at once", attempted, shown,
          "told the newest version unseen, the second answer went out as well")  # fmt: skip


def desks_user() -> Any:
    from commonground.people.models import User

    return User.objects.holding(Role.COORDINATOR).first()


def test_of_two_who_join_and_ask_at_once_one_is_told_what_the_other_did(
    times: Any, proof: Any
) -> None:
    """Joined to a record, or asked of a therapist: never both, and the words under one key."""
    cato, miriam = person("Cato", Role.COORDINATOR), enlist("Miriam Adeyemi").therapist
    client = client_of(miriam.user, "Ada Byron")
    told = {"by": cato, "now": NOON, "version": 1}
    attempted, one = times(200), 0
    for _n in range(attempted):
        enquiry, *_rest = receive()
        answers = together(
            lambda e=enquiry: actions.join(enquiry=e, client=client, **told),
            lambda e=enquiry: actions.offer(enquiry=e, therapist=miriam, **told),
        )
        lost = [a for a in answers if isinstance(a, actions.Overtaken | actions.Refused)]
        row = Enquiry.objects.with_keys().get(pk=enquiry.pk)
        joined, asked = row.client_id is not None, row.offers.live().exists()
        under = row.data_key_id == client.data_key_id
        one += len(lost) == 1 and joined != asked and joined == under and row.words == "Help."
    assert one == attempted
    # the control: without the row's lock and version both would be done
    enquiry, *_rest = receive()
    actions.join(enquiry=enquiry, client=client, **told)
    Enquiry.objects.filter(pk=enquiry.pk).update(version=1, state="received", ended_at=None)
    actions.offer(enquiry=enquiry, therapist=miriam, **told)
    row = Enquiry.objects.get(pk=enquiry.pk)
    assert row.client_id is not None and row.offers.live().exists()
    proof("An enquiry joined and offered at once", attempted, one,
          "with the version set back, both were done")  # fmt: skip


def test_of_two_yeses_one_makes_a_client(times: Any, proof: Any) -> None:
    attempted = times(100)
    profile = enlist("Miriam Adeyemi", capacity=60)
    cato = person("Cato", Role.COORDINATOR)
    told = {"name": "Ada Byron", "date_of_birth": "1991-05-04", "email": ""}
    from commonground.people.consenting import Way

    for n in range(attempted):
        enquiry, link, *_ = receive()
        offer = actions.offer(enquiry=enquiry, therapist=profile.therapist, version=1, by=cato,
                              now=NOON)  # fmt: skip
        actions.take(offer=offer, by=profile.therapist.user, now=NOON)

        def yes(enquiry: Any = enquiry, link: Any = link) -> None:
            actions.accept(enquiry=enquiry, way=Way.OWN, told=told, by=actions.holder(link),
                           now=NOON)  # fmt: skip

        answers = together(yes, yes)
        assert sum(a is None for a in answers) == 1, answers
        assert sum(isinstance(a, actions.Refused) for a in answers) == 1, answers
        assert Client.objects.count() == n + 1
    # the control: put back to where it was, the same yes makes a second client
    Enquiry.objects.filter(pk=enquiry.pk).update(state="agreed", ended_at=None, client=None)
    Offer.objects.filter(enquiry=enquiry).update(state="agreed")
    with pytest.raises(IntegrityError):  # even then the key allows no second record
        yes()
    proof("Two yeses at once to one offer", attempted, attempted,
          "with the state put back, only the key's own constraint refused it")  # fmt: skip


def test_mail_that_is_down_loses_no_letter_and_no_notice(
    times: Any, proof: Any, monkeypatch: Any
) -> None:
    attempted = times(100)

    def down(self: Any, *args: Any, **kwargs: Any) -> int:
        raise ConnectionRefusedError("mail is down")

    cato = person("Cato", Role.COORDINATOR)
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", down)
        for n in range(attempted):
            send(called=f"Ada{n}", email=f"a{n}@x.example")
            cache.clear()
            for mail in Mail.objects.filter(state="queued"):
                emails.send(str(mail.pk))
    kept = sum(bool(e.words) for e in Enquiry.objects.with_keys())
    waiting = Mail.objects.filter(template="enquiries_received", state="failed").count()
    assert (kept, waiting) == (attempted, attempted)
    desk = signed_in(cato).get(reverse("enquiries")).text
    assert desk.count("Owed") >= min(attempted, 100)
    proof("Letters while mail is down", attempted, kept,
          "the mails stood as failed, to be sent again, and none was counted as sent")  # fmt: skip


KILLED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "commonground.config.settings"
import django; django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.db import connections; connections["default"].settings_dict["NAME"] = sys.argv[1]
from django.core.mail import EmailMessage
def send(self, *args, **kwargs):
    print("sent", self.to[0], flush=True)
    if sys.argv[3] == "after": os._exit(9)
    return 1
EmailMessage.send = send
from commonground.core import emails
from commonground.core.models import Mail
if sys.argv[3] == "before":
    took = Mail.objects.claim
    Mail.objects.claim(sys.argv[2], __import__("commonground.core.clock", fromlist=["x"]).real())
    os._exit(9)
emails.send(sys.argv[2])
"""


def test_a_worker_killed_mid_send_loses_none_and_doubles_only_its_own(
    times: Any, proof: Any
) -> None:
    attempted, delivered, kills = times(50), [], 0
    name = str(connection.settings_dict["NAME"])
    for n in range(attempted):
        send(called="Ada", email=f"k{n}@x.example")
        cache.clear()
        (mail,) = mails_to(f"k{n}@x.example", "enquiries_received")
        when = "before" if n % 2 else "after"
        done = subprocess.run([sys.executable, "-c", KILLED, name, str(mail.pk), when],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 9, done.stderr
        kills += 1
        gone = re.findall(r"sent (\S+)", done.stdout)
        assert bool(gone) == (when == "after")  # the control: killed before, it lies there unsent
        delivered += gone
        later = clock.real() + timedelta(minutes=3)
        emails.resend(later)
        sent: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EmailMessage, "send", lambda mail, to=sent: to.append(mail.to[0]) or 1)
            emails.send(str(mail.pk))
        delivered += sent
    lost = [n for n in range(attempted) if f"k{n}@x.example" not in delivered]
    doubled = len(delivered) - len(set(delivered))
    assert lost == [] and doubled <= kills
    proof("Workers killed while sending an enquiry's mail", attempted, attempted - len(lost),
          f"{doubled} doubled by {kills} kills, all after the mail had gone; those killed before "
          "lay unsent until they were taken up again")  # fmt: skip


def test_a_locked_database_loses_no_letter(times: Any, proof: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not files")
    attempted, kept = times(40), 0
    path = str(connection.settings_dict["NAME"])
    for _n in range(attempted):
        told = letter()
        browser = Browser()
        browser.raise_request_exception = False
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 50")
            locked = browser.post(reverse("enquire"), told)
            other.execute("ROLLBACK")
        assert locked.status_code >= 400, "it said it had arrived and it had not"
        assert Enquiry.objects.filter().count() == kept
        again = browser.post(reverse("enquire"), told)
        kept += again.status_code == 302
        cache.clear()
    assert Enquiry.objects.count() == kept == attempted
    proof("Letters while the database is locked", attempted, kept,
          "each was refused with an error while locked; none was taken for arrived")  # fmt: skip


def test_no_guess_opens_a_letter_and_no_used_link_opens_again(times: Any, proof: Any) -> None:
    send()
    (mail,) = mails_to("ada@letters.example", "enquiries_received")
    token = link_in(mail).strip("/").split("/")[-1]
    attempted, refused = times(2000), 0
    for n in range(attempted):
        guess = secrets.token_urlsafe(32) if n % 2 else token[:-1] + secrets.choice("abcXYZ019")
        if guess != token:
            refused += Link.objects.with_token(guess, NOON) is None
        else:
            refused += 1
    assert refused == attempted
    assert Link.objects.with_token(token, NOON) is not None  # the control
    assert Link.objects.with_token(digest(token), NOON) is None  # what is stored opens nothing
    Link.objects.revoke(NOON)
    assert Link.objects.with_token(token, NOON) is None
    proof("Guesses at an enquiry's link", attempted, refused,
          "the true token opened it, and no longer once it was revoked")  # fmt: skip


ODD = [
    "a" * 6000, "\u202bשלום\u202c", "𝔘𝔫𝔦", "<script>alert(1)</script>", "'; DROP TABLE x;--",
    "{{ 7*7 }}{% load x %}", "\r\n" * 50, "‮reversed", "🙂" * 2000, "%s %d {0}",
]  # fmt: skip
REFUSED = ["a\0b", "a" * 6001, "a" * 3_000_000, "a" * 10_000_000]


def test_odd_texts_are_kept_as_they_are_or_refused_whole(times: Any, proof: Any) -> None:
    attempted, held = times(200), 0
    for n in range(attempted):
        text = (ODD + REFUSED)[n % len(ODD + REFUSED)]
        browser, name = Browser(), " ".join(text.split())[:40] if text in ODD else "Ada"
        answer = browser.post(reverse("enquire"), letter(words=text, called=name or "Ada"))
        cache.clear()
        if text in REFUSED:
            held += answer.status_code in (413, 422) and not Enquiry.objects.exists()
            continue
        assert answer.status_code == 302, text[:40]
        page = browser.get(reverse("conversation")).text
        assert "<script>alert" not in page
        kept = Enquiry.objects.with_keys().get()
        held += kept.words == text.replace("\r\n", "\n").strip()
        Enquiry.objects.all().delete()
    assert held == attempted
    # the control: past the form, what cannot be kept is refused by the column itself
    with pytest.raises(ValueError):
        receive(words="a\0b")
    proof("Odd and oversized texts in an enquiry", attempted, held,
          "NUL, 6,001 letters, 3 and 10 MB were refused; past the form the column did")  # fmt: skip


def test_errors_are_told_as_errors(monkeypatch: Any) -> None:
    """The control of the locked database: a house that swallowed the error would say it arrived."""
    monkeypatch.setattr(EnquiryTrace.objects.__class__, "renew", _locked, raising=False)
    browser = Browser()
    browser.raise_request_exception = False
    assert browser.post(reverse("enquire"), letter()).status_code == 500
    assert Enquiry.objects.count() == 0


def _locked(*args: Any, **kwargs: Any) -> None:
    raise OperationalError("database is locked")
