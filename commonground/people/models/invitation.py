"""The only way to an account: a letter with a link that works once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

from ..roles import STAFF

LASTS = timedelta(days=7)
KEPT = timedelta(days=30)


def fingerprint(address: str) -> str:
    """A keyed hash of an e-mail address: equal addresses are found, none is read back."""
    return salted_hmac(
        "commonground.people.invitation", address.strip().lower(), algorithm="sha256"
    ).hexdigest()


def digest(token: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitations(models.QuerySet["Invitation"]):
    def pending(self, now: datetime) -> "Invitations":
        """Still to be accepted: neither used, withdrawn nor run out."""
        return self.open().filter(expires_at__gt=now)

    def open(self) -> "Invitations":
        """Neither used nor withdrawn, whether or not it has run out."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def over_for_long(self, now: datetime) -> "Invitations":
        """Used, withdrawn or run out more than thirty days ago."""
        long_ago = now - KEPT
        return self.filter(
            models.Q(accepted_at__lt=long_ago)
            | models.Q(withdrawn_at__lt=long_ago)
            | models.Q(expires_at__lt=long_ago)
        )

    def for_address(self, address: str) -> "Invitations":
        return self.filter(address_hash=fingerprint(address))

    def numbered(self, number: str) -> "Invitation | None":
        """The invitation with this id, with whoever sent it."""
        return self.select_related("invited_by").filter(pk=number).first()

    def with_token(self, token: str) -> "Invitation | None":
        """The invitation that this link belongs to, whatever became of it."""
        return self.select_related("invited_by").filter(token_hash=digest(token)).first()


class Invitation(House):
    """A promise that whoever reads mail at this address may come in, with these roles."""

    address = EncryptedTextField(_("e-mail"), label="people.invitation.address", key="house")
    address_hash = models.CharField(max_length=64, editable=False)
    roles = models.JSONField(_("roles"), default=list)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    guardian = models.ForeignKey(
        "people.Guardian",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
    )
    invited_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("works until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = Invitations.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-invited_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["address_hash"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="people_one_open_invitation",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="people_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {str(self.pk)[:8]}"

    @staticmethod
    def new_token() -> str:
        """256 random bits, for the link alone; only their hash is kept."""
        return secrets.token_urlsafe(32)

    def usable(self, now: datetime) -> bool:
        """Whether the link still works."""
        spent = self.accepted_at or self.withdrawn_at
        return not spent and now < self.expires_at

    @property
    def for_staff(self) -> bool:
        return bool(STAFF.intersection(self.roles))
