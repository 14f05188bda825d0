"""Public pages kept whole in the database, and the one call that makes them all void.

The generation is read before a page is rendered and drawn anew inside the transaction that
changes the content. So a page rendered from old words can only be stored under an old number,
and no visitor is ever shown it after the change is committed. Numbers are drawn at random: none
comes twice, not even after a rollback or a restore.

Each process also holds the pages it sent last, and the answers to what was asked with a question
mark. It may, because every request asks the database for the present generation first; that is the
one statement a hit costs.
"""

import gzip
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import Error, connection
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from . import clock
from .outside import wire

NOW = (
    "SELECT number, (SELECT seconds FROM core_clockshift WHERE id = 1) "
    "FROM core_generation WHERE id = 1"
)
"""The demo's clock shift comes along, so that the day costs no statement of its own."""
PAGE = (
    "SELECT headers, CASE WHEN %s THEN packed ELSE body END FROM core_publicpage "
    "WHERE key = %s AND generation = %s AND day = %s"
)
NOT_KEPT = {"content-length", "date", "set-cookie"}
EVERYWHERE = {"Cache-Control": "public, max-age=0, must-revalidate", "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of an address: the present generation and day and, on a hit, the page."""

    generation: int
    day: date
    headers: dict[str, str] | None = None
    body: bytes = b""


HELD: dict[tuple[str, bool], Found] = {}
ANSWERS: dict[tuple[str, bool], Found] = {}
"""Pages sent from the store, and answers to questions such as `/therapists/?age=16`."""
ROOM, ROOM_FOR_ANSWERS = 200, 300
"""How many pages, and how many answers, a process holds; a practice has fewer pages."""


def bump() -> None:
    """Make every kept page void with the commit of the running transaction.

    Raises TransactionManagementError outside one: drawn before or after the change it tells
    of, the number would let an old page be kept under a new generation.
    """
    from .models import Generation

    if not connection.in_atomic_block:
        raise TransactionManagementError("bump() belongs into the transaction that writes.")
    number = secrets.randbits(62)
    if not Generation.objects.filter(pk=1).update(number=number):
        Generation.objects.create(pk=1, number=number)


def begin() -> None:
    """Write the first generation where there is none (a new or emptied database)."""
    from .models import Generation

    Generation.objects.get_or_create(pk=1, defaults={"number": secrets.randbits(62)})


def key(scheme: str, host: str, path: str, language: str) -> str:
    """Under what name the page of one address and language is kept."""
    return sha256(f"{scheme}://{host}{path} {language}".encode()).hexdigest()


def find(name: str, packed: bool) -> Found | None:
    """Look a page up; None when no generation has begun. Raises django.db.Error."""
    return _asked(lambda: _find(name, packed))


def find_answer(name: str, packed: bool) -> Found | None:
    """Look up the answer to a question, which this process may hold and the store never does.

    Anybody can make up questions without end; they would fill the table. Raises django.db.Error.
    """
    return _asked(lambda: _held(ANSWERS, name, packed))


def _asked(look: Callable[[], Found | None]) -> Found | None:
    # A dead connection shows itself in the very statement.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return look()
    except Error:
        if not connection.in_atomic_block:
            connection.close()
        raise


def _find(name: str, packed: bool) -> Found | None:
    found = _held(HELD, name, packed)
    if found is None or found.headers is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [packed, name, found.generation, found.day])
        row = cursor.fetchone()
    if row is None:
        return found
    headers = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    return _hold(HELD, ROOM, (name, packed), replace(found, headers=headers, body=bytes(row[1])))


def _held(pages: dict[tuple[str, bool], Found], name: str, packed: bool) -> Found | None:
    """The page as this process holds it, if it still counts; else the generation and the day."""
    present = _present()
    if present is None:
        return None
    generation, shift = present
    clock.moved_by(shift)
    day = clock.today()
    held = pages.get((name, packed))
    if held is not None and held.generation == generation and held.day == day:
        return held
    return Found(generation, day)


def _hold(
    pages: dict[tuple[str, bool], Found], room: int, name: tuple[str, bool], found: Found
) -> Found:
    if len(pages) >= room:
        pages.clear()
    pages[name] = found
    return found


def _present() -> tuple[int, float | None] | None:
    """The generation and the demo's shift as the database has them now."""
    if connection.vendor == "postgresql":
        told = wire.ask(connection, NOW.encode())
        if told is None:
            return None
        number, shift = told
        return int(number or 0), float(shift) if shift else None
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        row: tuple[int, float | None] | None = cursor.fetchone()
        return row


def keep(name: str, found: Found, response: HttpResponse) -> None:
    """Store a page under the generation and day that were read before it was rendered."""
    from .models import PublicPage

    body = response.content
    page = PublicPage(
        key=name,
        generation=found.generation,
        day=found.day,
        headers=named(response),
        body=body,
        packed=gzip.compress(body, 6, mtime=0),
    )
    written = ["generation", "day", "headers", "body", "packed"]
    PublicPage.objects.bulk_create(
        [page], update_conflicts=True, unique_fields=["key"], update_fields=written
    )


def hold_answer(name: str, packed: bool, found: Found, response: HttpResponse) -> None:
    """Hold the answer to a question in this process, under what was read before it was made."""
    body = gzip.compress(response.content, 6, mtime=0) if packed else response.content
    answer = replace(found, headers=named(response), body=body)
    _hold(ANSWERS, ROOM_FOR_ANSWERS, (name, packed), answer)


def named(response: HttpResponse) -> dict[str, str]:
    """Name a page by its content, its ETag; the headers to send with it from now on."""
    response["ETag"] = f'W/"{sha256(response.content).hexdigest()[:32]}"'
    return {k: v for k, v in response.items() if k.lower() not in NOT_KEPT} | EVERYWHERE


def personal(request: HttpRequest, response: HttpResponseBase) -> str:
    """Why this answer may not be shown to somebody else; empty if it may."""
    if response.cookies:
        return "it sets a cookie"
    if "CSRF_COOKIE" in request.META:
        return "it carries a CSRF token"
    if getattr(request, "_csp_nonce", None):
        return "it carries a nonce"
    session: Any = getattr(request, "session", None)
    if session is not None and (session.accessed or session.modified):
        return "it asked who is visiting"
    return ""


def unmoved(asked: str, tag: str) -> bool:
    """Whether `If-None-Match` names the page's own tag (weakly compared, RFC 9110)."""
    return asked == tag or asked == "*" or tag in (part.strip() for part in asked.split(","))
