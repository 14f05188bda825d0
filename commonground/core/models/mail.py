"""The outbox: every mail of the house with where it stands on its way."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..fields import EncryptedTextField
from .base import House

ATTEMPTS = 5
LEASE = timedelta(minutes=2)
"""Longer than any mail server is waited for (EMAIL_TIMEOUT), so nobody sends what is being sent."""
UNHEARD = timedelta(minutes=5)


class Mails(models.QuerySet["Mail"]):
    def recent(self) -> "Mails":
        """The newest first."""
        return self.order_by("-created_at", "-id")

    def stuck(self, now: datetime) -> "Mails":
        """What a person should look at: given up, or on its way for a quarter of an hour."""
        waiting = Q(state__in=[Mail.State.QUEUED, Mail.State.SENDING])
        given_up = Q(state=Mail.State.FAILED, attempts__gte=ATTEMPTS)
        return self.filter(given_up | waiting & Q(moved_at__lt=now - timedelta(minutes=15)))

    def claim(self, mail_id: str, now: datetime) -> bool:
        """Take one mail to send; False if somebody else has it or it has gone."""
        taken = self.filter(pk=mail_id, state=Mail.State.QUEUED).update(
            state=Mail.State.SENDING, moved_at=now, attempts=F("attempts") + 1
        )
        return bool(taken)

    def left_behind(self, now: datetime) -> "Mails":
        """What should be tried again: its worker died, its job was lost, or sending failed.

        A failed mail waits 2, 4, 8 and 16 minutes, then is given up.
        """
        again = Q(state=Mail.State.SENDING, moved_at__lt=now - LEASE)
        again |= Q(state=Mail.State.QUEUED, moved_at__lt=now - UNHEARD)
        for tried in range(1, ATTEMPTS):
            waited = now - timedelta(minutes=2**tried)
            again |= Q(state=Mail.State.FAILED, attempts=tried, moved_at__lt=waited)
        return self.filter(again)

    def old(self, now: datetime) -> "Mails":
        """What `retention.toml` no longer lets us keep."""
        return self.filter(created_at__lt=now - timedelta(days=30))


class Mail(House):
    """A message to one person. Whom it goes to and what it says lie encrypted, and so does the
    calendar entry (iCalendar) that may come with it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    to = EncryptedTextField(label="core.mail.to", key="house")
    subject = EncryptedTextField(label="core.mail.subject", key="house")
    body = EncryptedTextField(label="core.mail.body", key="house")
    calendar = EncryptedTextField(label="core.mail.calendar", key="house", null=True)
    template = models.CharField(max_length=80)
    language = models.CharField(max_length=12)
    dedupe_key = models.CharField(max_length=160, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Mails.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "moved_at"])]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.template} ({self.state})"

    def went(self, now: datetime) -> None:
        """The mail server has taken it."""
        Mail.objects.filter(pk=self.pk).update(
            state=self.State.SENT, moved_at=now, sent_at=now, failure=""
        )

    def failed(self, error: BaseException, now: datetime) -> None:
        """Sending did not work; only the kind of error is kept, as its words may quote the mail."""
        Mail.objects.filter(pk=self.pk).update(
            state=self.State.FAILED, moved_at=now, failure=type(error).__name__[:120]
        )
