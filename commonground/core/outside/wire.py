"""A small statement that is asked with every visit, put to PostgreSQL without ceremony.

Django's cursor and the driver's own take four times as long as the answer itself; a visitor's page
waits for nothing else. So the statement goes straight over libpq, prepared once on each
connection. Everything else in the house goes through Django.
"""

from typing import Any
from weakref import WeakSet

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import lookup
from psycopg.pq import ExecStatus

NAME = b"ground_now"
_prepared: WeakSet[Any] = WeakSet()
"""The connections that know the statement by its name."""


def ask(connection: BaseDatabaseWrapper, statement: bytes) -> list[bytes | None] | None:
    """The first row of a statement without parameters, as text; None where there is none.

    Always the same statement: its plan is kept under one name. Raises django.db.Error.
    """
    connection.ensure_connection()
    driver: Any = connection.connection
    with connection.wrap_database_errors:
        if driver not in _prepared:
            _check(driver.pgconn.prepare(NAME, statement), ExecStatus.COMMAND_OK)
            _prepared.add(driver)
        if connection.queries_logged:
            connection.queries_log.append({"sql": statement.decode(), "time": "0"})
        answer = driver.pgconn.exec_prepared(NAME, [])
        _check(answer, ExecStatus.TUPLES_OK)
        return [answer.get_value(0, n) for n in range(answer.nfields)] if answer.ntuples else None


def _check(answer: Any, expected: ExecStatus) -> None:
    """Raises the driver's own error for this kind of refusal."""
    if answer.status != expected:
        raise lookup((answer.error_field(ord("C")) or b"XX000").decode())("not answered")
