"""Appointments that were booked together."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonground.core.models.base import House


class Series(House):
    """Several appointments kept in one step, at the same hour on the clock of `zone`.

    `once` names the request that made it: the same request again gives the same series.
    """

    therapist = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    zone = models.CharField(max_length=64)
    weeks = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    once = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weeks__gte=1), name="a_series_has_a_week"),
        ]
