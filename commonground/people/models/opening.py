"""A record opened in an emergency by somebody who is no part of the care."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

from ..roles import Role
from .care import Care
from .user import User

LASTS = timedelta(minutes=60)


class Openings(models.QuerySet["Opening"]):
    def open_to(self, user: User, now: datetime) -> "Openings":
        """Those that let this owner read something at this instant."""
        if not user.is_authenticated or not user.is_active or Role.OWNER not in user.roles:
            return self.none()
        return self.filter(user=user, opened_at__lte=now, ends_at__gt=now)

    def visible_to(self, user: User, now: datetime) -> "Openings":
        """What this person may know of: owners every one, whoever leads a therapy its own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if Role.OWNER in user.roles:
            return self.all()
        if Role.THERAPIST not in user.roles:
            return self.none()
        led = Care.objects.current(now).leading().filter(therapist__user=user)
        return self.filter(client__in=led.values("client"))

    def with_keys(self) -> "Openings":
        return self.select_related("client__data_key", "user")


class Opening(House):
    """An owner opened a client’s record in an emergency: why, from when, and until when.

    It lets them read what the table of the house marks for it, never a process note.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="openings")
    user = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField(
        _("why it cannot wait"), label="people.opening.reason", key="client.data_key"
    )
    opened_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)

    objects: ClassVar[Any] = Openings.as_manager()

    class Meta:
        verbose_name = _("opening in an emergency")
        verbose_name_plural = _("openings in an emergency")
        ordering: ClassVar[list[str]] = ["-opened_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                # How long is the verb's affair: SQLite can copy no table whose check adds up times.
                condition=models.Q(ends_at__gt=models.F("opened_at")),
                name="people_opening_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"opening {str(self.pk)[:8]}"
