"""The secret way to an enquiry for somebody without an account."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models.invitation import digest

LASTS = timedelta(days=90)


class Links(models.QuerySet["Link"]):
    def usable(self, now: datetime) -> "Links":
        """Those that still open something: not used up, revoked or run out."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def with_token(self, token: str, now: datetime) -> "Link | None":
        """The link with this token, if it still works, with its enquiry."""
        return self.with_hash(digest(token), now)

    def with_hash(self, token_hash: str, now: datetime) -> "Link | None":
        """The same by what is stored of the token."""
        rows = self.usable(now).select_related("enquiry__data_key", "enquiry__wished")
        return rows.filter(token_hash=token_hash).first()

    def revoke(self, now: datetime) -> int:
        """Make them useless; returns how many still worked."""
        return self.usable(now).update(revoked_at=now)


class Link(House):
    """A link in a mail that opens one enquiry; 256 random bits, of which only a hash is kept.

    `thread` opens the conversation, again and again; the others open one question to one person
    and are used up by the answer.
    """

    class Purpose(models.TextChoices):
        THREAD = "thread", _("the conversation")
        OWN = "own", _("the person's own yes, where somebody else wrote")
        GUARDIAN = "guardian", _("a parent's consent")

    enquiry = models.ForeignKey("enquiries.Enquiry", on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.THREAD)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    objects = Links.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar[list[str]] = ["-made_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(purpose__in=["thread", "own", "guardian"]), name="enquiries_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"link {str(self.pk)[:8]}"

    @classmethod
    def make(cls, *, purpose: str, now: datetime, **enquiry: object) -> tuple["Link", str]:
        """A new link and its token, which is nowhere else."""
        token = secrets.token_urlsafe(32)
        link = cls(
            purpose=purpose, token_hash=digest(token), made_at=now, expires_at=now + LASTS,
            **enquiry,
        )  # fmt: skip
        link.save()
        return link, token
