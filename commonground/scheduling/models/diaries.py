"""The facts of any number of diaries, fetched in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from commonground.people.models import Practice, Therapist

from .. import availability as words
from .. import wall_clock
from .appointment import Appointment, State
from .calendars import BusyTime
from .hours import BookingRules, HoursException, PracticeHoliday, TimeOff, WeeklyHours
from .room import Room

MANY = 200
"""From so many therapists on, everybody's rows are read rather than asked for by name."""
DAY = timedelta(days=1)
UNTIL_CLOSED = time(0)


@dataclass(frozen=True)
class Diaries:
    """What was read: a diary for each therapist asked for, and what they share."""

    span: words.Span
    of: dict[UUID, words.Diary]
    around: words.Surroundings

    def free(
        self,
        therapist: Therapist | UUID,
        *,
        kind: str = "session",
        minutes: int | None = None,
        where: words.Where = words.ANYWHERE,
        now: datetime | None = None,
    ) -> list[words.Slot]:
        """Every free time of one therapist in the span, for a kind of appointment.

        `minutes` in place of the length that the therapist's rules give this kind. With `now`,
        notice and horizon are kept, as for somebody who books for themselves.
        """
        diary = self.of[_id(therapist)]
        length = minutes or diary.rules.lengths[kind]
        return list(words.free(diary, self.around, self.span, length, where=where, now=now))

    def next_free(
        self,
        *,
        kind: str = "session",
        where: words.Where = words.ANYWHERE,
        now: datetime | None = None,
    ) -> dict[UUID, words.Slot | None]:
        """The earliest free time of every therapist, None where the span holds none."""
        return {
            pk: words.next_free(
                diary, self.around, self.span, diary.rules.lengths[kind], where=where, now=now
            )
            for pk, diary in self.of.items()
        }

    def fits(
        self,
        therapist: Therapist | UUID,
        starts_at: datetime,
        ends_at: datetime,
        *,
        where: words.Where = words.ANYWHERE,
    ) -> bool:
        """Whether exactly this time, inside the span, lies in the hours and is free."""
        return words.fits(self.of[_id(therapist)], self.around, (starts_at, ends_at), where=where)


def diaries(
    therapists: Iterable[Therapist | UUID],
    span: words.Span,
    *,
    now: datetime,
    besides: Iterable[UUID] = (),
) -> Diaries:
    """Read what decides about free times between two instants: eleven queries, however many.

        ahead = (now, now + timedelta(days=28))
        found = diaries([miriam], ahead, now=now)
        found.free(miriam, kind="introductory", now=now)       # list of availability.Slot
        diaries(everybody, ahead, now=now).next_free(kind="introductory", now=now)

    Holds count until they expire. `besides` are ids of appointments or holds that are left out,
    as when one of them is being moved.
    """
    ids = [_id(each) for each in therapists]
    mine = Q(therapist__in=ids) if len(ids) < MANY else Q()
    first, last = span
    hours, otherwise, away, rules = _by_therapist(), _by_therapist(), _by_therapist(), {}
    for row in WeeklyHours.objects.filter(mine):
        hours[row.therapist_id].append(row.word)
    days = (first.date() - DAY, last.date() + DAY)
    for each in HoursException.objects.filter(mine, on__range=days):
        otherwise[each.therapist_id].append(each.word)
    for off in TimeOff.objects.filter(mine).meeting(first, last):
        away[off.therapist_id].append((off.starts_at, off.ends_at))
    for settings in BookingRules.objects.filter(mine):
        rules[settings.therapist_id] = settings.word
    elsewhere = BusyTime.objects.filter(mine, starts_at__lt=last, ends_at__gt=first)
    for pk, starts_at, ends_at in elsewhere.values_list("therapist_id", "starts_at", "ends_at"):
        away[pk].append((starts_at, ends_at))
    rooms = list(Room.objects.order_by("name", "id"))
    busy, in_rooms = _taken(mine, rooms, span, now, besides)
    usual = BookingRules().word
    return Diaries(
        span=span,
        of={
            pk: words.Diary(pk, hours[pk], otherwise[pk], busy[pk], away[pk], rules.get(pk, usual))
            for pk in ids
        },
        around=words.Surroundings(closed=_closed(first, last), rooms=_rooms(rooms, in_rooms)),
    )


def _taken(
    mine: Q, rooms: list[Room], span: words.Span, now: datetime, besides: Iterable[UUID]
) -> tuple[dict[UUID, list[words.Span]], dict[tuple[UUID, int], list[words.Span]]]:
    """What stands in the diaries, and what stands in the rooms, buffers apart: two queries.

    Rooms are shared, so what others have in these is read as well. Not in one query: the database
    would look through everybody's diaries for either.
    """
    margin = timedelta(hours=3)  # wider than any buffer
    rows: QuerySet[Any] = Appointment._base_manager.filter(
        Q(state__in=Appointment.STANDING) | Q(state=State.ON_HOLD, expires_at__gt=now),
        starts_at__lt=span[1] + margin,
        ends_at__gt=span[0] - margin,
        starts_at__gte=span[0] - DAY - margin,  # none lasts longer than a day: lets an index serve
    )
    left_out = list(besides)
    if left_out:
        rows = rows.exclude(pk__in=left_out)
    busy: dict[UUID, list[words.Span]] = _by_therapist()
    in_rooms: dict[tuple[UUID, int], list[words.Span]] = defaultdict(list)
    told = rows.order_by().values_list("therapist_id", "starts_at", "ends_at", "room_id", "seat")
    for therapist, starts_at, ends_at, room, seat in told.filter(mine).iterator(chunk_size=5000):
        busy[therapist].append((starts_at, ends_at))
        if room is not None:
            in_rooms[room, seat].append((starts_at, ends_at))
    if mine and rooms:
        for _other, starts_at, ends_at, room, seat in told.filter(~mine, room__in=rooms):
            in_rooms[room, seat].append((starts_at, ends_at))
    return busy, in_rooms


def _rooms(
    rooms: list[Room], in_rooms: dict[tuple[UUID, int], list[words.Span]]
) -> dict[UUID, list[words.Room]]:
    places: dict[UUID, list[words.Room]] = defaultdict(list)
    for room in rooms:
        taken = tuple(
            tuple(words.merged(in_rooms.get((room.pk, seat), ()))) for seat in range(room.capacity)
        )
        places[room.place_id].append(words.Room(room.pk, room.place_id, taken))
    return dict(places)


def _closed(first: datetime, last: datetime) -> list[words.Span]:
    """The practice's holidays as spans on its own clock."""
    holidays = list(PracticeHoliday.objects.meeting(first.date() - DAY, last.date() + DAY))
    if not holidays:
        return []
    zone = Practice.objects.values_list("zone", flat=True).first() or "Europe/London"
    return words.merged(
        (
            wall_clock.opening(each.first_on, UNTIL_CLOSED, zone),
            wall_clock.opening(each.last_on + DAY, UNTIL_CLOSED, zone),
        )
        for each in holidays
    )


def _by_therapist() -> dict[UUID, list[Any]]:
    return defaultdict(list)


def _id(therapist: Therapist | UUID) -> UUID:
    return therapist.pk if isinstance(therapist, Therapist) else therapist
