"""What is written into the log of the machine: where something failed, never what was said."""

import logging
import re
from typing import Any

from ..backends import scrubbed

SECRET = re.compile(r"(?<=/)[A-Za-z0-9_-]{40,}(?=[/?\s]|$)")
"""A part of a path that is as long as the token of a secret link; ids are shorter."""


class Line(logging.Formatter):
    """A formatter that tells of an error only its class and its path through the code.

    The message of an exception may quote what somebody wrote, and PostgreSQL's quotes the row.
    The path of a page that fell over may hold the token of somebody's secret link.
    """

    def formatException(self, ei: Any) -> str:
        return scrubbed(ei[1]) if ei and ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler's formatter may have written it in full
        return SECRET.sub("…", super().format(record))
