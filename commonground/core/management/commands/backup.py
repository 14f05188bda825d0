"""A copy of the practice, taken while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from ... import clock
from ...outside import archive


class Command(BaseCommand):
    help = "Copy database and pictures into a folder, with a list of checksums. Keys stay out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, to: Path | None, **options: Any) -> None:
        made_at = clock.real()
        folder = to or settings.GROUND_VAR / "backups" / f"{made_at:%Y%m%dT%H%M%S.%fZ}"
        manifest = archive.make(
            folder, connection.settings_dict, Path(settings.MEDIA_ROOT), made_at.isoformat()
        )
        self.stdout.write(f"{folder}: {len(manifest['files'])} files")
        self.stdout.write(
            f"Keep {settings.GROUND_KEYS} too, and in another place: without the keys this copy "
            "cannot be read, and with them anybody can read it."
        )
