"""How far the demo's clock stands from the machine's."""

from django.db import models


class ClockShift(models.Model):
    """One row, in the demo only: seconds that the clock is ahead of (or behind) real time."""

    seconds = models.FloatField(default=0)
