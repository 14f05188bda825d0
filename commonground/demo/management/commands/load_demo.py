from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from commonground.core import audit, clock
from commonground.demo.actions import load
from commonground.people.models import Practice


class Command(BaseCommand):
    help = "Load the invented practice, once; only where GROUND_DEMO is on."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GROUND_DEMO:
            raise CommandError(
                "The demo practice is loaded only where GROUND_DEMO=1 is set, so that invented "
                "people never mix with real ones."
            )
        if Practice.objects.exists():
            self.stdout.write("The demo practice is already here.")
            return
        practice = load(by=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"{practice.name} is open.")
