"""Change the lock: every data key is wrapped by a new ring key, while the house goes on working."""

from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ...models import DataKey
from ...outside import keyring
from ...outside.keyring import KeyRing

BREATH = 0.02
"""Seconds between two batches: SQLite lets whoever asks next in, and that should not be us."""


class Command(BaseCommand):
    help = (
        "Add a ring key and wrap every data key with it. Killed, it is simply run again and "
        "goes on. `--retire` then takes the old ring key off, once nothing needs it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retire", action="store_true", help="take the old key off the ring")
        parser.add_argument("--batch", type=int, default=200, help="data keys in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.GROUND_KEYS)
        if options["retire"] and len(keyring.ring().keys) == 1:
            self.stdout.write(_("There is no old key on the ring."))
            return
        current = keyring.change(path, begun).current
        done = self.wrap_all(options["batch"], options["verbosity"])
        self.stdout.write(
            _("%(done)d data keys were wrapped with %(name)s.") % {"done": done, "name": current}
        )
        if options["retire"]:
            retire(path)
            self.stdout.write(
                _("The old key is off the ring. Backups made before now need the old key ring.")
            )
        elif left := DataKey.objects.not_under(current).count():
            raise CommandError(_("%(left)d data keys could not be opened.") % {"left": left})

    def wrap_all(self, batch: int, verbosity: int) -> int:
        """Go through the keys until a whole round finds nothing to do; returns how many it did."""
        total = 0
        while True:
            in_round, after = 0, None
            while True:
                done, after = DataKey.objects.wrap_anew(batch, after)
                if after is None:
                    break
                in_round += done
                sleep(BREATH)
                if verbosity > 1:
                    self.stdout.write(f"{total + in_round}")
                    self.stdout.flush()
            total += in_round
            if not in_round:
                return total


def begun(ring: KeyRing) -> KeyRing:
    """The ring with a new key on it, unless a rotation is under way already."""
    return ring.grown() if len(ring.keys) == 1 else ring


def retire(path: Path) -> None:
    """Take the old keys off the ring. Raises CommandError while a data key needs one of them.

    Nobody can save a data key meanwhile; whoever had wrapped one before and saves it afterwards
    finds the ring changed and wraps it again (`DataKeys.fresh`).
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE core_datakey IN SHARE MODE")
        left: list[UUID] = list(
            DataKey.objects.not_under(keyring.ring().current).values_list("pk", flat=True)[:5]
        )
        if left:
            raise CommandError(
                _("Data keys still need the old key, among them: %(ids)s.")
                % {"ids": ", ".join(map(str, left))}
            )
        keyring.change(path, lambda ring: ring.without(set(ring.keys) - {ring.current}))
