"""B6: a signed note is changed or removed by nothing, on either database. And what rows say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from commonground.core.models import guards
from commonground.courses.models import Course, Note, Session, Summary
from commonground.people.tests.front_office import NOON

from .carried import Carried, carried

pytestmark = pytest.mark.django_db


def two_notes() -> Carried:
    made = carried()
    made.write("As it was.")
    made.write("Not signed yet.", number=2)
    made.sign()
    return made


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Carried]:
    return once(two_notes, at=NOON)


def signed() -> Note:
    return Note.objects.with_keys().get(signed_at__isnull=False)


def save() -> None:
    note = signed()
    note.text = "Otherwise."
    note.save()


def update() -> None:
    Note.objects.filter(pk=signed().pk).update(saved_at=NOON.replace(year=2027))


def unsign() -> None:
    Note.objects.update(signed_at=None)


def bulk_update() -> None:
    note = signed()
    note.version = 9
    Note.objects.bulk_update([note], ["version"])


def delete() -> None:
    signed().delete()


def delete_all() -> None:
    Note.objects.all().delete()


def sql_update() -> None:
    run("UPDATE courses_note SET text = (SELECT text FROM courses_note WHERE signed_at IS NULL)")


def sql_delete() -> None:
    run("DELETE FROM courses_note WHERE signed_at IS NOT NULL")


def replace() -> None:
    """SQLite's way round a trigger against deletion; on PostgreSQL the same by ON CONFLICT."""
    columns = ", ".join(field.column for field in Note._meta.concrete_fields)
    if connection.vendor == "sqlite":
        run(f"INSERT OR REPLACE INTO courses_note ({columns}) SELECT {columns} FROM courses_note")
    else:
        run(
            f"INSERT INTO courses_note ({columns}) SELECT {columns} FROM courses_note "
            "ON CONFLICT (id) DO UPDATE SET version = 9"
        )


def replace_by_another() -> None:
    """A new row in its place, by the one session that both would be about."""
    columns = [f.column for f in Note._meta.concrete_fields if f.column != "id"]
    if connection.vendor == "sqlite":
        run(
            f"INSERT OR REPLACE INTO courses_note (id, {', '.join(columns)}) "
            f"SELECT '{'0' * 32}', {', '.join(columns)} FROM courses_note "
            "WHERE signed_at IS NOT NULL"
        )
    else:
        run("UPDATE courses_note SET id = gen_random_uuid() WHERE signed_at IS NOT NULL")


def take_its_place() -> None:
    """Another note moved onto its session."""
    if connection.vendor == "sqlite":
        run(
            "UPDATE OR REPLACE courses_note SET session_id = (SELECT session_id FROM "
            "courses_note WHERE signed_at IS NOT NULL) WHERE signed_at IS NULL"
        )
    else:
        run("UPDATE courses_note SET session_id = session_id WHERE signed_at IS NOT NULL")


def truncate() -> None:
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")  # none may be pending
    run(
        "DELETE FROM courses_note"
        if connection.vendor == "sqlite"
        else "TRUNCATE courses_note CASCADE"
    )


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


PATHS = [save, update, unsign, bulk_update, delete, delete_all, sql_update, sql_delete, replace,
         replace_by_another, take_its_place, truncate]  # fmt: skip


def as_it_lies() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM courses_note WHERE signed_at IS NOT NULL")
        return cursor.fetchall()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_a_signed_note_is_never_changed(priya: Carried, path: Any) -> None:
    before = as_it_lies()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        path()
    assert as_it_lies() == before
    assert signed().text == "As it was."


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_without_the_guard_nothing_would_refuse(priya: Carried, path: Any) -> None:
    guards.lift()
    path()


def test_the_guard_is_back_after_a_migration(priya: Carried) -> None:
    guards.lift()
    assert "courses_note: append only" in guards.missing_guards()
    call_command("migrate", verbosity=0)
    assert guards.missing_guards() == []
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        save()


def test_a_note_that_is_not_signed_may_change_and_go(priya: Carried) -> None:
    priya.write("Better.", version=1, number=2)
    open_one = Note.objects.with_keys().get(signed_at=None)
    assert open_one.text == "Better."
    open_one.delete()


def test_a_course_ends_after_it_opens(priya: Carried) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.update(ended_on=NOON.date().replace(year=2020))


def test_one_session_has_each_number(priya: Carried) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.create(course=priya.course, number=1)


def test_the_client_reads_a_summary_once_it_is_shared(priya: Carried) -> None:
    summary = Summary.objects.create(session=priya.session(), text="We met.", saved_at=NOON)
    mine = Summary.objects.visible_to(priya.account, NOON)
    assert not mine.exists()
    summary.shared_at = NOON
    summary.save()
    assert mine.get().text == "We met."
