"""When somebody is free: hours − time off − what is taken − buffers − rooms, in plain values.

Every span is half open, `(from, until)`: it holds its beginning and not its end, so hours may
follow one another without a gap. Instants are aware and in UTC; weekly hours are what stands on
the clock in a zone. Nothing here reads a clock or a database: `scheduling.models.diaries` fetches
the facts of any number of therapists in a constant number of queries, and hands them in.

    diary = Diary(therapist=…, hours=(Hours(0, time(9), time(17), "Europe/London", online=True),))
    list(free(diary, Surroundings(), (monday, tuesday), minutes=50))
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from . import wall_clock

Span = tuple[datetime, datetime]
"""From an instant until another that no longer belongs to it."""

DAY = timedelta(days=1)
ANYWHERE, ONLINE = "anywhere", "online"
Where = UUID | str
"""A place's id, ONLINE, or ANYWHERE."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open every week on one weekday (0 is Monday), `opens` to `closes` on the clock of `zone`.

    `place` is where people can come, None if they cannot; `online` whether they can be met there.
    Holds from the day `from_on` on, and no longer on the day `until_on`; None is open-ended.
    """

    weekday: int
    opens: time
    closes: time
    zone: str
    place: UUID | None = None
    online: bool = False
    from_on: date | None = None
    until_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether these hours are those of the day `on`."""
        return (
            on.weekday() == self.weekday
            and (self.from_on is None or self.from_on <= on)
            and (self.until_on is None or on < self.until_on)
        )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Other hours on one day, in place of the weekly ones; without `opens`, closed that day."""

    on: date
    zone: str
    opens: time | None = None
    closes: time | None = None
    place: UUID | None = None
    online: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """How a diary is booked. `buffer`, `step`, `lengths` are minutes; `lengths` by kind.

    Between two appointments lie at least `buffer` minutes. Offered times begin every `step`
    minutes from the opening on. Whoever books for themselves does so at least `notice_hours` and
    at most `horizon_days` ahead.
    """

    buffer: int = 10
    step: int = 30
    notice_hours: int = 24
    horizon_days: int = 56
    lengths: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diary:
    """The facts of one therapist. `busy` needs the buffer around it; `away` does not."""

    therapist: UUID
    hours: Sequence[Hours] = ()
    otherwise: Sequence[Otherwise] = ()
    busy: Sequence[Span] = ()
    away: Sequence[Span] = ()
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True)
class Room:
    """A room at a place. Each seat is somebody's for a time: `taken` holds the spans of each."""

    id: UUID
    place: UUID
    taken: tuple[tuple[Span, ...], ...] = ((),)

    def seat(self, starts_at: datetime, ends_at: datetime) -> int | None:
        """The first seat that is free all that time, None if there is none."""
        for number, spans in enumerate(self.taken):
            if not meets(spans, starts_at, ends_at):
                return number
        return None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all diaries share: `closed` while the practice is, and the rooms of each place.

    `closed` is merged and in order. A place that is not in `rooms` has room for everybody.
    """

    closed: Sequence[Span] = ()
    rooms: Mapping[UUID, Sequence[Room]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is free. `place` None: online only; `online` True: it can be."""

    therapist: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: UUID | None = None
    online: bool = False
    room: UUID | None = None
    seat: int = 0

    @property
    def local(self) -> datetime:
        """Its beginning on the clock of the therapist's zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def shown_twice(self) -> bool:
        """Whether the clock shows this time twice on that day, so that it needs saying which."""
        return wall_clock.shown_twice(self.starts_at, self.zone)


def free(
    diary: Diary,
    around: Surroundings,
    span: Span,
    minutes: int,
    *,
    where: Where = ANYWHERE,
    now: datetime | None = None,
) -> Iterator[Slot]:
    """Every free time of `minutes` that lies in `span`, the earliest first.

    With `now`, notice and horizon of the diary's rules are kept, as for somebody who books for
    themselves; without it they are not. Times lie on the grid of `rules.step` minutes that begins
    with each opening. Raises ValueError for minutes below 1.
    """
    if minutes < 1:
        raise ValueError("An appointment lasts at least a minute.")
    first, last = span
    if now is not None:
        first = max(first, now + timedelta(hours=diary.rules.notice_hours))
        last = min(last, now + timedelta(days=diary.rules.horizon_days))
    length = timedelta(minutes=minutes)
    if last - first < length:
        return
    taken = _taken(diary, around, first, last)
    cluster: list[Slot] = []
    until = first
    for window in _windows(diary, first, last):
        if window.starts_at >= until and cluster:
            yield from _in_order(cluster)
            cluster = []
        until = max(until, window.ends_at)
        cluster += _of(window, diary, around, taken, (first, last), length, where)
    yield from _in_order(cluster)


def next_free(
    diary: Diary,
    around: Surroundings,
    span: Span,
    minutes: int,
    *,
    where: Where = ANYWHERE,
    now: datetime | None = None,
) -> Slot | None:
    """The earliest of `free`, None if there is none; no further than it needs to look."""
    return next(free(diary, around, span, minutes, where=where, now=now), None)


def fits(
    diary: Diary,
    around: Surroundings,
    span: Span,
    *,
    where: Where = ANYWHERE,
    buffered: bool = True,
) -> bool:
    """Whether exactly this span could be booked: inside the hours and free, on no grid.

    `buffered` False leaves the buffers out, as for a therapist who knows what they do.
    """
    starts_at, ends_at = span
    buffer = timedelta(minutes=diary.rules.buffer if buffered else 0)
    if meets(merged([*around.closed, *diary.away]), starts_at, ends_at):
        return False
    if meets(merged(diary.busy), starts_at - buffer, ends_at + buffer):
        return False
    return opened(diary, span, around, where=where)


def opened(
    diary: Diary, span: Span, around: Surroundings | None = None, *, where: Where = ANYWHERE
) -> bool:
    """Whether the hours hold all of this span there, whoever may be booked in it; with `around`,
    also a room for it."""
    return any(
        w.starts_at <= span[0]
        and span[1] <= w.ends_at
        and _place(w, around or Surroundings(), span, where)
        for w in _windows(diary, *span)
    )


def gaps(diary: Diary, around: Surroundings, span: Span) -> list[Span]:
    """What of the hours in this span is still open: buffers apart, on no grid, in order."""
    taken = merged([*around.closed, *diary.away, *diary.busy])
    hours = merged((w.starts_at, w.ends_at) for w in _windows(diary, *span))
    clipped = ((max(s, span[0]), min(e, span[1])) for s, e in hours)
    return [gap for each in clipped for gap in without(each, taken)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants as spans that neither touch nor overlap, in order; empty ones are gone."""
    found: list[Span] = []
    for starts_at, ends_at in sorted(spans):
        if ends_at <= starts_at:
            continue
        if found and starts_at <= found[-1][1]:
            if ends_at > found[-1][1]:
                found[-1] = (found[-1][0], ends_at)
        else:
            found.append((starts_at, ends_at))
    return found


def without(span: Span, taken: Sequence[Span], begin: int = 0) -> list[Span]:
    """What of `span` is left when `taken` (merged) is away; `begin` is where to start looking."""
    left, (at, until) = [], span
    for starts_at, ends_at in taken[begin:] if begin else taken:
        if starts_at >= until:
            break
        if ends_at <= at:
            continue
        if starts_at > at:
            left.append((at, starts_at))
        at = max(at, ends_at)
    if at < until:
        left.append((at, until))
    return left


def meets(spans: Sequence[Span], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether any of these spans, merged and in order, shares an instant with the time given."""
    at = bisect_left(spans, (ends_at, ends_at))
    return at > 0 and spans[at - 1][1] > starts_at


# ——— one diary ———


@dataclass(frozen=True, slots=True)
class _Window:
    """One opening on one day."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: UUID | None
    online: bool


def _windows(diary: Diary, first: datetime, last: datetime) -> list[_Window]:
    """Every opening that touches the span, in order."""
    found: list[_Window] = []
    changed = {each.on for each in diary.otherwise}
    for zone in {each.zone for each in diary.hours}:
        day = wall_clock.day_of(first, zone)
        end = wall_clock.day_of(last, zone)
        hours = [each for each in diary.hours if each.zone == zone]
        while day <= end:
            if day not in changed:
                found += [_opened(each, day) for each in hours if each.holds(day)]
            day += DAY
    found += [_opened(each, each.on) for each in diary.otherwise if each.opens and each.closes]
    touching = [w for w in found if w.starts_at < last and first < w.ends_at]
    return sorted(touching, key=lambda w: w.starts_at)


def _opened(hours: Any, on: date) -> _Window:
    return _Window(
        wall_clock.opening(on, hours.opens, hours.zone),
        wall_clock.opening(on, hours.closes, hours.zone),
        hours.zone,
        hours.place,
        hours.online,
    )


def _taken(diary: Diary, around: Surroundings, first: datetime, last: datetime) -> list[Span]:
    """What cannot be booked in the span: with buffers around what is busy, merged."""
    buffer = timedelta(minutes=diary.rules.buffer)
    spans = [(s - buffer, e + buffer) for s, e in diary.busy]
    spans += diary.away
    spans += around.closed
    return merged(each for each in spans if each[0] < last and first < each[1])


def _of(
    window: _Window,
    diary: Diary,
    around: Surroundings,
    taken: list[Span],
    span: Span,
    length: timedelta,
    where: Where,
) -> list[Slot]:
    """The free times of one opening, on its own grid."""
    found: list[Slot] = []
    opened, step = window.starts_at, timedelta(minutes=diary.rules.step)
    clipped = (max(opened, span[0]), min(window.ends_at, span[1]))
    begin = max(0, bisect_left(taken, (clipped[0], clipped[0])) - 1)
    for starts_at, ends_at in without(clipped, taken, begin):
        at = opened + step * -((opened - starts_at) // step)
        while at + length <= ends_at:
            place = _place(window, around, (at, at + length), where)
            if place:
                found.append(Slot(diary.therapist, at, at + length, window.zone, *place))
            at += step
    return found


def _place(
    window: _Window, around: Surroundings, span: Span, where: Where
) -> tuple[UUID | None, bool, UUID | None, int] | None:
    """Where it could be in this opening: (place, online, room, seat); None if nowhere."""
    online = window.online and where in (ANYWHERE, ONLINE)
    if window.place is not None and where in (ANYWHERE, window.place):
        rooms = around.rooms.get(window.place)
        if not rooms:
            return window.place, online, None, 0
        for room in rooms:
            seat = room.seat(*span)
            if seat is not None:
                return window.place, online, room.id, seat
    return (None, True, None, 0) if online else None


def _in_order(slots: list[Slot]) -> list[Slot]:
    """By beginning; where two openings offer the very same, once."""
    once = {(s.starts_at, s.place, s.online): s for s in reversed(slots)}
    if len(once) == 1:
        return list(once.values())
    return sorted(once.values(), key=lambda s: s.starts_at)
