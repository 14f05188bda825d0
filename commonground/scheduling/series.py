"""A series to be: the same hour on the clock, week after week, and what stands in its way.

Proposed before anything is written: days on which the practice is closed or the therapist away are
stepped over, and the series grows at its end instead; where somebody is there already, other
times of that week are offered. Pure: whoever asks hands in the facts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from . import availability as words
from . import wall_clock

LONGEST = 90
"""So many weeks at most are looked through for one series."""
ALTERNATIVES = 4


class State(StrEnum):
    """What was found about one day of the series."""

    FREE = "free"
    CLOSED = "closed"  # stepped over: the practice is
    AWAY = "away"  # stepped over: the therapist is
    LEFT_OUT = "left_out"  # stepped over: somebody asked for it
    TAKEN = "taken"  # the therapist has somebody
    ELSEWHERE = "elsewhere"  # the client has another appointment
    NO_ROOM = "no_room"
    NO_SUCH_TIME = "no_such_time"  # the clock skips it


STEPPED_OVER = frozenset({State.CLOSED, State.AWAY, State.LEFT_OUT})


@dataclass(frozen=True)
class Step:
    """One day of the series. `number` counts the appointments; None where it is stepped over.

    `starts_at` None: the clock skips that time. `outside` marks a time beyond the weekly hours,
    which only a therapist may choose; `shown_twice` one that comes twice that night: it is the
    first. `others` are free times near it, the nearest first.
    """

    on: date
    number: int | None
    starts_at: datetime | None
    state: State
    outside: bool = False
    shown_twice: bool = False
    others: tuple[words.Slot, ...] = ()

    @property
    def stepped_over(self) -> bool:
        return self.state in STEPPED_OVER

    @property
    def conflict(self) -> bool:
        """Whether somebody has to choose something else."""
        return self.state not in STEPPED_OVER and self.state is not State.FREE


@dataclass(frozen=True)
class Wish:
    """`count` appointments of `minutes`, every `days` days from `first` on at `at` on the clock of
    `zone`; `where` is a place's id or availability.ONLINE. `left_out` are days to step over."""

    first: date
    at: time
    zone: str
    count: int
    days: int
    minutes: int
    where: words.Where = words.ONLINE
    left_out: Collection[date] = ()

    @property
    def span(self) -> words.Span:
        """The longest time it could take, with a week on both sides to offer others in."""
        first = wall_clock.opening(self.first, time(0), self.zone)
        return first - timedelta(days=8), first + timedelta(days=self.days * _weeks(self) + 8)


def propose(
    wish: Wish,
    diary: words.Diary,
    around: words.Surroundings,
    elsewhere: Sequence[words.Span] = (),
    *,
    now: datetime | None = None,
) -> list[Step]:
    """Every day of the series with what was found; `elsewhere` is where the client is already.

    Buffers and weekly hours are not demanded, as a therapist plans this; other times are offered
    inside hours and buffers, and after `now`. Raises ValueError for a count or days below 1.
    """
    if wish.count < 1 or wish.days < 1:
        raise ValueError("A series has at least one appointment and moves on at least a day.")
    busy, client = words.merged(diary.busy), words.merged(elsewhere)
    steps: list[Step] = []
    number = 0
    for week in range(_weeks(wish)):
        on = wish.first + timedelta(days=week * wish.days)
        step = _step(wish, on, number + 1, diary, around, busy, client, now)
        steps.append(step)
        number += step.number is not None
        if number == wish.count:
            break
    return steps


def _step(
    wish: Wish,
    on: date,
    number: int,
    diary: words.Diary,
    around: words.Surroundings,
    busy: list[words.Span],
    client: list[words.Span],
    now: datetime | None,
) -> Step:
    starts_at = wall_clock.instant(on, wish.at, wish.zone)
    begins = starts_at or wall_clock.opening(on, wish.at, wish.zone)
    ends = begins + timedelta(minutes=wish.minutes)
    state = State.FREE if starts_at else State.NO_SUCH_TIME
    if on in wish.left_out:
        state = State.LEFT_OUT
    elif words.meets(words.merged(around.closed), begins, ends):
        state = State.CLOSED
    elif words.meets(words.merged(diary.away), begins, ends):
        state = State.AWAY
    elif words.meets(busy, begins, ends):
        state = State.TAKEN
    elif words.meets(client, begins, ends):
        state = State.ELSEWHERE
    elif not _has_room(wish, around, begins, ends):
        state = State.NO_ROOM
    if state in STEPPED_OVER:
        return Step(on, None, starts_at, state)
    others = () if state is State.FREE else _others(wish, begins, diary, around, client, now)
    return Step(
        on,
        number,
        starts_at,
        state,
        outside=not words.opened(diary, (begins, ends), where=wish.where),
        shown_twice=wall_clock.shown_twice(begins, wish.zone),
        others=others,
    )


def _has_room(wish: Wish, around: words.Surroundings, begins: datetime, ends: datetime) -> bool:
    rooms = around.rooms.get(wish.where) if not isinstance(wish.where, str) else None
    return not rooms or any(room.seat(begins, ends) is not None for room in rooms)


def _others(
    wish: Wish,
    begins: datetime,
    diary: words.Diary,
    around: words.Surroundings,
    client: list[words.Span],
    now: datetime | None,
) -> tuple[words.Slot, ...]:
    """Free times of the days around, the nearest first, in the order of time."""
    reach = timedelta(days=min(4, (wish.days + 1) // 2))
    first = max(begins - reach, now) if now else begins - reach
    free = [
        slot
        for slot in words.free(
            diary, around, (first, begins + reach), wish.minutes, where=wish.where
        )
        if not words.meets(client, slot.starts_at, slot.ends_at)
    ]
    nearest = sorted(free, key=lambda slot: abs(slot.starts_at - begins))[:ALTERNATIVES]
    return tuple(sorted(nearest, key=lambda slot: slot.starts_at))


def _weeks(wish: Wish) -> int:
    return min(LONGEST, wish.count + 30)
