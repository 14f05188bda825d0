"""Sentences the practice often writes, kept to begin from."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House


class Reply(House):
    """The beginning of an answer: put into the box, changed, and only then sent."""

    title = models.CharField(_("what it is for"), max_length=80)
    text = models.TextField(
        _("text"),
        max_length=3000,
        help_text=_("Nothing about anybody. Write {name} where the person’s name goes."),
    )
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("prepared answer")
        verbose_name_plural = _("prepared answers")
        ordering: ClassVar[list[str]] = ["order", "title", "id"]

    def __str__(self) -> str:
        return self.title

    def for_(self, name: str) -> str:
        """The text as it begins for somebody."""
        return self.text.replace("{name}", name)
