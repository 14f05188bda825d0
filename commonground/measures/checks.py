"""A bad instrument file is refused at start, with file, line and reason."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from . import storages
from .datafile import BadFile


@register()
def instruments_can_be_read(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Read every instrument once."""
    try:
        storages.library()
    except BadFile as wrong:
        return [Error(str(wrong), id="measures.E001")]
    return []
