"""Guards: triggers by which the database itself keeps what must not be changed.

An app registers its guards beside the model. They are put in place after every migrate, because
SQLite drops a table's triggers whenever one of its columns is altered.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connection, connections


@dataclass(frozen=True)
class Guard:
    """What the database must refuse for one table, in the words of each vendor."""

    table: str
    name: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def statements(self, vendor: str) -> tuple[str, ...]:
        """The SQL for this kind of database."""
        return {"sqlite": self.sqlite, "postgresql": self.postgresql}[vendor]

    def triggers(self, vendor: str) -> list[str]:
        """The names of the triggers it consists of."""
        found = (TRIGGER.match(statement) for statement in self.statements(vendor))
        return [match["name"] for match in found if match]


TRIGGER = re.compile(
    r"\s*CREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?TRIGGER\s+(?P<name>\w+)", re.IGNORECASE
)
GUARDS: dict[tuple[str, str], Guard] = {}


def guard(table: str, name: str, *, sqlite: Sequence[str], postgresql: Sequence[str]) -> Guard:
    """Register what the database keeps for `table`: statements of `CREATE TRIGGER name …`.

    On PostgreSQL, `CREATE OR REPLACE FUNCTION …` comes before; none are needed there for what a
    constraint of its own keeps. Names must be used once only.
    Raises ValueError if statements are given for a vendor and there is no trigger in them.
    """
    made = Guard(table, name, tuple(sqlite), tuple(postgresql))
    if not made.triggers("sqlite") or (postgresql and not made.triggers("postgresql")):
        raise ValueError(f"The guard {name!r} of {table} has no trigger.")
    GUARDS[table, name] = made
    return made


def append_only(table: str, *, when: str = "", sentence: str = "") -> Guard:
    """Register that rows of `table` are never changed or deleted.

    `when` is a condition on OLD that both vendors understand ("OLD.signed_at IS NOT NULL"):
    without it the whole table is kept, and cannot be truncated either.
    """
    says = (sentence or f"{table} is append only").replace("'", "''")
    only = f"WHEN ({when})" if when else ""
    refuse = f"""CREATE OR REPLACE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation';
        END $$"""
    acts = ("update", "delete")
    postgresql = [refuse] + [
        f"CREATE TRIGGER guard_{table}_{act} BEFORE {act} ON {table} FOR EACH ROW {only} "
        f"EXECUTE FUNCTION guard_{table}()"
        for act in acts
    ]
    # A table of which some rows may go is still not emptied as a whole.
    postgresql.append(
        f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION guard_{table}()"
    )
    sqlite = [
        f"CREATE TRIGGER guard_{table}_{act} BEFORE {act} ON {table} {only} "
        f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        for act in acts
    ]
    return guard(table, "append only", sqlite=sqlite, postgresql=postgresql)


def install(database: Any = connection, tables: set[str] | None = None) -> None:
    """Put the guards in place, those of `tables` or all, where their tables exist."""
    with database.cursor() as cursor:
        for each, there in _in_place(cursor, database, tables):
            _drop(cursor, each, database.vendor, there)
            for statement in each.statements(database.vendor):
                cursor.execute(statement)


def lift(database: Any = connection) -> None:
    """Take every guard away, for tests that empty tables or play the intruder."""
    with database.cursor() as cursor:
        for each, there in _in_place(cursor, database, None):
            _drop(cursor, each, database.vendor, there)


@contextmanager
def lifted(database: Any = connection) -> Iterator[None]:
    """No guards meanwhile; for tests only."""
    lift(database)
    try:
        yield
    finally:
        install(database)


def missing_guards(database: Any = connection) -> list[str]:
    """The guards that are not in place, or not as registered, as "table: name"."""
    with database.cursor() as cursor:
        there = _triggers(cursor, database.vendor)
        tables = set(database.introspection.table_names(cursor))
    return [
        f"{each.table}: {each.name}"
        for each in GUARDS.values()
        if each.table not in tables
        or any((each.table, name) not in there for name in each.triggers(database.vendor))
    ]


def after_migrate(app_config: AppConfig, using: str, **_rest: Any) -> None:
    """Receiver of post_migrate: the guards of this app's tables are put back."""
    tables = {m._meta.db_table for m in app_config.get_models(include_auto_created=True)}
    if tables & {table for table, _ in GUARDS}:
        install(connections[using], tables)


def _in_place(
    cursor: Any, database: Any, tables: set[str] | None
) -> Iterator[tuple[Guard, set[tuple[str, str]]]]:
    existing = set(database.introspection.table_names(cursor))
    there = _triggers(cursor, database.vendor)
    for each in GUARDS.values():
        if each.table in existing and (tables is None or each.table in tables):
            yield each, there


def _drop(cursor: Any, each: Guard, vendor: str, there: set[tuple[str, str]]) -> None:
    for name in each.triggers(vendor):
        if (each.table, name) in there:
            on = f" ON {each.table}" if vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def _triggers(cursor: Any, vendor: str) -> set[tuple[str, str]]:
    """(table, trigger) of every trigger that would fire."""
    if vendor == "sqlite":
        cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
    else:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
            "AND c.relnamespace = current_schema()::regnamespace"
        )
    return set(cursor.fetchall())
