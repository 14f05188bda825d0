"""The first thing a new house does: its key ring and its secret."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ...outside import keyring


class Command(BaseCommand):
    help = "Make the key ring and the secret where they are missing; never replaces either."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        ring, secret = Path(settings.GROUND_KEYS), Path(settings.SECRET_KEY_FILE)
        made = [ring] if keyring.make(ring) else []
        if keyring.write_once(secret, secrets.token_urlsafe(48) + "\n"):
            made.append(secret)
        if options["verbosity"]:
            for path in made:
                self.stdout.write(_("Made %(path)s.") % {"path": path})
            if ring in made:
                self.stdout.write(
                    _("Keep a copy of the key ring, apart from the backups: it alone opens them.")
                )
