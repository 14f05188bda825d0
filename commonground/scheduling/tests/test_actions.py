"""Keeping an hour, moving it, letting it go."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commonground.core import audit
from commonground.core.models import AuditEvent
from commonground.people.models import Place
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling import actions
from commonground.scheduling.actions import Gone, Planned, Settled, Taken
from commonground.scheduling.attendance import Attendance
from commonground.scheduling.models import Appointment, Room, Series, WeeklyHours

from .diary import HOUR, NINE, Diary, diary

pytestmark = pytest.mark.django_db
KEY = UUID(int=7)


@pytest.fixture
def kept() -> Diary:
    made = diary()
    made.plan(NINE)
    return made


def last_line() -> AuditEvent:
    return AuditEvent.objects.order_by("number").last()


def test_an_hour_that_is_kept_leaves_a_line(kept: Diary) -> None:
    hour = Appointment.objects.get()
    assert (hour.minutes, hour.online, hour.state) == (50, True, "planned")
    assert (last_line().verb, last_line().object_id) == (
        "scheduling.appointment.planned",
        str(hour.pk),
    )


def test_a_taken_hour_is_said_in_words_and_nothing_is_written(kept: Diary) -> None:
    lines = AuditEvent.objects.count()
    with pytest.raises(Taken, match="already have somebody"):
        kept.plan(NINE, kept.ben)
    assert (Appointment.objects.count(), AuditEvent.objects.count()) == (1, lines)


def test_moving_onto_a_taken_hour_leaves_it_where_it_was(kept: Diary) -> None:
    later = kept.plan(NINE + 2 * HOUR, kept.ben)
    with pytest.raises(Taken):
        actions.move(
            appointment=later, starts_at=NINE, minutes=50, place=None,
            by=kept.therapist.user, now=NINE,
        )  # fmt: skip
    later.refresh_from_db()
    assert later.starts_at == NINE + 2 * HOUR


def test_a_fault_that_is_no_overlap_is_not_called_one(kept: Diary) -> None:
    with pytest.raises(Exception, match="appointment_ends_after") as told:
        kept.plan(NINE + 4 * HOUR, minutes=-10)
    assert not isinstance(told.value, Taken)


def test_an_hour_that_was_held_still_takes_its_time(kept: Diary) -> None:
    hour = Appointment.objects.get()
    actions.settle(
        appointment=hour, attendance=Attendance.ON_TIME, by=kept.therapist.user, now=NINE + HOUR
    )
    assert last_line().verb == "scheduling.appointment.settled"
    with pytest.raises(Taken):
        kept.plan(NINE)


# ——— times that are kept free ———


def slot(kept: Diary, at: datetime = NINE + 2 * HOUR, **told: Any) -> Any:
    return actions.hold(
        therapist=kept.therapist, starts_at=at, minutes=20, place=None, by=audit.VISITOR,
        now=NINE - 48 * HOUR, **({"public": False} | told),
    )  # fmt: skip


def test_a_time_that_is_kept_free_is_taken_for_everybody_else(kept: Diary) -> None:
    slot(kept)
    with pytest.raises(Taken):
        kept.plan(NINE + 2 * HOUR, kept.ben)


def test_a_time_is_kept_free_until_it_expires(kept: Diary) -> None:
    held = slot(kept)
    with pytest.raises(Taken):
        kept.plan(NINE + 2 * HOUR, kept.ben, now=held.expires_at - timedelta(seconds=1))
    kept.plan(NINE + 2 * HOUR, kept.ben, now=held.expires_at)
    with pytest.raises(Gone):
        actions.book(hold=held, by=audit.VISITOR, now=held.expires_at)


def test_what_was_kept_free_becomes_the_appointment_itself(kept: Diary) -> None:
    held = slot(kept)
    made = actions.book(hold=held, by=audit.VISITOR, now=NINE - 48 * HOUR)
    assert (made.pk, made.state, made.client, made.kind) == (
        held.pk, "planned", None, "introductory",
    )  # fmt: skip
    again = actions.book(hold=held, by=audit.VISITOR, now=NINE)
    assert again.pk == made.pk
    actions.join_client(appointment=made, client=kept.ben, by=kept.therapist.user, now=NINE)
    assert Appointment.objects.get(pk=made.pk).client == kept.ben


def test_the_same_request_again_gives_the_same_appointment(kept: Diary) -> None:
    once = uuid4()
    one, two = (kept.plan(NINE + 3 * HOUR, kept.ben, once=once) for _ in range(2))
    assert one.pk == two.pk
    three, four = (slot(kept, NINE + 5 * HOUR, once=KEY) for _ in range(2))
    assert three.pk == four.pk


def test_a_visitor_books_only_what_is_offered(kept: Diary) -> None:
    with pytest.raises(Taken, match="no longer free"):
        slot(kept, public=True)
    WeeklyHours.objects.create(
        therapist=kept.therapist, weekday=0, opens=time(9), closes=time(18), online=True
    )
    with pytest.raises(Taken):
        slot(kept, NINE + 2 * HOUR + timedelta(minutes=7), public=True)
    assert slot(kept, NINE + 2 * HOUR, public=True).place is None


def test_a_call_is_booked_in_one_step(kept: Diary) -> None:
    WeeklyHours.objects.create(
        therapist=kept.therapist, weekday=0, opens=time(9), closes=time(18), online=True
    )
    told: dict[str, Any] = {
        "therapist": kept.therapist, "starts_at": NINE + 2 * HOUR, "place": None,
        "kept_for": KEY, "by": audit.VISITOR, "now": NINE - 48 * HOUR, "once": uuid4(),
    }  # fmt: skip
    made, again = actions.book_call(**told), actions.book_call(**told)
    assert made.pk == again.pk
    assert (made.minutes, made.kind, made.kept_for) == (20, "introductory", KEY)
    with pytest.raises(Taken):
        actions.book_call(**{**told, "once": uuid4()})


def test_a_time_that_is_let_go_is_free_again(kept: Diary) -> None:
    held = slot(kept)
    actions.prolong(hold=held, until=NINE, by=audit.VISITOR, now=NINE - 48 * HOUR)
    actions.release(hold=held, by=audit.VISITOR, now=NINE - 48 * HOUR)
    kept.plan(NINE + 2 * HOUR, kept.ben)
    with pytest.raises(Gone):
        actions.prolong(hold=held, until=NINE, by=audit.VISITOR, now=NINE - 48 * HOUR)


# ——— rooms ———


def test_a_place_gives_a_room_that_is_free_and_says_when_there_is_none(kept: Diary) -> None:
    quay = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
    blue = Room.objects.create(place=quay, name="Blue")
    tess = person("Tess", Role.THERAPIST)
    first = kept.plan(NINE + 3 * HOUR, kept.ben, place=quay)
    assert first.room == blue
    with pytest.raises(Taken, match="Every room is taken"):
        kept.plan(NINE + 3 * HOUR, client_of(tess, "Cy"), place=quay, therapist=tess.therapist)
    green = Room.objects.create(place=quay, name="Green")
    other = kept.plan(NINE + 3 * HOUR, client_of(tess, "Di"), place=quay, therapist=tess.therapist)
    assert other.room == green


# ——— what becomes of it ———


@pytest.mark.parametrize(
    ("hours_before", "by_client", "code", "late"),
    [(30, True, 2, False), (23, True, 2, True), (23, False, 4, False), (24, True, 2, False)],
)
def test_calling_off_has_its_code_and_frees_the_time(
    kept: Diary, hours_before: int, by_client: bool, code: int, late: bool
) -> None:
    hour = Appointment.objects.get()
    for _ in range(2):
        actions.cancel(
            appointment=hour, by_client=by_client, by=kept.therapist.user,
            now=NINE - hours_before * HOUR,
        )  # fmt: skip
    hour.refresh_from_db()
    assert (hour.state, hour.attendance, hour.late) == ("cancelled", code, late)
    kept.plan(NINE, kept.ben)


@pytest.mark.parametrize(
    ("code", "state"), [(3, "missed"), (5, "held"), (6, "held"), (7, "missed")]
)
def test_each_code_says_whether_they_met(kept: Diary, code: int, state: str) -> None:
    hour = Appointment.objects.get()
    told: dict[str, Any] = {"by": kept.therapist.user, "now": NINE + HOUR}
    actions.settle(appointment=hour, attendance=Attendance(code), **told)
    assert (hour.state, hour.attended) == (state, code)
    with pytest.raises(Settled):
        actions.move(appointment=hour, starts_at=NINE, minutes=50, place=None, **told)
    with pytest.raises(Settled):
        actions.cancel(appointment=hour, by_client=True, **told)


def test_an_overlap_that_is_meant_is_in_the_trail(kept: Diary) -> None:
    kept.plan(NINE, kept.ben, because="emergency")
    assert last_line().detail["overlap"] == "emergency"


# ——— several at once ———


def times(*at: datetime) -> list[Planned]:
    return [Planned(each, None) for each in at]


def test_a_series_is_kept_whole_or_not_at_all(kept: Diary) -> None:
    told: dict[str, Any] = {
        "therapist": kept.therapist, "client": kept.ben, "minutes": 50, "once": uuid4(),
        "by": kept.therapist.user, "now": NINE - 48 * HOUR,
    }  # fmt: skip
    with pytest.raises(Taken):
        actions.book_series(times=times(NINE + 24 * HOUR, NINE), **told)
    assert (Appointment.objects.count(), Series.objects.count()) == (1, 0)
    made = actions.book_series(times=times(NINE + 48 * HOUR, NINE + 24 * HOUR), **told)
    again = actions.book_series(times=times(NINE + 72 * HOUR), **told)
    assert [each.pk for each in made] == [each.pk for each in again]
    moved = actions.move(
        appointment=made[0], starts_at=NINE + 30 * HOUR, minutes=50, place=None,
        by=kept.therapist.user, now=NINE,
    )  # fmt: skip
    made[1].refresh_from_db()
    assert (moved.starts_at, made[1].starts_at) == (NINE + 30 * HOUR, NINE + 48 * HOUR)
