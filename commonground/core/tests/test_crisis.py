"""S5: the crisis page needs nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from .test_cache import LAYERS

TRIES = 100


@pytest.fixture(autouse=True)
def house(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "commonground.core.tests.house_urls"
    settings.MIDDLEWARE = LAYERS
    yield


@pytest.fixture
def broken_database(django_db_blocker: Any, monkeypatch: Any, tmp_path: Path) -> Iterator[None]:
    """The database file is a letter to somebody."""
    (tmp_path / "wrong").write_text("This is not a database. " * 100)
    with django_db_blocker.unblock():
        connection = connections["default"]
        connection.close()
        old, atomic = dict(connection.settings_dict), connection.in_atomic_block
        connection.settings_dict.update(NAME=str(tmp_path / "wrong"), HOST=str(tmp_path / "no"))
        yield
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(old)
        connection.in_atomic_block = atomic


def served(path: str = "/crisis/") -> int:
    client = Client(raise_request_exception=False)
    answers = [client.get(path) for _ in range(TRIES)]
    return sum(a.status_code == 200 and b"116 123" in a.content for a in answers)


@pytest.mark.each_database
def test_it_is_served_without_a_database(broken_database: None) -> None:
    assert served() == TRIES


@pytest.mark.each_database
def test_other_pages_are_not(broken_database: None) -> None:
    """The control: without the database an ordinary page fails, so the break is real."""
    assert Client(raise_request_exception=False).get("/page/").status_code == 500


@pytest.mark.django_db
def test_it_is_served_when_the_view_and_the_error_page_break(monkeypatch: Any) -> None:
    from . import house_urls

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("template")

    monkeypatch.setattr(house_urls, "page", broken)
    monkeypatch.setattr(house_urls, "handler500", broken)
    assert served() == TRIES


@pytest.mark.django_db
@pytest.mark.parametrize("urls", ["commonground.core.tests.no_such_urls"])
def test_it_is_served_when_the_routes_do_not_load(settings: Any, urls: str) -> None:
    settings.ROOT_URLCONF = urls
    assert served() == TRIES


@pytest.mark.django_db
def test_it_is_served_to_a_name_nobody_listed(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert served() == TRIES


@pytest.mark.django_db
def test_the_practices_own_page_comes_first() -> None:
    assert b"Spring comes." in Client().get("/crisis/").content


@pytest.mark.django_db
def test_a_practice_can_keep_its_own_numbers_for_the_worst_day(
    settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    settings.ROOT_URLCONF = "commonground.core.tests.no_such_urls"
    (tmp_path / "crisis.html").write_text("<p>Call 142.</p>")
    client = Client(raise_request_exception=False)
    assert client.get("/crisis/").content == b"<p>Call 142.</p>"


def test_it_names_no_foreign_host_and_runs_nothing() -> None:
    page = (Path(__file__).parents[1] / "crisis.html").read_text()
    assert "http" not in page and "<script" not in page and "style=" not in page
