"""In which order rows are waited for while an hour is being kept; PostgreSQL only."""

import threading
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonground.people.models import Client, Therapist
from commonground.scheduling.models import turn

from .diary import HOUR, NINE, Diary, diary

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="it has one writer at a time"),
]


def is_free(row: Any) -> bool:
    """Whether nobody else has locked this row."""
    try:
        with transaction.atomic():
            type(row).objects.select_for_update(no_key=True, nowait=True).get(pk=row.pk)
    except DatabaseError:
        return False
    return True


class Other(threading.Thread):
    """Somebody else who plans for the same two, and keeps their turn until told to end."""

    def __init__(self, of: Diary) -> None:
        super().__init__(daemon=True)
        self.of, self.may_end = of, threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                turn.take(self.of.therapist.pk, NINE, NINE + HOUR, NINE, self.of.ada.pk)
                self.may_end.wait(30)
        finally:
            connection.close()


def waiting() -> int:
    """How many wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def patiently(holds: Any) -> bool:
    """Ask until it is so, for ten seconds."""
    until = time.monotonic() + 10
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_a_client_is_locked_only_once_the_therapist_is() -> None:
    of = diary()
    other = Other(of)
    with transaction.atomic():
        turn.wait_for(Therapist, of.therapist.pk)
        other.start()
        assert patiently(lambda: waiting() == 1)
        assert is_free(of.ada)
    assert patiently(lambda: not is_free(of.ada))
    assert not is_free(of.therapist)
    assert is_free(Client.objects.get(pk=of.ben.pk))
    other.may_end.set()
    other.join(10)
    assert is_free(of.ada) and is_free(of.therapist)
