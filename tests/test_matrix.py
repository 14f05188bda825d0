"""A2: everybody × everything × look or write × where the id stands, asked of the whole house.

What is forbidden must look like what is missing: the very same answer as for an id that nobody
has. Marked words in every fact tell whether any page shows what its reader may not see.
"""

import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock, fields
from commonground.core.access import census
from commonground.core.models import AuditEvent
from commonground.courses.models import Formulation, Summary
from commonground.people.access import OPENED
from commonground.people.models import User
from tests.access import (
    COLUMNS,
    DOORS,
    ELSEWHERE,
    PAGES,
    SCOPES,
    TABLE,
    Data,
    Door,
    Scope,
    may,
)
from tests.cast import NOON, signed_in
from tests.scene import CLIENTS, Scene, lay

MISSING = UUID("00000000-0000-4000-8000-000000000000")
OURS = {"client", "course", "session", "appointment", "alert", "person"} | {
    "event",
    "focus",
    "goal",
}
OURS |= {"guardian", "piece", "check-in", "response", "plan", "task", "worksheet", "follow-up"}
IDS = (*OURS, "id", "pk", "user", "therapist", "author", "owner", "response", "place_id")


@dataclass(frozen=True)
class Cell:
    """One question to the house: may this actor do this to that, the id standing here?"""

    actor: str
    door: Door
    whose: str
    verb: str
    position: str = "path"

    def __str__(self) -> str:
        return f"{self.actor}: {self.verb} {self.door.name} of {self.whose} ({self.position})"


def whose_of(door: Door) -> tuple[str, ...]:
    return CLIENTS if door.subject in OURS else ("house",)


def cells(scene: Scene) -> Iterator[Cell]:
    """Every cell with the id in the path; where that is let in, one more with other ids slipped in.

    Robin, who works here and comes here, is asked by those to whom that could make a difference.
    """
    for door in DOORS:
        for actor in scene.actors:
            for whose in whose_of(door):
                if whose == "robin" and actor not in {"robin", "tomas", "miriam"}:
                    continue
                for verb, position in (("GET", "query"), ("POST", "body")):
                    yield Cell(actor, door, whose, verb)
                    if door.lets(scene.columns(actor, whose), verb):
                        yield Cell(actor, door, whose, verb, position)


class House:
    """The scene with a browser for each actor; answers questions and leaves nothing behind."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.browsers = {
            name: signed_in(user) if user else Browser() for name, user in scene.actors.items()
        }
        for name, user in scene.actors.items():
            if user:
                open_inner_door(self.browsers[name])
        self.owner = {pk: whose for (_, whose), pk in scene.objects.items()}
        self.missing: dict[tuple[str, str, str], Answer] = {}

    def ask(self, actor: str, verb: str, url: str, body: Any = None) -> "Answer":
        browser = self.browsers[actor]
        cookies = browser.cookies.copy()
        with undone():
            before = AuditEvent.objects.count()
            call = browser.get if verb == "GET" else browser.post
            response = call(url, body or {})
            words = response.getvalue().decode() if response.streaming else response.text
            after = AuditEvent.objects.count()
            told = Answer(response.status_code, response.get("Location", ""), words, after - before)
            told.refers = self.refers() if told.lines and verb == "POST" else {}
        browser.cookies = cookies
        return told

    def refers(self) -> dict[str, Any]:
        """What every row about a client refers to: nobody may change whose it is. Asked after each
        letting in, so the questions are put into SQL once, and the answers left as they come."""
        told = {}
        with connection.cursor() as cursor:
            for label, columns, question in questions():
                cursor.execute(*question)
                for pk, *refers in cursor.fetchall():
                    told[f"{label} {pk}"] = dict(zip(columns, refers, strict=True))
        return told

    def url(self, door: Door, pk: UUID) -> str:
        beside = {key: self.scene.about(kind, "house") for key, kind in door.beside.items()}
        whose = self.owner.get(pk, "priya")
        own = {key: self.scene.about(kind, whose) for key, kind in door.own.items()}
        return reverse(door.name, kwargs={"pk": pk, **door.more, **beside, **own})

    def body(self, door: Door, pk: UUID) -> dict[str, Any]:
        return {f"{pk}-{key}" if door.prefixed else key: v for key, v in door.body.items()}

    def surprises(self, cell: Cell, resting: dict[str, Any]) -> Iterator[str]:
        """What in the house's answer differs from the table."""
        door, scene = cell.door, self.scene
        pk = scene.about(door.subject, cell.whose)
        url, body = self.url(door, pk), self.body(door, pk)
        if cell.position != "path":
            other = next(name for name in CLIENTS if name != cell.whose)
            slipped = {key: str(self.foreign(key, other)) for key in IDS}
            if cell.verb == "GET":
                url += "?" + "&".join(f"{key}={value}" for key, value in slipped.items())
            body = {**slipped, **body}
        answer = self.ask(cell.actor, cell.verb, url, body if cell.verb == "POST" else None)
        allowed = door.lets(scene.columns(cell.actor, cell.whose), cell.verb)
        if answer.status >= 500:
            yield f"{cell}: fell over"
        if allowed and answer.shut:
            yield f"{cell}: is kept out ({answer.status})"
        if not allowed:
            nothing = self.nothing(cell, body)
            if answer.said != nothing.said:
                yield f"{cell}: does not look like nothing ({answer.status}, {nothing.status})"
            if answer.lines:
                yield f"{cell}: left {answer.lines} lines in the audit"
        yield from self.shown(str(cell), cell.actor, answer)
        wrote = raw(getattr(scene.actors[cell.actor], "pk", None))
        for row, refers in answer.refers.items():
            rested = resting.get(row, refers)
            if refers.get("author_id") == wrote:  # who writes on it last is its author then
                rested = rested | {"author_id": wrote}
            if rested != refers:
                yield f"{cell}: {row} now refers to something else"

    def nothing(self, cell: Cell, body: Any) -> "Answer":
        """The answer for an id that nobody has."""
        key = (cell.actor, cell.door.name, cell.verb)
        if key not in self.missing:
            url = self.url(cell.door, MISSING)
            self.missing[key] = self.ask(cell.actor, cell.verb, url, body)
        return self.missing[key]

    def foreign(self, key: str, whose: str) -> UUID:
        if key in OURS:
            return self.scene.about(key, whose)
        if key in {"user", "therapist", "author", "owner"}:
            return self.scene.cast.stranger.pk
        return self.scene.about("session", whose)

    def shown(self, where: str, actor: str, answer: "Answer") -> Iterator[str]:
        for (whose, data), mark in self.scene.marks.items():
            if mark in answer.words and not may(self.scene.columns(actor, whose), "r", data):
                yield f"{where}: shows {whose}'s {data}"


def open_inner_door(browser: Browser) -> None:
    """As if they had just shown once more who they are: the matrix asks what lies behind it."""
    session = browser.session
    session[OPENED] = clock.real().timestamp()
    session.save()


@dataclass
class Answer:
    status: int
    location: str
    words: str
    lines: int
    refers: dict[str, Any] = field(default_factory=dict)

    @property
    def shut(self) -> bool:
        return self.status in {401, 403, 404, 405} or "/account/login/" in self.location

    @property
    def said(self) -> tuple[int, str, str]:
        """What can be told apart: status, where it leads, the words; ids and tokens put aside."""
        return self.status, plain(self.location), plain(self.words)


def plain(words: str) -> str:
    words = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", words)
    words = re.sub(r"\?ID|%3F[^\"&]*|\?[^\"]*", "?", words)
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", words)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here has not happened."""
    block = transaction.atomic()
    block._from_testcase = True  # a read's own transaction may lie in it
    block.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
        fields.forget()


def about_clients() -> list[type[models.Model]]:
    """Every model of ours that is about one client."""
    labels = {scope.model for scope in SCOPES} | {
        "people.Care", "people.Contact", "people.Guardian",
    }  # fmt: skip
    return [apps.get_model(label) for label in sorted(labels)]


ACTED = {"proposed_by", "acknowledged_by", "verified_by", "appointment", "place"}
"""Who acted, and what a row is given later: these may change."""


def references(model: type[models.Model]) -> list[str]:
    """The columns that say whose a row is; a session gets its appointment later."""
    return [
        column.attname
        for column in model._meta.concrete_fields
        if column.is_relation and column.name not in ACTED
    ]


@cache
def questions() -> list[tuple[str, list[str], tuple[str, Any]]]:
    """Of each model about a client: its name, the columns that say whose a row is, their SELECT."""
    return [
        (
            model._meta.label,
            references(model),
            model._base_manager.values_list("pk", *references(model)).query.sql_with_params(),
        )
        for model in about_clients()
    ]


def raw(pk: UUID | None) -> Any:
    """A key as it lies in the database."""
    return User._meta.pk.get_db_prep_value(pk, connection)


# ——— scopes ———


def rows_of(scope: Scope, user: Any, now: datetime) -> set[UUID]:
    method = getattr(apps.get_model(scope.model)._default_manager, scope.method)
    told = [now] if "now" in inspect.signature(method).parameters else []
    return {row.pk for row in method(user, *told)}


WHOSE = {
    "people.Client": "pk",
    "people.Opening": "client",
    "scheduling.Appointment": "client",
    "scheduling.ReminderWish": "client",
    "measures.Response": "client",
    "measures.Alert": "client",
    "measures.Assignment": "client",
    "measures.Plan": "client",
    "measures.Link": "assignment__client",
    "measures.Escalation": "alert__client",
    "courses.Course": "client",
    "courses.Session": "course__client",
    "courses.Goal": "course__client",
    "courses.Person": "course__client",
    "courses.Piece": "guardian__client",
    "courses.Company": "session__course__client",
    "courses.SchoolContact": "course__client",
    "courses.Closeness": "person__course__client",
    "courses.Concern": "person__course__client",
    "courses.Task": "session__course__client",
    "courses.CourseChange": "course__client",
    "courses.Worksheet": "course__client",
    "courses.Ending": "course__client",
    "courses.Wish": "session__course__client",
    "courses.FollowUp": "course__client",
    "courses.WorksheetVersion": "worksheet__course__client",
    "courses.Dismissal": "course__client",
    "courses.Assessment": "course__client",
    "courses.Medicine": "course__client",
    "courses.Amendment": "note__session__course__client",
    "courses.ProcessNote": "session__course__client",
    "courses.LifeEvent": "course__client",
    "courses.MoodLink": "event__course__client",
    "courses.Focus": "course__client",
    "courses.DisputeStage": "focus__course__client",
    "courses.Formulation": "course__client",
    "courses.Rating": "goal__course__client",
    "courses.Note": "session__course__client",
    "courses.Summary": "session__course__client",
    "directory.Profile": "therapist",
    "directory.Credential": "profile__therapist",
    "enquiries.Enquiry": "pk",
    "enquiries.Message": "enquiry",
    "enquiries.Offer": "enquiry",
}
OF_THE_HOUSE = {"directory": "listing", "enquiries": "enquiry"}
"""Rooms whose rows are about no client of the scene, and what they are about instead."""


def scope_surprises(scene: Scene, scope: Scope) -> Iterator[str]:
    """Where a scope hands out a row to somebody who may not have it, or keeps it back."""
    model = apps.get_model(scope.model)
    unshared = {
        pk
        for kind in (Summary, Formulation)
        for pk in kind.objects.filter(shared_at=None).values_list("pk", flat=True)
    }
    for actor, user in scene.actors.items():
        found = rows_of(scope, user or AnonymousUser(), NOON)
        room = scope.model.split(".")[0]
        kind = "client" if scope.of_client else OF_THE_HOUSE.get(room, "client")
        path = scope.of_client or WHOSE[scope.model]
        for whose in CLIENTS if kind == "client" else ("house",):
            columns = scene.columns(actor, whose)
            client = scene.about(kind, whose)
            for pk in model._base_manager.filter(**{path: client}).values_list("pk", flat=True):
                if pk in unshared:
                    expected = may(columns & scope.made_for, "r", Data.UNSHARED)
                else:
                    expected = scope.holds(columns)
                if (pk in found) != expected:
                    yield f"{actor}: {scope.model}.{scope.method} of {whose}: {pk in found}"


SCOPE_NAMES = {"visible_to", "in_care_of", "own", "working_together", "led_by", "treated_by"}


def told_a_user() -> Iterator[tuple[str, type, str]]:
    """Every method of a queryset of ours that is told a user, or has the name of a scope."""
    for model in apps.get_models():
        queryset = getattr(model._default_manager, "_queryset_class", None)
        if not model.__module__.startswith("commonground.") or queryset is None:
            continue
        for name, method in vars(queryset).items():
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            parameters = list(inspect.signature(method).parameters)
            if len(parameters) > 1 and parameters[1] == "user":
                yield model._meta.label, queryset, name


# ——— the tests ———


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Scene]:
    return once(lambda: lay(NOON), at=NOON)


@pytest.fixture
def house(
    laid: Callable[[], Scene],
    db: None,
    at: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Iterator[House]:
    """The page for what is missing is drawn once and for all: thousands of cells end on it, and
    `test_what_is_forbidden_looks_like_what_is_missing` asks for it as it is. Nor is each of them
    looked up among the addresses that an editor has redirected."""
    with at(NOON):
        monkeypatch.setattr("commonground.core.views._page", _quick_page)
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "redirects" not in name]
        yield House(laid())


def _quick_page(request: Any, name: str, status: int, *args: Any) -> HttpResponse:
    return HttpResponse(f"{name} {status}", status=status)


def asked(house: House) -> list[Cell]:
    """The cells that are asked here: every one under `./ground prove`, else every other one, the
    others on the other database."""
    every = list(cells(house.scene))
    if os.environ.get("GROUND_PROVE") == "full":
        return every
    return every[connection.vendor == "postgresql" :: 2]


def all_surprises(house: House) -> Iterator[str]:
    """The whole matrix, the quick questions first."""
    for scope in SCOPES:
        yield from scope_surprises(house.scene, scope)
    yield from page_surprises(house)
    resting = house.refers()
    for cell in asked(house):
        yield from house.surprises(cell, resting)


def page_surprises(house: House) -> Iterator[str]:
    for page in PAGES:
        for actor, user in house.scene.actors.items():
            answer = house.ask(actor, "GET", reverse(page.name))
            roles = {str(role) for role in user.roles} or {"nobody"} if user else set()
            if answer.shut == bool(roles & page.roles):
                yield f"{actor}: {page.name} answers {answer.status}"
            yield from house.shown(f"{actor}: {page.name}", actor, answer)


def test_the_house_answers_as_the_table_says(house: House) -> None:
    many = len(asked(house))
    assert many >= 1000
    assert list(all_surprises(house)) == []
    assert seen_by_their_own(house) == []


def seen_by_their_own(house: House) -> list[str]:
    """The control of the marks: the lead meets each of them somewhere."""
    pages = {
        "course": "course", "session": "session", "process_note": "session",
        "client_letters": "client",
    }  # fmt: skip
    said = "".join(
        house.ask("miriam", "GET", reverse(page, args=[house.scene.about(of, "priya")])).words
        for page, of in pages.items()
    )
    other = [mark for (whose, _), mark in house.scene.marks.items() if whose == "priya"]
    elsewhere = (Data.ALERTS, Data.UNSHARED, Data.OPENED)
    quiet = {house.scene.marks["priya", data] for data in elsewhere}
    return [mark for mark in other if mark not in said and mark not in quiet]


def test_what_is_forbidden_looks_like_what_is_missing(
    laid: Callable[[], Scene], db: None, at: Callable[..., Any]
) -> None:
    """With the very page that people meet, for everybody who may look at none of it."""
    with at(NOON):
        house = House(laid())
        for actor in ("stranger", "priya", "tomas", "cato", "oonagh"):
            for whose in {"priya", "wren"} - {actor}:
                if "lead" in house.scene.columns(actor, whose):
                    continue
                there, missing = (
                    house.ask(actor, "GET", reverse("course", args=[pk]))
                    for pk in (house.scene.about("course", whose), MISSING)
                )
                assert there.said == missing.said
                assert there.status == 404


def test_a_supervisor_reads_and_does_not_write(house: House) -> None:
    pk = house.scene.about("session", "priya")
    assert house.ask("eleanor", "GET", reverse("session", args=[pk])).status == 200
    url = reverse("note", args=[pk])
    assert house.ask("eleanor", "POST", url, {"text": "Mine", "version": "1"}).status == 404


def test_an_agenda_takes_no_key_of_another_protocol(house: House) -> None:
    url = reverse("agenda", args=[house.scene.about("session", "priya")])
    browser = house.browsers["miriam"]
    asked = {"done": ["check_in", "of-no-protocol"]}
    told = browser.post(url, asked, headers={"Accept": "application/json"}).json()
    assert told == {"done": ["check_in"]}


def test_a_place_that_is_none_gives_no_date(house: House) -> None:
    pk = house.scene.about("session", "priya")
    body = {f"{pk}-day": "2026-05-04", f"{pk}-time": "16:00", f"{pk}-place": str(MISSING)}
    answer = house.ask("miriam", "POST", reverse("session_date", args=[pk]), body)
    assert (answer.status, answer.lines) == (200, 1)  # the page again, which is a look


def test_a_form_for_one_session_dates_no_other(house: House) -> None:
    mine, other = (house.scene.about("session", name) for name in ("priya", "wren"))
    body = {f"{other}-day": "2026-05-04", f"{other}-time": "16:00"}
    answer = house.ask("miriam", "POST", reverse("session_date", args=[mine]), body)
    assert (answer.status, answer.lines) == (200, 1)


# ——— nothing is left out ———


def unlisted(routes: Iterable[tuple[str, Any]], names: set[str]) -> list[str]:
    """Routes with an id, or behind a door, that no row of the matrix asks."""
    return [
        route
        for route, access in routes
        if route not in names
        and not any(start and route.startswith(start) for start in ELSEWHERE)
        and ("<" in route or getattr(access, "kind", "") not in {"public", "public_page"})
        and not (getattr(access, "kind", "") in {"public", "public_page"} and "uuid" not in route)
    ]


def listed() -> set[str]:
    from django.urls import URLPattern, get_resolver

    def walk(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield pattern.name or "", route
            else:
                yield from walk(pattern.url_patterns, route)

    asked = {row.name for row in (*DOORS, *PAGES)}
    return {route for name, route in walk(get_resolver().url_patterns) if name in asked}


def test_every_route_with_an_id_is_in_the_matrix() -> None:
    assert unlisted(census(), listed()) == []


def test_a_route_that_the_matrix_does_not_know_is_seen() -> None:
    from commonground.core.access import PUBLIC, SIGNED_IN

    assert unlisted([("letters/<uuid:pk>/", SIGNED_IN), ("x/<uuid:pk>/", PUBLIC)], set())


def test_every_scope_is_in_the_matrix() -> None:
    asked = {(scope.model, scope.method) for scope in SCOPES}
    assert {(label, name) for label, _, name in told_a_user()} == asked


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(Data)
    assert all(set(row) == set(COLUMNS) for row in TABLE.values())
