"""No answer of the house lets anything foreign in, and the editors' room is apart."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test import Client

from ..outside.journal import Line
from .test_cache import LAYERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.ROOT_URLCONF = "commonground.core.tests.house_urls"
    settings.MIDDLEWARE = LAYERS
    settings.MEDIA_ROOT = tmp_path
    yield


def get(path: str, **extra: Any) -> Any:
    return Client(raise_request_exception=False).get(path, **extra)


EVERY = [
    "/page/",
    "/personal/",
    "/missing/",
    "/throws/",
    "/up/",
    "/robots.txt",
    "/crisis/",
    "/cms/",
]


@pytest.mark.parametrize("path", EVERY)
def test_every_answer_has_its_policies(path: str) -> None:
    headers = get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"]


@pytest.mark.parametrize("path", EVERY)
def test_no_policy_names_a_foreign_host(path: str) -> None:
    policy = get(path).headers["Content-Security-Policy"]
    assert "http" not in policy and "//" not in policy and "*" not in policy


def test_inline_code_is_allowed_in_the_editors_room_only() -> None:
    assert "unsafe-inline" in get("/cms/")["Content-Security-Policy"]
    assert not any("unsafe" in get(p)["Content-Security-Policy"] for p in EVERY if p != "/cms/")


def test_what_is_personal_is_not_stored_by_a_browser() -> None:
    assert get("/personal/")["Cache-Control"] == "no-store"


def test_sensors_are_off() -> None:
    assert "microphone=()" in get("/page/")["Permissions-Policy"]


def test_the_editors_room_answers_at_its_own_host_only(settings: Any) -> None:
    settings.GROUND_CMS_HOST = "desk.example"
    settings.ALLOWED_HOSTS = ["testserver", "desk.example"]
    assert get("/cms/").status_code == 404
    assert get("/cms/", headers={"host": "desk.example"}).status_code == 200
    assert get("/account/", headers={"host": "desk.example"}).status_code == 200
    assert get("/page/", headers={"host": "desk.example"}).status_code == 404


def test_without_a_host_of_its_own_the_editors_room_is_here() -> None:
    """The control of the test above."""
    assert get("/cms/").status_code == 200


def test_the_demo_is_not_served_through_a_proxy(settings: Any) -> None:
    settings.GROUND_DEMO = True
    assert get("/personal/").status_code == 200
    assert get("/personal/", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 403


def logged(formatter: logging.Formatter, caplog: Any) -> str:
    caplog.clear()
    assert get("/throws/?said=canary-of-a-patient").status_code == 500
    for record in caplog.records:
        record.exc_text = None  # as no formatter had seen it yet
    return "".join(formatter.format(record) for record in caplog.records)


def test_an_error_shows_and_logs_nothing_of_what_was_written(caplog: Any) -> None:
    """C10."""
    assert b"canary" not in get("/throws/?said=canary-of-a-patient").content
    told = logged(Line("%(message)s"), caplog)
    assert "builtins.RuntimeError" in told and "canary" not in told


def test_djangos_own_log_would_tell(caplog: Any) -> None:
    """The control of the test above."""
    assert "canary" in logged(logging.Formatter("%(message)s"), caplog)


def test_a_picture_is_sent_as_what_it_is() -> None:
    default_storage.save("images/oak.jpg", ContentFile(b"\xff\xd8\xff\xe0"))
    response = get("/media/images/oak.jpg")
    assert b"".join(response.streaming_content) == b"\xff\xd8\xff\xe0"
    assert response["Content-Type"] == "image/jpeg"
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    ["oak.svg", "oak.html", "oak", "..%2fletter.jpg", "%2e%2e/letter.jpg", ".oak.jpg", "none.jpg"],
)
def test_nothing_else_is_sent_from_the_folder(name: str) -> None:
    for path in ("images/oak.svg", "images/oak.html", "letter.jpg", "images/.oak.jpg"):
        default_storage.save(path, ContentFile(b"x"))
    assert get(f"/media/images/{name}").status_code == 404


def test_the_health_page_tells_whether_the_database_answers(monkeypatch: Any) -> None:
    assert get("/up/").status_code == 200

    def gone(*args: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    assert get("/up/").status_code == 503


def test_search_engines_are_kept_out_of_the_demo(settings: Any) -> None:
    settings.GROUND_DEMO = True
    assert "Disallow: /\n" in get("/robots.txt").content.decode()
    settings.GROUND_DEMO = False
    assert "Disallow: /\n" not in get("/robots.txt").content.decode()
