"""Law 6: every route says who may see it, and the door really holds."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from commonground.core import access
from commonground.core.access import Access, census
from tests.laws import unlisted_routes

OPEN = {"public", "public_page"}
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}


def address(route: str) -> str | None:
    """An address that fits a route: converters filled, simple patterns undone; None if neither."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1] or "str", "x"), route)
    filled = re.sub(r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)", "1", filled)
    filled = filled.replace("^", "").replace("$", "").replace("\\Z", "")
    return None if re.search(r"[\\()\[\]?*+|]", filled) else f"/{filled}"


def closed_routes() -> Iterator[tuple[str, Access]]:
    for route, allowed in census():
        if allowed and allowed.kind not in OPEN and (found := address(route)):
            yield found, allowed


def let_in(client: Client, addresses: list[str]) -> list[str]:
    """The addresses that answer somebody who is not signed in with a page."""
    return [a for a in addresses if client.get(a).status_code not in {302, 403, 404, 405}]


def test_every_route_says_who_may_see_it():
    assert unlisted_routes(census()) == []


def test_a_route_that_says_nothing_is_seen():
    assert unlisted_routes([("home/", access.SIGNED_IN), ("secret/", None)])


@pytest.mark.django_db
def test_a_stranger_is_let_in_nowhere_but_where_it_is_public(client):
    routes = [found for found, _ in closed_routes()]
    assert len(routes) > 20
    assert let_in(client, routes) == []


def unguarded(request):
    return HttpResponse("a page without a door")


urlpatterns = [path("unguarded/", unguarded)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_page_without_a_door_is_seen(client):
    assert let_in(client, ["/unguarded/"]) == ["/unguarded/"]
