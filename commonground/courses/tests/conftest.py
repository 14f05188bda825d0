"""The course that most tests of this room begin with."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .carried import Carried


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> "Callable[[], Carried]":
    """Laid down before the tests of a module; one that needs more has a `laid` of its own."""
    from .carried import NOON, carried

    return once(carried, at=NOON)


@pytest.fixture
def priya(laid: "Callable[[], Carried]", at: Any) -> "Iterator[Carried]":
    """Miriam's course with Priya, at the hour it began."""
    from .carried import NOON

    with at(NOON):
        yield laid()
