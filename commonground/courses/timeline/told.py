"""What a timeline is drawn from, and what a finished drawing is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from commonground.measures.instrument import Instrument


@dataclass(frozen=True)
class Meeting:
    """A session, held or to come, or one that was missed (`number` None, `word` says why)."""

    on: date
    number: int | None
    state: Literal["attended", "today", "planned", "missed"]
    total: int | None = None
    risk: bool = False
    word: str = ""


@dataclass(frozen=True)
class Happening:
    """A life event: its day, how the day is written, and its words. `key` leads back to it."""

    key: str
    on: date
    when: str
    label: str
    onset: bool = False


@dataclass(frozen=True)
class Span:
    """A phase: from its first dated session to its last; `ahead` while it has not begun."""

    name: str
    first: date
    last: date
    ahead: bool = False


@dataclass(frozen=True)
class Bar:
    """A stretch of work on a focus, in line `row`; `end` None = going on."""

    row: int
    name: str
    start: date
    end: date | None = None


@dataclass(frozen=True)
class Words:
    """What the drawing writes beside what it is told."""

    phase: str = ""
    focus: str = ""
    sessions: str = ""
    life: str = ""
    before: str = ""
    today: str = ""
    caseness: str = ""
    reliable: str = ""
    weekly: str = ""
    months: tuple[str, ...] = ("",) * 12


@dataclass(frozen=True)
class Shape:
    """One element: `kind` line, rect, circle, path, polyline or text, with what it needs."""

    kind: str
    name: str
    x: str = ""
    y: str = ""
    x2: str = ""
    y2: str = ""
    r: str = ""
    path: str = ""
    words: str = ""
    small: str = ""
    anchor: str = "start"
    fill: str = ""


@dataclass(frozen=True)
class Timeline:
    """A finished drawing, `width` × `height` units."""

    width: str
    height: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Told:
    """Everything there is to draw."""

    instrument: Instrument
    meetings: Sequence[Meeting]
    events: Sequence[Happening]
    phases: Sequence[Span]
    bars: Sequence[Bar]
    today: date
    words: Words

    @property
    def is_empty(self) -> bool:
        return not self.meetings and not self.events
