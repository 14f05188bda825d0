"""The vault under attack: swapped ciphertexts, a rotation killed on its way."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from commonground.core import fields
from commonground.core.fields import Undecipherable
from commonground.core.fields.encrypted import EncryptedField
from commonground.core.models import DataKey
from commonground.core.outside import keyring
from commonground.core.tests import vault
from commonground.core.tests.vault import Diary, put, raw

pytestmark = pytest.mark.prove
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DICE = random.Random(20260302)


# ——— C1: swapped ciphertexts ———


def test_a_swapped_ciphertext_is_refused(
    db: None, times: Any, proof: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.make_tables()
    keys = [DataKey.objects.fresh() for _ in range(3)]
    rows = [
        Diary.objects.create(data_key=keys[n % 3], words=f"w{n}", secret=f"s{n}", house=f"h{n}")
        for n in range(12)
    ]
    assert [_read(row, "words") for row in rows] == [f"w{n}" for n in range(12)]
    attempts = times(200)
    refused = believed_unbound = 0
    for n in range(attempts):
        with transaction.atomic():
            row, column = _swap(rows, n)
            refused += _read(row, column) is None
            if n % 5 < 3:
                believed_unbound += _read_without_binding(row, column, monkeypatch)
            transaction.set_rollback(True)
    assert believed_unbound == sum(n % 5 < 3 for n in range(attempts))
    proof(
        "C1 swapped ciphertexts are refused",
        attempted=attempts,
        survived=refused,
        control=f"without associated data all {believed_unbound} between rows or columns "
        "under one key are believed",
    )
    assert refused == attempts


def _swap(rows: list[Diary], n: int) -> tuple[Diary, str]:
    """Put one row's ciphertext where another belongs; the reader's row and column."""
    one, other = DICE.sample(rows, 2)
    kind = n % 5
    if kind == 0:  # another row under the same client's key
        other = next(r for r in rows if r.data_key_id == one.data_key_id and r != one)
        put(one, "words", raw(other, "words"))
        return one, "words"
    if kind == 1:  # another column of the same row
        put(one, "secret", raw(one, "words"))
        return one, "secret"
    if kind == 2:  # another row under the house's key
        put(one, "house", raw(other, "house"))
        return one, "house"
    if kind == 3:  # the row led to another data key
        stranger = next(row for row in rows if row.data_key_id != one.data_key_id)
        put(one, "data_key_id", _id(stranger.data_key_id))
        return one, "words"
    stranger = next(row for row in rows if row.data_key_id != one.data_key_id)
    named = raw(one, "words").split(":")  # the ciphertext made to name another data key
    put(one, "words", f"1:{stranger.data_key_id.hex}:{named[2]}")
    put(one, "data_key_id", _id(stranger.data_key_id))
    return one, "words"


def _id(value: Any) -> Any:
    return DataKey._meta.pk.get_db_prep_value(value, connection)


def _read(row: Diary, column: str) -> str | None:
    fields.forget()
    try:
        return str(getattr(Diary.objects.get(pk=row.pk), column))
    except Undecipherable:
        return None


def _read_without_binding(row: Diary, column: str, patch: pytest.MonkeyPatch) -> bool:
    """Whether the same swap would be believed if values were bound to nothing."""
    with patch.context() as loose, transaction.atomic():
        loose.setattr(EncryptedField, "_about", lambda self, row_id: b"")
        victim = Diary.objects.get(pk=row.pk)
        donor = Diary(data_key=victim.data_key, words="donor", secret="donor", house="donor")
        donor.save()
        put(victim, column, raw(donor, "words" if column == "secret" else column))
        believed = _read(victim, column) == "donor"
        transaction.set_rollback(True)
    return believed


# ——— C2: rotation ———


@pytest.fixture
def practice(transactional_db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    """Tables and a key ring of their own."""
    settings.GROUND_KEYS = tmp_path / "keys.json"
    settings.SECRET_KEY_FILE = tmp_path / "secret.txt"
    call_command("make_keys", verbosity=0)
    vault.make_tables()
    yield
    vault.drop_tables()


def test_a_rotation_that_is_killed_loses_nothing(practice: None, times: Any, proof: Any) -> None:
    rows, kills = times(10_000), times(20)
    _fill(rows)
    old = keyring.ring().current
    stop = threading.Event()
    written: list[str] = []
    waited: list[str] = []
    failed: list[BaseException] = []
    writers = [
        threading.Thread(target=_write_until, args=(stop, written, waited, failed))
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    try:
        killed = midway = 0
        for _ in range(kills):
            killed += _rotate_and_kill(rows)
            midway += len(set(DataKey.objects.values_list("ring_key", flat=True))) == 2
        _rotate_to_the_end("--batch", "200")
        assert keyring.ring().current == "k2"
        stop.set()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    _rotate_to_the_end("--retire")
    assert failed == []
    assert set(waited) <= {"database is locked"}
    assert list(keyring.ring().keys) == ["k2"]
    unreadable, under_old = _unreadable(), DataKey.objects.living().filter(ring_key=old).count()
    total = Diary.objects.count()
    proof(
        f"C2 rotation with 4 writers, killed {killed} times ({midway} midway); "
        f"{len(written)} rows written meanwhile, {len(waited)} writes timed out: "
        "rows readable, none under the old key",
        attempted=total,
        survived=total - unreadable - under_old,
        control=f"with the old key gone too soon {_unreadable_if_retired_at_once()} of 50 "
        "are unreadable",
    )
    assert (killed, unreadable, under_old) == (kills, 0, 0)
    assert total == rows + len(written)
    assert written, "the writers wrote"


def _fill(count: int) -> None:
    """Rows with a data key each, made in bulk."""
    ring = keyring.ring()
    keys, rows = [], []
    for n in range(count):
        key = DataKey(id=uuid4(), created_at=NOON)
        key.ring_key, key.wrapped = ring.wrap(DICE.randbytes(32), key.pk.bytes)
        keys.append(key)
        rows.append(Diary(data_key=key, title=str(n), words=f"words {n}"))
    DataKey.objects.bulk_create(keys, batch_size=500)
    Diary.objects.bulk_create(rows, batch_size=200)
    fields.forget()


def _rotate(*options: str) -> subprocess.Popen[str]:
    database = connection.settings_dict["NAME"]
    url = f"sqlite:///{database}"
    if connection.vendor == "postgresql":
        before, _, rest = os.environ["DATABASE_URL"].rpartition("/postgres?")
        url = f"{before}/{database}?{rest}"
    told = {
        "DATABASE_URL": url,
        "GROUND_KEYS": str(settings.GROUND_KEYS),
        "GROUND_VAR": os.environ["GROUND_VAR"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "django", "rotate_keys", "-v2", *options],
        env=os.environ | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _rotate_to_the_end(*options: str) -> None:
    child = _rotate(*options)
    said, _ = child.communicate(timeout=300)
    assert child.returncode == 0, said


def _rotate_and_kill(rows: int) -> bool:
    """Start a rotation and kill it a few batches on, at any point of a batch."""
    child = _rotate("--batch", str(max(5, rows // 200)))
    assert child.stdout is not None
    for _ in range(DICE.randint(0, 6)):
        child.stdout.readline()
    time.sleep(DICE.random() * 0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.stdout.close()
    return child.wait() == -signal.SIGKILL


def _write_until(
    stop: threading.Event, written: list[str], waited: list[str], failed: list[BaseException]
) -> None:
    """New clients come and old ones are written about, as if nothing went on."""
    try:
        while not stop.is_set():
            try:
                _write_one(written)
            except OperationalError as error:  # SQLite: five seconds without a turn
                waited.append(str(error))
            time.sleep(0.02)
    except BaseException as error:
        failed.append(error)
    finally:
        connection.close()


def _write_one(written: list[str]) -> None:
    with transaction.atomic():
        row = Diary.objects.create(data_key=DataKey.objects.fresh(), words="new")
    written.append(str(row.pk))
    fields.forget()
    row = Diary.objects.get(pk=row.pk)
    assert row.words == "new"
    row.words = "changed"
    row.save()


def _unreadable() -> int:
    fields.forget()
    bad = 0
    for row in Diary.objects.select_related("data_key").iterator(chunk_size=1000):
        try:
            bad += row.words not in {f"words {row.title}", "changed", "new"}
        except Undecipherable:
            bad += 1
    return bad


def _unreadable_if_retired_at_once() -> int:
    """The control: a new key, and the old one thrown away before anything was wrapped anew."""
    path = settings.GROUND_KEYS
    kept = path.read_bytes()
    keyring.change(path, lambda ring: ring.grown())
    keyring.change(path, lambda ring: ring.without({"k2"}))
    fields.forget()
    bad = 0
    for row in Diary.objects.select_related("data_key")[:50]:
        try:
            _ = row.words
        except Undecipherable:
            bad += 1
    path.write_bytes(kept)
    return bad
