"""Session page, timeline, caseload and the client's own page at 10, 1,000 and 50,000 courses,
on SQLite and PostgreSQL.

python -m tests.bench.courses

The practice grows; one therapist's caseload does not (ten courses). Each page is
asked for through the whole house beside an almost empty signed-in page of the same run ("how you
sign in"), and may take three times as long; the number of statements is the same at every size.
"""

import os
import statistics
import sys
import tempfile
from datetime import timedelta
from typing import Any

from tests.bench.directory import begin, timed

SIZES = tuple(int(n) for n in os.environ.get("BENCH_SIZES", "10,1000,50000").split(","))
CASELOAD = 10
LIMIT = 3.0
ROUNDS = 15
BATCH = 2_000


def found() -> Any:
    """Miriam with her caseload, each course with sessions, people and events."""
    from commonground.courses import actions, storages
    from commonground.courses.models import Course
    from commonground.courses.tests.carried import date_from, open_course
    from commonground.people.models import Practice
    from commonground.people.roles import Role
    from commonground.people.tests.front_office import NOON, client_of, person

    Practice.objects.get_or_create(name="Bench")
    miriam = person("Miriam", Role.THERAPIST)
    now = NOON
    for number in range(CASELOAD):
        client = client_of(miriam, f"Client {number}")
        course = open_course(client, miriam)
        date_from(course, now + timedelta(days=2 + number // 6, hours=number % 6), 4, miriam)
        told: dict[str, Any] = {"by": miriam, "now": now}
        for name in ("Tom", "Asha", "Meera", "Claire"):
            actions.keep_person(course=course, facts={"name": name}, **told)
        for day in (200, 120, 40):
            on = now.date() - timedelta(days=day)
            facts = {"words": "Something happened", "kind": "change", "on": on}
            actions.keep_event(course=course, facts=facts, **told)
    course = Course.objects.with_keys().first()
    assert course is not None
    sheet = storages.worksheet("affect", 1)
    actions.begin_worksheet(course=course, sheet=sheet, by=miriam, now=now)
    course.client.user = person("Client", Role.CLIENT)
    course.client.save(update_fields=["user"])
    return miriam, course


def fill(size: int) -> None:
    """Bring the number of courses up to `size`, in the care of as many others as it takes."""
    from django.db import connection

    from commonground.core import clock
    from commonground.core.models import DataKey
    from commonground.courses.models import Course, LifeEvent, Note, Person, Session
    from commonground.people.models import Care, Client, Therapist, User

    now = clock.now()
    there = Course.objects.count()
    while there < size:
        many = min(BATCH, size - there)
        user = User.objects.create_user(f"t{there}@bench.example", f"T {there}")
        them = Therapist.objects.create(user=user, name=user.name)
        keys = [DataKey.objects.fresh("client") for _ in range(many)]
        clients = [Client(data_key=key, name="C", created_at=now) for key in keys]
        Client.objects.bulk_create(clients)
        Care.objects.bulk_create(
            Care(client=one, therapist=them, part="lead", begins_at=now, reason="bench")
            for one in clients
        )
        courses = [
            Course(client=one, therapist=them, protocol_key="ipt-adult-16", protocol_version=1,
                   sessions_agreed=16, opened_on=now.date())
            for one in clients
        ]  # fmt: skip
        Course.objects.bulk_create(courses)
        sessions = [Session(course=course, number=n) for course in courses for n in (1, 2)]
        Session.objects.bulk_create(sessions)
        people = [Person(course=c, name="P", author=user, saved_at=now) for c in courses]
        Person.objects.bulk_create(people)
        LifeEvent.objects.bulk_create(
            LifeEvent(course=c, words="E", kind="work", on=now.date(), author=user, saved_at=now)
            for c in courses
        )
        Note.objects.bulk_create(
            Note(session=one, author=user, text="N", saved_at=now) for one in sessions[::2]
        )
        there += many
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(browser: Any, path: str) -> tuple[int, float, float]:
    """How many statements a page sends, how long it takes (median, in seconds), and how many times
    as long as an empty page asked for just before it (median: both wait for the same machine)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    empty = reverse("mfa_index")
    assert browser.get(path).status_code == browser.get(empty).status_code == 200, path
    with CaptureQueriesContext(connection) as told:
        browser.get(path)
        many = len(told)  # asked later, it would have forgotten
    pairs = [
        (timed(lambda: browser.get(empty)), timed(lambda: browser.get(path))) for _ in range(ROUNDS)
    ]
    page = statistics.median(there for _, there in pairs)
    return many, page, statistics.median(there / none for none, there in pairs)


def compare() -> list[str]:
    """Fill and measure; returns what was beyond its limit, in sentences."""
    from django.db import connection
    from django.urls import reverse

    from commonground.people.tests.front_office import signed_in

    miriam, course = found()
    desk, phone = signed_in(miriam), signed_in(course.client.user)
    session = course.sessions.get(number=1)
    pages = {
        "session": (desk, reverse("session", args=[session.pk])),
        "timeline": (desk, reverse("timeline", args=[course.pk])),
        "caseload": (desk, reverse("today")),
        "client": (phone, reverse("my")),
    }
    faults, first = [], {}
    for size in SIZES:
        fill(size)
        for name, (browser, path) in pages.items():
            many, page, ratio = measure(browser, path)
            few = first.setdefault(name, many)
            where = f"{connection.vendor} {size:>6} {name}"
            print(f"  {where:28} {many} statements  {page * 1000:6.1f} ms  "
                  f"{ratio:.2f} × an empty page")  # fmt: skip
            if many != few:
                faults.append(f"{where}: {many} statements, {few} at {SIZES[0]}")
            if ratio > LIMIT:
                faults.append(f"{where}: {ratio:.2f} × an empty page")
    return faults


def main() -> int:
    if "DATABASE_URL" not in os.environ and "--sqlite" not in sys.argv:
        import subprocess

        from tests.outside import postgres

        here = [sys.executable, "-m", "tests.bench.courses"]
        code = subprocess.call([*here, "--sqlite"])
        with postgres.server() as url:
            return code | subprocess.call(here, env={**os.environ, "DATABASE_URL": url})
    with tempfile.TemporaryDirectory(prefix="ground-bench-") as folder:
        begin(folder)
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["testserver"]
        from django.core.management import call_command

        from commonground.core import clock
        from commonground.people.tests.front_office import NOON

        call_command("createcachetable")
        with clock.frozen(NOON):
            faults = compare()
    print("\n".join(faults) or f"every page ≤ {LIMIT} × an empty one, statements constant")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
