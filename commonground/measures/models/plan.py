"""A standing wish to be asked: these measures, before every hour or every so many days."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Client, User


class Plans(models.QuerySet["Plan"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """The plans of the clients in this person's care."""
        return self.filter(client__in=Client.objects.in_care_of(user, now))

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may end: of clients whom they lead or cover."""
        return self.filter(client__in=Client.objects.treated_by(user, now))

    def about(self, client: Client) -> Self:
        return self.filter(client=client)

    def running(self, on: date) -> Self:
        """Begun and not over on a day."""
        return self.filter(begins_on__lte=on, ended_at__isnull=True).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )


class Plan(House):
    """Measures that a client is asked again and again, beside what their protocol asks.

    `every_days` is the rhythm; None asks before every hour. It asks nothing while nobody would
    read the answers: whoever would is found anew each time, so the plan never has a dead owner.
    """

    client = models.ForeignKey("people.Client", models.PROTECT, related_name="+")
    measures = models.JSONField(default=list)
    every_days = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = Plans.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("begins_on")),
                name="plan_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1),
                name="plan_has_a_rhythm",
            ),
        ]

    def __str__(self) -> str:
        return str(_("before every session") if self.every_days is None else self.every_days)
