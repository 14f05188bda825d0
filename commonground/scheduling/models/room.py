"""A room at a place, and how many can use it at once."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House


class Room(House):
    """A door behind which people meet. `capacity` is how many appointments fit in at once."""

    place = models.ForeignKey(
        "people.Place", models.CASCADE, related_name="+", verbose_name=_("place")
    )
    name = models.CharField(_("name"), max_length=60)
    capacity = models.PositiveSmallIntegerField(
        _("how many appointments at once"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )

    class Meta:
        ordering: ClassVar = ["place", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="one_room_of_a_name",
                violation_error_message=_("There is a room of this name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity__gte=1), name="a_room_holds_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.name
