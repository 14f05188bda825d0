"""Web server and worker under one command: started, watched, restarted, stopped together."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from ...checks import refuse_unsafe_start

PATIENCE = 1.5
"""Seconds a child may take to stop before it is killed; jobs and mail survive a kill."""


@dataclass
class Child:
    """One process that is started again when it dies, a little later each time."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def watch(self, now: float) -> None:
        """Start the process if it is due; note a death. `now` is monotonic, in seconds."""
        if self.process is not None and self.process.poll() is not None:
            self.deaths = 1 if now - self.started > 60 else self.deaths + 1
            self.due = now + min(30.0, 0.5 * 2**self.deaths)
            self.sweep()
            print(f"{self.name} ended ({self.process.returncode}); starting it again.", flush=True)
            self.process = None
        if self.process is None and now >= self.due:
            # A group of its own, so that Ctrl-C reaches the supervisor alone.
            self.process = subprocess.Popen(self.command, process_group=0)
            self.started = now

    def ask(self) -> None:
        """Ask the process to stop; it asks its own workers."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def sweep(self) -> None:
        """End whatever is left of the group: granian has workers of its own."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stopped(self) -> bool:
        return self.process is None or self.process.poll() is not None


def web(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server."""
    address = "127.0.0.1" if host == "localhost" else host
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", address, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "1", "--respawn-failed-workers", "--log-level", "warning"),
        *("--workers-kill-timeout", "1", "commonground.config.wsgi:application"),
    ]


class Command(BaseCommand):
    help = "Serve the practice: web server and worker, restarted if they die, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("GROUND_HOST", "localhost"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("GROUND_PORT", "8000")))
        parser.add_argument("--workers", type=int, default=max(1, os.cpu_count() or 2))

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        refuse_unsafe_start(listening=host)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonground.config.settings")
        job_command = [sys.executable, "-m", "django", "work"]
        children = [Child("web", web(host, port, workers)), Child("worker", job_command)]
        os.chdir(settings.ROOT)
        asked: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, frame: asked.append(received))
        self.stdout.write(f"{settings.GROUND_URL}  (Ctrl-C stops it)")
        while not asked:
            for child in children:
                child.watch(time.monotonic())
            time.sleep(0.1)
        stop(children)


def stop(children: list[Child]) -> None:
    """Ask every child to stop, and end those that do not."""
    for child in children:
        child.ask()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(child.stopped() for child in children):
        time.sleep(0.02)
    for child in children:
        child.sweep()
