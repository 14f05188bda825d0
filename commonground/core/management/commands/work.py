"""The worker: runs the queue, sets the periodic jobs going, takes back what a dead worker left."""

import logging
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from ... import clock
from ...backends import forget_the_last
from ...checks import refuse_unsafe_start
from ...jobs import reap, tick

log = logging.getLogger(__name__)


def beat() -> None:
    """One look at the clock: start what is due, take back what has lapsed."""
    forget_the_last()
    close_old_connections()
    try:
        tick(clock.now())
        reap(clock.real())
    except Exception as error:  # the next beat tries again; the worker goes on meanwhile
        log.error("The tick failed: %s", type(error).__name__)
        connection.close()


class Command(BaseCommand):
    help = "Run jobs from the queue and set periodic jobs going, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="stop when the queue is empty")
        parser.add_argument("--beat", type=float, default=20, help="seconds between two ticks")

    def handle(self, *args: Any, batch: bool, beat: float, **options: Any) -> None:
        refuse_unsafe_start()
        worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0.5,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        worker.configure_signals()
        if not batch:
            threading.Thread(target=keep_time, args=(beat,), name="tick", daemon=True).start()
        worker.run()


def keep_time(seconds: float) -> None:
    """Beat for as long as the process lives, beside the jobs, so a long one delays nothing."""
    pause = threading.Event()
    while True:
        beat()
        pause.wait(seconds)
