"""Wall-clock times and the night on which the clock skips an hour."""

from datetime import UTC, datetime


def skipped(at: datetime) -> bool:
    """Whether a wall-clock time with its zone does not exist, as summer time begins."""
    back = at.astimezone(UTC).astimezone(at.tzinfo)
    return back.replace(tzinfo=None, fold=0) != at.replace(tzinfo=None, fold=0)
