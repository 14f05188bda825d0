"""A week as a drawing: seven columns, the hours down the side, a block for each stretch of time.

Plain values for a template to draw as SVG; the words stay with the template, and an equal list
stands beside it. Every coordinate is a text: no locale can put a comma into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

LEFT, TOP, COLUMN, HOUR = 48.0, 30.0, 132.0, 26.0
"""User units: room for the hours, room for the days, a day's width, an hour's height."""
EARLIEST, LATEST = 8, 18
"""The hours that are always shown; the drawing grows beyond them where it must."""


@dataclass(frozen=True)
class Stretch:
    """A time on one weekday (0 is Monday). `words` are written in it, `kind` says how it looks,
    `link` is where it is changed."""

    weekday: int
    opens: time
    closes: time
    words: str = ""
    kind: str = "open"
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A stretch in its place. `day`, and `opens` and `closes` in minutes, say what it is."""

    x: str
    y: str
    width: str
    height: str
    text_y: str
    second_y: str
    times: str
    words: str
    kind: str
    tall: bool
    link: str
    name: str
    day: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Line:
    """An hour across the week, or a day's column; `label` stands at `text`."""

    at: str
    text: str
    label: str


@dataclass(frozen=True)
class Week:
    """Everything the drawing needs. `first` is the hour at its top; `column` and `hour` are how
    wide a day and how high an hour is."""

    first: int
    column: str
    hour: str
    width: str
    height: str
    left: str
    top: str
    bottom: str
    right: str
    hours: tuple[Line, ...]
    days: tuple[Line, ...]
    blocks: tuple[Block, ...]


def draw(stretches: Sequence[Stretch], names: Sequence[str]) -> Week:
    """The week of these stretches; `names` are the seven days, Monday first.

    Stretches that overlap on a day lie side by side.
    """
    first = min([EARLIEST, *(each.opens.hour for each in stretches)])
    last = max([LATEST, *(each.closes.hour + (each.closes.minute > 0) for each in stretches)])
    bottom = TOP + (last - first) * HOUR
    right = LEFT + 7 * COLUMN
    return Week(
        first=first,
        column=_text(COLUMN),
        hour=_text(HOUR),
        width=_text(right + 1),
        height=_text(bottom + 12),
        left=_text(LEFT),
        top=_text(TOP),
        bottom=_text(bottom),
        right=_text(right),
        hours=tuple(
            Line(_text(at), _text(at + 4), f"{hour:02}:00")
            for hour in range(first, last + 1)
            for at in [TOP + (hour - first) * HOUR]
        ),
        days=tuple(
            Line(_text(LEFT + n * COLUMN), _text(LEFT + n * COLUMN + 8), name)
            for n, name in enumerate(names)
        ),
        blocks=tuple(
            block
            for day in range(7)
            for block in _column([s for s in stretches if s.weekday == day], first, names[day])
        ),
    )


def _column(stretches: list[Stretch], first: int, name: str) -> list[Block]:
    """One day's blocks; each takes the first lane that is free, and lanes share the width."""
    lanes: list[time] = []
    placed: list[tuple[int, Stretch]] = []
    for each in sorted(stretches, key=lambda s: (s.opens, s.closes)):
        lane = next((n for n, until in enumerate(lanes) if until <= each.opens), len(lanes))
        lanes[lane : lane + 1] = [each.closes]
        placed.append((lane, each))
    width = (COLUMN - 8) / max(1, len(lanes))
    return [_block(each, lane, width, first, name) for lane, each in placed]


def _block(each: Stretch, lane: int, width: float, first: int, name: str) -> Block:
    top = TOP + (_hours(each.opens) - first) * HOUR
    height = (_hours(each.closes) - _hours(each.opens)) * HOUR
    return Block(
        x=_text(LEFT + each.weekday * COLUMN + 4 + lane * width),
        y=_text(top + 1),
        width=_text(width - 2),
        height=_text(max(4, height - 2)),
        text_y=_text(top + 17),
        second_y=_text(top + 34),
        times=f"{each.opens:%H:%M}–{each.closes:%H:%M}",
        words=each.words,
        kind=each.kind,
        tall=height >= 40,
        link=each.link,
        name=name,
        day=each.weekday,
        opens=each.opens.hour * 60 + each.opens.minute,
        closes=each.closes.hour * 60 + each.closes.minute,
    )


def _hours(at: time) -> float:
    return at.hour + at.minute / 60


def _text(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
