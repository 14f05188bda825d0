"""What the demo's diaries are made of: plain facts, days counted from today."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def days(facts: dict[str, Any], on: date) -> tuple[date, date]:
    """The first and the last day of a holiday or of somebody's time off."""
    first = on + timedelta(days=facts["in_days"])
    return first, first + timedelta(days=facts["for_days"] - 1)


def instants(facts: dict[str, Any], on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From midnight of the first day to midnight after the last."""
    first, last = days(facts, on)
    after = last + timedelta(days=1)
    return datetime.combine(first, time.min, zone), datetime.combine(after, time.min, zone)
