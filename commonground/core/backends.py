"""The queue of jobs: rows in the practice's own database, so a rollback takes its jobs with it.

Two things about django-tasks-db are dangerous in a practice and are closed here, at the one
place every job passes (Wagtail's own included): arguments could carry somebody's words into
the queue, and a stored traceback could too (PostgreSQL puts whole rows into its `DETAIL`).
"""

import re
import traceback
from dataclasses import dataclass
from typing import Any

from django_tasks.base import Task
from django_tasks_db import DatabaseBackend

WORD = re.compile(r"[\w.:/-]{0,255}")


class JobFailed(Exception):
    """What remains of a failed job: the class of the error and where it arose, no values."""


def forget_the_last() -> None:
    """Drop what the previous request or job of this process had read of clock and keys."""
    from . import clock, fields

    clock.fresh()
    fields.forget()


def scrubbed(error: BaseException) -> str:
    """The error's class and its path through the code; never its message or a local value."""
    frames = traceback.extract_tb(error.__traceback__)
    path = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[::-1])
    return f"{type(error).__module__}.{type(error).__qualname__} at {path}"


def check_arguments(args: Any, kwargs: Any) -> None:
    """Raises ValueError unless every argument is an id or a number: a job names, never tells."""
    for value in [*args, *kwargs.values()]:
        if value is None or isinstance(value, int):
            continue
        if not isinstance(value, str) or not WORD.fullmatch(value):
            raise ValueError(
                f"A job takes ids and numbers only, not a {type(value).__name__} with words in it."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task):  # type: ignore[type-arg]
    """A task whose failure and result leave nothing personal behind."""

    def call(self, *args: Any, **kwargs: Any) -> None:
        """Run the job with fresh caches. Raises JobFailed, without the cause's own words."""
        forget_the_last()
        failure = ""
        try:
            Task.call(self, *args, **kwargs)
        except BaseException as error:  # a killed or interrupted job is told in the same words
            failure = scrubbed(error)
        finally:
            forget_the_last()
        if failure:
            raise JobFailed(failure)


class Queue(DatabaseBackend):
    """django-tasks-db with checked arguments and silent failures."""

    task_class = Job

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        check_arguments(args, kwargs)
        return super().enqueue(task, args, kwargs)

    async def aenqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        check_arguments(args, kwargs)
        return await super().aenqueue(task, args, kwargs)
