"""What the demo adds to signed-in pages: the bar that says it is one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from commonground.core import clock


def demo(request: HttpRequest) -> dict[str, Any]:
    """`demo.now` on every page of the invented practice; nothing in a real one."""
    return {"demo": {"now": clock.now()}} if settings.GROUND_DEMO else {}
