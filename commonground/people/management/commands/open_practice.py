"""`./ground practice`: begin a practice and hand its owner the link that lets them in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from commonground.core import audit, clock

from ...actions import Refused, open_practice


class Command(BaseCommand):
    help = "Begin a practice: prints a link, good once and for seven days, for its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="the practice's name; asked for when left out")
        parser.add_argument("--owner", help="the owner's e-mail address; asked for when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        name = (options["name"] or input(_("Name of the practice: "))).strip()
        owner = (options["owner"] or input(_("E-mail address of its owner: "))).strip()
        try:
            validate_email(owner)
        except ValidationError as error:
            raise CommandError(_("That is not an e-mail address: nothing was begun.")) from error
        if not name:
            raise CommandError(_("A practice needs a name: nothing was begun."))
        try:
            link = open_practice(by=audit.SYSTEM, now=clock.now(), name=name, owner_email=owner)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Open this link to begin. It works once, for seven days:"))
        self.stdout.write(f"  {link}")
