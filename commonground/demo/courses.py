"""What the demo's courses are made of: plain facts read from files, days counted from today."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Story:
    """One invented client with a course, as its file tells it."""

    facts: dict[str, Any]

    @property
    def held(self) -> list[dict[str, Any]]:
        """The sessions that were held, oldest first."""
        return list(self.facts["held"])

    def begins_at(self, on: date) -> datetime:
        """When the first session was, so that the first one not yet held is on the day `on`
        or, where the facts say so, some days ahead of it; or so that a course that has ended did
        so some weeks ago."""
        hour = time.fromisoformat(self.facts["time"])
        ahead = timedelta(days=self.facts.get("days_ahead", 0))
        since = WEEK * self.facts["ended"]["weeks_ago"] if "ended" in self.facts else timedelta(0)
        return datetime.combine(on - WEEK * len(self.held) - since + ahead, hour, ZONE)

    def born_on(self, on: date) -> date:
        """A birthday for the age in the file: some months before the day `on`."""
        return date(on.year - self.facts["age"] - (on.month <= 3), 3 + on.day % 9, 17)


def read(file: Path) -> Story:
    """One story from its file."""
    return Story(tomllib.loads(file.read_text("utf-8")))


def answers(concepts: Sequence[str], digits: str) -> dict[str, int | None]:
    """`"2332"` as answers to the first four questions; the rest stays unanswered."""
    return {concept: int(digit) for concept, digit in zip(concepts, digits, strict=False)}


def working_day(on: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return on + timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
