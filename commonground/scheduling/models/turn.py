"""Whose turn it is: rows that are locked while an hour is being kept, and what lies around it.

In plain SQL, as every booking passes here: composing these statements anew took longer than the
database needs for them. SQLite has no locks of rows and needs none: a verb that writes is alone.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from commonground.people.models import Client, Therapist

NEAR = timedelta(hours=3)
"""Wider than any buffer and any call."""
EXPIRED = "therapist_id = %s AND state = 'on_hold' AND expires_at <= %s"
LET_GO = f"DELETE FROM scheduling_appointment WHERE {EXPIRED}"
TURN = f"""SELECT
    EXISTS (SELECT 1 FROM scheduling_appointment WHERE {EXPIRED}),
    EXISTS (SELECT 1 FROM scheduling_nextfree
            WHERE therapist_id = %s AND starts_at > %s AND starts_at < %s)
    FROM people_therapist WHERE id = %s"""
ALONE = " FOR NO KEY UPDATE"
WITH_CLIENT = f"""WITH turn AS ({TURN}{ALONE}), client AS
    (SELECT 1 FROM people_client, turn WHERE people_client.id = %s{ALONE} OF people_client)
    SELECT turn.* FROM turn LEFT JOIN client ON true"""
"""The client's row is locked as it is joined to the therapist's, which is locked by then."""


class Turn(NamedTuple):
    """What was found when it came: whether times of this therapist that were kept free have
    expired, and whether the span may take what is their next free time."""

    expired: bool = False
    next_free: bool = False


def take(
    therapist: UUID,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    client: UUID | None = None,
) -> Turn:
    """Wait for whoever else plans for this therapist, then for whoever does for this client, if
    one is named, and look around the span: one statement."""
    pk = _id(Therapist, therapist)
    until, first, last = map(_instant, (now, starts_at - NEAR, ends_at + NEAR))
    given = [pk, until, pk, first, last, pk]
    if client is not None and _alone():
        found = _ask(WITH_CLIENT, [*given, _id(Client, client)])
    else:
        found = _ask(TURN + _alone(), given)
    return Turn(*map(bool, found)) if found else Turn()


def let_go(therapist: UUID, now: datetime) -> None:
    """Take away what was kept free of this therapist's time and has expired: nothing ever hangs
    on a time that was only kept free."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, [_id(Therapist, therapist), _instant(now)])


def wait_for(row: type[models.Model], pk: UUID) -> None:
    """Lock one row of this kind until the transaction ends."""
    if alone := _alone():
        _ask(f"SELECT 1 FROM {row._meta.db_table} WHERE id = %s{alone}", [_id(row, pk)])


def _alone() -> str:
    return ALONE if connection.features.has_select_for_update else ""


def _ask(statement: str, given: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchone()


def _id(row: type[models.Model], pk: UUID) -> Any:
    return row._meta.pk.get_db_prep_value(pk, connection)


def _instant(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
