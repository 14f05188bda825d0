"""Every view says who may see it, with one of these decorators; the route census reads them.

A decorator answers the question of the door only: is somebody of this kind let in at all.
Which rows they see inside is the business of `visible_to(user)`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Access:
    """Who passes: `kind` is public, public_page, signed_in, working, only, demo_only or closed."""

    kind: str
    roles: frozenset[str] = field(default_factory=frozenset)

    def admits(self, request: HttpRequest) -> bool:
        """Whether this visitor may pass; nobody signed in passes only what is public."""
        if self.kind in {"public", "public_page"}:
            return True
        if self.kind == "demo_only":
            return bool(settings.GROUND_DEMO)
        if self.kind == "closed":
            return False
        user = request.user
        if not user.is_authenticated:
            return False
        if self.kind == "signed_in":
            return True
        if self.kind == "working":
            return bool(user.works_here)
        return bool(self.roles & user.roles)


PUBLIC = Access("public")
PUBLIC_PAGE = Access("public_page")
SIGNED_IN = Access("signed_in")
WORKING = Access("working")
DEMO_ONLY = Access("demo_only")
CLOSED = Access("closed")
"""For a third party's route that this house does not offer: always a plain 404."""


def only_for(*roles: str) -> Access:
    """Access for people who hold at least one of these roles."""
    return Access("only", frozenset(roles))


def guard(access: Access) -> Callable[[View], View]:
    """Let in whom `access` admits: a stranger is asked to sign in, anybody else sees a 404."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not access.admits(request):
                asks = access.kind not in {"demo_only", "closed"}
                if asks and not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                raise Http404
            response = view(request, *args, **kwargs)
            response.access = access  # type: ignore[attr-defined]
            return response

        private = access.kind not in {"public", "public_page"}
        door: View = never_cache(guarded) if private else guarded
        door.access = access  # type: ignore[attr-defined]
        return door

    return decorate


public = guard(PUBLIC)
public_page = guard(PUBLIC_PAGE)
signed_in = guard(SIGNED_IN)
working = guard(WORKING)
demo_only = guard(DEMO_ONLY)


def only(*roles: str) -> Callable[[View], View]:
    """`@only("coordinator", "owner")`: for people who hold at least one of these roles."""
    return guard(only_for(*roles))


def fence(
    patterns: Sequence[URLPattern | URLResolver], access: Access
) -> list[URLPattern | URLResolver]:
    """Put one guard before every route of a third party's URLconf.

    A view inside that already carries an access of its own keeps it.
    """
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            fence(pattern.url_patterns, access)
        elif not hasattr(pattern.callback, "access"):
            pattern.callback = guard(access)(pattern.callback)
    return list(patterns)


def census() -> Iterator[tuple[str, Access | None]]:
    """Every route of the house with its access; None where nobody said who may see it."""

    def walk(
        patterns: Sequence[URLPattern | URLResolver], prefix: str
    ) -> Iterator[tuple[str, Access | None]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, getattr(pattern.callback, "access", None)

    yield from walk(get_resolver().url_patterns, "")
