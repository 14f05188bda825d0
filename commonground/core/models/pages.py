"""Finished public pages, and the number that says whether they still hold."""

from datetime import date
from typing import Any, ClassVar

from django.db import models


class Generation(models.Model):
    """One row, drawn anew in the very transaction that changes anything a visitor may read."""

    number = models.BigIntegerField(default=1)


class PublicPages(models.QuerySet["PublicPage"]):
    def stale(self, on: date) -> "PublicPages":
        """Pages of earlier days or generations: nobody is served them any more."""
        held = Generation.objects.filter(pk=1).values_list("number", flat=True).first()
        return self.exclude(day=on, generation=held or 0)


class PublicPage(models.Model):
    """A page as it is sent, for one address and language, of one generation and day."""

    key = models.CharField(primary_key=True, max_length=64)
    generation = models.BigIntegerField()
    day = models.DateField()
    headers = models.JSONField()
    packed = models.BinaryField()  # before the body: SQLite reads a row from its beginning
    body = models.BinaryField()

    objects: ClassVar[Any] = PublicPages.as_manager()
