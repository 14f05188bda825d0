"""One tick by hand (or by cron, where no worker runs all the time)."""

from typing import Any

from django.core.management.base import BaseCommand

from ... import clock
from ...jobs import reap, tick


class Command(BaseCommand):
    help = "Set going the periodic jobs that are due, and take back what a dead worker left."

    def handle(self, *args: Any, **options: Any) -> None:
        begun, returned = tick(clock.now()), reap(clock.real())
        self.stdout.write(f"{begun} begun, {returned} taken back")
