"""Where everything of a chart stands."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil, floor

from commonground.measures.instrument import Band, Instrument
from commonground.measures.scoring import change

from .parts import BandArea, Chart, Gap, Level, Mark, Marker, Point, Reading, Row, Tick
from .sentence import summary

LEFT, RIGHT, TOP, BOTTOM = 34.0, 12.0, 22.0, 28.0
"""Room around the plot, in user units (pixels at full size)."""

_ROOM_FOR_NUMBER = 22.0
_ROOM_FOR_FLAG = 13.0
_FOLLOW_UP_GAP = 1.5


def chart(
    instrument: Instrument,
    readings: Sequence[Reading],
    *,
    sessions: int,
    dates: Mapping[int, date] | None = None,
    marks: Sequence[Mark] = (),
    width: int = 340,
    height: int = 180,
) -> Chart:
    """Place the readings of one measure over a course of `sessions` sessions.

    `dates` are the days of the sessions that have one: readings without a session, and `marks`, are
    placed between them by their day; without `dates`, and after the last one, behind a gap.
    Width and height are those of the viewBox, at least 160 × 100. Raises ValueError for a smaller
    one, for two readings of one session and for a session outside the course.
    """
    if width < 160 or height < 100 or sessions < 1:
        raise ValueError("A chart needs at least 160 × 100 units and one session.")
    in_order = sorted(readings, key=lambda reading: reading.on)
    numbers = [reading.session for reading in in_order if reading.session is not None]
    if len(set(numbers)) != len(numbers) or any(not 1 <= n <= sessions for n in numbers):
        raise ValueError("Each session of the course has at most one reading.")
    days = _Days(dates or {}, sessions)
    after = [reading for reading in in_order if reading.session is None and days.over(reading.on)]
    across = _Across(width, sessions, len(after))
    up = _Up(height, instrument.lowest, instrument.highest)
    slots = _slots(in_order, days, sessions)
    xs = [across.at(slot) for slot in slots]
    points = _points(in_order, xs, across, up)
    left, right = _text(LEFT), _text(width - RIGHT)
    reliable = _reliable(instrument, points, up, right)
    caseness = instrument.caseness
    return Chart(
        instrument=instrument.id,
        name=instrument.name,
        width=width,
        height=height,
        left=left,
        right=right,
        top=_text(up.top),
        bottom=_text(up.bottom),
        bands=tuple(_band(band, step, up) for step, band in enumerate(instrument.bands)),
        caseness=None if caseness is None else Level(caseness, left, right, _text(up.at(caseness))),
        reliable=reliable,
        reliable_edge=_text(up.top if instrument.higher_is_better else up.bottom),
        lines=_lines(in_order, slots, xs, up, sessions),
        points=points,
        gaps=tuple(
            Gap(_text(x), reading.session, bool(reading.score.risk))
            for reading, x in zip(in_order, xs, strict=True)
            if reading.score.total is None
        ),
        scores=_score_ticks(instrument, up),
        sessions=across.ticks(),
        rows=_rows(instrument, in_order, days),
        marks=_markers(sorted(marks, key=lambda mark: mark.on), days, across),
        summary=summary(instrument, in_order),
        higher_is_better=instrument.higher_is_better,
    )


def _markers(marks: Sequence[Mark], days: "_Days", across: "_Across") -> tuple[Marker, ...]:
    xs = [across.at(days.slot(mark.on)) for mark in marks]
    flags: list[str] = []
    lead = 0  # the mark whose flag names those that stand too close to it
    for number, x in enumerate(xs, start=1):
        if flags and x < xs[lead] + _ROOM_FOR_FLAG * (flags[lead].count(",") + 1):
            flags[lead] += f", {number}"
            flags.append("")
        else:
            flags.append(str(number))
            lead = number - 1
    return tuple(
        Marker(_text(x), flag, number, mark.on, mark.label, mark.when)
        for number, (x, flag, mark) in enumerate(zip(xs, flags, marks, strict=True), start=1)
    )


class _Days:
    """From a day to a place between sessions, in slots: 2.5 is half-way from session 2 to 3."""

    def __init__(self, dates: Mapping[int, date], sessions: int) -> None:
        self.known = sorted((on, number) for number, on in dates.items() if number <= sessions)
        self.sessions = sessions

    def over(self, on: date) -> bool:
        """Whether a day lies after the last dated session, or no session is dated at all."""
        return not self.known or on > self.known[-1][0]

    def slot(self, on: date) -> float:
        """Where a day lies; outside the dated sessions, half a slot before or behind them."""
        if not self.known:
            return 0.5
        behind = bisect_right(self.known, (on, self.sessions + 1))
        if behind == 0:
            return max(self.known[0][1] - 0.5, 0.5)
        day, number = self.known[behind - 1]
        if behind == len(self.known):
            return float(number) if day == on else number + 0.5
        next_day, next_number = self.known[behind]
        part = (on - day) / (next_day - day) if next_day > day else 0.0
        return number + part * (next_number - number)


def _slots(in_order: Sequence[Reading], days: _Days, sessions: int) -> list[float]:
    """The place of each reading: its session, between two by its day, or behind the course."""
    found, behind = [], sessions + _FOLLOW_UP_GAP
    for reading in in_order:
        if reading.session is not None:
            found.append(float(reading.session))
        elif days.over(reading.on):
            behind += 1
            found.append(behind)
        else:
            found.append(days.slot(reading.on))
    return found


class _Across:
    """From session to x: one slot each, follow-ups behind a gap."""

    def __init__(self, width: int, sessions: int, follow_ups: int) -> None:
        self.sessions = sessions
        slots = sessions + (follow_ups + _FOLLOW_UP_GAP if follow_ups else 0)
        self.step = (width - LEFT - RIGHT) / slots

    def at(self, slot: float) -> float:
        return LEFT + (slot - 0.5) * self.step

    def ticks(self) -> tuple[Tick, ...]:
        """Every session has a mark; the first, the last and each k-th a number, if it has room."""
        every = next(
            (k for k in (1, 2, 4, 5, 10, 20) if k * self.step >= _ROOM_FOR_NUMBER), self.sessions
        )
        numbered = {n for n in range(1, self.sessions + 1) if n % every == 0}
        ends = (1, self.sessions)
        room = {n for n in numbered if all(abs(n - e) >= every or n == e for e in ends)}
        numbered = room | set(ends)
        return tuple(
            Tick(_text(self.at(n)), str(n) if n in numbered else "")
            for n in range(1, self.sessions + 1)
        )


class _Up:
    """From total to y: the highest total on top."""

    def __init__(self, height: int, lowest: int, highest: int) -> None:
        self.top, self.bottom = TOP, height - BOTTOM
        self.lowest, self.unit = lowest, (self.bottom - self.top) / (highest - lowest)

    def at(self, total: float) -> float:
        return self.bottom - (total - self.lowest) * self.unit


def _points(
    in_order: Sequence[Reading], xs: Sequence[float], across: _Across, up: _Up
) -> tuple[Point, ...]:
    placed = [
        (reading, x, reading.score.total)
        for reading, x in zip(in_order, xs, strict=True)
        if reading.score.total is not None
    ]
    roomy = across.step >= _ROOM_FOR_NUMBER
    points = []
    for i, (reading, x, total) in enumerate(placed):
        risk, last = bool(reading.score.risk), i == len(placed) - 1
        y = up.at(total)
        points.append(
            Point(
                x=_text(x),
                y=_text(y),
                value_y=_text(y - (13 if risk else 9)),
                total=total,
                session=reading.session,
                on=reading.on,
                prorated=reading.score.prorated,
                risk=risk,
                last=last,
                shows_value=roomy or i == 0 or last,
            )
        )
    return tuple(points)


def _lines(
    in_order: Sequence[Reading],
    slots: Sequence[float],
    xs: Sequence[float],
    up: _Up,
    sessions: int,
) -> tuple[str, ...]:
    runs: list[list[str]] = []
    before: float | None = None
    for reading, slot, x in zip(in_order, slots, xs, strict=True):
        total = reading.score.total
        if total is not None:
            if before is None or not _follows(before, slot, sessions):
                runs.append([])
            runs[-1].append(f"{_text(x)},{_text(up.at(total))}")
        before = None if total is None else slot
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _follows(before: float, after: float, sessions: int) -> bool:
    """Whether no session lies between the two; what comes behind the course stands apart."""
    return after <= sessions + 1 and ceil(after) - 1 < floor(before) + 1


def _reliable(instrument: Instrument, points: Sequence[Point], up: _Up, right: str) -> Level | None:
    if not points or instrument.reliable_change is None:
        return None
    rise = instrument.reliable_change * (1 if instrument.higher_is_better else -1)
    total = points[0].total + rise
    if not instrument.lowest <= total <= instrument.highest:
        return None
    return Level(total, points[0].x, right, _text(up.at(total)))


def _band(band: Band, step: int, up: _Up) -> BandArea:
    """From the lowest total of the band to the lowest of the next, so that no sliver stays bare."""
    top = max(up.at(band.highest + 1), up.top)
    bottom = up.at(band.lowest)
    middle = _text((top + bottom) / 2)
    return BandArea(band.key, band.label, step, _text(top), _text(bottom - top), middle)


def _score_ticks(instrument: Instrument, up: _Up) -> tuple[Tick, ...]:
    totals = sorted({instrument.lowest, instrument.highest, *(b.lowest for b in instrument.bands)})
    return tuple(Tick(_text(up.at(total)), str(total)) for total in totals)


def _rows(instrument: Instrument, in_order: Sequence[Reading], days: _Days) -> tuple[Row, ...]:
    first = next((r.score.total for r in in_order if r.score.total is not None), None)
    rows, begun = [], False
    for reading in in_order:
        score = reading.score
        compared = begun and score.total is not None and first is not None
        rows.append(
            Row(
                session=reading.session,
                between=reading.session is None and not days.over(reading.on),
                on=reading.on,
                total=score.total,
                prorated=score.prorated,
                band=score.band,
                case=score.case,
                risk=bool(score.risk),
                risk_unanswered=bool(score.risk_unanswered),
                difference=(score.total or 0) - (first or 0) if compared else None,
                change=change(first, score.total, instrument) if compared else None,
            )
        )
        begun = begun or score.total is not None
    return tuple(rows)


def _text(number: float) -> str:
    """One decimal at most, with a point: 376.94 → "376.9", 22.0 → "22"."""
    return f"{number:.1f}".removesuffix(".0")
