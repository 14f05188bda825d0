"""A bad file of a protocol or a worksheet is refused at start, with file, line and reason."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from commonground.measures.datafile import BadFile

from . import storages


@register()
def protocols_can_be_read(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Read every protocol and every worksheet once."""
    try:
        storages.library()
        storages.handbook()
        storages.worksheets()
    except BadFile as wrong:
        return [Error(str(wrong), id="courses.E001")]
    return []
