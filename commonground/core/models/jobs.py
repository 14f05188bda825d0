"""Which periodic jobs have already been set going, so that several workers start each once."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models

from .base import House


class Ticks(models.QuerySet["Tick"]):
    def old(self, now: datetime) -> "Ticks":
        """Slots long past; kept a while because the longest period is a week."""
        return self.filter(slot__lt=now - timedelta(days=15))


class Tick(House):
    """One periodic job in one slot of time: whoever writes the row may enqueue the job."""

    name = models.CharField(max_length=120)
    slot = models.DateTimeField()

    objects: ClassVar[Any] = Ticks.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="tick_once_per_slot")]
        indexes = [models.Index(fields=["slot"])]
