"""Has anybody changed, cut or slipped in a line of the audit?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ... import audit
from ...chain import Fault, Kind


class Command(BaseCommand):
    help = "Verify the audit: every line, its head, and the anchors. Exit code 1 if it is broken."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.verify()
        told = {"lines": found.lines, "anchors": found.anchors, "faults": len(found.faults)}
        if found.faults:
            listed = "\n".join(sentence(fault) for fault in found.faults)
            raise CommandError(_("The audit is broken, %(faults)d faults:") % told + "\n" + listed)
        self.stdout.write(
            _("The audit is whole: %(lines)d lines, %(anchors)d anchors, no fault.") % told
        )


def sentence(fault: Fault) -> str:
    """What is wrong, in words."""
    words = {
        Kind.CHANGED: _("Line %(number)d has been changed."),
        Kind.MISSING: _("Line %(number)d is missing."),
        Kind.STRAY: _("Line %(number)d does not belong there."),
        Kind.PARTED: _("Line %(number)d does not follow the one before it."),
        Kind.HEADLESS: _("There are lines, but no head."),
        Kind.FORGED_HEAD: _("The head is forged."),
        Kind.CUT: _("The audit does not end with line %(number)d, as its head says."),
        Kind.UNANCHORED: _("Line %(number)d is not as it was anchored."),
    }
    return words[fault.kind] % {"number": fault.number}
