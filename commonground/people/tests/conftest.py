"""What every test of this app stands on."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_rooms_above(settings: Any) -> None:
    """The rooms a role lands in belong to higher floors; here /home/ is the end of the way."""
    settings.LANDING = {}
