"""The ground under every test: a data folder of its own, no network, a clock that can be held.

Nothing of a real practice is ever touched: whatever GROUND_… the shell carries is put aside
before Django is loaded. DATABASE_URL is kept, so that the same tests run on PostgreSQL.
"""

import atexit
import copy
import gc
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.outside import network

# A busy machine is no fault: what counts is what an example shows, not how long it took. Each run
# tries the same examples, so that no change is refused for what another did; `./ground prove`
# looks for new ones.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize=os.environ.get("GROUND_PROVE") != "full",
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")

KEPT = {f"GROUND_{name}" for name in ("TEST_VAR", "TEST_HOUSE", "PROVE", "REPORTS", "SCREENSHOTS")}


def _var() -> Path:
    """The folder of this run: GROUND_TEST_VAR where given, else one that is thrown away."""
    if given := os.environ.get("GROUND_TEST_VAR"):
        return Path(given).resolve()
    folder = Path(tempfile.mkdtemp(prefix="ground-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


os.umask(0o077)  # as `ground` does: nothing here is for other users of the machine
for name in [n for n in os.environ if n.startswith("GROUND_") and n not in KEPT]:
    del os.environ[name]
os.environ.pop("EMAIL_URL", None)
VAR = _var()
os.environ["GROUND_VAR"] = str(VAR)
os.environ["GROUND_DEMO"] = "0"
os.environ["DJANGO_SETTINGS_MODULE"] = "commonground.config.settings"
_secret = VAR / "practice" / "secret.txt"
if not _secret.exists():  # read as the settings load, so it comes before them
    _secret.parent.mkdir(parents=True, exist_ok=True)
    _secret.touch(mode=0o600)
    _secret.write_text(secrets.token_urlsafe(48))
for folder in ("test", "assets", "static"):
    (VAR / folder).mkdir(exist_ok=True)


def pytest_configure() -> None:
    """Make the keys of this run; serve static files under their plain names; hash quickly."""
    import django
    from django.conf import settings
    from django.core.management import call_command, get_commands
    from django.core.signals import setting_changed

    django.setup()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Read already, as the pictures' model loaded.
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if not Path(settings.GROUND_KEYS).exists() and "make_keys" in get_commands():
        call_command("make_keys", verbosity=0)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--where-it-matters",
        action="store_true",
        help="only tests to which the database is not all one; a run on another has the rest",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run was not asked for."""
    wanted, apart = [], []
    for item in items:
        (apart if left_out(item, config) else wanted).append(item)
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = wanted


def left_out(item: pytest.Item, config: pytest.Config) -> bool:
    """Counted safety tests and journeys, unless -m asks for them or a path names them; and what
    touches no database, where only the others are wanted."""
    if config.option.where_it_matters and not database_matters(item):
        return True
    if config.option.markexpr or not any(map(item.get_closest_marker, ("journey", "prove"))):
        return False
    named = [arg.split("::")[0] for arg in config.args]
    return not any(
        "journeys" in name
        or "prove" in name
        or (name.endswith(".py") and item.path.match(f"*{name}"))
        for name in named
    )


def pytest_collection_finish() -> None:
    """What has been loaded stays: looking through it for rubbish over and over takes an eighth of
    the time of a test."""
    gc.collect()
    gc.freeze()


def database_matters(item: pytest.Item) -> bool:
    """Whether a test may find something else on another database: it is let in to one, or says so
    itself. Without either, pytest-django refuses every query.
    """
    marks = ("django_db", "each_database")
    doors = {"db", "transactional_db", "live_server", "django_db_setup"}
    return any(map(item.get_closest_marker, marks)) or not doors.isdisjoint(item.fixturenames)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Nothing in the house may ask a foreign host for anything, in a test least of all."""
    with network.loopback_only():
        yield


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    """A test with real transactions empties the tables after itself, guarded ones too.

    Django sends post_migrate after emptying, which puts the guards back.
    """
    from django.test import TransactionTestCase

    from commonground.core.models import guards

    empty = TransactionTestCase._fixture_teardown

    def lift_and_empty(case: TransactionTestCase) -> None:
        guards.lift()
        empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lift_and_empty)
        yield


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    """No key and no page of the test before: its database has been rolled back."""
    forget()
    yield
    forget()


def forget() -> None:
    """Forget what this process remembers of the database."""
    from commonground.core import cache, fields

    fields.forget()
    cache.HELD.clear()
    cache.ANSWERS.clear()


@pytest.fixture(scope="module")
def once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """Lay down once what the tests of a module begin with: `laid = once(carried, at=NOON)`.

    `laid()` answers a copy of what was made. The rows lie in a transaction around the tests that
    follow in this module, each of which is undone back to here; so it is not for tests with real
    transactions.
    """
    from django.db import connection, transaction

    from commonground.core import clock

    around = transaction.atomic()
    around._from_testcase = True  # a verb in it is still the outermost
    with django_db_blocker.unblock():
        around.__enter__()

    def lay(make: Callable[[], Any], at: datetime | None = None) -> Callable[[], Any]:
        with django_db_blocker.unblock(), clock.frozen(at) if at else nullcontext():
            made = make()
            connection.check_constraints()
        return lambda: copy.deepcopy(made)

    yield lay
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def at() -> Iterator[Callable[[datetime], AbstractContextManager[None]]]:
    """Hold the clock: `with at(instant): …`."""
    from commonground.core import clock

    yield clock.frozen


@pytest.fixture
def times() -> Callable[[int], int]:
    """How often a safety test tries: `times(300)` is 300 under `./ground prove`, else 15."""

    def count(full: int) -> int:
        return full if os.environ.get("GROUND_PROVE") == "full" else max(1, full // 20)

    return count


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Write down what a safety test found, for docs/generated/proof.md.

    `proof("A8 audit chain", attempted=300, survived=300, control="…")`: `control` says what
    happened with the guard taken away; it must have failed.
    """

    def write(name: str, attempted: int, survived: int, control: str) -> None:
        from django.db import connection

        assert attempted > 0, "a proof without an attempt proves nothing"
        assert control, "a proof names its control"
        _report(
            "proofs",
            name=name,
            attempted=attempted,
            survived=survived,
            control=control,
            database=connection.display_name,
            test=request.node.nodeid,
        )

    return write


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count for the closing line of `./ground test`."""
    kinds = ("passed", "failed", "error", "skipped")
    _report("tally", **{kind: len(terminalreporter.stats.get(kind, [])) for kind in kinds})


def _report(name: str, /, **line: Any) -> None:
    if folder := os.environ.get("GROUND_REPORTS"):
        with (Path(folder) / f"{name}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
