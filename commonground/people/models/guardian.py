"""A parent or other adult who stands beside a young client."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

SHAREABLE = ("identity", "appointments", "enquiry", "measures", "shared_work")
"""What can be opened to a guardian, one class of data at a time; nothing is to begin with."""


class Guardians(models.QuerySet["Guardian"]):
    def seeing(self, what: str, on: date) -> "Guardians":
        """To whom this class of data is open on this day.

        Raises ValueError for a class that nobody ever may share.
        """
        if what not in SHAREABLE:
            raise ValueError(f"{what} is never shared with a guardian.")
        open_to: dict[str, Any] = {f"may_see__{what}": True}
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=on), **open_to)

    def with_keys(self) -> "Guardians":
        return self.select_related("client__data_key")


class Guardian(House):
    """Somebody who may speak for a young client, and sees only what was agreed, for as long as
    it was agreed."""

    client = models.ForeignKey(
        "people.Client",
        on_delete=models.CASCADE,
        related_name="guardians",
        verbose_name=_("client"),
    )
    user = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="guarding"
    )
    name = EncryptedTextField(_("name"), label="people.guardian.name", key="client.data_key")
    relation = EncryptedTextField(
        _("relation to the client"), label="people.guardian.relation", key="client.data_key"
    )
    email = EncryptedTextField(
        _("e-mail"), label="people.guardian.email", key="client.data_key", blank=True, null=True
    )
    holds_parental_responsibility = models.BooleanField(
        _("holds parental responsibility"), default=False
    )
    may_see = models.JSONField(_("what may be seen"), default=dict, blank=True)
    ends_on = models.DateField(
        _("sees nothing from this day on"),
        null=True,
        blank=True,
        help_text=_("The day the client comes of age, or sooner; reviewed, never prolonged alone."),
    )

    objects = Guardians.as_manager()

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        ordering: ClassVar[list[str]] = ["client", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "user"],
                condition=models.Q(user__isnull=False),
                name="people_one_guardian_each",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) | models.Q(ends_on__isnull=False),
                name="people_guardian_access_ends",
                violation_error_message=_("Say on which day this guardian's own access ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"guardian {str(self.pk)[:8]}"
