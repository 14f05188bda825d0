"""The key ring's file, the data keys under it, and the change of the lock."""

import json
import os
import stat
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from .. import fields
from ..fields import Shredded, Undecipherable
from ..models import DataKey
from ..outside import keyring
from ..outside.keyring import KeysMissing, WrongKey


@pytest.fixture(autouse=True)
def path(settings, tmp_path):
    settings.GROUND_KEYS = tmp_path / "apart" / "keys.json"
    settings.SECRET_KEY_FILE = tmp_path / "apart" / "secret.txt"
    call_command("make_keys", verbosity=0)
    return settings.GROUND_KEYS


def opened(key):
    """The plain key, as another request would read it."""
    fields.forget()
    return DataKey.objects.get(pk=key.pk).unwrap()


# ——— the file ———


def test_the_keys_are_for_us_alone(path, settings):
    for file in (path, settings.SECRET_KEY_FILE):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(settings.SECRET_KEY_FILE.read_text().strip()) >= 50


def test_the_file_is_as_documented(path):
    told = json.loads(path.read_text())
    assert (told["current"], list(told["keys"]), set(told)) == (
        "k1",
        ["k1"],
        {"current", "keys", "audit"},
    )


def test_keys_are_never_replaced(path, settings):
    before = path.read_bytes(), settings.SECRET_KEY_FILE.read_bytes()
    call_command("make_keys", verbosity=0)
    assert (path.read_bytes(), settings.SECRET_KEY_FILE.read_bytes()) == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["keys.json", "secret.txt"]


def test_a_missing_ring_says_what_to_do(path):
    path.unlink()
    with pytest.raises(KeysMissing, match="run make_keys, or bring back its backup"):
        keyring.ring()


@pytest.mark.parametrize(
    "words",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"current": "k2", "keys": {}, "audit": ""}',
        '{"current": "k1", "keys": {"k1": "c2hvcnQ="}, "audit": "c2hvcnQ="}',
        '{"current": ["k1"], "keys": 5, "audit": null}',
    ],
)
def test_a_spoilt_ring_says_what_to_do(path, words):
    path.write_text(words)
    with pytest.raises(KeysMissing, match="bring back its backup"):
        keyring.ring()


def test_a_changed_file_is_read_again(path):
    assert keyring.ring().current == "k1"
    keyring.change(path, lambda ring: ring.grown())
    assert keyring.ring().current == "k2"


def test_no_key_shows_in_a_representation():
    assert repr(keyring.ring()) == "KeyRing(current='k1')"


def test_a_change_that_fails_leaves_the_ring_as_it_was(path, monkeypatch):
    before = path.read_bytes()

    def power_cut(*args):
        raise OSError("power cut")

    monkeypatch.setattr(os, "replace", power_cut)
    with pytest.raises(OSError, match="power cut"):
        keyring.change(path, lambda ring: ring.grown())
    assert path.read_bytes() == before


def test_two_changes_at_once_lose_no_key(path):
    changes = [
        threading.Thread(target=keyring.change, args=(path, lambda ring: ring.grown()))
        for _ in range(8)
    ]
    for change in changes:
        change.start()
    for change in changes:
        change.join()
    assert len(keyring.ring().keys) == 9


def test_the_key_in_use_is_not_taken_off():
    with pytest.raises(ValueError, match="in use"):
        keyring.ring().without({"k1"})


def test_a_parcel_opens_in_its_place_only():
    name, parcel = keyring.ring().wrap(b"x" * 32, b"here")
    assert keyring.ring().unwrap(name, parcel, b"here") == b"x" * 32
    for wrong in [(name, parcel, b"there"), ("k9", parcel, b"here"), (name, b"", b"here")]:
        with pytest.raises(WrongKey):
            keyring.ring().unwrap(*wrong)


# ——— data keys ———


@pytest.mark.django_db
def test_a_fresh_key_opens_to_the_same_bytes():
    key = DataKey.objects.fresh()
    assert opened(key) == key.unwrap()
    assert len(key.unwrap()) == 32


@pytest.mark.django_db
def test_two_wrapped_keys_cannot_change_places():
    one, two = DataKey.objects.fresh(), DataKey.objects.fresh()
    DataKey.objects.filter(pk=one.pk).update(wrapped=two.wrapped)
    with pytest.raises(Undecipherable):
        opened(one)


@pytest.mark.django_db
def test_another_ring_opens_nothing(path):
    key = DataKey.objects.fresh()
    path.unlink()
    call_command("make_keys", verbosity=0)
    with pytest.raises(Undecipherable):
        opened(key)


@pytest.mark.django_db
def test_a_shredded_key_is_empty_and_stays_so():
    key = DataKey.objects.fresh()
    key.shred()
    assert bytes(DataKey.objects.get().wrapped) == b""
    with pytest.raises(Shredded):
        opened(key)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.update(wrapped=b"back")


@pytest.mark.django_db
def test_the_house_has_one_key():
    assert DataKey.objects.house() == DataKey.objects.house()
    with pytest.raises(IntegrityError), transaction.atomic():
        DataKey.objects.fresh("house")


@pytest.mark.django_db
def test_a_house_key_that_was_rolled_back_is_not_used():
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = DataKey.objects.house()
        assert DataKey.objects.house() == lost
        raise RuntimeError
    assert DataKey.objects.house() != lost
    assert DataKey.objects.filter(kind="house").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_the_same_house_key():
    found, together = [], threading.Barrier(10)

    def ask():
        together.wait()
        try:
            found.append(DataKey.objects.house().pk)
        finally:
            connection.close()

    askers = [threading.Thread(target=ask) for _ in range(10)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (len(found), len(set(found))) == (10, 1)


# ——— the change of the lock ———


def rotate(*options):
    call_command("rotate_keys", *options, verbosity=0)


@pytest.mark.django_db
def test_rotation_wraps_every_living_key_anew_and_changes_none(path):
    keys = [DataKey.objects.fresh() for _ in range(7)]
    plain = [key.unwrap() for key in keys]
    keys[3].shred()
    rotate("--batch", "2")
    assert keyring.ring().current == "k2"
    assert set(DataKey.objects.living().values_list("ring_key", flat=True)) == {"k2"}
    kept = [n for n in range(7) if n != 3]
    assert [opened(keys[n]) for n in kept] == [plain[n] for n in kept]
    assert bytes(DataKey.objects.get(pk=keys[3].pk).wrapped) == b""


@pytest.mark.django_db
def test_a_second_run_goes_on_with_the_same_key():
    key = DataKey.objects.fresh()
    rotate()
    rotate()
    assert (keyring.ring().current, len(keyring.ring().keys)) == ("k2", 2)
    rotate("--retire")
    rotate("--retire")
    assert list(keyring.ring().keys) == ["k2"]
    assert opened(key)
    rotate()
    assert keyring.ring().current == "k3"


@pytest.mark.django_db
def test_an_old_key_is_kept_while_something_needs_it(path):
    key = DataKey.objects.fresh()
    spoilt = DataKey.objects.fresh()
    DataKey.objects.filter(pk=spoilt.pk).update(wrapped=b"spoilt")
    with pytest.raises(CommandError, match="1 data keys could not be opened"):
        rotate()
    with pytest.raises(CommandError, match=str(spoilt.pk)):
        rotate("--retire")
    assert set(keyring.ring().keys) == {"k1", "k2"}
    assert opened(key)


@pytest.mark.django_db
def test_a_key_read_before_the_rotation_opens_after_it():
    key = DataKey.objects.fresh()
    plain = key.unwrap()
    rotate()
    rotate("--retire")
    fields.forget()
    assert key.ring_key == "k1"
    assert key.unwrap() == plain


@pytest.mark.django_db
def test_one_key_can_be_wrapped_anew(path):
    key, other = DataKey.objects.fresh(), DataKey.objects.fresh()
    keyring.change(path, lambda ring: ring.grown())
    key.rewrap()
    other.refresh_from_db()
    assert (key.ring_key, other.ring_key) == ("k2", "k1")
    assert opened(key)


@pytest.mark.django_db
def test_a_key_saved_as_the_rotation_ends_is_wrapped_again(path, monkeypatch):
    """The old key leaves the ring between the wrapping of a new data key and its saving."""
    save = DataKey.save

    def too_late(row, *args, **options):
        monkeypatch.setattr(DataKey, "save", save)
        rotate()
        rotate("--retire")
        save(row, *args, **options)

    monkeypatch.setattr(DataKey, "save", too_late)
    key = DataKey.objects.fresh()
    assert (key.ring_key, opened(key)) == ("k2", key.unwrap())
