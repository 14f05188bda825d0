"""B1: many processes reach for the same hour at the same time, by every path there is."""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections
from django.urls import reverse

from commonground.core import clock
from commonground.courses import actions as courses
from commonground.courses import storages
from commonground.courses.models import Course
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person, signed_in
from commonground.scheduling import actions
from commonground.scheduling.actions import Taken
from commonground.scheduling.models import Appointment
from commonground.scheduling.tests.test_models import put_the_guards_back, take_the_guards_away

pytestmark = pytest.mark.prove
DAY = datetime(2027, 5, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RACERS = 4
KEPT, REFUSED, BROKEN = 0, 7, 9
DICE = random.Random(20260302)


class Race:
    """One therapist, a client for each racer, and hours all of them want."""

    def __init__(self, monkeypatch: Any) -> None:
        self.theo = person("Theo", Role.THERAPIST)
        self.clients = [client_of(self.theo, f"Client {n}") for n in range(RACERS)]
        self.desk = signed_in(self.theo)
        self.spare = [self._far_away(n) for n in range(RACERS)]
        self.courses = [self._course(client) for client in self.clients]

    def _far_away(self, n: int) -> Appointment:
        return Appointment.objects.create(
            therapist=self.theo.therapist, client=self.clients[n],
            starts_at=DAY - (n + 2) * 24 * HOUR, ends_at=DAY - (n + 2) * 24 * HOUR + HOUR,
        )  # fmt: skip

    def _course(self, client: Client) -> Course:
        return courses.open_course(
            client=client, therapist=self.theo.therapist, sessions=16, by=self.theo,
            protocol=storages.protocol("ipt-adult-16", 1), now=clock.now(),
        )  # fmt: skip

    def row(self, n: int, at: datetime) -> Appointment:
        return Appointment(
            therapist=self.theo.therapist, client=self.clients[n], starts_at=at, ends_at=at + HOUR
        )


def plan(race: Race, n: int, at: datetime) -> None:
    actions.plan(
        therapist=race.theo.therapist, client=race.clients[n], starts_at=at, minutes=60,
        place=None, by=race.theo, now=clock.now(),
    )  # fmt: skip


def move(race: Race, n: int, at: datetime) -> None:
    actions.move(
        appointment=Appointment.objects.get(pk=race.spare[n].pk), starts_at=at, minutes=60,
        place=None, by=race.theo, now=clock.now(),
    )  # fmt: skip


def create(race: Race, n: int, at: datetime) -> None:
    race.row(n, at).save()


def create_many(race: Race, n: int, at: datetime) -> None:
    Appointment.objects.bulk_create([race.row(n, at)])


def update(race: Race, n: int, at: datetime) -> None:
    Appointment.objects.filter(pk=race.spare[n].pk).update(starts_at=at, ends_at=at + HOUR)


def by_the_page(race: Race, n: int, at: datetime) -> None:
    """A therapist's own form, for a session without a date or with one."""
    session = race.courses[n].sessions.get(number=1)
    given = {f"{session.pk}-day": f"{at:%Y-%m-%d}", f"{session.pk}-time": f"{local(at):%H:%M}"}
    race.desk.raise_request_exception = True
    answer = race.desk.post(reverse("session_date", args=[session.pk]), given)
    if answer.status_code == 302:
        return
    assert answer.status_code == 200, answer.status_code
    raise Taken


def local(at: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo("Europe/London"))


BARE = (create, create_many, update)
PATHS = (plan, move, *BARE, by_the_page)


def attempt(race: Race, path: Callable[..., None], n: int, at: datetime) -> int:
    """What came of one try: kept, refused in the words of the house, or broken."""
    try:
        path(race, n, at)
    except Taken:
        return REFUSED
    except IntegrityError as error:
        return REFUSED if "overlap" in str(error) else BROKEN
    except OperationalError as error:
        # Bare rows take no lock before; PostgreSQL then ends one of two that wait for each other.
        return REFUSED if path in BARE and "deadlock" in str(error) else BROKEN
    return KEPT


def all_at_once(race: Race, path: Callable[..., None], at: datetime) -> list[int]:
    """Every racer in a process of its own, each half an hour beside the others."""
    connections.close_all()
    start = time.time() + 0.05
    pids = []
    for n in range(RACERS):
        wanted = at + DICE.choice([timedelta(0), HOUR / 2, -HOUR / 2])
        pid = os.fork()
        if pid == 0:
            result = BROKEN
            try:
                time.sleep(max(0, start - time.time()))
                result = attempt(race, path, n, wanted)
            except BaseException as error:
                print(f"{path.__name__}: {error!r}", flush=True)
            finally:
                os._exit(result)
        pids.append(pid)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def overlaps() -> int:
    """Pairs of one therapist's standing hours that share an instant."""
    rows = list(Appointment.objects.standing().order_by("therapist", "starts_at"))
    pairs = itertools.pairwise(rows)
    return sum(
        one.therapist_id == other.therapist_id and other.starts_at < one.ends_at
        for one, other in pairs
    )


def run(race: Race, attempts: int, first: datetime) -> list[int]:
    """Race after race, path after path, each for an hour of its own day."""
    results: list[int] = []
    rounds = 0
    while len(results) < attempts:
        path = PATHS[rounds % len(PATHS)]
        results += all_at_once(race, path, first + rounds * 24 * HOUR)
        rounds += 1
    return results


@pytest.fixture
def race(transactional_db: None, monkeypatch: Any) -> Iterator[Race]:
    yield Race(monkeypatch)


def put_the_guard_back() -> None:
    Appointment.objects.all().delete()
    put_the_guards_back()


def test_no_two_people_share_an_hour_however_many_reach_for_it(
    race: Race, times: Callable[[int], int], proof: Callable[..., None]
) -> None:
    attempts = max(times(200), RACERS * len(PATHS))  # each path at least once
    results = run(race, attempts, DAY)
    assert BROKEN not in results and set(results) <= {KEPT, REFUSED}, results
    assert overlaps() == 0
    assert KEPT in results
    assert REFUSED in results
    let_through = without_the_guard(race)
    proof(
        f"B1 one hour, {RACERS} processes at once, by plan, move, page, row and many rows: "
        f"{results.count(KEPT)} kept, {results.count(REFUSED)} refused in words",
        attempted=len(results),
        survived=len(results) - overlaps() - results.count(BROKEN),
        control=f"with the constraint dropped, the same race left {let_through} overlaps",
    )


def without_the_guard(race: Race) -> int:
    take_the_guards_away()
    try:
        run(race, RACERS * 2, DAY + 400 * 24 * HOUR)
        found = overlaps()
    finally:
        clear(race)
        put_the_guard_back()
    assert found, "the control must let overlaps through"
    return found


def clear(race: Race) -> None:
    from commonground.courses.models import Session
    from commonground.measures.models import Assignment, Response

    Response.objects.all().delete()
    Assignment.objects.all().delete()
    Session.objects.update(appointment=None)


def test_a_reader_of_the_diary_sees_the_overlap(race: Race) -> None:
    """The control of the counting: two rows written with the guard away are counted."""
    take_the_guards_away()
    try:
        for n in range(2):
            race.row(n, DAY).save()
        assert overlaps() == 1
    finally:
        put_the_guard_back()
