"""Keys opened in this request or job, so that each is read once; dropped as it ends."""

from contextvars import ContextVar
from typing import Any

_held: ContextVar[dict[Any, Any] | None] = ContextVar("held", default=None)

copying: ContextVar[bool] = ContextVar("copying", default=False)
"""Set while a row takes over values from another copy of itself, which need not be opened."""


def held() -> dict[Any, Any]:
    """What has been opened so far."""
    opened = _held.get()
    if opened is None:
        opened = {}
        _held.set(opened)
    return opened


def forget() -> None:
    """Drop every opened key."""
    _held.set(None)
