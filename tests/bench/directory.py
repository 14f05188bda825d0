"""Searching among 12, 10,000 and 100,000 listings, on SQLite and PostgreSQL.

python -m tests.bench.directory

For each size the page of a filtered search is asked for through the whole house, and the very
statements it sent are sent again bare, with their rows fetched: the same result without us. The
page may send the same number of statements at every size, and its own work may take at most twice
the time of the bare statements: at every size when somebody has asked the same since the last
change (a process holds the answer), and from 10,000 listings on when nobody has. Below, the
statements take a millisecond or two and a first answer is all template: that ratio is printed only.
"""

import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SIZES = (12, 10_000, 100_000)
WEIGHS = 10_000
LIMIT = 2.0
ROUNDS = 5
ASKED = "/therapists/?approach=approach-1&age=16&where=online&taking=1"
PATHS = {
    "filtered": ASKED,
    "by words": "/therapists/?q=harbour+quiet",
    "everybody": "/therapists/?page=2",
}


def begin(folder: str) -> None:
    """A practice of its own in `folder`; on the database that DATABASE_URL names, if any."""
    os.environ |= {"GROUND_VAR": folder, "DJANGO_SETTINGS_MODULE": "commonground.config.settings"}
    secret = Path(folder) / "practice" / "secret.txt"
    secret.parent.mkdir(parents=True)
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(48))
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.core.signals import setting_changed

    django.setup()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
    (Path(folder) / "static").mkdir()
    call_command("make_keys", verbosity=0)
    call_command("migrate", verbosity=0)


def fill(size: int) -> None:
    """Bring the number of listings up to `size`, with offers drawn at random but the same."""
    import random

    from django.db import connection

    from commonground.core import clock
    from commonground.directory.matching import GRACE, RECONFIRM, fold
    from commonground.directory.models import (
        Approach,
        DayOrder,
        Focus,
        Focused,
        Language,
        Profile,
        Spoken,
    )
    from commonground.people.models import Place, Practice, Therapist, User

    Practice.objects.get_or_create(name="Bench")
    for number in range(8):
        name = f"approach-{number}"
        Approach.objects.get_or_create(slug=name, defaults={"name": name})
        Place.objects.get_or_create(
            name=f"Place {number}",
            defaults={"address": "x", "town": "y", "latitude": 55 + number / 10, "longitude": -1},
        )
    approaches, places = list(Approach.objects.all()), list(Place.objects.all())
    chance, today = random.Random(size), clock.today()
    vocabulary = ["harbour", "quiet", "grief", "work", "letter", "winter", "sister", "garden"]
    vocabulary += [f"word{number}" for number in range(400)]
    for start in range(Profile.objects.count(), size, 5000):
        numbers = range(start, min(size, start + 5000))
        users = [User(email=f"t{n}@bench.example", name=f"T {n}", password="!") for n in numbers]
        User.objects.bulk_create(users)
        them = [Therapist(user=user, name=user.name) for user in users]
        Therapist.objects.bulk_create(them)
        rows = []
        for one in them:
            young = chance.random() < 0.4
            row = Profile(
                therapist=one,
                slug=one.name.lower().replace(" ", "-"),
                headline=" ".join(chance.choices(vocabulary, k=14)),
                about=" ".join(chance.choices(vocabulary, k=150)),
                adults=not young or chance.random() < 0.7,
                young_from=12 if young else None,
                young_to=18 if young else None,
                online=chance.random() < 0.5,
                taking_clients=True,
                capacity=9,
                reconfirmed_on=today,
                good_until=today + RECONFIRM + GRACE,
                shown_until=today + RECONFIRM + GRACE,
                room=chance.choice([0, 0, 1, 3]),
            )
            row.words = fold(f"{one.name} {row.headline} {row.about}")
            rows.append(row)
        Profile.objects.bulk_create(rows)
        marks = [
            (row, chance.sample(Language.values, 2), chance.sample(Focus.values, 2)) for row in rows
        ]
        Spoken.objects.bulk_create(Spoken(profile=r, language=t) for r, ts, _ in marks for t in ts)
        Focused.objects.bulk_create(Focused(profile=r, area=a) for r, _, xs in marks for a in xs)
        works, at = Profile.approaches.through, Profile.places.through
        works.objects.bulk_create(
            works(profile=r, approach=a) for r in rows for a in chance.sample(approaches, 2)
        )
        at.objects.bulk_create(at(profile=r, place=chance.choice(places)) for r in rows)
    DayOrder.objects.draw(today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Measured:
    """Statements of a first answer; seconds of a first one, of a held one, and of bare SQL."""

    statements: int
    first: float
    held: float
    bare: float

    @property
    def first_work(self) -> float:
        """What a first answer adds to its statements, as a multiple of their time."""
        return max(0.0, self.first - self.bare) / self.bare

    @property
    def held_work(self) -> float:
        """All that a held answer takes, which sends one small statement, as such a multiple."""
        return self.held / self.bare


def measure(path: str) -> Measured:
    """Ask for a page, afresh and again, and send its statements bare; medians of a few rounds."""
    from django.db import connection
    from django.test import Client

    from commonground.core import cache

    visitor = Client(HTTP_HOST="localhost:8000")
    sent: list[tuple[str, object]] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        sent.append((sql, params))
        return execute(sql, params, many, context)

    def first() -> None:
        cache.ANSWERS.clear()
        held()

    def held() -> None:
        answer = visitor.get(path)
        assert answer.status_code == 200, answer.status_code

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql, params in sent:
                cursor.execute(sql, params)
                cursor.fetchall()

    first()
    with connection.execute_wrapper(note):
        first()
    rounds = [(timed(first), timed(held), timed(bare)) for _ in range(ROUNDS)]
    return Measured(len(sent), *(statistics.median(each) for each in zip(*rounds, strict=True)))


def compare() -> list[str]:
    """Fill and measure; returns what was beyond its limit, in sentences."""
    from django.db import connection

    faults: list[str] = []
    few: dict[str, int] = {}
    for size in SIZES:
        fill(size)
        for name, path in PATHS.items():
            if size == 12 and "page=" in path:
                path = "/therapists/?page=1"
            told = measure(path)
            where = f"{connection.vendor} {size:>6} {name}"
            print(
                f"  {where:32} {told.statements} statements, bare {told.bare * 1000:7.1f} ms;"
                f"  own work / bare: first {told.first_work:.2f},"
                f" held {told.held_work:.2f}"
            )
            if told.statements != few.setdefault(name, told.statements):
                faults.append(f"{where}: {told.statements} statements, {few[name]} at 12")
            if size >= WEIGHS and told.first_work > LIMIT:
                faults.append(f"{where}: a first answer is beyond the limit")
            if told.held_work > LIMIT:
                faults.append(f"{where}: a held answer is beyond the limit")
    return faults


def main() -> int:
    if "DATABASE_URL" not in os.environ and "--sqlite" not in sys.argv:
        import subprocess

        from tests.outside import postgres

        here = [sys.executable, "-m", "tests.bench.directory"]
        code = subprocess.call([*here, "--sqlite"])
        with postgres.server() as url:
            return code | subprocess.call(here, env={**os.environ, "DATABASE_URL": url})
    with tempfile.TemporaryDirectory(prefix="ground-bench-") as folder:
        begin(folder)
        faults = compare()
    print("\n".join(faults) or f"own work ≤ {LIMIT} × bare statements, statements constant")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
