"""The key ring: a small file outside the database, without which nobody reads what lies in it.

It holds ring keys, which wrap the data keys of the clients and of the house, and the key that
seals the audit. Several ring keys lie on it only while a rotation is under way. It is read once
and again whenever the file changes; it is only ever replaced whole.
"""

import fcntl
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

KEY_BYTES = 32
NONCE_BYTES = 12


class KeysMissing(Exception):
    """There is no usable key ring; the words say what to do."""


class WrongKey(Exception):
    """This ring cannot open what it was given."""


@dataclass(frozen=True)
class KeyRing:
    """Ring keys by name, the name of the one that wraps, and the key of the audit."""

    current: str
    keys: dict[str, bytes] = field(repr=False)
    audit: bytes = field(repr=False)

    def wrap(self, key: bytes, about: bytes) -> tuple[str, bytes]:
        """Wrap a data key; returns the ring key's name too. `about` is needed to open it again."""
        return self.current, shut(self.keys[self.current], key, about)

    def unwrap(self, name: str, wrapped: bytes, about: bytes) -> bytes:
        """The data key inside. Raises WrongKey if the key is not here or the parcel is forged."""
        if name not in self.keys:
            raise WrongKey(f"The key ring has no key {name!r}.")
        return unshut(self.keys[name], wrapped, about)

    def grown(self) -> "KeyRing":
        """This ring with one key more, which wraps from now on."""
        name = f"k{max(int(old[1:]) for old in self.keys) + 1}"
        return replace(self, current=name, keys=self.keys | {name: secrets.token_bytes(KEY_BYTES)})

    def without(self, names: set[str]) -> "KeyRing":
        """This ring without these keys. Raises ValueError for the one that wraps."""
        if self.current in names:
            raise ValueError("The key in use cannot be retired.")
        return replace(self, keys={n: key for n, key in self.keys.items() if n not in names})


def shut(key: bytes, plain: bytes, about: bytes) -> bytes:
    """AES-256-GCM with a fresh nonce, which goes first."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def unshut(key: bytes, parcel: bytes, about: bytes) -> bytes:
    """The reverse. Raises WrongKey if anything is other than it was when it was shut."""
    try:
        return AESGCM(key).decrypt(parcel[:NONCE_BYTES], parcel[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise WrongKey("It does not open with this key, in this place.") from error


_held: tuple[tuple[str, int, int, int], KeyRing] | None = None


def ring() -> KeyRing:
    """The key ring as its file is now. Raises KeysMissing, in one sentence that says what to do."""
    global _held
    path = Path(settings.GROUND_KEYS)
    try:
        found = path.stat()
    except OSError as error:
        raise KeysMissing(
            _("There is no key ring at %(path)s: run make_keys, or bring back its backup.")
            % {"path": path}
        ) from error
    print_of_it = (str(path), found.st_ino, found.st_mtime_ns, found.st_size)
    if _held is None or _held[0] != print_of_it:
        _held = (print_of_it, read(path))
    return _held[1]


def read(path: Path) -> KeyRing:
    """The ring in this file. Raises KeysMissing if the file is not a whole key ring."""
    try:
        told: dict[str, Any] = json.loads(path.read_text("ascii"))
        keys = {str(name): _key(text) for name, text in told["keys"].items()}
        found = KeyRing(told["current"], keys, _key(told["audit"]))
        if found.current not in keys or not all(n[:1] == "k" and n[1:].isdigit() for n in keys):
            raise ValueError("names")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysMissing(
            _("The key ring at %(path)s cannot be read: bring back its backup.") % {"path": path}
        ) from error
    return found


def make(path: Path) -> bool:
    """Write a new key ring, unless there is one. Returns whether it was written."""
    first = {"k1": secrets.token_bytes(KEY_BYTES)}
    return write_once(path, _words(KeyRing("k1", first, secrets.token_bytes(KEY_BYTES))))


def write_once(path: Path, words: str) -> bool:
    """Write a file that only we can read, whole or not at all, never over another one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return False
    written = _write_beside(path, words)
    try:
        os.link(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink()
    _sync_folder(path.parent)
    return True


def change(path: Path, changed: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Replace the ring by what `changed` makes of it; one process at a time, whole or not at all.

    The new file is on the disk before it takes the old one's place: nothing may be wrapped with
    a key that a power cut could still take.
    """
    with _alone(path.parent):
        before = read(path)
        after = changed(before)
        if after != before:
            os.replace(_write_beside(path, _words(after)), path)
            _sync_folder(path.parent)
        return after


def _write_beside(path: Path, words: str) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(words)
        out.flush()
        os.fsync(out.fileno())
    return beside


def _words(ring: KeyRing) -> str:
    keys = {name: b64encode(key).decode() for name, key in ring.keys.items()}
    told = {"current": ring.current, "keys": keys, "audit": b64encode(ring.audit).decode()}
    return json.dumps(told, indent=2) + "\n"


def _key(text: str) -> bytes:
    key = b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("length")
    return key


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
