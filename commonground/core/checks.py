"""Unsafe configuration does not start. Each fault is one function and one sentence.

Django runs its system checks for management commands only, so `refuse_unsafe_start` is called
by `config/wsgi.py`, `up` and `work` as well. Faults are judged from the settings and the files
they name; nothing here changes anything.
"""

import json
import os
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE
from django.apps import apps
from django.conf import settings as house_settings
from django.core import checks
from django.db import DatabaseError, connection

from . import retention

LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
HARMLESS_SOURCES = {"'self'", "'none'", "data:", "blob:", "'strict-dynamic'", NONCE}
NOT_SENDING = ("console", "dummy", "locmem", "filebased")
Fault = Callable[[Any], str]


def local(s: Any) -> bool:
    """Whether the house is reached from this machine only."""
    return (urlsplit(s.GROUND_URL).hostname or "") in LOOPBACK


def others_may(path: Path, bits: int) -> bool:
    """Whether the file or folder exists and grants any of the permission `bits`."""
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & bits)
    except OSError:
        return False


def database_file(s: Any) -> Path | None:
    """The SQLite file, if that is the database."""
    database = s.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def secrets_in(path: Path) -> set[str]:
    """Every long text in a file of keys, whatever its shape."""
    try:
        text = path.read_text()
    except OSError:
        return set()
    try:
        found = json.loads(text)
    except ValueError:
        found = text.strip()
    return {word for word in _texts(found) if len(word) >= 16}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


# ——— the faults ———


def debug_is_on(s: Any) -> str:
    if s.DEBUG and not (s.GROUND_DEMO and local(s)):
        return "GROUND_DEBUG is on: error pages would show what people wrote; switch it off."
    return ""


def secret_is_weak(s: Any) -> str:
    if len(s.SECRET_KEY) < 40 or len(set(s.SECRET_KEY)) < 10 or "insecure" in s.SECRET_KEY:
        return f"The secret in {s.SECRET_KEY_FILE} is missing or too short; make a new one."
    return ""


def secret_is_readable(s: Any) -> str:
    if others_may(s.SECRET_KEY_FILE, 0o077):
        return f"{s.SECRET_KEY_FILE} can be read by other users; set its mode to 600."
    return ""


def keys_are_missing(s: Any) -> str:
    if not s.GROUND_KEYS.is_file():
        return f"The key file {s.GROUND_KEYS} (GROUND_KEYS) is missing; nothing could be read."
    return ""


def keys_are_readable(s: Any) -> str:
    if others_may(s.GROUND_KEYS, 0o077):
        return f"{s.GROUND_KEYS} can be read by other users; set its mode to 600."
    return ""


def keys_are_the_demos(s: Any) -> str:
    if s.GROUND_DEMO:
        return ""
    demo = s.GROUND_VAR / "demo"
    known = secrets_in(demo / "keys.json") | secrets_in(demo / "secret.txt")
    if known & (secrets_in(s.GROUND_KEYS) | secrets_in(s.SECRET_KEY_FILE)):
        return "This practice uses keys of the demo; make keys of its own."
    return ""


def data_is_the_demos(s: Any) -> str:
    demo, file = s.GROUND_VAR / "demo", database_file(s)
    if not s.GROUND_DEMO and (demo == s.DATA or (file and demo in file.parents)):
        return "This practice would live in the demo's folder, which is wiped; choose another."
    return ""


def data_is_open(s: Any) -> str:
    if others_may(s.DATA, 0o007):
        return f"The data folder {s.DATA} is open to every user; set its mode to 700."
    return ""


def database_is_open(s: Any) -> str:
    file = database_file(s)
    if file and others_may(file, 0o007):
        return f"The database {file} is open to every user; set its mode to 600."
    return ""


def database_may_tear(s: Any) -> str:
    if database_file(s) is None:
        return ""
    options = s.DATABASES["default"].get("OPTIONS", {})
    start = options.get("init_command", "").replace(" ", "").lower()
    if "journal_mode=wal" not in start or options.get("transaction_mode") != "IMMEDIATE":
        return "SQLite must run with WAL and IMMEDIATE transactions; bring back those options."
    if "synchronous=off" in start or "synchronous=0" in start:
        return "SQLite's synchronous is off: a power cut would lose records; set it to NORMAL."
    return ""


def database_travels_in_the_clear(s: Any) -> str:
    database = s.DATABASES["default"]
    if not _foreign_database(database):
        return ""
    if database.get("OPTIONS", {}).get("sslmode") not in {"require", "verify-ca", "verify-full"}:
        return "The database is on another machine without TLS; add ?sslmode=verify-full."
    return ""


def database_has_no_password(s: Any) -> str:
    database = s.DATABASES["default"]
    if _foreign_database(database) and not database.get("PASSWORD"):
        return "The database on another machine asks for no password; DATABASE_URL needs one."
    return ""


def _foreign_database(database: dict[str, Any]) -> bool:
    host = database.get("HOST") or database.get("OPTIONS", {}).get("host") or ""
    networked = not database["ENGINE"].endswith("sqlite3")
    return networked and bool(host) and host not in LOOPBACK and not host.startswith("/")


def hosts_are_missing(s: Any) -> str:
    if not s.ALLOWED_HOSTS:
        return "No host is named: set GROUND_HOSTS to the names this practice is reached by."
    return ""


def hosts_are_anybody(s: Any) -> str:
    if any(host.strip() in {"*", "."} for host in s.ALLOWED_HOSTS):
        return "GROUND_HOSTS allows every name; list the practice's own."
    return ""


def address_is_in_the_clear(s: Any) -> str:
    if not local(s) and not s.GROUND_URL.startswith("https://"):
        return "GROUND_URL must begin with https:// for anything but this machine."
    return ""


def cookies_travel_in_the_clear(s: Any) -> str:
    secure = s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE
    if not (secure or local(s)) or not s.SESSION_COOKIE_HTTPONLY:
        return "Session cookies must be marked Secure and HttpOnly."
    return ""


def https_is_optional(s: Any) -> str:
    if not local(s) and (s.SECURE_HSTS_SECONDS < 86_400 or not s.SECURE_SSL_REDIRECT):
        return "HTTPS must be kept to: HSTS or the redirect to it is switched off."
    return ""


def demo_is_reachable(s: Any) -> str:
    if s.GROUND_DEMO and (not local(s) or not set(s.ALLOWED_HOSTS) <= LOOPBACK | {"testserver"}):
        return "The demo lets anybody sign in as anybody, so it answers on localhost only."
    return ""


def demo_is_behind_a_proxy(s: Any) -> str:
    if s.GROUND_DEMO and s.SECURE_PROXY_SSL_HEADER:
        return "The demo refuses to run behind a proxy; begin a practice with ./ground practice."
    return ""


def mail_goes_nowhere(s: Any) -> str:
    backend = s.EMAIL_BACKEND.lower()
    if not s.GROUND_DEMO and any(word in backend for word in NOT_SENDING):
        return "Mail would not leave this machine: set EMAIL_URL to a mail server."
    return ""


def mail_has_no_sender(s: Any) -> str:
    if not s.GROUND_DEMO and not local(s) and s.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        return "Mail has no sender: set GROUND_MAIL_FROM to the practice's address."
    return ""


def policy_lets_strangers_in(s: Any) -> str:
    policy = (getattr(s, "CONTENT_SECURITY_POLICY", None) or {}).get("DIRECTIVES", {})
    sources = {source for listed in policy.values() for source in listed}
    editors = {source for listed in s.CMS_CONTENT_SECURITY_POLICY.values() for source in listed}
    if policy.get("default-src") != ["'none'"] or sources - HARMLESS_SOURCES:
        return "The content policy allows inline code or a foreign host; use the one we ship."
    if editors - HARMLESS_SOURCES - {"'unsafe-inline'"}:
        return "The editors' content policy names a foreign host; use the one we ship."
    return ""


def limits_are_not_shared(s: Any) -> str:
    if not s.CACHES["default"]["BACKEND"].endswith(("DatabaseCache", "RedisCache")):
        return "Rate limits need a cache that all processes share; use the database cache."
    return ""


def queue_keeps_words(s: Any) -> str:
    if s.TASKS["default"]["BACKEND"] != "commonground.core.backends.Queue":
        return "Jobs must run through commonground.core.backends.Queue, which keeps no words."
    return ""


FAULTS: tuple[Fault, ...] = (
    debug_is_on,
    secret_is_weak,
    secret_is_readable,
    keys_are_missing,
    keys_are_readable,
    keys_are_the_demos,
    data_is_the_demos,
    data_is_open,
    database_is_open,
    database_may_tear,
    database_travels_in_the_clear,
    database_has_no_password,
    hosts_are_missing,
    hosts_are_anybody,
    address_is_in_the_clear,
    cookies_travel_in_the_clear,
    https_is_optional,
    demo_is_reachable,
    demo_is_behind_a_proxy,
    mail_goes_nowhere,
    mail_has_no_sender,
    policy_lets_strangers_in,
    limits_are_not_shared,
    queue_keeps_words,
)


def faults(s: Any) -> list[str]:
    """Every fault of these settings and their files, one sentence each."""
    return [sentence for fault in FAULTS if (sentence := fault(s))]


def listening_fault(s: Any, host: str) -> str:
    """The fault of serving the demo on an address others can reach."""
    if s.GROUND_DEMO and host not in LOOPBACK:
        return f"The demo lets anybody sign in as anybody: it does not listen on {host}."
    return ""


def guards_are_missing() -> str:
    """The fault of an audit trail that could be changed: its guards are not in the database."""
    from .models.guards import missing_guards

    try:
        missing = missing_guards(connection)
    except DatabaseError:
        return ""  # out of reach just now: whatever needs the database will say so itself
    if missing:
        return (
            f"The audit trail is not guarded ({', '.join(missing)}); run ./ground manage migrate."
        )
    return ""


def refuse_unsafe_start(listening: str | None = None) -> None:
    """Raise SystemExit with one sentence per fault; say nothing if there is none."""
    host = listening or os.environ.get("GROUND_HOST", "localhost")
    found = [*faults(house_settings), listening_fault(house_settings, host), guards_are_missing()]
    told = [sentence for sentence in found if sentence]
    if told:
        for sentence in told:
            print(f"Not started: {sentence}", file=sys.stderr)
        raise SystemExit(78)  # EX_CONFIG


@checks.register(checks.Tags.security, deploy=True)
def safe_to_start(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """`check --deploy` tells the same faults."""
    return [checks.Error(sentence, id="ground.E001") for sentence in faults(house_settings)]


@checks.register(checks.Tags.models)
def every_column_has_a_policy(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """No column of ours without a word on how long it is kept."""
    try:
        book = retention.read((Path(__file__).parent / "retention.toml").read_text())
    except (ValueError, tomllib.TOMLDecodeError) as error:
        return [checks.Error(f"retention.toml: {error}", id="ground.E002")]
    told = retention.unsettled(book, our_columns())
    return [checks.Warning(sentence, id="ground.W002") for sentence in told]


def our_columns() -> set[str]:
    """Every column of every table of the house's own apps, as `table.column`."""
    return {
        f"{model._meta.db_table}.{field.column}"
        for config in apps.get_app_configs()
        if config.name.startswith("commonground.")
        for model in config.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    }
