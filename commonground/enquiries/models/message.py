"""What was written in an enquiry, by them and by the practice, as one conversation."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import User

from .enquiry import Enquiry

LONGEST = 6000
"""Letters in one message."""


class Messages(models.QuerySet["Message"]):
    def visible_to(self, user: User, now: datetime) -> "Messages":
        """Those of enquiries this person may read."""
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user, now).values("pk"))

    def in_order(self) -> "Messages":
        """As they were written, with who wrote for the practice."""
        return self.select_related("by", "enquiry__data_key").order_by("number")


class Message(House):
    """One message of an enquiry; `by` is who wrote it for the practice, None for the person."""

    enquiry = models.ForeignKey(
        "enquiries.Enquiry", on_delete=models.CASCADE, related_name="messages"
    )
    number = models.PositiveIntegerField()
    by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    from_practice = models.BooleanField(default=False)
    text = EncryptedTextField(_("message"), label="enquiries.message.text", key="enquiry.data_key")
    sent_at = models.DateTimeField(editable=False)

    objects = Messages.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["enquiry", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["enquiry", "number"], name="enquiries_one_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"message {self.number} of {str(self.enquiry_id)[:8]}"
