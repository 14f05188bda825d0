"""Ways to one check-in without signing in: a link that is sent, a device that is handed over."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from .. import emails
from ..models import Assignment, Link
from ..models.link import IN_THE_ROOM, LASTS, TRIES, digest
from .alerts import owner_of_alerts
from .answering import AlreadySent


class WrongBirthday(Exception):
    """The date of birth is not this client's; the message says how to go on."""


@audit.verb("measures.link.sent")
def send_link(
    *,
    assignment: Assignment,
    by: User,
    now: datetime,
    address: str = "",
    asks_birthday: bool = False,
) -> str:
    """Make the one link to a check-in and write it to this address, if one is given.

    An earlier link stops working. Returns the link: it is shown once, and only its hash is kept.
    Raises AlreadySent for a check-in that is in, NobodyToTell as `ask` does.
    """
    link, token = _made(assignment, Link.Way.LINK, now + LASTS, by, now, asks_birthday)
    audit.note(birthday=asks_birthday, by_mail=bool(address))
    address_of_form = settings.GROUND_URL + reverse("check_in_link", args=[token])
    if address:
        emails.send_link(link, address, address_of_form)
    return address_of_form


@audit.verb("measures.device.handed_over")
def hand_over(*, assignment: Assignment, by: User, now: datetime) -> Link:
    """Open a check-in on the device in the room, for an hour and a half at most."""
    link, _token = _made(assignment, Link.Way.KIOSK, now + IN_THE_ROOM, by, now, False)
    return link


@audit.verb("measures.link.closed")
def close_links(*, assignment: Assignment, by: Any, now: datetime) -> None:
    """Let no link to this check-in work any more."""
    audit.about(assignment)
    assignment.links.filter(closed_at=None).update(closed_at=now)


@audit.verb("measures.link.tried")
def prove_birthday(*, link: Link, born_on: date, by: Any, now: datetime) -> bool:
    """Whether this is the client's date of birth; after five wrong ones the link is closed."""
    audit.about(link)
    link = Link.objects.select_for_update(of=("self",)).with_keys().get(pk=link.pk)
    if not link.usable(now):
        return False
    if link.assignment.client.born_on == born_on:
        return True
    link.tries += 1
    if link.tries >= TRIES:
        link.closed_at = now
    link.save(update_fields=["tries", "closed_at"])
    audit.note(wrong=link.tries)
    return False


def _made(
    assignment: Assignment, way: str, until: datetime, by: User, now: datetime, birthday: bool
) -> tuple[Link, str]:
    audit.about(assignment)
    owner_of_alerts(assignment.client, now)
    if not assignment.responses.current().filter(sent_at=None).exists():
        raise AlreadySent(_("This check-in is already in."))
    if birthday and assignment.client.born_on is None:
        raise WrongBirthday(_("No date of birth is known, so the link cannot ask for it."))
    assignment.links.filter(closed_at=None).update(closed_at=now)
    token = Link.new_token()
    made = Link.objects.create(
        assignment=assignment,
        way=way,
        token_hash=digest(token),
        asks_birthday=birthday,
        made_by=by,
        made_at=now,
        expires_at=until,
    )
    if not assignment.is_open(now):
        assignment.opens_at = now
        assignment.save(update_fields=["opens_at"])
    return made, token
