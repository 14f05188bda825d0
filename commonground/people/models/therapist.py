"""Whoever gives therapy here, with the registration that allows them to."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House


class Therapists(models.QuerySet["Therapist"]):
    def registered(self, on: date) -> "Therapists":
        """Whose registration was checked by somebody and has not run out on this day."""
        return self.filter(checked_on__isnull=False, checked_on__lte=on).filter(
            models.Q(registration_expires_on__isnull=True)
            | models.Q(registration_expires_on__gte=on)
        )

    def working(self) -> "Therapists":
        """Whose account is open."""
        return self.filter(user__is_active=True)


class Therapist(House):
    """A clinician of this practice: the name clients see, and the registration behind it."""

    user = models.OneToOneField("people.User", on_delete=models.PROTECT, related_name="therapist")
    name = models.CharField(_("name as clients see it"), max_length=120)
    title = models.CharField(_("professional title"), max_length=120, blank=True)
    registration_body = models.CharField(_("registered with"), max_length=120, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registration_expires_on = models.DateField(_("registration runs out on"), null=True, blank=True)
    checked_on = models.DateField(_("registration checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = Therapists.as_manager()

    class Meta:
        verbose_name = _("therapist")
        verbose_name_plural = _("therapists")
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["registration_body", "registration_number"],
                condition=~models.Q(registration_number=""),
                name="people_one_registration_each",
            ),
            models.CheckConstraint(
                condition=models.Q(registration_number="") | ~models.Q(registration_body=""),
                name="people_number_has_a_body",
                violation_error_message=_("Say which body the registration number belongs to."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def registered(self, on: date) -> bool:
        """Whether the registration was checked and holds on this day."""
        checked = self.checked_on is not None and self.checked_on <= on
        runs = self.registration_expires_on is None or self.registration_expires_on >= on
        return checked and runs
