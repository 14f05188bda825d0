"""What every page may say about the practice; public pages use it, so it asks nothing of the
visitor."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .middleware import invented
from .models import Practice


def practice(request: HttpRequest) -> dict[str, Any]:
    """The practice, its crisis lines and its places: three queries, each only where it is used.

    Before a practice is opened there is a nameless one, so that no page fails.
    """
    found: Any = SimpleLazyObject(lambda: Practice.objects.first() or Practice())
    return {
        "practice": found,
        "crisis_lines": SimpleLazyObject(lambda: found.crisis_lines),
        "places": SimpleLazyObject(lambda: found.places),
    }


def sign_in(request: HttpRequest) -> dict[str, Any]:
    """Whether somebody of the invented practice is here; read only where a page asks."""
    return {"invented": SimpleLazyObject(lambda: invented(request))}
