"""R6: reminders, with workers killed while they write and while they send them."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from commonground.core import audit, clock, emails
from commonground.core.models import Mail
from commonground.people.models import Contact
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling import actions, jobs
from commonground.scheduling.actions import reminders
from commonground.scheduling.models import Appointment, Reminder, Reminders

from .between import Between

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
DICE = random.Random(20260302)
EACH = 3
"""Reminders that fall due for every worker that is killed."""


@pytest.fixture
def sent(monkeypatch: Any, tmp_path: Path) -> Iterator[Path]:
    """A mail server that writes down what it was given, even if the worker dies after."""
    file = tmp_path / "sent"
    file.touch()

    def send(message: Any, *args: Any) -> None:
        time.sleep(DICE.random() * 0.01)
        with file.open("ab", buffering=0) as out:
            out.write(f"{message.to[0]}\n".encode())
        time.sleep(DICE.random() * 0.01)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    yield file


def due(count: int) -> None:
    """So many appointments of tomorrow, each with a client who can be written to."""
    theo = person(f"Theo{DICE.random()}", Role.THERAPIST)
    begins = clock.now() + timedelta(hours=1)
    for n in range(count):
        client = client_of(theo, f"Client {n}")
        Contact.objects.create(
            client=client, kind="email", value=f"{client.pk}@x.example", safe_to_write=True
        )
        at = begins + timedelta(minutes=n)
        Appointment.objects.create(
            therapist=theo.therapist, client=client, starts_at=at,
            ends_at=at + timedelta(minutes=1),
        )  # fmt: skip


def work() -> None:
    """What a worker does: write what is due, then send what waits, one after the other."""
    jobs.remind(clock.now())
    for pk in Mail.objects.filter(state="queued").values_list("pk", flat=True):
        emails.send(str(pk))


def work_and_be_killed(longest: float, between: Between | None = None) -> bool:
    connections.close_all()
    seed, pid = DICE.random(), os.fork()
    if pid == 0:
        try:
            DICE.seed(seed)
            work()
        finally:
            os._exit(1)
    time.sleep(DICE.random() * longest)
    if between is not None:
        between.wait()
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def finish() -> None:
    """The house as it goes on: what was left is written, taken back and sent."""
    later = clock.real() + timedelta(minutes=10)
    for _ in range(3):
        jobs.remind(clock.now())  # so many at a time: the rest is the next minute's
        emails.resend(later)
        for pk in Mail.objects.filter(state="queued").values_list("pk", flat=True):
            emails.send(str(pk))


def kill_workers(kills: int, sent: Path) -> tuple[int, int, int, int]:
    """Returns kills that hit, reminders due, missing ones, and those that came twice."""
    hits = asked = 0
    for _ in range(kills):
        due(EACH)
        asked += EACH
        hits += work_and_be_killed(0.12)
    finish()
    counted = Counter(sent.read_text().split())
    wanted = {f"{pk}@x.example" for pk in Appointment.objects.values_list("client", flat=True)}
    missing = len(wanted - set(counted))
    return hits, asked, missing, sum(n - 1 for n in counted.values())


def test_no_reminder_is_missing_however_often_a_worker_is_killed(
    sent: Path,
    times: Callable[[int], int],
    proof: Callable[..., None],
    monkeypatch: Any,
) -> None:
    kills = times(200)
    hits, asked, missing, again = kill_workers(kills, sent)
    assert missing == 0
    assert again <= kills
    assert Reminder.objects.count() == asked
    assert not Reminders.missing(clock.now()).exists()
    lost = noted_before_it_is_written(sent, monkeypatch)
    proof(
        f"R6 reminders: {hits} workers killed at {asked} reminders: none missing, {again} twice",
        attempted=asked,
        survived=asked - missing,
        control=f"noted as made before the mail is written, {lost} are missing",
    )


def noted_before_it_is_written(sent: Path, monkeypatch: Any) -> int:
    """The control: the note in a transaction of its own, the mail after it."""
    between = Between(sent.with_name("between"))

    def careless(**told: Any) -> None:
        appointment = told["appointment"]
        with transaction.atomic():
            Reminder.objects.create(
                appointment=appointment, for_at=appointment.starts_at, channel="email",
                made_at=told["now"],
            )  # fmt: skip
        between.stand()
        to = reminders._safe_way(appointment.client, "email")
        reminders.emails.remind_by_mail(appointment, to, "time", appointment.zone)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "remind", careless)
        due(EACH)
        work_and_be_killed(0, between)
        lost = kill_workers(0, sent)[2]
    assert lost, "the control must lose a reminder"
    assert audit.verify().faults == []
    return lost
