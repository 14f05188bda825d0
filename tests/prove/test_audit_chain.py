"""The audit under attack: lines edited, left out, put in, reordered, and the head with them."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from commonground.core import audit, chain
from commonground.core.models import AuditEvent, AuditHead, guards
from commonground.core.outside import keyring

pytestmark = pytest.mark.prove
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DICE = random.Random(20260302)


@audit.verb("note.signed")
def sign(*, count: int, by: Any, now: datetime) -> None:
    for n in range(count):
        _sign_one(n=n, by=by, now=now + timedelta(minutes=n))


@audit.verb("note.signed.one")
def _sign_one(*, n: int, by: Any, now: datetime) -> None:
    audit.note(n=n)


LINES = 40


def run(sql: str, *told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, told)


def edit() -> None:
    column, value = DICE.choice(
        [
            ("verb", "'note.read'"),
            ("actor_id", "'somebody-else'"),
            ("actor_kind", "'people.user'"),
            ("object_id", "'another'"),
            ("object_kind", "'courses.note'"),
            ("detail", "'{\"n\": 999}'"),
            ("at", "'2020-01-01 00:00:00+00:00'" if _pg() else "'2020-01-01 00:00:00'"),
            ("previous", f"'{'0' * 64}'"),
            ("seal", f"'{'0' * 64}'"),
        ]
    )
    run(f"UPDATE core_auditevent SET {column} = {value} WHERE number = %s", any_line())


def delete() -> None:
    run("DELETE FROM core_auditevent WHERE number = %s", DICE.randint(1, LINES - 1))


def delete_and_close_the_gap() -> None:
    gone = DICE.randint(1, LINES - 1)
    run("DELETE FROM core_auditevent WHERE number = %s", gone)
    for number in range(gone + 1, LINES + 1):
        run("UPDATE core_auditevent SET number = %s WHERE number = %s", number - 1, number)
    if DICE.random() < 0.5:
        run("UPDATE core_audithead SET number = number - 1")


def reorder() -> None:
    one, other = DICE.sample(range(1, LINES + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        run("UPDATE core_auditevent SET number = %s WHERE number = %s", new, old)


def swap_words() -> None:
    one, other = DICE.sample(range(1, LINES + 1), 2)
    rows = {row["number"]: row for row in AuditEvent.objects.values()}
    for here, there in ((one, other), (other, one)):
        AuditEvent.objects.filter(number=here).update(
            detail=rows[there]["detail"], at=rows[there]["at"]
        )


def insert() -> None:
    copied = AuditEvent.objects.get(number=any_line())
    copied.number = LINES + 1
    if DICE.random() < 0.5:  # with a true predecessor, and the head made to fit
        copied.previous = AuditHead.objects.get().seal
        run("UPDATE core_audithead SET number = number + 1, seal = %s", copied.seal)
    AuditEvent.objects.bulk_create([copied])


def cut() -> None:
    left = DICE.randint(1, LINES - 1)
    run("DELETE FROM core_auditevent WHERE number > %s", left)


def cut_and_mend_the_head() -> None:
    left = DICE.randint(1, LINES - 1)
    cut_to = AuditEvent.objects.get(number=left)
    run("DELETE FROM core_auditevent WHERE number > %s", left)
    run("UPDATE core_audithead SET number = %s, seal = %s", left, cut_to.seal)


def cut_and_put_an_old_head_back() -> None:
    left = DICE.randint(1, LINES - 1)
    cut_to = AuditEvent.objects.get(number=left)
    old = chain.crown(keyring.ring().audit, left, cut_to.seal)  # as copied on an earlier day
    run("DELETE FROM core_auditevent WHERE number > %s", left)
    run("UPDATE core_audithead SET number = %s, seal = %s, mac = %s", left, old.seal, old.mac)


def behead() -> None:
    run("DELETE FROM core_audithead")


def wipe() -> None:
    run("DELETE FROM core_auditevent")
    run("DELETE FROM core_audithead")


def rewrite_with_a_guessed_key() -> None:
    lines = [event.sealed.line for event in AuditEvent.objects.order_by("number")]
    sealed, head = chain.extend(DICE.randbytes(32), None, lines)
    run("DELETE FROM core_auditevent")
    AuditEvent.objects.bulk_create([AuditEvent.of(each) for each in sealed])
    AuditHead.objects.update(number=head.number, seal=head.seal, mac=head.mac)


ATTACKS = [
    edit,
    edit,
    delete,
    delete_and_close_the_gap,
    reorder,
    swap_words,
    insert,
    cut,
    cut_and_mend_the_head,
    cut_and_put_an_old_head_back,
    behead,
    wipe,
    rewrite_with_a_guessed_key,
]


def any_line() -> int:
    return DICE.randint(1, LINES)


def _pg() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def played(attack: Callable[[], None]) -> Iterator[None]:
    """The attack, taken back at the end."""
    with transaction.atomic():
        attack()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def whole(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    """An audit of some lines, anchored once at its end; the guards are off."""
    settings.DATA = tmp_path
    sign(count=LINES - 1, by=audit.SYSTEM, now=NOON)
    audit.anchor(NOON)
    with guards.lifted():
        yield


def test_whoever_edits_the_audit_is_found_out(whole: None, times: Any, proof: Any) -> None:
    attempts = times(300)
    assert audit.verify().faults == []
    found = counted_only = 0
    for n in range(attempts):
        with played(ATTACKS[n % len(ATTACKS)]):
            found += bool(audit.verify().faults)
            counted_only += _numbers_have_a_gap()
    assert audit.verify().faults == []
    assert counted_only < attempts
    assert _a_thief_of_the_key_is_not_found()
    proof(
        "A8 raw edits, deletes, reorders and cuts of the audit are detected",
        attempted=attempts,
        survived=found,
        control=f"numbers without seals find {counted_only} of {attempts}; "
        "whoever holds the key is not found; before an attack nothing is found",
    )
    assert found == attempts


def _numbers_have_a_gap() -> bool:
    numbers = list(AuditEvent.objects.order_by("number").values_list("number", flat=True))
    return numbers != list(range(1, LINES + 1))


def _a_thief_of_the_key_is_not_found() -> bool:
    def rewrite() -> None:
        lines = [event.sealed.line for event in AuditEvent.objects.order_by("number")]
        lines[3] = chain.Line(4, NOON, "system", "", "nothing.happened", "", "")
        sealed, head = chain.extend(keyring.ring().audit, None, lines)
        run("DELETE FROM core_auditevent")
        AuditEvent.objects.bulk_create([AuditEvent.of(each) for each in sealed])
        AuditHead.objects.update(number=head.number, seal=head.seal, mac=head.mac)
        audit.anchor_file().unlink()

    with played(rewrite):
        return audit.verify().faults == []
