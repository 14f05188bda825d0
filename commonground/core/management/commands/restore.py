"""A practice brought back from a copy, and the copy looked at before it is trusted."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ... import audit, checks, clock
from ...outside import archive


class Command(BaseCommand):
    help = "Bring back database and pictures from a copy made by backup. Stop the house first."
    requires_system_checks: list[str] = []  # the database may be gone

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument("--over", action="store_true", help="put it in place of what is there")

    def handle(self, *args: Any, source: Path, over: bool, **options: Any) -> None:
        began, now = time.monotonic(), clock.real()
        settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        media = Path(settings.MEDIA_ROOT)
        aside = media.parent / f"replaced-{now:%Y%m%dT%H%M%S.%fZ}"
        try:
            manifest = archive.verify(source, connection.settings_dict)
            connection.close()
            moved = archive.bring_back(source, connection.settings_dict, media, aside, over)
        except archive.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        call_command("migrate", verbosity=0, interactive=False)
        if fault := checks.guards_are_missing():
            raise CommandError(fault)
        call_command("audit_verify", stdout=self.stdout)
        restored(by=audit.SYSTEM, now=clock.now(), made_at=manifest["made_at"])
        self.stdout.write(f"Restored in {time.monotonic() - began:.1f} s.")
        if moved:
            self.stdout.write(
                f"What was there before lies in {aside}; delete it when you are sure."
            )
        self.stdout.write(
            "Write down why you restored, and who may be affected: what happened since the copy "
            "was made is missing."
        )


@audit.verb("core.restored")
def restored(*, by: Any, now: Any, made_at: str) -> None:
    """Say in the trail that the data were brought back from a copy of an earlier moment."""
    audit.note(made_at=made_at)
