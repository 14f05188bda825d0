"""Mail is written with the facts, sent afterwards, seen throughout; none missing, none clinical."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as sent
from django.core.management import call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from .. import clock, emails
from ..models import Mail

pytestmark = pytest.mark.django_db

LETTER = """Subject: {{ name }} & something new
Hello {{ name }},

something awaits you at {{ practice_url }}/home/.
"""
DRIVER = "commonground.core.emails.EmailMessage.send"


@pytest.fixture(autouse=True)
def house(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "news.txt").write_text(LETTER)
    (tmp_path / "emails" / "bare.txt").write_text("Hello")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr("commonground.core.management.commands.work.refuse_unsafe_start", lambda: 0)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    # The worker's own connection is this test's, with its transaction.
    worker = "django_tasks_db.management.commands.db_worker"
    monkeypatch.setattr(f"{worker}.close_old_connections", lambda: None)


def post(dedupe: str = "news:1") -> Mail:
    return emails.post(
        to="ada@example.org", template="news", context={"name": "Ada O'Neil"}, dedupe=dedupe
    )


def work() -> None:
    call_command("work", batch=True)


def state() -> str:
    return str(Mail.objects.get().state)


def later(minutes: float) -> datetime:
    return clock.real() + timedelta(minutes=minutes)


def test_a_mail_arrives() -> None:
    post()
    assert (state(), sent.outbox) == ("queued", [])
    work()
    assert (state(), len(sent.outbox)) == ("sent", 1)
    assert sent.outbox[0].to == ["ada@example.org"]
    assert sent.outbox[0].subject == "Ada O'Neil & something new"
    assert sent.outbox[0].body.startswith("Hello Ada O'Neil,")


def test_what_never_was_is_not_told() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        post()
        raise RuntimeError
    work()
    assert (Mail.objects.count(), sent.outbox) == (0, [])


def test_the_same_occasion_is_told_once() -> None:
    assert post().pk == post().pk
    work()
    assert len(sent.outbox) == 1


def test_two_occasions_are_told_twice() -> None:
    """The control of the test above."""
    post("news:1"), post("news:2")
    work()
    assert len(sent.outbox) == 2


def test_an_occasion_holds_no_words() -> None:
    with pytest.raises(ValueError):
        post("Ada asked about grief")


def test_a_template_without_a_subject_is_refused() -> None:
    with pytest.raises(ValueError):
        emails.render("bare", {}, "en-gb")


def test_a_name_cannot_add_a_header() -> None:
    subject, _ = emails.render("news", {"name": "Ada\nBcc: all@example.org"}, "en-gb")
    assert "\n" not in subject


def test_neither_address_nor_words_lie_in_the_database() -> None:
    post()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_mail")
        row = repr(cursor.fetchall())
        cursor.execute(f"SELECT * FROM {DBTaskResult._meta.db_table}")
        row += repr(cursor.fetchall())
    assert "ada@" not in row and "O'Neil" not in row
    assert "news:1" in row  # the control: it is the row


def fail(*args: Any) -> None:
    raise ConnectionRefusedError("smtp said: ada@example.org")


def test_a_mail_server_that_is_down_is_tried_again(monkeypatch: Any) -> None:
    post()
    with monkeypatch.context() as down:
        down.setattr(DRIVER, fail)
        work()
    assert state() == "failed"
    emails.resend(later(1))
    assert state() == "failed"  # not yet
    emails.resend(later(3))
    work()
    assert (state(), len(sent.outbox)) == ("sent", 1)


def test_of_a_failure_only_the_kind_is_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(DRIVER, fail)
    post()
    work()
    assert Mail.objects.get().failure == "ConnectionRefusedError"


def test_after_five_attempts_it_is_given_up_and_shown(monkeypatch: Any) -> None:
    monkeypatch.setattr(DRIVER, fail)
    post()
    for _ in range(8):
        work()
        Mail.objects.update(moved_at=clock.real() - timedelta(days=1))
        emails.resend(clock.real())
    assert Mail.objects.get().attempts == 5
    assert Mail.objects.stuck(clock.real()).count() == 1


def test_a_worker_killed_while_sending_loses_nothing(monkeypatch: Any) -> None:
    """SystemExit stands for the kill: nothing after it runs."""
    post()
    with monkeypatch.context() as killed:
        killed.setattr(DRIVER, lambda *args: exit(9))
        work()
    assert state() == "sending"
    emails.resend(later(1))
    assert state() == "sending"  # its lease may still run
    emails.resend(later(3))
    work()
    assert (state(), len(sent.outbox)) == ("sent", 1)


def test_a_mail_whose_job_was_lost_is_queued_again() -> None:
    post()
    DBTaskResult.objects.all().delete()
    emails.resend(later(6))
    work()
    assert state() == "sent"


def test_two_workers_send_it_once() -> None:
    row = post()
    emails.send(str(row.pk)), emails.send(str(row.pk))
    assert len(sent.outbox) == 1


def test_a_mail_that_waits_is_shown_after_a_quarter_of_an_hour() -> None:
    post()
    assert Mail.objects.stuck(later(14)).count() == 0
    assert Mail.objects.stuck(later(16)).count() == 1


def test_the_newest_stands_first_and_the_old_are_let_go() -> None:
    with clock.frozen(datetime(2026, 1, 1, tzinfo=UTC)):
        old = post("old")
    with clock.frozen(datetime(2026, 2, 1, tzinfo=UTC)):
        new = post("new")
    assert list(Mail.objects.recent()) == [new, old]
    assert list(Mail.objects.old(datetime(2026, 2, 2, tzinfo=UTC))) == [old]


@pytest.mark.parametrize("word", ["depress", "grief", "PHQ", "symptom", "diagnos", "suicid"])
def test_no_mail_of_the_house_holds_a_clinical_word(word: str) -> None:
    house = Path(__file__).parents[2]
    for template in house.rglob("emails/*.txt"):
        assert word.lower() not in template.read_text().lower(), template
