"""The whole house, running in processes of its own with the invented practice inside."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import sys
from django import setup
from django.core.management import call_command
setup()
for words in sys.argv[1:]:
    call_command(*words.split(), verbosity=0)
"""
TABLES = ("migrate --noinput", "createcachetable")
FURNISH = ("build_assets", "collectstatic --noinput", "load_demo")
"""What `ground up` does at the first start, in fewer processes to save their time."""
BUILT = "GROUND_TEST_HOUSE"
"""The variable that names the folder of a house that `build` has made."""
PATIENCE = 180.0
"""Seconds the house may take until it answers."""


@dataclass
class House:
    """A running house: where it answers, and its environment."""

    url: str
    env: dict[str, str]

    def manage(self, *words: str) -> str:
        """Run one of Django's commands in this house and answer with what it said."""
        return self.run("manage.py", *words)

    def run(self, *words: str) -> str:
        """Run Python in this house. Raises RuntimeError with what it said if it fails."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.env | {"DJANGO_SETTINGS_MODULE": "commonground.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def sql(self, *statements: str) -> None:
        """Change the house's SQLite file directly: a command takes longer than a journey's step."""
        with closing(sqlite3.connect(f"{self.env['GROUND_VAR']}/demo/ground.sqlite3")) as file:
            for statement in statements:
                file.execute(statement)
            file.commit()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def at(var: Path, port: int, **env: str) -> House:
    """The house below `var` that will answer at a port; nothing of this shell's own practice."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GROUND_", "DJANGO_"))}
    for name in ("DATABASE_URL", "EMAIL_URL"):
        kept.pop(name, None)
    url = f"http://localhost:{port}"
    told = {
        "GROUND_VAR": str(var),
        "GROUND_DEMO": "1",
        "GROUND_HOST": "127.0.0.1",
        "GROUND_PORT": str(port),
        "GROUND_URL": url,
    }
    return House(url, kept | told | env)


def build(var: Path, port: int = 80, tables: Path | None = None, /, **env: str) -> None:
    """Make the invented practice below `var`, to be copied by every `house` of this run.

    `tables`: where a copy of the database goes while it has its tables and nobody in it.
    """
    new = at(var, port, **env)
    new.manage("make_keys", "--verbosity", "0")
    new.run("-c", BEGIN, *TABLES)
    if tables:
        tables.parent.mkdir(parents=True)
        with closing(sqlite3.connect(var / "demo" / "ground.sqlite3")) as whole:
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(var / "demo" / "ground.sqlite3", tables)
    new.run("-c", BEGIN, *FURNISH)


@contextmanager
def house(var: Path, **env: str) -> Iterator[House]:
    """Put the invented practice below `var`, serve it, and stop it at the end."""
    port = free_port()
    live = at(var, port, **env)
    built = os.environ.get(BUILT, "")
    if built and not env:
        shutil.copytree(built, var, dirs_exist_ok=True)
        live.sql(f"UPDATE wagtailcore_site SET port = {port}", "DELETE FROM core_shared_cache")
    else:
        build(var, port, None, **env)
    log = (var / "up.log").open("w")
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--workers", "1"],
        cwd=ROOT,
        env=live.env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(live.url, up, var / "up.log")
        yield live
    finally:
        up.send_signal(signal.SIGTERM)
        try:
            up.wait(10)
        except subprocess.TimeoutExpired:
            up.kill()
        log.close()


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the house answers. Raises RuntimeError with its last words if it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the house did not answer:\n{log.read_text()[-3000:]}")
