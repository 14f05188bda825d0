"""Tall: time runs down, for a phone."""

from collections.abc import Iterator
from datetime import timedelta

from ..circle import text_width
from . import shapes as draw
from .axis import BEFORE, Axis, month_starts
from .shapes import f
from .told import Happening, Shape, Timeline, Told


def tall(told: Told, *, width: int = 358, week: float = 36.0) -> Timeline:
    """The drawing for a phone: time runs down, the score across, words stand to the right."""
    instrument, left = told.instrument, 68.0
    unit = 128.25 / (instrument.highest - instrument.lowest)
    right = left + (instrument.highest - instrument.lowest) * unit
    line = right + 12
    top, early = 50.0, 214.0
    days = [m.on for m in told.meetings] or [told.today]
    span = (max(days) - min(days) + BEFORE + timedelta(days=5)).days / 7
    has_before = any(e.on < min(days) - BEFORE for e in told.events)
    end = top + (early + 26 if has_before else 0) + span * week
    axis = Axis(told, top + 8, end, early - 8, 26.0)

    def across(total: float) -> float:
        return left + (total - instrument.lowest) * unit

    shapes: list[Shape] = []
    for step, band in enumerate(instrument.bands):
        wide_as = across(min(band.highest + 1, instrument.highest)) - across(band.lowest)
        shapes.append(
            Shape("rect", f"band-{step}", f(across(band.lowest)), f(top), f(wide_as),
                  f(end - top), "0")
        )  # fmt: skip
    totals = draw.totals(told)
    if (level := draw.reliable(told)) is not None:
        y, x = axis.at(totals[0][0].on), across(level)
        edge = right if instrument.higher_is_better else left
        box = (f(min(x, edge)), f(y), f(abs(edge - x)), f(end - y))
        shapes += [Shape("rect", "reliable", *box, "0"), Shape("rect", "", *box, "0", fill="hatch")]
        shapes.append(draw.line("reliable-line", x, y, x, end))
    if instrument.caseness is not None:
        x = across(instrument.caseness)
        shapes.append(draw.line("case-line", x, top, x, end))
        shapes.append(draw.text("gutter", x, top - 22, told.words.caseness, "middle"))
    shapes.append(draw.text("lane-name", left, 12, instrument.name))
    for tick in sorted(
        {instrument.lowest, instrument.highest, *(b.lowest for b in instrument.bands)}
    ):
        shapes.append(draw.text("tick", across(tick), top - 7, str(tick), "middle"))
    if axis.has_before:
        shapes.append(Shape("rect", "break", "0", f(axis.broken), f(right + 4), "26", "0"))
        shapes.append(draw.text("break-name", 0, axis.broken + 17, told.words.weekly))
        edge, year = float("-inf"), 0
        for on in month_starts(axis.first, axis.turn):
            y = axis.at(on)
            if y - edge >= 22 and y < axis.broken - 6:
                name = told.words.months[on.month - 1]
                label = f"{name} {on.year}" if on.year != year else name
                shapes.append(draw.text("month", 0, y + 4, label))
                edge, year = y, on.year
    shapes += _meetings_down(told, axis)
    if axis.turn <= told.today <= axis.last:
        y = axis.at(told.today)
        shapes.append(draw.line("now-line", 64, y, right, y))
        shapes.append(draw.text("now-name", right - 2, y - 5, told.words.today, "end"))
    points = [(across(total), axis.at(m.on), m, total) for m, total in totals]
    shapes += draw.polyline([(x, y) for x, y, _, _ in points])
    for n, (x, y, meeting, total) in enumerate(points):
        last = n == len(points) - 1
        if meeting.risk:
            shapes.append(draw.circle("risk-ring", x, y, 8))
        shapes.append(draw.circle("point is-last" if last else "point", x, y, 5 if last else 4))
        name, lift = ("value is-last", -7) if last else ("value", 4.5)
        shapes.append(draw.text(name, x + (14 if meeting.risk else 10), y + lift, str(total)))
    words, foot = _words_down(told, axis, line, top, width)
    shapes.append(draw.line("life-line", line, top, line, end))
    return Timeline(str(width), f(max(end, foot + 6)), (*shapes, *words))


def _meetings_down(told: Told, axis: Axis) -> Iterator[Shape]:
    for meeting in told.meetings:
        y = axis.at(meeting.on)
        month = told.words.months[meeting.on.month - 1]
        yield draw.text("day", 0, y + 4, f"{meeting.on.day} {month}")
        if meeting.state == "missed":
            yield draw.circle("session is-missed", 53, y, 8)
            yield draw.path("cross", f"M50 {f(y - 3)}l6 6m0-6l-6 6")
            yield draw.text("missed-name", 0, y + 18, meeting.word)
        else:
            yield draw.circle(f"session is-{meeting.state}", 53, y, 9.5)
            yield draw.text(
                f"session-no is-{meeting.state}", 53, y + 4, str(meeting.number), "middle"
            )


def _words_down(
    told: Told, axis: Axis, line: float, top: float, width: int
) -> tuple[list[Shape], float]:
    """Events, phases and foci beside the line of time, each below the one before."""
    x = line + 12
    rows: list[tuple[float, str, str, str, bool]] = [
        (axis.at(e.on), "event", e.when, e.label, e.onset) for e in told.events
    ]
    rows += [(axis.at(span.first) - 0.5, "turning", "", span.name, False) for span in told.phases]
    rows += [(axis.at(bar.start), "turning", "", bar.name, False) for bar in told.bars]
    shapes: list[Shape] = []
    floor = top
    for y, kind, when, label, onset in sorted(rows, key=lambda row: row[0]):
        lines = _wrapped(f"{when} {label}".strip(), width - x, 13)
        at = max(y + 4, floor + 11)
        if kind == "event":
            if abs(at - 4 - y) > 2:
                shapes.append(draw.path("leader", f"M{f(line)} {f(y)}L{f(x - 3)} {f(at - 4)}"))
            shapes += draw.event_dot(Happening("", axis.first, "", "", onset), line, y, 4.5)
        else:
            shapes.append(draw.line("mark-line", line - 4, y, line + 4, y))
            if abs(at - 4 - y) > 2:
                way = f"M{f(line + 4)} {f(y)}L{f(x - 3)} {f(at - 4)}"
                shapes.append(draw.path("mark-leader", way))
        for n, words in enumerate(lines):
            small = when if n == 0 and when else ""
            rest = words.removeprefix(when).strip() if small else words
            shapes.append(Shape("text", kind, f(x), f(at + n * 14.5), words=rest, small=small))
        floor = at + (len(lines) - 1) * 14.5 + 7
    return shapes, floor


def _wrapped(text: str, room: float, font: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, font) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
