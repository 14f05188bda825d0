"""What the practice is and says of itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit

from ..models import Practice, User
from ..roles import Role
from .accounts import Refused, invite


@audit.verb("people.practice.opened")
def open_practice(*, by: Any, now: datetime, name: str, owner_email: str) -> str:
    """Begin a practice, or invite its first owner anew; returns the link that lets them in.

    Refused as soon as an owner is there: from then on, owners invite owners.
    """
    if User.objects.holding(Role.OWNER).filter(is_active=True).exists():
        raise Refused(_("This practice already has an owner, who can invite others."))
    practice = Practice.objects.first()
    if practice is None:
        practice = Practice.objects.create(name=name)
    audit.about(practice)
    return invite(by=by, now=now, address=owner_email, roles=[Role.OWNER])[1]


@audit.verb("people.practice.changed")
def change_practice(*, by: Any, now: datetime, row: Any, fields: Iterable[str]) -> None:
    """Save what the practice tells the public about itself: its own row, a place, a line."""
    row.save()
    audit.about(row)
    audit.note(fields=sorted(fields))


@audit.verb("people.practice.removed")
def remove_from_practice(*, by: Any, now: datetime, row: Any) -> None:
    """Take a place or a crisis line off the site."""
    audit.about(row)
    row.delete()
