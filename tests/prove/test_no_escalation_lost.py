"""S1: however often a worker is killed, every alert that waits too long goes on, once and whole."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from commonground.core import audit, clock, jobs
from commonground.core.models import Mail
from commonground.measures import actions
from commonground.measures import jobs as measures
from commonground.measures.actions import alerts as verbs
from commonground.measures.models import Alert, Escalation
from commonground.measures.tests.asked import Asked, asked
from commonground.people import actions as people
from commonground.people.models import User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person
from tests.prove.test_machinery import a_worker

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
DICE = random.Random(20260303)
LATE = NOON + timedelta(hours=4)
JOB = "commonground.measures.jobs.look_after_alerts"
EACH = 2
"""New alerts for each kill."""


def ready() -> tuple[Asked, User]:
    """Ada is asked week after week; Sue supervises Theo and may be called in."""
    ada, sue = asked(), person("Sue", Role.SUPERVISOR, Role.THERAPIST)
    people.begin_supervision(
        by=audit.SYSTEM, now=NOON, supervisor=sue, therapist=ada.theo.therapist
    )
    return ada, sue


def at_work(bell: Path, linger: float = 0.04) -> None:
    """For a worker: say that it is in the middle of a step, and linger there for so many seconds
    at most."""
    with bell.open("ab", buffering=0) as out:
        out.write(b".")
    time.sleep(linger * (0.5 + DICE.random() / 2))


def rung(real: Callable[..., Any], bell: Path) -> Callable[..., Any]:
    """The last thing a step does, with the bell rung before and after it."""

    def tell(*told: Any) -> None:
        at_work(bell)
        real(*told)
        at_work(bell)

    return tell


def work_and_be_killed(bell: Path) -> bool:
    """A real worker in a process of its own, killed once it is at work: in whatever it does then.

    However busy the machine is, the kill waits for the bell.
    """
    connections.close_all()
    before, seed = bell.stat().st_size, DICE.random()
    pid = os.fork()
    if pid == 0:
        try:
            DICE.seed(seed)
            a_worker().run()
        finally:
            os._exit(1)
    patience = time.monotonic() + 30
    while bell.stat().st_size == before and time.monotonic() < patience:
        time.sleep(0.001)
    time.sleep(DICE.random() * 0.12)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and bell.stat().st_size > before


def kill_workers(kills: int, ada: Asked, sue: User, bell: Path) -> tuple[int, int]:
    """(kills that hit a worker at work, alerts found half moved after one of them)."""
    hits = torn = 0
    for _ in range(kills):
        with clock.frozen(NOON):
            for _ in range(EACH):
                # Often: due the same day each time.
                ada.answer(ada.next_week(), 2)
        with clock.frozen(LATE):
            jobs.run_slot.enqueue(JOB)
            hits += work_and_be_killed(bell)
        jobs.reap(clock.real() + timedelta(hours=1))
        torn += half_moved(sue)
    with clock.frozen(LATE):
        measures.look_after_alerts(LATE)
    return hits, torn


def half_moved(sue: User) -> int:
    """Alerts with a new owner and no line of it, or with a line and the old owner."""
    moved = set(Alert.objects.filter(owner__user=sue).values_list("pk", flat=True))
    written = set(Escalation.objects.filter(to__user=sue).values_list("alert", flat=True))
    told = sum(m.template == "measures_waiting" and m.dedupe_key.endswith(":1")
               for m in Mail.objects.all())  # fmt: skip
    return len(moved ^ written) + abs(told - len(written))


def lost() -> int:
    """Alerts that have waited too long and have not gone on exactly once."""
    gone_on = Escalation.objects.filter(why="unanswered", step=1).values("alert")
    return Alert.objects.exclude(pk__in=gone_on).count()


def test_no_escalation_is_lost_however_often_a_worker_is_killed(
    times: Callable[[int], int], proof: Callable[..., None], monkeypatch: Any, tmp_path: Path
) -> None:
    kills, bell = times(50), tmp_path / "bell"
    bell.touch()
    with clock.frozen(NOON):
        ada, sue = ready()
    monkeypatch.setattr(verbs.emails, "tell_owner", rung(verbs.emails.tell_owner, bell))
    hits, torn = kill_workers(kills, ada, sue, bell)
    all_of_them, missing = Alert.objects.count(), lost()
    assert all_of_them == kills * EACH
    assert Escalation.objects.count() == all_of_them
    careless = without_one_transaction(monkeypatch, ada, sue, bell)
    proof(
        f"S1 escalation: {hits} workers killed while {all_of_them} alerts went on: none lost, "
        "none twice, none half moved",
        attempted=all_of_them,
        survived=all_of_them - missing,
        control=f"marked as moved in a transaction of its own first, {careless} are lost",
    )
    assert (hits, missing, torn) == (kills, 0, 0)


def without_one_transaction(monkeypatch: Any, ada: Asked, sue: User, bell: Path) -> int:
    """The control: an alert is marked as dealt with before it has moved.

    Returns how many are lost.
    """

    def careless(*, alert: Alert, by: Any, now: Any) -> None:
        Alert.objects.filter(pk=alert.pk).update(goes_on_at=None)
        at_work(bell, linger=1)  # whatever else the machine does, the kill comes in here
        Alert.objects.filter(pk=alert.pk).update(goes_on_at=now)
        verbs.go_on(alert=alert, by=by, now=now)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "go_on", careless)
        patch.setattr(measures, "somebody_new", lambda *told: False)
        kill_workers(4, ada, sue, bell)
        missing = lost()
    assert missing, "the control must lose alerts"
    return missing
