"""What the forms of this room share: one line of words, and the stamp that seals a form."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core import signing

from commonground.core import clock
from commonground.core.fields.encrypted import Words

STAMP = "enquiries.stamp"
QUICKEST = timedelta(seconds=3)
"""Nobody reads and answers a form in less; programs do."""


def new_stamp(now: datetime) -> str:
    """Sealed into the form as it is shown: a number for this one letter, and the time."""
    return signing.dumps([str(uuid4()), now.timestamp()], salt=STAMP)


def read_stamp(stamp: str) -> tuple[UUID, datetime] | None:
    """The letter's number and when the form was shown; None for a stamp that is not ours."""
    try:
        number, at = signing.loads(stamp, salt=STAMP)
        return UUID(number), datetime.fromtimestamp(at, clock.now().tzinfo)
    except (signing.BadSignature, ValueError, TypeError):
        return None


class Line(Words):
    """One line of words, tidied."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


def digits(number: str) -> int:
    return len(re.sub(r"\D", "", number))
