"""Wide: time runs to the right; lanes for phase, focus, scores, sessions and life."""

from collections.abc import Iterator
from datetime import date, timedelta

from commonground.measures.instrument import Instrument

from ..circle import text_width
from . import shapes as draw
from .axis import Axis, month_starts
from .shapes import f
from .told import Shape, Timeline, Told

_TOP = 98.0
_PLOT = 259.2
_LINE = 15.0
"""From one line of words to the next."""


def wide(told: Told, *, width: int, before: int = 250) -> Timeline:
    """The drawing for a desk or a tablet, `width` units; `before` of them for earlier life."""
    roomy = width > 900
    axis = Axis(told, 66.0, width - (118.0 if roomy else 90.0), before, 26.0)
    down = _Down(told.instrument)
    line = down.bottom + (100 if roomy else 88)
    life, height = _life(told, axis, line, width)
    shapes = [
        *_lanes(told, down, line),
        *_phases(told, axis),
        *_foci(told, axis),
        *_ground(told, axis, down, roomy=roomy),
        *_break(axis, down),
        *_hairs(told, axis, down),
        *_now(told, axis, down),
        *_scores(told, axis, down),
        *_sessions(told, axis, down, roomy=roomy),
        *_months(told, axis, down.bottom + (78 if roomy else 66)),
        *life,
    ]
    return Timeline(str(width), f(height), tuple(shapes))


class _Down:
    """From a total to a height on the page."""

    def __init__(self, instrument: Instrument) -> None:
        self.top, self.bottom = _TOP, _TOP + _PLOT
        self.lowest = instrument.lowest
        self.unit = _PLOT / (instrument.highest - instrument.lowest)

    def at(self, total: float) -> float:
        return self.bottom - (total - self.lowest) * self.unit


def _lanes(told: Told, down: _Down, line: float) -> Iterator[Shape]:
    words = told.words
    if told.phases:
        yield draw.text("lane-name", 0, 14, words.phase)
    if told.bars:
        yield draw.text("lane-name", 0, 50, words.focus)
    yield draw.text("lane-name", 0, down.top + 22, told.instrument.name)
    if told.meetings:
        yield draw.text("lane-name", 0, down.bottom + 40, words.sessions)
    if told.events:
        yield draw.text("lane-name", 0, line + 4, words.life)


def _phases(told: Told, axis: Axis) -> Iterator[Shape]:
    half = timedelta(days=3)
    if axis.has_before:
        yield draw.line("phase is-before", axis.start, 22, axis.broken, 22)
        yield draw.text("phase-name", axis.start, 14, told.words.before)
    for span in told.phases:
        a, b = axis.at(span.first - half), axis.at(span.last + half)
        yield draw.line("phase is-ahead" if span.ahead else "phase", a, 22, b, 22)
        yield draw.text("phase-name", a, 14, draw.fitting(b - a, 12, span.name))


def _foci(told: Told, axis: Axis) -> Iterator[Shape]:
    for bar in told.bars:
        y, a = 34 + 23 * bar.row, axis.at(bar.start)
        b = axis.at(bar.end or min(told.today, axis.last))
        if bar.end is None and axis.end > b + 2:
            # Its near end lies under what was worked on, so that no edge crosses a name.
            x = max(a, b - 10)
            ahead = (f(x), f(y + 0.5), f(axis.end - x), "18", "4")
            yield Shape("rect", "focus-bar is-ahead", *ahead)
        yield Shape("rect", "focus-bar", f(a), f(y), f(max(b - a - 2, 2)), "19", "4")
        room = (axis.end if bar.end is None else b) - a - 12
        yield draw.text("focus-name", a + 8, y + 14, draw.fitting(room, 12, bar.name))


def _ground(told: Told, axis: Axis, down: _Down, *, roomy: bool) -> Iterator[Shape]:
    instrument, x0, across = told.instrument, axis.start, axis.end - axis.start
    for step, band in enumerate(instrument.bands):
        top = max(down.at(band.highest + 1), down.top)
        tall = down.at(band.lowest) - top
        yield Shape("rect", f"band-{step}", f(x0), f(top), f(across), f(tall), "0")
        yield draw.text("band-name", x0 + 10, top + tall / 2 + 4, band.label)
    totals = draw.totals(told)
    beside: list[tuple[float, str, str]] = []
    if (level := draw.reliable(told)) is not None:
        x, y = axis.at(totals[0][0].on), down.at(level)
        edge = down.top if instrument.higher_is_better else down.bottom
        box = (f(x), f(min(y, edge)), f(axis.end - x), f(abs(edge - y)))
        yield Shape("rect", "reliable", *box, "0")
        yield Shape("rect", "", *box, "0", fill="hatch")
        yield draw.line("reliable-line", x, y, axis.end, y)
        beside.append((y, "gutter is-reliable", f"{level} {told.words.reliable}"))
    if instrument.caseness is not None:
        y = down.at(instrument.caseness)
        yield draw.line("case-line", x0, y, axis.end, y)
        beside.append((y, "gutter", f"{instrument.caseness} {told.words.caseness}"))
    yield from _beside(beside, axis.end + (8 if roomy else 6))
    for tick in sorted(
        {instrument.lowest, instrument.highest, *(b.lowest for b in instrument.bands)}
    ):
        yield draw.text("tick", x0 - 8, down.at(tick) + 4, str(tick), "end")


def _beside(lines: list[tuple[float, str, str]], x: float) -> Iterator[Shape]:
    """What the one or two lines are called: each at its own, or as near as the other lets it."""
    lines.sort()
    near = lines[-1][0] - lines[0][0] if len(lines) == 2 else _LINE
    lack = max(_LINE - near, 0) / 2
    for (y, name, words), away in zip(lines, (-lack, lack), strict=False):
        yield draw.text(name, x, y + away + 4, words)


def _break(axis: Axis, down: _Down) -> Iterator[Shape]:
    a, b, y = axis.broken, axis.course, down.bottom
    if not axis.has_before:
        yield draw.line("ground", axis.start, y, axis.end, y)
        return
    yield Shape("rect", "break", f(a), f(down.top), f(b - a), f(y - down.top), "0")
    yield draw.path("break-line", f"M{f(a)} {f(y)}h6.5l4-7l5 14l4-7L{f(b)} {f(y)}")
    yield draw.line("ground", axis.start, y, a, y)
    yield draw.line("ground", b, y, axis.end, y)


def _hairs(told: Told, axis: Axis, down: _Down) -> Iterator[Shape]:
    for event in told.events:
        if event.on >= axis.turn:
            x = axis.at(event.on)
            yield draw.line("event-hair", x, down.top, x, down.bottom)


def _now(told: Told, axis: Axis, down: _Down) -> Iterator[Shape]:
    if axis.turn <= told.today <= axis.last:
        x = axis.at(told.today)
        yield draw.line("now-line", x, down.top - 6, x, down.bottom + 24)
        left = x + 46 > axis.end
        yield draw.text(
            "now-name", x + (-7 if left else 7), down.top + 12, told.words.today,
            "end" if left else "start",
        )  # fmt: skip


def _scores(told: Told, axis: Axis, down: _Down) -> Iterator[Shape]:
    points = [(axis.at(m.on), down.at(total), m, total) for m, total in draw.totals(told)]
    yield from draw.polyline([(x, y) for x, y, _, _ in points])
    for n, (x, y, meeting, total) in enumerate(points):
        last = n == len(points) - 1
        if meeting.risk:
            yield draw.circle("risk-ring", x, y, 8.5)
        yield draw.circle("point is-last" if last else "point", x, y, 5.5 if last else 4)
        if last:
            yield draw.text("value is-last", x + 10, y - 8, str(total))
        else:
            yield draw.text("value", x, y - (14 if meeting.risk else 11), str(total), "middle")


def _sessions(told: Told, axis: Axis, down: _Down, *, roomy: bool) -> Iterator[Shape]:
    y, weeks = down.bottom + 36, max((axis.last - axis.turn).days / 7, 1)
    r = min(10.0, (axis.end - axis.course) / weeks * 0.4)
    for meeting in told.meetings:
        x = axis.at(meeting.on)
        if meeting.state == "missed":
            yield draw.circle("session is-missed", x, y, r - 1)
            yield draw.path("cross", f"M{f(x - 3.5)} {f(y - 3.5)}l7 7m0-7l-7 7")
            yield draw.text("missed-name", x, y - 15, meeting.word, "middle")
        else:
            grown = r + (1.5 if meeting.state == "today" else 0)
            yield draw.circle(f"session is-{meeting.state}", x, y, grown)
            yield draw.text(
                f"session-no is-{meeting.state}", x, y + 4, str(meeting.number), "middle"
            )
        if roomy:
            yield draw.text("day", x, y + 26, str(meeting.on.day), "middle")


def _months(told: Told, axis: Axis, y: float) -> Iterator[Shape]:
    """The month's name under its first day before the course, under its first session in it."""
    firsts: dict[tuple[int, int], date] = {}
    for meeting in told.meetings:
        key = (meeting.on.year, meeting.on.month)
        firsts[key] = min(firsts.get(key, meeting.on), meeting.on)
    edge, year = float("-inf"), 0
    for on in month_starts(axis.first if axis.has_before else axis.turn, axis.last):
        early = on < axis.turn
        if early:
            x = axis.at(on)
        elif (on.year, on.month) in firsts:
            x = axis.at(firsts[on.year, on.month]) - 8
        else:
            continue
        name = told.words.months[on.month - 1]
        label = f"{name} {on.year}" if on.year != year else name
        if x > edge and (not early or x + text_width(label, 12) < axis.broken):
            yield draw.text("month", x, y, label)
            edge, year = x + text_width(label, 12) + 8, on.year


def _life(told: Told, axis: Axis, y: float, width: int) -> tuple[list[Shape], float]:
    """The line of life events and how far down it reaches.

    Read from right to left, a label stands one row below every later one it would reach, so that
    no leader crosses words; one that would leave the page is written to the left.
    """
    if not told.events:
        return [], y
    shapes = [draw.line("life-line", axis.course, y, axis.end, y)]
    if axis.has_before:
        shapes.insert(0, draw.line("life-line", axis.start, y, axis.broken, y))
    taken: list[tuple[float, float, int]] = []
    deepest = 0
    for event in sorted(told.events, key=lambda one: (one.on, one.key), reverse=True):
        x = axis.at(event.on)
        long = text_width(event.when, 12) + text_width(event.label, 13) + 22
        flips = x + long > width
        a, b = (x - long, x) if flips else (x - 2, x + long)
        row = 1 + max((r for left, right, r in taken if a < right and left < b), default=-1)
        taken.append((a, b, row))
        deepest = max(deepest, row)
        foot = y + 26 + row * 21
        shapes.append(draw.line("leader", x, y + 5, x, foot + 2))
        shapes += draw.event_dot(event, x, y, 5)
        shapes.append(
            Shape(
                "text", "event", f(x - 6 if flips else x + 6), f(foot), words=event.label,
                small=event.when, anchor="end" if flips else "start",
            )
        )  # fmt: skip
    return shapes, y + 26 + (deepest + 1) * 21 - 4
