"""Weighing every therapist for one enquiry, among 12, 1,000 and 10,000, against the bare query.

python -m tests.bench.matching

The same statements are sent bare, with their rows fetched. Weighing sends the same number of
statements at every size; what it adds to them, turning rows into offers and weighing each of
them in Python, may take at most LIMIT times the time of the bare statements at 10,000.
"""

import statistics
import sys
import tempfile
from typing import Any
from uuid import uuid4

from .directory import begin, fill, timed

SIZES = (12, 1_000, 10_000)
LIMIT = 12.0
ROUNDS = 5


def an_enquiry() -> Any:
    """Somebody who asks for a good deal."""
    from commonground.core import audit, clock
    from commonground.enquiries import actions
    from commonground.people.models import Place

    place = Place.objects.first()
    needs = {"age": 34, "ways": ["in-person", "online"], "place": str(place.pk) if place else "",
             "language": "en", "approach": "approach-1", "focus": ["grief", "work"],
             "times": ["morning", "evening"], "step_free": True, "gender": "woman"}  # fmt: skip
    enquiry, *_rest = actions.receive(
        number=uuid4(), called="Ada", reach={}, needs=needs, words="", wished=None, source="site",
        by=audit.VISITOR, now=clock.now(),
    )  # fmt: skip
    return enquiry


def give_hours() -> None:
    """Three days a week and a next free time for whoever has none, drawn but the same."""
    import random
    from datetime import time, timedelta

    from commonground.core import clock
    from commonground.people.models import Place, Therapist
    from commonground.scheduling.models import NextFree, WeeklyHours

    chance, places = random.Random(5), list(Place.objects.all())
    WeeklyHours.objects.bulk_create(
        WeeklyHours(therapist=each, weekday=day, opens=time(opens), closes=time(opens + 4),
                    place=chance.choice(places), online=chance.random() < 0.5)
        for each in Therapist.objects.exclude(pk__in=WeeklyHours.objects.values("therapist"))
        for day in chance.sample(range(7), 3)
        for opens in [chance.choice([8, 13, 17])]
    )  # fmt: skip
    now = clock.now()
    NextFree.objects.bulk_create(
        NextFree(therapist=each, starts_at=now + timedelta(days=chance.randint(1, 40)),
                 zone="Europe/London", worked_at=now)
        for each in Therapist.objects.exclude(pk__in=NextFree.objects.values("therapist"))
    )  # fmt: skip


def compare() -> list[str]:
    """Fill and measure; returns what was beyond its limit, in sentences."""
    from django.db import connection

    from commonground.core import clock
    from commonground.enquiries.models.suited import rank_for

    fill(SIZES[0])
    enquiry, few, faults = an_enquiry(), 0, []
    for size in SIZES:
        fill(size)
        give_hours()
        sent: list[tuple[str, object]] = []

        def note(
            execute: Any, sql: str, params: Any, many: Any, context: Any, to: Any = sent
        ) -> Any:
            to.append((sql, params))
            return execute(sql, params, many, context)

        def weigh() -> None:
            ranking = rank_for(enquiry, clock.now())
            assert ranking.can

        def bare(sent: Any = sent) -> None:
            with connection.cursor() as cursor:
                for sql, params in sent:
                    cursor.execute(sql, params)
                    cursor.fetchall()

        weigh()
        with connection.execute_wrapper(note):
            weigh()
        rounds = [(timed(weigh), timed(bare)) for _n in range(ROUNDS)]
        whole, alone = (statistics.median(each) for each in zip(*rounds, strict=True))
        own = max(0.0, whole - alone) / alone
        print(f"  {size:>6}: {len(sent)} statements, {whole * 1000:7.1f} ms, bare "
              f"{alone * 1000:7.1f} ms; own work / bare {own:.2f}")  # fmt: skip
        few = few or len(sent)
        if len(sent) != few:
            faults.append(f"{size}: {len(sent)} statements, {few} at {SIZES[0]}")
        if size == SIZES[-1] and own > LIMIT:
            faults.append(f"{size}: weighing is beyond the limit")
    return faults


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="ground-bench-") as folder:
        begin(folder)
        faults = compare()
    print("\n".join(faults) or f"own work ≤ {LIMIT} × bare statements, statements constant")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
