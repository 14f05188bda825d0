"""R7: an unsafe configuration does not start, and says why in one sentence per fault."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from .. import checks
from ..management.commands import up

Change = Callable[[SimpleNamespace], None]
SECRET = "k9-Xw2_vQ7zRt5LmPa8Jd3HsYc6Nb1GfUeIoTqW4"
POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "ground", "OPTIONS": {}}


@pytest.fixture
def practice(tmp_path: Path) -> SimpleNamespace:
    """A practice as it should be, reached under its own name through TLS."""
    data = tmp_path / "var" / "practice"
    data.mkdir(parents=True, mode=0o700)
    (tmp_path / "var" / "demo").mkdir(mode=0o700)
    ring = {"current": "k1", "keys": {"k1": "b" * 40}}
    for name, text in {"keys.json": json.dumps(ring), "secret.txt": SECRET, "g.db": ""}.items():
        (data / name).touch(mode=0o600)
        (data / name).write_text(text)
    return SimpleNamespace(
        GROUND_DEMO=False,
        GROUND_URL="https://practice.example",
        GROUND_VAR=tmp_path / "var",
        DATA=data,
        GROUND_KEYS=data / "keys.json",
        SECRET_KEY_FILE=data / "secret.txt",
        SECRET_KEY=SECRET,
        DEBUG=False,
        ALLOWED_HOSTS=["practice.example"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(data / "g.db"),
                "OPTIONS": {
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                    "transaction_mode": "IMMEDIATE",
                },
            }
        },
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        DEFAULT_FROM_EMAIL="hello@practice.example",
        SESSION_COOKIE_SECURE=True,
        CSRF_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SECURE_HSTS_SECONDS=31_536_000,
        SECURE_SSL_REDIRECT=True,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        CONTENT_SECURITY_POLICY={
            "DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'self'"]}
        },
        CMS_CONTENT_SECURITY_POLICY={"script-src": ["'self'", "'unsafe-inline'"]},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}},
        TASKS={"default": {"BACKEND": "commonground.core.backends.Queue"}},
    )


@pytest.fixture
def demo(practice: SimpleNamespace) -> SimpleNamespace:
    """The demo as `./ground up` starts it."""
    vars(practice).update(
        GROUND_DEMO=True,
        GROUND_URL="http://localhost:8000",
        ALLOWED_HOSTS=["localhost", "127.0.0.1", "[::1]"],
        SESSION_COOKIE_SECURE=False,
        SECURE_HSTS_SECONDS=0,
        SECURE_SSL_REDIRECT=False,
        SECURE_PROXY_SSL_HEADER=None,
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    )
    return practice


def test_a_practice_as_it_should_be_starts(practice: SimpleNamespace) -> None:
    """The control of every refusal below."""
    assert checks.faults(practice) == []


def test_the_demo_on_this_machine_starts(demo: SimpleNamespace) -> None:
    assert checks.faults(demo) == []


def put(**changed: Any) -> Change:
    return lambda s: vars(s).update(changed)


def mode(name: str, bits: int) -> Change:
    return lambda s: (s.DATA / name).chmod(bits)


def database(**changed: Any) -> Change:
    return lambda s: s.DATABASES.update(default=POSTGRES | changed)


def option(name: str, value: str) -> Change:
    return lambda s: s.DATABASES["default"]["OPTIONS"].update({name: value})


def policy(**sources: list[str]) -> Change:
    told = {name.replace("_", "-"): listed for name, listed in sources.items()}
    return lambda s: s.CONTENT_SECURITY_POLICY["DIRECTIVES"].update(told)


def demo_keys(s: SimpleNamespace) -> None:
    (s.GROUND_VAR / "demo" / "keys.json").write_text(s.GROUND_KEYS.read_text())


def demo_secret(s: SimpleNamespace) -> None:
    (s.GROUND_VAR / "demo" / "secret.txt").write_text(SECRET)


def demo_folder(s: SimpleNamespace) -> None:
    s.DATABASES["default"]["NAME"] = str(s.GROUND_VAR / "demo" / "ground.sqlite3")


UNSAFE: dict[str, tuple[Change, str]] = {
    "debug is on": (put(DEBUG=True), "GROUND_DEBUG"),
    "no secret": (put(SECRET_KEY="not-a-key"), "secret"),
    "django's own secret": (put(SECRET_KEY="django-insecure-" + SECRET), "secret"),
    "a monotonous secret": (put(SECRET_KEY="a" * 60), "secret"),
    "secret readable": (mode("secret.txt", 0o644), "secret.txt"),
    "no keys": (put(GROUND_KEYS=Path("/nowhere/keys.json")), "GROUND_KEYS"),
    "keys readable": (mode("keys.json", 0o604), "keys.json"),
    "keys readable by the group": (mode("keys.json", 0o640), "keys.json"),
    "keys of the demo": (demo_keys, "keys of the demo"),
    "secret of the demo": (demo_secret, "keys of the demo"),
    "in the demo's folder": (demo_folder, "demo's folder"),
    "folder readable": (mode("", 0o705), "data folder"),
    "folder writable": (mode("", 0o702), "data folder"),
    "database readable": (mode("g.db", 0o644), "database"),
    "no journal": (option("init_command", "PRAGMA synchronous=NORMAL"), "WAL"),
    "deferred": (option("transaction_mode", "DEFERRED"), "IMMEDIATE"),
    "not synchronous": (
        option("init_command", "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF"),
        "synchronous",
    ),
    "postgres in the clear": (database(HOST="db.example", PASSWORD="x"), "TLS"),
    "postgres in the clear, its host told last": (
        database(PASSWORD="x", OPTIONS={"host": "db.example"}),
        "TLS",
    ),
    "postgres without password": (
        database(HOST="db.example", PASSWORD="", OPTIONS={"sslmode": "require"}),
        "password",
    ),
    "no host": (put(ALLOWED_HOSTS=[]), "GROUND_HOSTS"),
    "every host": (put(ALLOWED_HOSTS=["*"]), "GROUND_HOSTS"),
    "http": (put(GROUND_URL="http://practice.example"), "https"),
    "a name that only begins like this machine": (
        put(GROUND_URL="http://localhost.practice.example"),
        "https",
    ),
    "open cookie": (put(SESSION_COOKIE_SECURE=False), "cookies"),
    "open token": (put(CSRF_COOKIE_SECURE=False), "cookies"),
    "cookie for scripts": (put(SESSION_COOKIE_HTTPONLY=False), "cookies"),
    "no hsts": (put(SECURE_HSTS_SECONDS=0), "HSTS"),
    "no redirect": (put(SECURE_SSL_REDIRECT=False), "HSTS"),
    "mail to the console": (
        put(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"),
        "EMAIL_URL",
    ),
    "mail to nobody": (
        put(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"),
        "EMAIL_URL",
    ),
    "mail in memory": (
        put(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"),
        "EMAIL_URL",
    ),
    "mail from nobody": (put(DEFAULT_FROM_EMAIL="practice@localhost"), "GROUND_MAIL_FROM"),
    "inline code": (policy(script_src=["'self'", "'unsafe-inline'"]), "content policy"),
    "a foreign host": (policy(img_src=["https://cdn.example"]), "content policy"),
    "no policy": (put(CONTENT_SECURITY_POLICY=None), "content policy"),
    "a lax default": (policy(default_src=["'self'"]), "content policy"),
    "a foreign host for editors": (
        put(CMS_CONTENT_SECURITY_POLICY={"script-src": ["https://cdn.example"]}),
        "editors",
    ),
    "limits in memory": (
        put(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}),
        "cache",
    ),
    "a queue that keeps words": (
        put(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}),
        "Queue",
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_it_is_refused_with_one_sentence(name: str, practice: SimpleNamespace) -> None:
    change, words = UNSAFE[name]
    change(practice)
    told = checks.faults(practice)
    assert len(told) == 1 and words.lower() in told[0].lower(), told


UNSAFE_DEMO: dict[str, tuple[Change, str]] = {
    "an address": (put(GROUND_URL="https://demo.example"), "localhost only"),
    "a name": (put(ALLOWED_HOSTS=["localhost", "demo.example"]), "localhost only"),
    "a proxy": (put(SECURE_PROXY_SSL_HEADER=("X", "https")), "proxy"),
    "keys readable": (mode("keys.json", 0o644), "keys.json"),
    "inline code": (policy(script_src=["'unsafe-inline'"]), "content policy"),
}


@pytest.mark.parametrize("name", UNSAFE_DEMO)
def test_the_demo_is_refused_too(name: str, demo: SimpleNamespace) -> None:
    change, words = UNSAFE_DEMO[name]
    change(demo)
    assert any(words in sentence for sentence in checks.faults(demo))


def test_every_fault_is_planted_above(practice: SimpleNamespace, demo: SimpleNamespace) -> None:
    """No fault without a test: each function is named by one of the two tables."""
    assert len(checks.FAULTS) >= 20
    assert len(UNSAFE) + len(UNSAFE_DEMO) > len(checks.FAULTS)


def test_the_demo_listens_on_this_machine_only(demo: SimpleNamespace) -> None:
    assert checks.listening_fault(demo, "0.0.0.0")
    assert not checks.listening_fault(demo, "localhost")


def test_a_postgres_next_door_needs_no_tls(practice: SimpleNamespace) -> None:
    database(HOST="/run/postgresql")(practice)
    assert checks.faults(practice) == []


def test_the_start_is_refused_and_the_reason_told(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(checks, "FAULTS", (lambda s: "The door is open.",))
    monkeypatch.setattr(checks, "guards_are_missing", lambda: "")
    with pytest.raises(SystemExit) as refusal:
        checks.refuse_unsafe_start()
    assert refusal.value.code == 78
    assert "Not started: The door is open." in capsys.readouterr().err


def test_a_safe_house_is_not_refused(monkeypatch: Any) -> None:
    """The control of the test above."""
    monkeypatch.setattr(checks, "FAULTS", ())
    monkeypatch.setattr(checks, "guards_are_missing", lambda: "")
    checks.refuse_unsafe_start()


@pytest.mark.parametrize("command", ["up", "work"])
def test_neither_server_nor_worker_starts_unsafe(command: str, monkeypatch: Any) -> None:
    module = f"commonground.core.management.commands.{command}.refuse_unsafe_start"

    def refuse(**kwargs: Any) -> None:
        raise SystemExit(78)

    monkeypatch.setattr(module, refuse)
    with pytest.raises(SystemExit):
        call_command(command)


def test_the_door_of_the_web_server_refuses_too() -> None:
    """Django runs no checks under WSGI, so the call stands in wsgi.py itself."""
    door = Path(__file__).parents[2] / "config" / "wsgi.py"
    assert door.read_text().rstrip().endswith("refuse_unsafe_start()")


def test_check_deploy_tells_the_same(monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "FAULTS", (lambda s: "The door is open.",))
    with pytest.raises(CommandError, match="The door is open"):
        call_command("check", deploy=True, tags=["security"])


def test_a_child_that_dies_is_started_again_later_each_time() -> None:
    child = up.Child("sleeper", ["false"])
    waits = []
    now = 0.0
    for _ in range(3):
        child.watch(now)
        assert child.process
        child.process.wait()
        child.watch(now)
        waits.append(child.due - now)
        now = child.due
    assert waits == [1.0, 2.0, 4.0]
