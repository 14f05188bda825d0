"""R7: a practice with something amiss does not start, and says what."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.prove
DICE = random.Random(20260302)
ROOT = Path(__file__).resolve().parents[2]


SAFE = {
    "GROUND_DEMO": "0",
    "GROUND_URL": "https://practice.example",
    "GROUND_HOSTS": "practice.example",
    "EMAIL_URL": "smtp://localhost:25",
    "GROUND_MAIL_FROM": "hello@practice.example",
}
Plant = Callable[[Path, dict[str, str]], None]


def say(**told: str) -> Plant:
    return lambda data, env: env.update(told)


def mode(name: str, bits: int) -> Plant:
    return lambda data, env: (data / name).chmod(bits)


def remove(name: str) -> Plant:
    return lambda data, env: (data / name).unlink()


def copy_to_demo(name: str) -> Plant:
    def plant(data: Path, env: dict[str, str]) -> None:
        (data.parent / "demo").mkdir(mode=0o700)
        shutil.copy(data / name, data.parent / "demo" / name)

    return plant


def short_secret(data: Path, env: dict[str, str]) -> None:
    (data / "secret.txt").write_text("secret")


def a_demo(**told: str) -> Plant:
    """The demo made reachable: a folder of its own is there, so nothing else is amiss."""

    def plant(data: Path, env: dict[str, str]) -> None:
        shutil.copytree(data, data.parent / "demo")
        for name in SAFE:
            env.pop(name, None)
        env.update({"GROUND_DEMO": "1"} | told)

    return plant


def no_guards(data: Path, env: dict[str, str]) -> None:
    with closing(sqlite3.connect(data / "ground.sqlite3")) as intruder:
        intruder.execute("DROP TRIGGER guard_core_auditevent_delete")
        intruder.commit()


UNSAFE: dict[str, tuple[Plant, str]] = {
    "debug on": (say(GROUND_DEBUG="1"), "GROUND_DEBUG"),
    "secret missing": (remove("secret.txt"), "secret"),
    "secret too short": (short_secret, "secret"),
    "secret readable by others": (mode("secret.txt", 0o644), "secret.txt"),
    "key file missing": (remove("keys.json"), "GROUND_KEYS"),
    "key file readable by others": (mode("keys.json", 0o644), "keys.json"),
    "keys of the demo": (copy_to_demo("keys.json"), "keys of the demo"),
    "secret of the demo": (copy_to_demo("secret.txt"), "keys of the demo"),
    "data folder open": (mode("", 0o755), "data folder"),
    "database open": (mode("ground.sqlite3", 0o644), "database"),
    "no host named": (say(GROUND_HOSTS=""), "GROUND_HOSTS"),
    "every host allowed": (say(GROUND_HOSTS="*"), "GROUND_HOSTS"),
    "no TLS": (say(GROUND_URL="http://practice.example"), "https"),
    "mail to the console": (say(EMAIL_URL="consolemail://"), "EMAIL_URL"),
    "mail without a sender": (say(GROUND_MAIL_FROM="practice@localhost"), "GROUND_MAIL_FROM"),
    "audit without its guards": (no_guards, "audit trail"),
    "demo under a public name": (a_demo(GROUND_URL="https://demo.example"), "localhost only"),
    "demo behind a proxy": (a_demo(GROUND_BEHIND_PROXY="1"), "proxy"),
    "demo listening to everybody": (a_demo(GROUND_HOST="0.0.0.0"), "does not listen"),
}


@pytest.fixture(scope="module")
def practice() -> Iterator[Path]:
    """A practice of its own, with keys and tables, to be copied and spoilt. The tables are those of
    the tests where they lie in a file: laying new ones takes half a minute."""
    there = Path(os.environ["GROUND_VAR"]) / "test" / "test.sqlite3"
    with tempfile.TemporaryDirectory(prefix="ground-unsafe-") as folder:
        var = Path(folder) / "var"
        for words in ("make_keys",) if there.exists() else ("make_keys", "migrate"):
            done = run_in(var, dict(SAFE), "-m", "django", words, "--verbosity", "0")
            assert done.returncode == 0, done.stderr
        if there.exists():
            with (
                closing(sqlite3.connect(there)) as tables,
                closing(sqlite3.connect(var / "practice" / "ground.sqlite3")) as own,
            ):
                tables.backup(own)
        yield var


def run_in(var: Path, env: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("GROUND_") and k not in {"DATABASE_URL", "EMAIL_URL"}
    }
    told = {"GROUND_VAR": str(var), "DJANGO_SETTINGS_MODULE": "commonground.config.settings"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept | told | env,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
    )


def start(var: Path, folder: Path, plant: Plant | None) -> "subprocess.CompletedProcess[str]":
    """Load the web server's door in a copy of the practice with one thing amiss."""
    shutil.copytree(var, folder)
    env = dict(SAFE)
    if plant is not None:
        plant(folder / "practice", env)
    return run_in(folder, env, "-c", "import commonground.config.wsgi")


def test_unsafe_configurations_do_not_start(
    times: Callable[[int], int], proof: Callable[..., None], practice: Path, tmp_path: Path
) -> None:
    """The table of every fault is in core/tests/test_refusals.py; here real processes are begun."""
    whole = times(20) == 20
    chosen = sorted(UNSAFE) if whole else DICE.sample(sorted(UNSAFE), 2)
    refused = 0
    for n, name in enumerate(chosen):
        plant, words = UNSAFE[name]
        done = start(practice, tmp_path / str(n), plant)
        refused += done.returncode == 78 and words in done.stderr
        assert words in done.stderr, (name, done.stderr)
    safe = start(practice, tmp_path / "safe", None)
    assert safe.returncode == 0, safe.stderr
    proof(
        "R7 unsafe configurations refused by the web server itself, with the reason",
        attempted=len(chosen),
        survived=refused,
        control="the same practice with nothing amiss starts",
    )
