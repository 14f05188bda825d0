"""Whole check-ins against bare inserts of the same bytes, on SQLite and PostgreSQL.

python -m tests.bench.check_ins

A check-in is one measure answered as a whole: locked, scored, alerted on where it must be (each
tenth one is, with its mail and job), encrypted and audited, in one transaction, with no key open
beforehand. Bare are the very rows that it leaves, byte for byte, put into the same tables, under
the same constraints, indexes and triggers, on the same disk with the same durability, each
check-in's in a committed transaction of its own: the answers and the line of the audit, and for
each tenth the alert, the mail and the job. Nothing is read, locked, scored, encrypted or chained
for them, and the rows lie ready before the time is taken. They are put in twice: by the object
mapper that the house is written in, which the limit is held against, and in plain SQL past it,
which is printed too. All three are timed in interleaved rounds; told are the medians.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.bench.directory import begin
from tests.outside import postgres

GOAL, LIMIT = 0.3, 0.25
ROUNDS, EACH, ALERTS = 9, 40, 10
WAYS = ("ours", "mapper", "sql")


def rate(work: Callable[[int], object], first: int) -> float:
    """How many of `work` are done in a second, over one round."""
    began = time.perf_counter()
    for number in range(first, first + EACH):
        work(number)
    return EACH / (time.perf_counter() - began)


def measure() -> float:
    """The median ratio on the database that DATABASE_URL names."""
    from datetime import timedelta

    from django.db import connection, transaction

    from commonground.core import audit, clock, fields
    from commonground.measures import actions
    from commonground.people.roles import Role
    from commonground.people.tests.front_office import client_of, person

    theo = person("Theo", Role.THERAPIST)
    asked = []
    for number in range(ROUNDS * EACH + 2):
        if number % 20 == 0:  # a course of twenty check-ins each
            client = client_of(theo, f"Client {number}")
        now = clock.now()
        (response,) = actions.ask(client=client, keys=["phq9"], by=theo, now=now).responses
        asked.append(response)
    answers: dict[str, int | None] = {i.concept: 1 for i in asked[0].measure.items}

    def check_in(number: int) -> None:
        fields.forget()
        given = answers | {"better_off_dead": int(number % ALERTS == 0)}
        at = now + timedelta(minutes=number)
        actions.keep_answers(response=asked[number], answers=given, by=theo, now=at)

    bare = Bare(client, theo, now)
    for number in (ROUNDS * EACH, ROUNDS * EACH + 1):  # the first of them alerts
        check_in(number)
        bare.learn(asked[number], alerts=number % ALERTS == 0)

    def by_mapper(number: int) -> None:
        with transaction.atomic():
            for row in bare.rows[number]:
                row.save(force_insert=True)

    def by_sql(number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in bare.statements[number]:
                cursor.execute(statement, values)

    found: dict[str, list[float]] = {way: [] for way in WAYS}
    for round_ in range(ROUNDS):
        first = round_ * EACH
        for way, work in zip(WAYS, (check_in, by_mapper, by_sql), strict=True):
            if way != "ours":
                bare.prepare(range(first, first + EACH))
            found[way].append(rate(work, first))
            bare.clear()
    assert audit.verify().faults == []
    told = {way: statistics.median(rates) for way, rates in found.items()}
    mapper, sql = (
        statistics.median(a / b for a, b in zip(found["ours"], found[way], strict=True))
        for way in ("mapper", "sql")
    )
    print(
        f"{connection.display_name}: {told['ours']:,.0f} check-ins a second; bare inserts of the "
        f"same {bare.bytes:,} bytes by the mapper {told['mapper']:,.0f}: ratio {mapper:.2f} "
        f"(goal {GOAL}, limit {LIMIT}); in plain SQL {told['sql']:,.0f}: ratio {sql:.2f}"
    )
    return mapper


class Bare:
    """Rows as check-ins leave them, to be put in again under other ids; cleared after each round.

    `rows` and `statements` hold what lies ready, by the number of the check-in.
    """

    def __init__(self, client: Any, therapist: Any, now: Any) -> None:
        from commonground.measures.models import Assignment

        self.seen: dict[bool, list[Any]] = {}
        self.rows: dict[int, list[Any]] = {}
        self.statements: dict[int, list[tuple[str, list[Any]]]] = {}
        told = {"client": client, "why": Assignment.Why.HAND, "asked_at": now, "opens_at": now}
        self.occasions = [Assignment.objects.create(**told) for _ in range(EACH)]

    @property
    def bytes(self) -> int:
        """How many a check-in that alerts on nothing writes, as text."""
        rows = [_copy(row) for row in self.seen[False]]
        return sum(len(str(value)) for row in rows for value in _insert(row)[1])

    def learn(self, response: Any, alerts: bool) -> None:
        """Keep what the check-in just done has left."""
        from django_tasks_db.models import DBTaskResult

        from commonground.core.models import AuditEvent, Mail
        from commonground.measures.models import Alert, Response

        said: list[Any] = [Response.objects.get(pk=response.pk)]
        if alerts:
            said += [Alert.objects.get(response=response), Mail.objects.latest("created_at")]
            said.append(DBTaskResult.objects.latest("enqueued_at"))
        self.seen[alerts] = [*said, AuditEvent.objects.latest("number")]

    def prepare(self, numbers: range) -> None:
        """Lay the rows ready for these check-ins, and their statements."""
        from commonground.core.models import AuditEvent, Mail
        from commonground.measures.models import Alert, Response

        last = AuditEvent.objects.latest("number").number
        for place, number in enumerate(numbers):
            made: list[Any] = []
            for row in self.seen[number % ALERTS == 0]:
                told: dict[str, Any] = {"pk": uuid.uuid4()}
                if isinstance(row, AuditEvent):
                    told = {"pk": last + 1 + place}
                elif isinstance(row, Response):
                    told["assignment_id"] = self.occasions[place].pk
                elif isinstance(row, Alert):
                    told["response_id"] = made[0].pk
                elif isinstance(row, Mail):
                    told["dedupe_key"] = f"bare:{told['pk']}:0"
                made.append(_copy(row, **told))
            self.rows[number] = made
            self.statements[number] = [_insert(row) for row in made]

    def clear(self) -> None:
        """Take the round's rows out again, past the guards: the audit goes on where it was."""
        from commonground.core.models import guards

        with guards.lifted():
            for row in reversed([row for made in self.rows.values() for row in made]):
                type(row)._base_manager.filter(pk=row.pk).delete()
        self.rows, self.statements = {}, {}


def _copy(row: Any, **told: Any) -> Any:
    """A row of the same bytes, ciphertext included, under another id."""
    key = row._meta.pk.attname
    values = {key: told.pop("pk", row.pk)}  # first: a ciphertext is bound to the id it finds
    for field in row._meta.concrete_fields:
        value = row.__dict__[field.attname]
        values.setdefault(field.attname, getattr(value, "stored", value))
    return type(row)(**values | told)


def _insert(row: Any) -> tuple[str, list[Any]]:
    """The statement that puts a row in, and its values as the database takes them."""
    from django.db import connection

    columns = row._meta.concrete_fields
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for f in columns]
    names = ", ".join(connection.ops.quote_name(f.column) for f in columns)
    table = connection.ops.quote_name(row._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(values))})", values


def main() -> int:
    if "inside" in sys.argv:
        with tempfile.TemporaryDirectory(prefix="ground-bench-") as folder:
            begin(folder)
            return 0 if measure() >= LIMIT else 1
    me = [sys.executable, "-m", "tests.bench.check_ins", "inside"]
    worst = subprocess.call(me, env={k: v for k, v in os.environ.items() if k != "DATABASE_URL"})
    with postgres.server() as url:
        return worst | subprocess.call(me, env={**os.environ, "DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main())
