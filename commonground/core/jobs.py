"""Work that happens beside a request: `@job` for work asked for, `@every` for work by the clock.

A job is handed ids and reads what it needs; it may run twice (a worker can be killed after its
last line), so it must not matter if it does. Each app keeps its own in `jobs.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django_tasks import TaskResultStatus, task

from . import clock

LEASE = timedelta(minutes=10)
ATTEMPTS = 3
KEPT = timedelta(days=7)
"""How long a finished job stays in the queue's table, for whoever looks why something failed."""

Periodic = Callable[[datetime], None]


@dataclass(frozen=True)
class Rhythm:
    """A function that is called with `now` once in every slot of so many minutes."""

    function: Periodic
    minutes: int

    def slot(self, now: datetime) -> datetime:
        """The beginning of the slot that `now` lies in; slots are aligned to midnight UTC."""
        length = self.minutes * 60
        return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)


RHYTHMS: dict[str, Rhythm] = {}


def job(function: Callable[..., None]) -> Any:
    """Make `function` a job: `function.enqueue(str(row.pk))` joins the caller's transaction.

    Arguments are ids and numbers only; what the function returns is dropped.
    """
    return task(function)


def every(*, minutes: int) -> Callable[[Periodic], Periodic]:
    """Call a function `name(now)` once in each slot of `minutes` (at most a week)."""
    if not 1 <= minutes <= 7 * 24 * 60:
        raise ValueError("A periodic job runs at least weekly and at most once a minute.")

    def register(function: Periodic) -> Periodic:
        RHYTHMS[f"{function.__module__}.{function.__qualname__}"] = Rhythm(function, minutes)
        return function

    return register


@job
def run_slot(name: str) -> None:
    """Call one periodic function with the present time."""
    RHYTHMS[name].function(clock.now())


def tick(now: datetime) -> int:
    """Set going what is due and has not been; returns how many jobs were enqueued.

    Any number of workers may call it at the same moment: the slot's row decides.
    """
    from .models import Tick

    due = {(name, rhythm.slot(now)) for name, rhythm in RHYTHMS.items()}
    taken = Tick.objects.filter(slot__in={slot for _, slot in due}).values_list("name", "slot")
    return sum(_take(name, slot) for name, slot in sorted(due - set(taken)))


def _take(name: str, slot: datetime) -> bool:
    from .models import Tick

    try:
        with transaction.atomic():
            Tick.objects.create(name=name, slot=slot)
            run_slot.enqueue(name)
    except IntegrityError:
        return False
    return True


def reap(now: datetime) -> int:
    """Take back jobs whose worker died; `now` is real time. Returns how many.

    A job that runs past its lease is enqueued again, and after the third attempt counts as failed.
    """
    from django_tasks_db.models import DBTaskResult

    lapsed = DBTaskResult.objects.running().filter(started_at__lt=now - LEASE)
    return sum(_take_back(result, now) for result in lapsed)


def _take_back(result: Any, now: datetime) -> int:
    same: QuerySet[Any] = type(result).objects.filter(
        pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
    )
    if len(result.worker_ids) < ATTEMPTS:
        return same.update(status=TaskResultStatus.READY, started_at=None)
    return same.update(
        status=TaskResultStatus.FAILED,
        finished_at=now,
        exception_class_path="commonground.core.backends.JobFailed",
        traceback="Its worker died, three times.",
    )


@job
def deliver(mail_id: str) -> None:
    """Send one mail of the outbox, unless another worker has it or it has gone."""
    from .emails import send

    send(mail_id)


@every(minutes=1)
def send_what_is_left(now: datetime) -> None:
    """Mail that failed, or whose worker died, is tried again."""
    from .emails import resend

    resend(clock.real())


@every(minutes=24 * 60)
def tidy(now: datetime) -> None:
    """Let go of what the machinery no longer needs; `retention.toml` says how long it keeps it."""
    from django_tasks_db.models import DBTaskResult

    from .models import Mail, PublicPage, Tick

    Tick.objects.old(now).delete()
    Mail.objects.old(now).delete()
    PublicPage.objects.stale(clock.today()).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.real() - KEPT).delete()


@every(minutes=24 * 60)
def anchor_the_audit(now: datetime) -> None:
    """Write down how far the audit goes; the file is to be carried to another machine."""
    from . import audit

    audit.anchor(now)
