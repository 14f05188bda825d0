"""Jobs that a worker can find by name, for the tests of the queue."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from ..jobs import job

CANARY = "canary-of-a-patient"


@job
def fails(number: int) -> None:
    said = f"{CANARY} said {number}"
    raise ValueError(said)


@job
def fails_twice_over(number: int) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        error.add_note(CANARY)
        raise RuntimeError(CANARY) from error


@job
def breaks_a_constraint(number: int) -> None:
    """PostgreSQL answers with the whole row in its DETAIL."""
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("INSERT INTO core_tick (id, name, slot) VALUES (%s, %s, %s)", _row())


def _row() -> list[Any]:
    return ["00000000000000000000000000000001", CANARY, datetime(2026, 1, 1)]


@job
def tells(number: int) -> Any:
    return CANARY


@job
def counts(number: int) -> None:
    get_user_model().objects.create(email=f"{number}@example.org", name="x")
