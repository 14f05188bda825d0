"""B2: a diary walked through at random, step by step beside a naive book of pencil lines."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from commonground.core import fields
from commonground.people.models import Client, Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling import actions
from commonground.scheduling.actions import Gone, Planned, Settled, Taken
from commonground.scheduling.attendance import Attendance
from commonground.scheduling.models import Appointment, Hold, TimeOff, WeeklyHours, diaries

pytestmark = [pytest.mark.prove, pytest.mark.django_db]
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
OPENS, CLOSES, BUFFER = 9, 17, timedelta(minutes=10)
STEPS = 50
slots = st.tuples(st.integers(0, 4), st.integers(16, 34)).map(
    lambda drawn: MONDAY + drawn[0] * DAY + drawn[1] * HALF
)
lengths = st.sampled_from([20, 30, 50, 90])


def nth(rows: dict[UUID, Any], which: int) -> UUID:
    """One of them, by the order they came in: ids are drawn at random and would order otherwise."""
    return list(rows)[which % len(rows)]


class Book:
    """The naive reference: lines on paper, each looked at one after the other."""

    def __init__(self) -> None:
        self.now = MONDAY - 7 * DAY
        self.lines: dict[UUID, tuple[str, datetime, datetime, UUID | None]] = {}
        self.holds: dict[UUID, tuple[datetime, datetime, datetime]] = {}
        self.away: list[tuple[datetime, datetime]] = []

    def taken(self, starts: datetime, ends: datetime, but: UUID | None = None) -> bool:
        busy = [(s, e) for pk, (_state, s, e, _who) in self.standing() if pk != but]
        busy += [(s, e) for pk, (s, e, until) in self.holds.items() if until > self.now]
        return any(s < ends and starts < e for s, e in busy)

    def standing(self) -> list[tuple[UUID, tuple[str, datetime, datetime, UUID | None]]]:
        return [(pk, line) for pk, line in self.lines.items() if line[0] in {"planned", "held"}]

    def free(self, minutes: int) -> list[datetime]:
        """By trying every half hour of the week, one after the other."""
        found = []
        for half in range(7 * 48):
            starts = MONDAY + half * HALF
            ends = starts + timedelta(minutes=minutes)
            open_ = starts.hour >= OPENS and ends <= starts.replace(hour=CLOSES, minute=0)
            near = self.taken(starts - BUFFER, ends + BUFFER)
            gone = any(s < ends and starts < e for s, e in self.away)
            if open_ and starts.weekday() < 5 and not near and not gone:
                found.append(starts)
        return found


class DiaryWalk(RuleBasedStateMachine):
    """What people do to a diary, in any order; after each step both books say the same."""

    therapist: Therapist
    clients: list[Client]
    walked = 0

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        fields.forget()

    def told(self) -> dict[str, Any]:
        type(self).walked += 1
        return {"by": self.therapist.user, "now": self.book.now}

    def expect(self, refused: bool, act: Callable[[], Any]) -> Any:
        """Do it: refused exactly when the naive book says so."""
        try:
            with transaction.atomic():
                done = act()
        except (Taken, Gone, Settled):
            assert refused, "refused, though the book has room"
            return None
        assert not refused, "done, though the book has no room"
        return done

    @rule(at=slots, minutes=lengths, who=st.integers(0, 2))
    def plan(self, at: datetime, minutes: int, who: int) -> None:
        ends, told = at + timedelta(minutes=minutes), self.told()
        client = self.clients[who]
        made = self.expect(
            self.book.taken(at, ends),
            lambda: actions.plan(
                therapist=self.therapist, client=client, starts_at=at, minutes=minutes,
                place=None, **told,
            ),
        )  # fmt: skip
        if made:
            self.book.lines[made.pk] = ("planned", at, ends, client.pk)

    @rule(at=slots, minutes=lengths, lasts=st.integers(5, 90))
    def hold(self, at: datetime, minutes: int, lasts: int) -> None:
        ends, told = at + timedelta(minutes=minutes), self.told()
        kept = self.expect(
            self.book.taken(at, ends),
            lambda: actions.hold(
                therapist=self.therapist, starts_at=at, minutes=minutes, place=None,
                for_minutes=lasts, public=False, **told,
            ),
        )  # fmt: skip
        if kept:
            self.book.holds[kept.pk] = (at, ends, kept.expires_at)

    @rule(which=st.integers(0, 999), who=st.integers(0, 2))
    def take_up(self, which: int, who: int) -> None:
        if not self.book.holds:
            return
        pk = nth(self.book.holds, which)
        starts, ends, until = self.book.holds[pk]
        told, client = self.told(), self.clients[who]
        made = self.expect(
            until <= self.book.now,
            lambda: actions.book(
                hold=Hold(pk=pk, therapist=self.therapist), client=client, kind="session", **told
            ),
        )
        if made:
            del self.book.holds[pk]
            self.book.lines[pk] = ("planned", starts, ends, client.pk)

    @rule(which=st.integers(0, 999), at=slots, minutes=lengths)
    def move(self, which: int, at: datetime, minutes: int) -> None:
        if not self.book.lines:
            return
        pk = nth(self.book.lines, which)
        state, _starts, _ends, client = self.book.lines[pk]
        ends, told = at + timedelta(minutes=minutes), self.told()
        moved = self.expect(
            state != "planned" or self.book.taken(at, ends, but=pk),
            lambda: actions.move(
                appointment=Appointment.objects.get(pk=pk), starts_at=at, minutes=minutes,
                place=None, **told,
            ),
        )  # fmt: skip
        if moved:
            self.book.lines[pk] = (state, at, ends, client)

    @rule(which=st.integers(0, 999), by_client=st.booleans())
    def cancel(self, which: int, by_client: bool) -> None:
        if not self.book.lines:
            return
        pk = nth(self.book.lines, which)
        state, starts, ends, client = self.book.lines[pk]
        told = self.told()
        done = self.expect(
            state == "held",
            lambda: actions.cancel(
                appointment=Appointment.objects.get(pk=pk), by_client=by_client, **told
            ),
        )
        if done:
            self.book.lines[pk] = ("cancelled", starts, ends, client)

    @rule(which=st.integers(0, 999))
    def meet(self, which: int) -> None:
        if not self.book.lines:
            return
        pk = nth(self.book.lines, which)
        state, starts, ends, client = self.book.lines[pk]
        told = self.told()
        done = self.expect(
            state == "cancelled",
            lambda: actions.settle(
                appointment=Appointment.objects.get(pk=pk), attendance=Attendance.ON_TIME, **told
            ),
        )
        if done:
            self.book.lines[pk] = ("held", starts, ends, client)

    @rule(at=slots, weeks=st.integers(1, 4), minutes=lengths, who=st.integers(0, 2))
    def series(self, at: datetime, weeks: int, minutes: int, who: int) -> None:
        times = [at + n * DAY for n in range(weeks)]
        spans = [(t, t + timedelta(minutes=minutes)) for t in times]
        told, client = self.told(), self.clients[who]
        made = self.expect(
            any(self.book.taken(*span) for span in spans),
            lambda: actions.book_series(
                therapist=self.therapist, client=client, minutes=minutes, once=uuid4(),
                times=[Planned(each, None) for each in times], **told,
            ),
        )  # fmt: skip
        for each in made or ():
            self.book.lines[each.pk] = ("planned", each.starts_at, each.ends_at, client.pk)

    @rule(at=slots, hours=st.integers(1, 8))
    def go_away(self, at: datetime, hours: int) -> None:
        if len(self.book.away) < 2:
            ends = at + timedelta(hours=hours)
            TimeOff.objects.create(therapist=self.therapist, starts_at=at, ends_at=ends)
            self.book.away.append((at, ends))

    @rule(minutes=st.integers(1, 120))
    def time_goes_by(self, minutes: int) -> None:
        self.book.now += timedelta(minutes=minutes)

    @invariant()
    def both_books_say_the_same(self) -> None:
        rows = Appointment.objects.values_list("pk", "state", "starts_at", "ends_at", "client")
        assert {pk: tuple(rest) for pk, *rest in rows} == self.book.lines
        living = set(Hold.objects.living(self.book.now).values_list("pk", flat=True))
        assert living == {pk for pk, h in self.book.holds.items() if h[2] > self.book.now}

    @rule(minutes=lengths)
    def ask_what_is_free(self, minutes: int) -> None:
        read = diaries([self.therapist], (MONDAY, MONDAY + 7 * DAY), now=self.book.now)
        offered = [slot.starts_at for slot in read.free(self.therapist, minutes=minutes)]
        assert offered == self.book.free(minutes)
        self.told()


@pytest.fixture
def walk() -> type[DiaryWalk]:
    theo = person("Theo", Role.THERAPIST)
    for day in range(5):
        WeeklyHours.objects.create(
            therapist=theo.therapist, weekday=day, opens=time(OPENS), closes=time(CLOSES)
        )
    clients = [client_of(theo, name) for name in ("Ada", "Ben", "Cleo")]
    return type("Walk", (DiaryWalk,), {"therapist": theo.therapist, "clients": clients})


def run(walk: type[DiaryWalk], steps: int) -> None:
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=max(1, steps // STEPS), stateful_step_count=STEPS, deadline=None,
            suppress_health_check=list(HealthCheck), database=None, derandomize=True,
            phases=[Phase.generate],
        ),
    )  # fmt: skip


def test_a_diary_and_a_naive_book_say_the_same(
    walk: type[DiaryWalk],
    times: Callable[[int], int],
    proof: Callable[..., None],
    monkeypatch: Any,
) -> None:
    steps = times(10_000)
    run(walk, int(steps * 1.25))
    walked = walk.walked
    assert walked >= steps * 0.6
    with monkeypatch.context() as patch:
        patch.setattr(Book, "taken", lambda *told, **more: False)
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            run(walk, 500)
    proof(
        "B2 a diary walked at random beside a naive book: planned, moved, held, cancelled, series",
        attempted=walked,
        survived=walked,
        control="against a book in which nothing is ever taken, the walk stops at a difference",
    )
