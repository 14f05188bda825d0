"""Jobs run, periodic ones once per slot, dead workers' are taken back; none keeps a word."""

import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from .. import backends, clock, jobs
from ..models import Tick
from . import jobs_for_tests
from .jobs_for_tests import CANARY

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


def work() -> None:
    """Run the queue empty, in this process, through the real worker."""
    call_command("work", batch=True)


@pytest.fixture(autouse=True)
def no_refusals(monkeypatch: Any) -> None:
    monkeypatch.setattr("commonground.core.management.commands.work.refuse_unsafe_start", lambda: 0)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    # The worker's own connection is this test's, with its transaction.
    worker = "django_tasks_db.management.commands.db_worker"
    monkeypatch.setattr(f"{worker}.close_old_connections", lambda: None)


@pytest.fixture
def hourly(monkeypatch: Any) -> list[datetime]:
    """One periodic job, every hour, that notes when it was called."""
    called: list[datetime] = []
    monkeypatch.setattr(jobs, "RHYTHMS", {})
    jobs.every(minutes=60)(called.append)
    return called


@pytest.mark.parametrize("argument", ["She said that", {"a": 1}, [1], 1.5, b"x", uuid.uuid4()])
def test_a_job_takes_nothing_but_ids_and_numbers(argument: Any) -> None:
    with pytest.raises(ValueError):
        jobs_for_tests.counts.enqueue(argument)
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("argument", [1, str(uuid.uuid4()), "people.User", None])
def test_an_id_is_taken(argument: Any) -> None:
    """The control of the test above."""
    jobs_for_tests.counts.enqueue(argument)
    assert DBTaskResult.objects.count() == 1


def test_a_rollback_takes_its_jobs_with_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs_for_tests.counts.enqueue(1)
        raise RuntimeError
    assert not DBTaskResult.objects.exists()


FAILING = [
    "fails",
    "fails_twice_over",
    "tells",
    # outside a transaction, as a worker runs it: PostgreSQL ends one that failed
    pytest.param("breaks_a_constraint", marks=pytest.mark.django_db(transaction=True)),
]


def everything_kept() -> str:
    return repr(list(DBTaskResult.objects.values()))


@pytest.mark.parametrize("name", FAILING)
def test_no_job_leaves_a_patients_words_in_the_table_or_the_log(name: str, caplog: Any) -> None:
    getattr(jobs_for_tests, name).enqueue(1)
    with caplog.at_level(logging.DEBUG, "django_tasks"), caplog.at_level(10, "django_tasks_db"):
        work()
    assert DBTaskResult.objects.finished().count() == 1
    assert CANARY not in everything_kept()
    assert CANARY not in caplog.text


@pytest.mark.parametrize("name", ["fails", "fails_twice_over", "tells"])
def test_without_the_scrubbing_they_would_be_there(name: str, monkeypatch: Any) -> None:
    """The control of the test above."""
    monkeypatch.setattr(backends.Job, "call", Task.call)
    getattr(jobs_for_tests, name).enqueue(1)
    work()
    assert CANARY in everything_kept()


def test_a_failure_says_where_it_arose() -> None:
    jobs_for_tests.fails.enqueue(1)
    work()
    kept = DBTaskResult.objects.get().traceback
    assert "builtins.ValueError" in kept and "jobs_for_tests.py" in kept


def test_a_job_begins_with_a_fresh_clock(monkeypatch: Any) -> None:
    cleared: list[int] = []
    monkeypatch.setattr(clock, "fresh", lambda: cleared.append(1))
    jobs_for_tests.counts.enqueue(1)
    work()
    assert cleared


def test_a_periodic_job_is_begun_once_per_slot(hourly: list[datetime]) -> None:
    assert [jobs.tick(NOON), jobs.tick(NOON + timedelta(minutes=59))] == [1, 0]
    assert jobs.tick(NOON + timedelta(minutes=60)) == 1
    work()
    assert len(hourly) == 2


def test_two_workers_begin_it_once(hourly: list[datetime], monkeypatch: Any) -> None:
    """The second has read before the first wrote; the constraint decides."""
    taken = jobs._take
    both: list[bool] = []

    def twice(name: str, slot: datetime) -> bool:
        both.extend([taken(name, slot), taken(name, slot)])
        return both[0]

    monkeypatch.setattr(jobs, "_take", twice)
    jobs.tick(NOON)
    assert (both, DBTaskResult.objects.count()) == ([True, False], 1)


def test_slots_are_aligned_to_the_clock() -> None:
    assert jobs.Rhythm(print, 60).slot(NOON) == NOON.replace(minute=0, second=0)
    assert jobs.Rhythm(print, 1440).slot(NOON) == NOON.replace(hour=0, minute=0, second=0)


def test_a_rhythm_longer_than_a_week_is_refused() -> None:
    with pytest.raises(ValueError):
        jobs.every(minutes=7 * 24 * 60 + 1)


def a_dead_workers_job(attempts: int = 1, minutes: int = 11) -> Any:
    jobs_for_tests.counts.enqueue(1)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING,
        started_at=clock.real() - timedelta(minutes=minutes),
        worker_ids=["w"] * attempts,
    )
    return DBTaskResult.objects.get()


def test_a_dead_workers_job_is_run_by_another(django_user_model: Any) -> None:
    a_dead_workers_job()
    assert jobs.reap(clock.real()) == 1
    work()
    assert django_user_model.objects.count() == 1


def test_a_living_workers_job_is_left_alone() -> None:
    """The control of the test above."""
    a_dead_workers_job(minutes=9)
    assert jobs.reap(clock.real()) == 0


def test_a_job_that_kills_three_workers_is_given_up() -> None:
    row = a_dead_workers_job(attempts=3)
    jobs.reap(clock.real())
    row.refresh_from_db()
    assert (row.status, row.finished_at is not None) == (TaskResultStatus.FAILED, True)


def test_what_is_done_is_let_go_after_a_while() -> None:
    jobs_for_tests.counts.enqueue(1)
    work()
    Tick.objects.create(name="x", slot=clock.now() - timedelta(days=16))
    DBTaskResult.objects.update(finished_at=clock.real() - timedelta(days=8))
    jobs.tidy(clock.now())
    assert (DBTaskResult.objects.count(), Tick.objects.count()) == (0, 0)


def test_a_failing_tick_does_not_end_the_worker(monkeypatch: Any, caplog: Any) -> None:
    from ..management.commands import work as command

    def broken(now: datetime) -> int:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(command, "tick", broken)
    command.beat()
    assert "RuntimeError" in caplog.text and CANARY not in caplog.text
