"""Write down how far the audit goes, to be carried off this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ... import audit, clock


class Command(BaseCommand):
    help = "Append the head of the audit to audit-anchors.log; keep that file on another machine."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = audit.anchor(clock.now())
        except audit.AuditBroken as error:
            raise CommandError(str(error)) from error
        if number is None:
            self.stdout.write(_("Nothing has happened yet: there is nothing to anchor."))
        else:
            self.stdout.write(
                _("Line %(number)d is anchored in %(path)s.")
                % {"number": number, "path": audit.anchor_file()}
            )
