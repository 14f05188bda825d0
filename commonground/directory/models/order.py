"""The order of the day: everybody stands in front equally often, and nobody can buy it."""

import secrets
from datetime import date, timedelta
from typing import ClassVar

from django.db import models, transaction

from commonground.core import cache

from ..matching import MODULUS


class DayOrders(models.QuerySet["DayOrder"]):
    def factor(self, on: date) -> int:
        """What lots are multiplied by today; the last known day's, should today's be missing."""
        known = self.filter(day__lte=on).order_by("-day").values_list("factor", flat=True)
        return known.first() or 1

    def draw(self, on: date) -> None:
        """Draw for today and tomorrow, once each; a page of today is void if it came too late."""
        for day in (on, on + timedelta(days=1)):
            with transaction.atomic():
                _order, new = self.get_or_create(day=day, defaults={"factor": a_number()})
                if new and day == on:
                    cache.bump()


class DayOrder(models.Model):
    """The number that shuffles the directory on one day, drawn once and kept."""

    day = models.DateField(primary_key=True)
    factor = models.PositiveIntegerField()

    objects = DayOrders.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(factor__gte=1, factor__lt=MODULUS), name="directory_day_factor"
            ),
        ]


def a_number() -> int:
    """A number for a day, or a lot for a therapist: at least 1, below the modulus."""
    return 1 + secrets.randbelow(MODULUS - 1)
