"""Nobody is in two places at once: the database's own word, whatever the path."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from commonground.core.models import guards
from commonground.people.models import Place
from commonground.people.roles import Role
from commonground.people.tests.front_office import person
from commonground.scheduling.models import Appointment, Hold, Room

from .diary import HOUR, NINE, Diary, diary

pytestmark = pytest.mark.django_db
HALF = timedelta(minutes=30)
CONSTRAINTS = importlib.import_module(
    "commonground.scheduling.migrations.0004_nobody_in_two_places"
)


@pytest.fixture
def kept() -> Diary:
    """A diary with one hour kept, from nine to ten."""
    made = diary()
    made.row(NINE, client=made.ada).save()
    return made


def create(kept: Diary) -> None:
    kept.row(NINE + HALF).save()


def create_around(kept: Diary) -> None:
    kept.row(NINE - HOUR, ends_at=NINE + 2 * HOUR).save()


def create_within(kept: Diary) -> None:
    kept.row(NINE + timedelta(minutes=10), ends_at=NINE + HALF).save()


def create_many(kept: Diary) -> None:
    Appointment.objects.bulk_create([kept.row(NINE + HOUR), kept.row(NINE + HOUR + HALF)])


def keep_free(kept: Diary) -> None:
    held_row(kept, NINE + HALF).save()


def book_over_what_is_kept_free(kept: Diary) -> None:
    held_row(kept, NINE + 4 * HOUR).save()
    kept.row(NINE + 4 * HOUR + HALF).save()


def take_up_beside(kept: Diary) -> None:
    other = kept.row(NINE, state="cancelled")
    other.save()
    Appointment._base_manager.filter(pk=other.pk).update(state="on_hold", expires_at=NINE)


def move(kept: Diary) -> None:
    other = kept.row(NINE + 3 * HOUR)
    other.save()
    other.starts_at, other.ends_at = NINE + HALF, NINE + 2 * HOUR
    other.save()


def move_by_queryset(kept: Diary) -> None:
    other = kept.row(NINE + 3 * HOUR)
    other.save()
    Appointment.objects.filter(pk=other.pk).update(starts_at=NINE, ends_at=NINE + HOUR)


def stand_again(kept: Diary) -> None:
    other = kept.row(NINE, state="cancelled")
    other.save()
    Appointment.objects.filter(pk=other.pk).update(state="planned")


def change_hands(kept: Diary) -> None:
    tess = person("Tess", Role.THERAPIST)
    other = kept.row(NINE, therapist=tess.therapist)
    other.save()
    Appointment.objects.filter(pk=other.pk).update(therapist=kept.therapist)


def by_sql(kept: Diary) -> None:
    other = kept.row(NINE + 3 * HOUR)
    other.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scheduling_appointment SET starts_at = (SELECT MIN(starts_at) FROM "
            "scheduling_appointment) WHERE state = 'planned'"
        )


def a_client_in_two_places(kept: Diary) -> None:
    tess = person("Tess", Role.THERAPIST)
    kept.row(NINE + HALF, therapist=tess.therapist, client=kept.ada).save()


def become_a_client_in_two_places(kept: Diary) -> None:
    tess = person("Tess", Role.THERAPIST)
    other = kept.row(NINE, therapist=tess.therapist)
    other.save()
    Appointment.objects.filter(pk=other.pk).update(client=kept.ada)


def two_in_one_seat(kept: Diary) -> None:
    room = a_room()
    kept.row(NINE + 5 * HOUR, room=room, place=room.place).save()
    tess = person("Tess", Role.THERAPIST)
    kept.row(
        NINE + 5 * HOUR + HALF, therapist=tess.therapist, client=kept.ada, room=room,
        place=room.place,
    ).save()  # fmt: skip


def take_off_what_was_meant(kept: Diary) -> None:
    beside = kept.row(NINE, overlap_because="emergency")
    beside.save()
    Appointment.objects.filter(pk=beside.pk).update(overlap_because="")


def come_after_what_was_meant(kept: Diary) -> None:
    kept.row(NINE + HALF, ends_at=NINE + 2 * HOUR, overlap_because="emergency").save()
    kept.row(NINE + HOUR, client=client(kept)).save()


def client(kept: Diary) -> Any:
    from commonground.people.tests.front_office import client_of

    return client_of(kept.therapist.user, "Cleo")


PATHS = [create, create_around, create_within, create_many, keep_free,
         book_over_what_is_kept_free, take_up_beside, move, move_by_queryset, stand_again,
         change_hands, by_sql, a_client_in_two_places, become_a_client_in_two_places,
         two_in_one_seat, take_off_what_was_meant, come_after_what_was_meant]  # fmt: skip


def held_row(kept: Diary, at: Any) -> Hold:
    return Hold(therapist=kept.therapist, starts_at=at, ends_at=at + HOUR, state="on_hold",
                expires_at=at)  # fmt: skip


def a_room(capacity: int = 1) -> Room:
    place = Place.objects.create(name="Quay House", address="1 Quay", town="Harbour")
    return Room.objects.create(place=place, name="Blue room", capacity=capacity)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_the_database_refuses_an_overlap(kept: Diary, path: Any) -> None:
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        path(kept)


def take_the_guards_away() -> None:
    """On whichever database this is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none may be pending
            for what in CONSTRAINTS.ADD:
                cursor.execute(CONSTRAINTS.drop(what))
    guards.lift()


def put_the_guards_back() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in CONSTRAINTS.ADD.values():
                cursor.execute(statement)
    guards.install()


@contextmanager
def no_constraint() -> Iterator[None]:
    """The guards taken away; put back by the rollback."""
    with transaction.atomic():
        take_the_guards_away()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_without_the_guard_each_of_these_would_overlap(kept: Diary, path: Any) -> None:
    with no_constraint():
        path(kept)


def test_an_overlap_that_is_meant_says_why_and_passes(kept: Diary) -> None:
    kept.row(NINE + HALF, overlap_because="emergency").save()
    assert Appointment.objects.standing().count() == 2


def test_a_room_seats_as_many_as_it_holds(kept: Diary) -> None:
    room, tess = a_room(capacity=2), person("Tess", Role.THERAPIST).therapist
    kept.row(NINE + 5 * HOUR, room=room, place=room.place).save()
    kept.row(
        NINE + 5 * HOUR, therapist=tess, client=kept.ada, room=room, place=room.place, seat=1
    ).save()
    assert Appointment.objects.filter(room=room).count() == 2


def a_third_seat(kept: Diary) -> None:
    room = a_room(capacity=2)
    kept.row(NINE + 5 * HOUR, room=room, place=room.place, seat=2).save()


def test_a_room_has_no_more_seats_than_it_holds(kept: Diary) -> None:
    with pytest.raises(IntegrityError, match="room_is_full"), transaction.atomic():
        a_third_seat(kept)
    with no_constraint():
        a_third_seat(kept)


def test_an_appointment_is_with_somebody_unless_it_is_a_first_call(kept: Diary) -> None:
    with pytest.raises(IntegrityError, match="with_somebody"), transaction.atomic():
        kept.row(NINE + 6 * HOUR, client=None).save()
    kept.row(NINE + 6 * HOUR, client=None, kind="introductory").save()


def test_two_calls_with_nobody_known_share_no_client(kept: Diary) -> None:
    """An id that is missing is nobody's: it must not be everybody's."""
    tess = person("Tess", Role.THERAPIST).therapist
    kept.row(NINE + 6 * HOUR, client=None, kind="introductory").save()
    kept.row(NINE + 6 * HOUR, client=None, kind="introductory", therapist=tess).save()
    kept.row(NINE + 6 * HOUR, therapist=person("Uma", Role.THERAPIST).therapist).save()


def test_what_is_kept_free_is_no_appointment(kept: Diary) -> None:
    held_row(kept, NINE + 4 * HOUR).save()
    assert (Appointment.objects.count(), Hold.objects.count()) == (1, 1)


def test_one_may_follow_the_other_at_once(kept: Diary) -> None:
    kept.row(NINE + HOUR).save()
    kept.row(NINE - HOUR).save()
    assert Appointment.objects.standing().count() == 3


@pytest.mark.parametrize("state", ["cancelled", "missed"])
def test_what_did_not_happen_keeps_no_hour(kept: Diary, state: str) -> None:
    Appointment.objects.update(state=state)
    kept.row(NINE).save()
    assert Appointment.objects.standing().count() == 1


def test_two_therapists_may_work_at_the_same_time(kept: Diary) -> None:
    kept.row(NINE, therapist=person("Tess", Role.THERAPIST).therapist).save()
    assert Appointment.objects.standing().count() == 2


def test_an_hour_may_move_within_itself(kept: Diary) -> None:
    hour = Appointment.objects.get()
    hour.starts_at, hour.ends_at = NINE + HALF, NINE + HOUR + HALF
    hour.save()
    assert Appointment.objects.get().starts_at == NINE + HALF


def test_no_hour_ends_before_it_begins(kept: Diary) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.row(NINE + 5 * HOUR, ends_at=NINE + 4 * HOUR).save()


def test_the_guards_are_put_back_after_a_migration(kept: Diary) -> None:
    guards.lift()
    assert "scheduling_appointment: no overlap" in guards.missing_guards()
    guards.install()
    assert "scheduling_appointment: no overlap" not in guards.missing_guards()
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        come_after_what_was_meant(kept)
