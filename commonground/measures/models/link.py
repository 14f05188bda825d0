"""A way to one check-in for whoever holds it: it signs in nobody and opens nothing else."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Client, User

LASTS = timedelta(days=7)
"""How long a link that was sent works, unless its check-in is sent before."""
IN_THE_ROOM = timedelta(minutes=90)
"""How long a device that was handed over shows the form."""
TRIES = 5
"""Wrong birthdays after which a link is closed: whoever guesses gets no more."""


def digest(token: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class Links(models.QuerySet["Link"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """The links to check-ins of the clients in this person's care."""
        return self.filter(assignment__client__in=Client.objects.in_care_of(user, now))

    def open(self, now: datetime) -> Self:
        """Those that still work."""
        return self.filter(closed_at__isnull=True, expires_at__gt=now)

    def with_keys(self) -> Self:
        return self.select_related("assignment__client__data_key", "assignment__appointment")

    def with_token(self, token: str) -> "Link | None":
        """The link that this token belongs to, whatever became of it."""
        return self.with_keys().filter(token_hash=digest(token)).first()

    def numbered(self, number: str) -> "Link | None":
        """The link with this id, as a session keeps it."""
        return self.with_keys().filter(pk=number).first()

    def over_for_long(self, now: datetime) -> Self:
        """Those that stopped working more than thirty days ago."""
        return self.filter(expires_at__lt=now - timedelta(days=30))


class Link(House):
    """One check-in reached without signing in: by a link that was sent, or a device in the room.

    Only the token's hash is kept. `asks_birthday` makes the date of birth a second factor.
    """

    class Way(models.TextChoices):
        LINK = "link", _("a link")
        KIOSK = "kiosk", _("a device in the room")

    assignment = models.ForeignKey("measures.Assignment", models.CASCADE, related_name="links")
    way = models.CharField(max_length=8, choices=Way.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    asks_birthday = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = Links.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="measures_link_expires")]

    @staticmethod
    def new_token() -> str:
        """256 random bits, for the link alone; only their hash is kept."""
        return secrets.token_urlsafe(32)

    def usable(self, now: datetime) -> bool:
        """Whether it still leads to its form."""
        return self.closed_at is None and now < self.expires_at
