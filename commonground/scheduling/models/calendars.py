"""Calendars that leave the house, calendars that come in, and rooms without walls."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import User


def digest(token: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class Feeds(models.QuerySet["Feed"]):
    def living(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def with_token(self, token: str) -> "Feed | None":
        """The feed this address belongs to, unless it was revoked or its owner has left."""
        living = self.living().filter(user__is_active=True).select_related("user")
        return living.filter(token_hash=digest(token)).first()


class Feed(House):
    """A private address at which somebody's own calendar program reads their appointments."""

    user = models.OneToOneField("people.User", models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = Feeds.as_manager()

    @classmethod
    def fresh(cls, user: User, now: datetime) -> "tuple[Feed, str]":
        """A new address for this person, in place of the one before; returns its token, once."""
        token = secrets.token_urlsafe(32)
        feed, _new = cls.objects.update_or_create(
            user=user,
            defaults={"token_hash": digest(token), "made_at": now, "revoked_at": None},
        )
        return feed, token


class ExternalCalendar(House):
    """Where a therapist's other calendar is read, so that nobody is booked over it.

    `failure` is a short code of why the last reading did not work; what was read before stays.
    """

    STALE_HOURS = 6

    therapist = models.OneToOneField("people.Therapist", models.CASCADE, related_name="+")
    url = EncryptedTextField(
        _("address of your calendar"),
        label="scheduling.external.url",
        key="house",
        max_length=500,
        help_text=_("An address that begins with https:// and ends in .ics, as your calendar "
                    "program gives it out for sharing."),
    )  # fmt: skip
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=24, blank=True)


class BusyTime(House):
    """A time at which a therapist's other calendar says that they are busy: no word of what."""

    calendar = models.ForeignKey(ExternalCalendar, models.CASCADE, related_name="times")
    therapist = models.ForeignKey("people.Therapist", models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["therapist", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="busy_ends_after_it_starts",
            ),
        ]


class OnlineRoom(House):
    """Where a therapist meets people online: a link of their own, or a room made for each time."""

    class Kind(models.TextChoices):
        FIXED = "fixed", _("a link of your own")
        JITSI = "jitsi", _("a Jitsi Meet room for each appointment")

    therapist = models.OneToOneField("people.Therapist", models.CASCADE, related_name="+")
    kind = models.CharField(_("how you meet online"), max_length=8, choices=Kind)
    url = EncryptedTextField(
        _("your link"), label="scheduling.online.url", key="house", max_length=500, blank=True
    )
