"""The audit: every verb and every look at a clinical object leaves a line that cannot be changed.

    @audit.verb("people.role.granted")
    def grant(*, person: User, role: Role, by: User, now: datetime) -> None:
        audit.about(person)
        audit.note(role=role)

The outermost verb opens the transaction and writes its own line and those of the verbs it
called as its last statements: the head of the chain is locked for the shortest time, and by
everybody in the same order. If anything fails, nothing at all has happened.
"""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max

from . import chain
from .models import AuditEvent, AuditHead
from .models.audit import HEAD
from .outside import keyring

P = ParamSpec("P")
R = TypeVar("R")

WORD_LENGTH = 100


class AuditBroken(Exception):
    """The audit has been tampered with; nothing more is written until somebody has looked."""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts without an account."""

    kind: str
    id: str = ""


SYSTEM = Actor("system")
"""The house itself: its jobs and commands."""
VISITOR = Actor("visitor")
"""Somebody on the public site."""


@dataclass
class Entry:
    """A line in the making."""

    verb: str
    actor: Actor
    at: datetime
    object: Actor = field(default_factory=lambda: Actor(""))
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> chain.Line:
        """The line, whose number the chain will give."""
        return chain.Line(
            0,
            self.at,
            self.actor.kind,
            self.actor.id,
            self.verb,
            self.object.kind,
            self.object.id,
            self.detail,
        )


@dataclass(frozen=True)
class Book:
    """The lines of one outermost verb; `open` are the verbs that are being done, innermost last."""

    entries: list[Entry] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)


_book: ContextVar[Book | None] = ContextVar("book", default=None)


def verb(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a keyword-only function with `by` and `now` a verb: one transaction, one line each.

    Raises TypeError, as the module loads, for a function that cannot be one.
    """

    def decorate(action: Callable[P, R]) -> Callable[P, R]:
        _check_signature(action)

        @wraps(action)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> R:
            if args or "by" not in kwargs or "now" not in kwargs:
                raise TypeError(f"{name} is told everything by name, `by` and `now` included.")
            entry = Entry(name, _identify(kwargs["by"]), _instant(kwargs["now"]))
            with _entered(entry):
                return action(*args, **kwargs)

        return recorded

    return decorate


def about(obj: models.Model) -> None:
    """Name the object of the verb being done. Raises RuntimeError outside a verb."""
    _innermost().object = _identify(obj)


def note(**codes: Any) -> None:
    """Add ids and codes to the line of the verb being done; never a name or anybody's words.

    Raises TypeError for fractions and objects, ValueError for texts longer than a code.
    """
    _innermost().detail.update({name: _code(value) for name, value in codes.items()})


def read(*, by: Any, obj: models.Model, now: datetime, verb: str = "read") -> None:
    """Record that somebody saw this object, before it is shown: if this fails, show nothing.

    A transaction of its own, so it raises RuntimeError inside another one; in a verb it joins.
    """
    entry = Entry(verb, _identify(by), _instant(now), _identify(obj))
    book = _book.get()
    if book is not None:
        book.entries.append(entry)
        return
    with transaction.atomic(durable=True):
        _append([entry])


# ——— the chain, looked after ———


@dataclass(frozen=True)
class Finding:
    """What a verification found: how many lines and anchors it saw, and the first faults."""

    lines: int
    anchors: int
    faults: list[chain.Fault]


def verify(most: int = 100) -> Finding:
    """Verify chain, head and anchors while the house goes on working, in constant memory.

    Stops after `most` faults.
    """
    key = keyring.ring().audit
    row = AuditHead.objects.filter(pk=HEAD).first()
    head = row.head if row else None
    anchors = list(_anchors())
    seen = 0

    def lines() -> Iterator[chain.Sealed]:
        nonlocal seen
        rows = AuditEvent.objects.order_by("number")
        if head is not None:  # what is added from now on is not looked at
            rows = rows.filter(number__lte=head.number)
        for event in rows.iterator(chunk_size=1000):
            seen += 1
            yield event.sealed

    faults: list[chain.Fault] = []
    for fault in chain.verify(key, lines(), head, anchors):
        faults.append(fault)
        if len(faults) >= most:
            break
    return Finding(seen, len(anchors), faults + _beyond_the_head())


def anchor(now: datetime) -> int | None:
    """Write the head's number and seal into the file of anchors, to be kept on another machine.

    Returns the number, None if nothing has happened yet. Raises AuditBroken for a forged head.
    """
    row = AuditHead.objects.filter(pk=HEAD).first()
    if row is None:
        return None
    if not chain.genuine(keyring.ring().audit, row.head):
        raise AuditBroken("The head of the audit is not genuine.")
    path = anchor_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = f"{row.number} {row.seal} {now.astimezone(UTC).isoformat(timespec='seconds')}\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, words.encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    return int(row.number)


def anchor_file() -> Path:
    """Where anchors are written; only ever appended to."""
    return Path(settings.DATA) / "audit-anchors.log"


def _anchors() -> Iterator[chain.Anchor]:
    """The anchors of the file. A line that is none stands for a number that cannot be found."""
    try:
        words = anchor_file().read_text("ascii", "replace")
    except FileNotFoundError:
        return
    for line in words.splitlines():
        number, _, rest = line.partition(" ")
        seal = rest.partition(" ")[0]
        yield chain.Anchor(int(number), seal) if number.isdigit() else chain.Anchor(-1, line)


def _beyond_the_head() -> list[chain.Fault]:
    last = AuditEvent.objects.aggregate(last=Max("number"))["last"] or 0
    row = AuditHead.objects.filter(pk=HEAD).first()  # read after the lines: it never lags behind
    return [chain.Fault(last, chain.Kind.STRAY)] if row is not None and last > row.number else []


@contextmanager
def _entered(entry: Entry) -> Iterator[None]:
    book = _book.get()
    if book is not None:
        length = len(book.entries)
        try:
            with transaction.atomic(), _doing(book, entry):
                yield
        except BaseException:
            del book.entries[length:]  # should the outer verb go on without it
            raise
        return
    with transaction.atomic():
        book = Book()
        token = _book.set(book)
        try:
            with _doing(book, entry):
                yield
        finally:
            _book.reset(token)
        _append(book.entries)


@contextmanager
def _doing(book: Book, entry: Entry) -> Iterator[None]:
    book.entries.append(entry)
    book.open.append(entry)
    try:
        yield
    finally:
        book.open.pop()


def _append(entries: list[Entry]) -> None:
    """Seal the lines and add them; the head's row is locked until the transaction ends."""
    row = AuditHead.objects.locked() or _first_head()
    before = row.head if row.number else None
    try:
        sealed, after = chain.extend(keyring.ring().audit, before, [e.line for e in entries])
    except ValueError as error:
        raise AuditBroken(str(error)) from error
    AuditHead.objects.append(sealed, after)


def _first_head() -> AuditHead:
    """The row to lock before there is any line; whoever comes second waits for the first."""
    start = AuditHead(HEAD, 0, chain.START, "")
    AuditHead.objects.bulk_create([start], ignore_conflicts=True)
    found: AuditHead | None = AuditHead.objects.locked()
    assert found is not None
    return found


def _innermost() -> Entry:
    book = _book.get()
    if book is None or not book.open:
        raise RuntimeError("There is no verb being done.")
    return book.open[-1]


def _identify(who: Any) -> Actor:
    if isinstance(who, Actor):
        return who
    if isinstance(who, models.Model) and who.pk is not None:
        return Actor(who._meta.label_lower, str(who.pk))
    raise TypeError(f"The audit needs a saved object or audit.SYSTEM, not {type(who).__name__}.")


def _instant(now: Any) -> datetime:
    if not isinstance(now, datetime) or now.tzinfo is None:
        raise TypeError("The audit needs `now` as an instant with a zone.")
    return now


def _code(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(_code(each) for each in value)
    if isinstance(value, list | tuple):
        return [_code(each) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError(f"A line of the audit holds ids and codes, not {type(value).__name__}.")
    if len(value) > WORD_LENGTH or not value.isprintable():
        raise ValueError("A line of the audit holds ids and codes, not sentences.")
    return str(value)


def _check_signature(action: Callable[..., Any]) -> None:
    parameters = inspect.signature(action).parameters
    by_name = all(p.kind is p.KEYWORD_ONLY for p in parameters.values())
    if not by_name or not {"by", "now"} <= parameters.keys():
        raise TypeError(f"{action.__qualname__} must be keyword-only and told `by` and `now`.")
