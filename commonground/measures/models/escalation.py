"""A step by which an alert came to somebody else, or to the end of the line."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Client, User


class Escalations(models.QuerySet["Escalation"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """The steps of alerts about the clients in this person's care."""
        return self.filter(alert__client__in=Client.objects.in_care_of(user, now))


class Escalation(House):
    """From whom an alert went to whom, when and why. `to` is None where nobody else exists."""

    class Why(models.TextChoices):
        UNANSWERED = "unanswered", _("nobody had said what was done")
        OWNER_GONE = "owner_gone", _("its owner no longer looks after this client")
        COVERED = "covered", _("somebody covers while its owner is away")

    alert = models.ForeignKey("measures.Alert", models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=12, choices=Why.choices)
    at = models.DateTimeField()
    owner_before = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    to = models.ForeignKey("people.Therapist", models.PROTECT, null=True, related_name="+")

    objects = Escalations.as_manager()

    class Meta:
        ordering: ClassVar = ["step"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "step"], name="each_step_of_an_alert_once")
        ]
