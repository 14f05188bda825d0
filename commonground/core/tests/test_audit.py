"""Verbs and their lines, in a real database."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from .. import audit, chain
from ..models import AuditEvent, AuditHead, DataKey, guards

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path


@audit.verb("key.made")
def make(*, kind="client", by, now):
    key = DataKey.objects.fresh(kind)
    audit.about(key)
    audit.note(kind=kind)
    return key


@audit.verb("keys.made")
def make_two(*, fail=False, by, now):
    keys = [make(by=by, now=now), make(by=by, now=now)]
    if fail:
        raise RuntimeError("the outer verb fails")
    return keys


@audit.verb("keys.tried")
def try_one(*, by, now):
    with suppress(RuntimeError):
        make_two(fail=True, by=by, now=now)
    return make(by=by, now=now)


def lines():
    return list(AuditEvent.objects.order_by("number"))


def do(action=make, **told):
    return action(**({"by": audit.SYSTEM, "now": NOON} | told))


def test_a_verb_leaves_one_line():
    key = do()
    [line] = lines()
    assert (line.number, line.verb, line.at, line.actor_kind) == (1, "key.made", NOON, "system")
    assert (line.object_kind, line.object_id) == ("core.datakey", str(key.pk))
    assert line.detail == {"kind": "client"}


def test_somebody_with_an_account_is_named_by_kind_and_id():
    somebody = do()
    do(by=somebody)
    assert (lines()[1].actor_kind, lines()[1].actor_id) == ("core.datakey", str(somebody.pk))


def test_a_nested_verb_adds_its_line_to_the_outermost():
    do(make_two)
    assert [line.verb for line in lines()] == ["keys.made", "key.made", "key.made"]


def test_if_a_verb_fails_nothing_has_happened():
    with pytest.raises(RuntimeError):
        do(make_two, fail=True)
    assert (lines(), DataKey.objects.count()) == ([], 0)


def test_a_nested_verb_that_failed_leaves_neither_rows_nor_lines():
    do(try_one)
    assert [line.verb for line in lines()] == ["keys.tried", "key.made"]
    assert DataKey.objects.count() == 1


def test_a_verb_whose_line_cannot_be_written_has_not_happened(monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(type(AuditHead.objects.all()), "append", full)
    with pytest.raises(DatabaseError):
        do()
    assert DataKey.objects.count() == 0


def test_a_verb_in_on_commit_is_a_verb_of_its_own(django_capture_on_commit_callbacks):
    @audit.verb("first")
    def first(*, by, now):
        transaction.on_commit(lambda: do())

    with django_capture_on_commit_callbacks(execute=True):
        do(first)
    assert [line.verb for line in lines()] == ["first", "key.made"]


def test_a_verb_costs_three_statements_of_its_own_or_two(django_assert_num_queries):
    @audit.verb("nothing")
    def nothing(*, by, now):
        """Do nothing."""

    do(nothing)
    own = 2 if connection.vendor == "postgresql" else 3
    with django_assert_num_queries(own + 2):  # a savepoint, as the test is a transaction already
        do(nothing)


def test_a_read_leaves_a_line():
    key = do()
    audit.read(by=audit.SYSTEM, obj=key, now=NOON)
    assert (lines()[1].verb, lines()[1].object_id) == ("read", str(key.pk))


def test_a_read_that_cannot_be_recorded_raises():
    key = do()
    with guards.lifted():
        AuditHead.objects.update(mac="0" * 64)
    with pytest.raises(audit.AuditBroken):
        audit.read(by=audit.SYSTEM, obj=key, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_read_is_not_hidden_in_a_transaction_that_may_be_rolled_back():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        audit.read(by=audit.SYSTEM, obj=DataKey(), now=NOON)


@pytest.mark.django_db(transaction=True)
def test_tables_are_emptied_after_a_test_and_guarded_again():
    do()


def test_after_that_the_guards_are_there():
    assert (guards.missing_guards(), lines()) == ([], [])


@pytest.mark.parametrize("code", [1.5, object(), {"name": "Ada"}])
def test_a_note_refuses_what_is_no_code(code):
    @audit.verb("noted")
    def noted(*, by, now):
        audit.note(code=code)

    with pytest.raises(TypeError):
        do(noted)


@pytest.mark.parametrize("words", ["x" * 101, "two\nlines"])
def test_a_note_refuses_sentences(words):
    @audit.verb("noted")
    def noted(*, by, now):
        audit.note(code=words)

    with pytest.raises(ValueError, match="codes"):
        do(noted)


def test_codes_of_every_kind_verify_as_they_were_sealed():
    @audit.verb("noted")
    def noted(*, by, now):
        audit.note(id=uuid4(), on=NOON.date(), at=NOON, many={"b", "a"}, n=2**60, no=None, é="ü")

    do(noted)
    assert audit.verify().faults == []


def test_a_verb_is_told_who_and_when():
    with pytest.raises(TypeError, match="by"):
        make(now=NOON)
    with pytest.raises(TypeError, match="saved object"):
        do(by=None)
    with pytest.raises(TypeError, match="zone"):
        do(now=datetime(2026, 3, 2))


def test_a_function_that_takes_things_by_place_cannot_be_a_verb():
    with pytest.raises(TypeError, match="keyword-only"):
        audit.verb("wrong")(lambda by, now: None)


def test_nothing_is_noted_outside_a_verb():
    with pytest.raises(RuntimeError, match="no verb"):
        audit.note(code=1)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditevent SET verb = 'x'",
        "DELETE FROM core_auditevent",
        "DELETE FROM core_audithead",
        "UPDATE core_audithead SET number = 0",
        """INSERT INTO core_auditevent
           (number, at, actor_kind, actor_id, verb, object_kind, object_id, detail, previous, seal)
           VALUES (0, '2026-03-02', 'x', '', 'x', '', '', '{}', '', '')""",
    ],
)
def test_the_database_refuses_to_change_the_past(sql):
    do()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    with guards.lifted(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)  # the control: without its guards it would


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a way of SQLite's")
def test_sqlite_refuses_to_replace_a_line():
    do()
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO core_auditevent SELECT * FROM core_auditevent")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a way of PostgreSQL's")
def test_postgresql_refuses_to_empty_the_table():
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_auditevent")


def test_a_lost_guard_is_noticed_and_put_back():
    assert guards.missing_guards() == []
    guards.lift()
    assert "core_auditevent: append only" in guards.missing_guards()
    guards.install()
    guards.install()
    assert guards.missing_guards() == []


def test_a_guard_without_a_trigger_is_refused():
    with pytest.raises(ValueError, match="no trigger"):
        guards.guard("core_x", "nothing", sqlite=["SELECT 1"], postgresql=["SELECT 1"])


def test_nothing_is_added_to_an_audit_whose_head_is_forged():
    do()
    with guards.lifted():
        AuditHead.objects.update(mac="0" * 64)
    with pytest.raises(audit.AuditBroken):
        do()


def test_the_command_finds_a_whole_audit_whole(capsys):
    do()
    call_command("audit_anchor")
    call_command("audit_verify")
    assert "whole: 1 lines, 1 anchors, no fault" in capsys.readouterr().out


def test_the_command_lists_what_is_broken():
    do(make_two)
    with guards.lifted():
        AuditEvent.objects.filter(number=2).update(verb="x")
    with pytest.raises(CommandError, match=r"Line 2 has been changed\."):
        call_command("audit_verify")


def test_a_line_beyond_the_head_is_found():
    do()
    AuditEvent.objects.create(number=7, at=NOON, actor_kind="x", verb="x", seal="x")
    assert audit.verify().faults == [chain.Fault(7, chain.Kind.STRAY)]


def test_a_whole_audit_taken_back_to_an_earlier_day_is_found_by_its_anchor(settings):
    do()
    yesterday = AuditHead.objects.values().get()
    do()
    assert audit.anchor(NOON) == 2
    with guards.lifted():
        AuditEvent.objects.filter(number=2).delete()
        AuditHead.objects.update(**yesterday)
    assert audit.verify().faults == [chain.Fault(2, chain.Kind.UNANCHORED)]
    audit.anchor_file().unlink()
    assert audit.verify().faults == []  # the control: nothing else can tell


def test_a_spoilt_file_of_anchors_is_a_fault():
    do()
    audit.anchor_file().write_text("nonsense\n")
    assert [fault.kind for fault in audit.verify().faults] == [chain.Kind.UNANCHORED]


def test_nothing_to_anchor_is_not_an_error():
    assert audit.anchor(NOON) is None
