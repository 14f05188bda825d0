"""What a chart is drawn from, and what a finished one is made of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commonground.measures.scoring import Change, Score


@dataclass(frozen=True)
class Reading:
    """One score on the chart. `session` counts from 1; None = asked between sessions, or after."""

    on: date
    score: Score
    session: int | None = None


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day, told by the caller: an event, a focus that was agreed.

    `when` says the day as exactly as it is known; "" where it is known to the day.
    """

    on: date
    label: str
    when: str = ""


@dataclass(frozen=True)
class Marker:
    """A mark in its place; `number` counts from 1 and stands in the drawing for the label.

    `flag` is what is written there: where several marks stand close, the first says all their
    numbers and the others nothing, so that none is written over another.
    """

    x: str
    flag: str
    number: int
    on: date
    label: str
    when: str


@dataclass(frozen=True)
class Point:
    """A total in its place. `value_y` is the baseline of its number, `shows_value` whether there
    is room for one; `risk` marks a risk item endorsed, whatever the total."""

    x: str
    y: str
    value_y: str
    total: int
    session: int | None
    on: date
    prorated: bool
    risk: bool
    last: bool
    shows_value: bool


@dataclass(frozen=True)
class Gap:
    """A session that was asked and has no total: drawn as an open mark on the ground line."""

    x: str
    session: int | None
    risk: bool


@dataclass(frozen=True)
class BandArea:
    """A severity band across the whole plot; `step` counts from 0, the lightest."""

    key: str
    label: str
    step: int
    y: str
    height: str
    middle: str


@dataclass(frozen=True)
class Level:
    """A horizontal line at a total."""

    total: int
    x1: str
    x2: str
    y: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis. A session without room for its number has `label` ""."""

    at: str
    label: str


@dataclass(frozen=True)
class Row:
    """One line of the equal table, in the order of time. `total` is None where it is not known.

    Without a session it lies `between` two of them, or is a follow-up.
    """

    session: int | None
    between: bool
    on: date
    total: int | None
    prorated: bool
    band: str | None
    case: bool | None
    risk: bool
    risk_unanswered: bool
    difference: int | None
    change: Change | None


@dataclass(frozen=True)
class Chart:
    """Everything a drawing of one measure needs, and what it comes to in one sentence.

    `lines` holds the points of each unbroken run as SVG `points`; a run ends where a session has no
    total, so that no line claims what was not measured. `reliable` is where reliable improvement
    on the first total begins, None where none is established or it would lie outside
    the totals there can be; it reaches to `reliable_edge`, the better end of the plot.
    """

    instrument: str
    name: str
    width: int
    height: int
    left: str
    right: str
    top: str
    bottom: str
    bands: tuple[BandArea, ...]
    caseness: Level | None
    reliable: Level | None
    reliable_edge: str
    lines: tuple[str, ...]
    points: tuple[Point, ...]
    gaps: tuple[Gap, ...]
    scores: tuple[Tick, ...]
    sessions: tuple[Tick, ...]
    rows: tuple[Row, ...]
    marks: tuple[Marker, ...]
    summary: "Summary | None"
    higher_is_better: bool

    @property
    def first(self) -> Point | None:
        return self.points[0] if self.points else None

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


class Cutoff(StrEnum):
    """Where the last total lies by the cut-off, and how it came there."""

    FIRST_TIME_OUT = "first_time_out"
    OUT = "out"
    IN_AGAIN = "in_again"
    IN = "in"


@dataclass(frozen=True)
class Summary:
    """What a row of totals comes to: codes, for one sentence in the words of the page.

    `out` of the cut-off is below it, or above it where higher is better. None where a measure has
    no reliable change or no cut-off, and `change` also where there is one total only.
    """

    first: int
    last: int
    many: int
    change: Change | None
    cutoff: Cutoff | None
    at: int | None
