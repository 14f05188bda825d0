"""S1, whole: each answer to item 9 × what went before × the way it came × whether mail goes.

Every cell is played through the pages, and then the same is asked of each: exactly one alert or
none, due as it must be, with a living owner, on the therapist's screen whatever the mail does, and
help before the eyes of whoever answered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import emails, fields
from commonground.core.models import Mail
from commonground.measures import actions, scoring
from commonground.measures.actions import answering, earlier
from commonground.measures.models import Alert, CheckIn, Response
from commonground.people.models import CrisisLine, Practice
from commonground.people.tests.front_office import NOON, signed_in

from .asked import NINE, WEEK, Asked, asked

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
SAME, NEXT = "same_day", "next_working_day"

HISTORIES: dict[str, Callable[[int], int | None]] = {
    "first": lambda _value: None,
    "unchanged": lambda value: value,
    "rising": lambda value: value - 1,
    "falling": lambda value: value + 1,
}
WAYS = ("client page", "link", "kiosk", "partial", "edit", "paper", "import")
DUE = {
    # what S1 says, value by value: 0, 1, 2, 3
    "first": (None, SAME, SAME, SAME),
    "unchanged": (None, NEXT, SAME, SAME),
    "rising": (None, SAME, SAME, SAME),
    "falling": (None, NEXT, SAME, SAME),
}


@dataclass(frozen=True)
class Cell:
    value: int
    history: str
    way: str
    mail: str

    @property
    def before(self) -> int | None:
        return HISTORIES[self.history](self.value)


def cells() -> Iterator[Cell]:
    """All there can be: nothing rises to 0, and nothing falls to 3."""
    for value, history, way, mail in product(range(4), HISTORIES, WAYS, ("up", "down")):
        cell = Cell(value, history, way, mail)
        if cell.before is None or 0 <= cell.before <= 3:
            yield cell


@dataclass
class Practiced:
    """Ada and Theo with their browsers; what a cell does is undone after it."""

    ada: Asked
    phone: Browser
    desk: Browser
    response: Response
    earlier: Response
    shown: list[str] = field(default_factory=list)

    def nine(self) -> int:
        asked_now = CheckIn.of(self.response.assignment).questions
        return next(q.number for q in asked_now if q.item.concept == NINE)

    def happened(self, before: int | None) -> None:
        """What was answered last week, and acted upon."""
        if before is None:
            return
        self.ada.answer(self.earlier, before, NOON - WEEK)
        check_in = CheckIn.of(self.earlier.assignment)
        actions.send(check_in=check_in, by=self.ada.account, now=NOON - WEEK)
        for alert in Alert.objects.unanswered():
            self.ada.acknowledge(alert)

    def answer(self, cell: Cell) -> None:
        """Give the answer the way the cell says; keeps what whoever answered was shown."""
        {
            "client page": self.by_page,
            "partial": self.partly,
            "link": self.by_link,
            "kiosk": self.by_device,
            "edit": self.put_right,
            "paper": self.on_paper,
            "import": self.by_list,
        }[cell.way](str(cell.value))

    def fill(self, browser: Browser, question: str, pk: list[Any], value: str) -> None:
        """The first of the form, then the answer in question; what is left out is left out."""
        browser.post(reverse(question, args=[*pk, 1]), {"answer": "0"})
        url = reverse(question, args=[*pk, self.nine()])
        self.shown.append(browser.post(url, {"answer": value}).text)

    def by_page(self, value: str) -> None:
        pk = self.response.assignment_id
        self.fill(self.phone, "check_in", [pk], value)
        self.shown.append(self.phone.get(reverse("check_in_review", args=[pk])).text)
        self.phone.post(reverse("check_in_review", args=[pk]))
        self.shown.append(self.phone.get(reverse("check_in_sent", args=[pk])).text)

    def partly(self, value: str) -> None:
        url = reverse("check_in", args=[self.response.assignment_id, self.nine()])
        self.shown.append(self.phone.post(url, {"answer": value}).text)

    def by_link(self, value: str) -> None:
        guest = Browser()
        url = actions.send_link(assignment=self.response.assignment, by=self.ada.theo, now=NOON)
        guest.get(url[url.index("/check-in/") :])
        self.fill(guest, "guest_question", [], value)
        guest.post(reverse("guest_review"))
        self.shown.append(guest.get(reverse("guest_sent")).text)

    def by_device(self, value: str) -> None:
        self.desk.post(reverse("check_in_hand_over", args=[self.response.assignment_id]))
        self.fill(self.desk, "guest_question", [], value)
        self.desk.post(reverse("guest_review"))
        self.shown.append(self.desk.get(reverse("guest_sent")).text)

    def put_right(self, value: str) -> None:
        """Sent with item 9 left out, and put right by the therapist."""
        self.ada.keep(self.response, {"interest": 1})
        check_in = CheckIn.of(self.response.assignment)
        actions.send(check_in=check_in, by=self.ada.account, now=NOON)
        told = {"item-interest": "1", f"item-{NINE}": value}
        url = reverse("answers_correct", args=[self.response.pk])
        assert self.desk.post(url, told).status_code == 302

    def on_paper(self, value: str) -> None:
        told = {"answered_on": "2026-03-02", f"item-{NINE}": value}
        told["appointment"] = str(self.response.appointment_id)
        url = reverse("paper", args=[self.ada.ada.pk, "phq9"])
        assert self.desk.post(url, told).status_code == 302

    def by_list(self, value: str) -> None:
        lines = f"day,measure,1,9\n2026-03-02,PHQ-9,0,{value}"
        url = reverse("earlier_scores", args=[self.ada.ada.pk])
        assert self.desk.post(url, {"lines": lines}).status_code == 302


@pytest.fixture
def played(at: Any) -> Iterator[Practiced]:
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        CrisisLine.objects.create(number="116 123", label="Somebody who listens")
        made = asked()
        earlier, response = made.next_week(), made.next_week()
        actions.open_now(assignment=response.assignment, by=made.theo, now=NOON)
        yield Practiced(made, signed_in(made.account), signed_in(made.theo), response, earlier)


@contextmanager
def undone(*browsers: Browser) -> Iterator[None]:
    """Whatever happens in here has not happened."""
    kept = [browser.cookies.copy() for browser in browsers]
    block = transaction.atomic()
    block._from_testcase = True  # a read's own transaction may lie in it
    block.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
        fields.forget()
        for browser, cookies in zip(browsers, kept, strict=True):
            browser.cookies = cookies


def surprises(played: Practiced, cell: Cell, monkeypatch: Any) -> Iterator[str]:
    """What a cell shows that S1 does not say."""
    played.shown.clear()
    with undone(played.phone, played.desk), monkeypatch.context() as patch:
        patch.setattr("commonground.core.emails.EmailMessage.send", SERVERS[cell.mail])
        played.happened(cell.before)
        played.answer(cell)
        raised = list(Alert.objects.unanswered().select_related("owner__user"))
        due = DUE[cell.history][cell.value]
        if [alert.due for alert in raised] != [d for d in [due] if d]:
            yield f"{cell}: {[alert.due for alert in raised]} instead of {due}"
        if any(alert.owner != played.ada.theo.therapist for alert in raised):
            yield f"{cell}: another owner"
        if any(alert.due_at - NOON > timedelta(days=2) for alert in raised):
            yield f"{cell}: due too late"
        yield from mails(cell, raised)
        yield from screens(played, cell, raised)


def fails(*args: Any) -> None:
    raise OSError("the mail server is away")


SERVERS: dict[str, Callable[..., None]] = {"up": lambda *args: None, "down": fails}


def mails(cell: Cell, raised: list[Alert]) -> Iterator[str]:
    """One mail for one alert, sent or not."""
    waiting = [mail for mail in Mail.objects.all() if mail.template == "measures_waiting"]
    new = [mail for mail in waiting if any(str(a.pk) in mail.dedupe_key for a in raised)]
    if len(new) != len(raised):
        yield f"{cell}: {len(new)} mails"
    for mail in new:
        emails.send(str(mail.pk))
        mail.refresh_from_db()
        if mail.state != ("sent" if cell.mail == "up" else "failed"):
            yield f"{cell}: its mail is {mail.state}"


def screens(played: Practiced, cell: Cell, raised: list[Alert]) -> Iterator[str]:
    """Help for whoever answered; the alert before whoever must look, mail or no mail."""
    for page in played.shown:
        if ("Thank you for saying so" in page) != (cell.value > 0):
            yield f"{cell}: help is {'missing' if cell.value else 'shown for nothing'}"
        if cell.value and page.count("116 123") < 2:
            yield f"{cell}: no number to call beside the answer"
    desk = signed_in(played.ada.theo) if cell.way == "kiosk" else played.desk
    for name in ("today", "alerts"):
        if ("/alerts/" in desk.get(reverse(name)).text) != bool(raised):
            yield f"{cell}: not on {name}"
    for alert in raised:
        if "in danger now" not in desk.get(reverse("alert", args=[alert.pk])).text:
            yield f"{cell}: the alert does not say what to do"


def a_quarter(every: list[Cell]) -> list[Cell]:
    """Each value with each history, by three ways in turn, mail up and down in turn."""
    return [
        cell
        for n, cell in enumerate(every)
        if (n // 2) % 2 == (n // 12) % 2 and n % 2 == (n // 4) % 2
    ]


def all_surprises(played: Practiced, monkeypatch: Any, wanted: list[Cell]) -> list[str]:
    return [said for cell in wanted for said in surprises(played, cell, monkeypatch)]


def test_each_answer_to_item_nine_does_exactly_what_s1_says(
    played: Practiced, monkeypatch: Any, times: Callable[[int], int], proof: Callable[..., None]
) -> None:
    every = list(cells())
    assert len(every) == 14 * len(WAYS) * 2
    if times(len(every)) < len(every):
        every = a_quarter(every)
    found = all_surprises(played, monkeypatch, every)
    sample = [Cell(2, "first", way, "up") for way in WAYS]
    with monkeypatch.context() as patch:
        for verbs in (answering, earlier):
            patch.setattr(verbs, "raise_alert", lambda *told: None)
        silent = len({s.split(":")[0] for s in all_surprises(played, monkeypatch, sample)})
    with monkeypatch.context() as patch:
        patch.setattr(scoring, "alert_level", always_known)
        late = len({s.split(":")[0] for s in all_surprises(played, monkeypatch, sample)})
    proof(
        "S1 item 9: values × what went before × the way it came × mail up or down",
        attempted=len(every),
        survived=len(every) - len({said.split(":")[0] for said in found}),
        control=f"with no alert raised {silent} of {len(sample)} ways fail, with every answer "
        f"taken for known {late} of {len(sample)}",
    )
    assert found == []
    assert (silent, late) == (len(sample), len(sample))


def always_known(
    previous: Any, value: int | None, rule: Any = None
) -> scoring.Alert | scoring.Skipped | None:
    """The control: an alert, and always time until tomorrow."""
    if value is None or value < rule.alert_from:
        return None
    return scoring.Alert(value, scoring.Due.NEXT_WORKING_DAY, scoring.Why.KNOWN)
