"""A chain of sealed lines: whoever changes one without the key is found out.

Each line is sealed with HMAC-SHA256 over the seal before it and its own words. The head (how
many lines there are, and the last seal) carries a MAC of its own, so that lines cut from the
tail are missed. An older head put back together with its shorter tail is a true state of the
past: only an anchor, a head written down elsewhere, tells it from the present.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

START = ""
"""What stands before the first line."""


@dataclass(frozen=True, slots=True)
class Line:
    """What happened. `at` is aware; `detail` holds what JSON can, without fractions."""

    number: int
    at: datetime
    actor_kind: str
    actor_id: str
    verb: str
    object_kind: str
    object_id: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A line as it lies in the chain, with the seal before it and its own."""

    line: Line
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Head:
    """The number and seal of the last line, and the MAC that vouches for both."""

    number: int
    seal: str
    mac: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as it was written down outside the reach of whoever can write in the database."""

    number: int
    seal: str


class Kind(StrEnum):
    """In what way a chain is broken."""

    CHANGED = "changed"  # the seal does not fit the words
    MISSING = "missing"  # a number is left out
    STRAY = "stray"  # a number that was already passed, or that no line can have
    PARTED = "parted"  # the line does not follow the one before it
    HEADLESS = "headless"  # there are lines, and no head
    FORGED_HEAD = "forged head"  # the head's MAC does not fit
    CUT = "cut"  # the last line is not the one the head names
    UNANCHORED = "unanchored"  # what was written down elsewhere is not in the chain


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the chain is broken; `number` is the line, 0 for the head."""

    number: int
    kind: Kind


def canonical(line: Line) -> bytes:
    """The bytes that are sealed: the same for the same line on every database and machine.

    Raises ValueError for an instant without a zone, TypeError for what JSON cannot hold.
    """
    if line.at.tzinfo is None:
        raise ValueError("A line of the chain needs an instant with a zone.")
    words = [
        line.number,
        line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        line.actor_kind,
        line.actor_id,
        line.verb,
        line.object_kind,
        line.object_id,
        line.detail,
    ]
    return json.dumps(words, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def seal(key: bytes, previous: str, line: Line) -> str:
    """The seal of `line` after the seal `previous` (START before the first), in hex."""
    return _mac(key, b"line", previous.encode("ascii", "replace") + b"\n" + canonical(line))


def crown(key: bytes, number: int, seal: str) -> Head:
    """The head of a chain whose last line has this number and seal."""
    return Head(number, seal, _mac(key, b"head", f"{number} {seal}".encode("ascii", "replace")))


def genuine(key: bytes, head: Head) -> bool:
    """Whether this head was made with the key (it may still be an older one)."""
    return _same(crown(key, head.number, head.seal).mac, head.mac)


def extend(key: bytes, head: Head | None, lines: Iterable[Line]) -> tuple[list[Sealed], Head]:
    """Seal `lines` after `head` (None: the first ever); their numbers are given here.

    Raises ValueError if the head is not genuine: a cut tail must not be grown over.
    """
    if head is not None and not genuine(key, head):
        raise ValueError("The head of the chain is not genuine.")
    number, previous = (head.number, head.seal) if head else (0, START)
    grown = []
    for line in lines:
        number += 1
        numbered = replace(line, number=number)
        grown.append(Sealed(numbered, previous, seal(key, previous, numbered)))
        previous = grown[-1].seal
    return grown, crown(key, number, previous)


def verify(
    key: bytes, lines: Iterable[Sealed], head: Head | None, anchors: Iterable[Anchor] = ()
) -> Iterator[Fault]:
    """Every fault of the chain, in the order of its lines, which must come sorted by number.

    Lines are held one at a time, so the chain may be of any length; anchors are all held.
    """
    awaited: dict[int, set[str]] = {}
    for anchor in anchors:
        awaited.setdefault(anchor.number, set()).add(anchor.seal)
    number, previous = 0, START
    for sealed in lines:
        here = sealed.line.number
        if here <= number:
            yield Fault(here, Kind.STRAY)
        elif here > number + 1:
            yield Fault(number + 1, Kind.MISSING)
        elif not _same(sealed.previous, previous):
            yield Fault(here, Kind.PARTED)
        if not _same(sealed.seal, seal(key, sealed.previous, sealed.line)):
            yield Fault(here, Kind.CHANGED)
        if awaited.pop(here, {sealed.seal}) != {sealed.seal}:
            yield Fault(here, Kind.UNANCHORED)
        number, previous = max(number, here), sealed.seal
    yield from _head_faults(key, head, number, previous)
    for missed in sorted(awaited):
        yield Fault(missed, Kind.UNANCHORED)


def _head_faults(key: bytes, head: Head | None, number: int, seal: str) -> Iterator[Fault]:
    if head is None:
        if number:
            yield Fault(0, Kind.HEADLESS)
        return
    if not genuine(key, head):
        yield Fault(0, Kind.FORGED_HEAD)
    if head.number != number or not _same(head.seal, seal):
        yield Fault(head.number, Kind.CUT)


def _mac(key: bytes, purpose: bytes, words: bytes) -> str:
    return hmac.new(key, purpose + b"\x00" + words, sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
