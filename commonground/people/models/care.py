"""Who looks after whom: these rows alone decide who may open a clinical record."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House

if TYPE_CHECKING:
    from .client import Client


class Part(models.TextChoices):
    """What a therapist is to a client at a time."""

    LEAD = "lead", _("leads the therapy")
    COVER = "cover", _("covers while the lead is away")
    SUPERVISOR = "supervisor", _("supervises this therapy")


PARTS = frozenset(Part)


def within(now: datetime) -> models.Q:
    """Begun and not over at this instant."""
    return models.Q(begins_at__lte=now) & (
        models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=now)
    )


class Cares(models.QuerySet["Care"]):
    def current(self, now: datetime) -> "Cares":
        """In force at this instant."""
        return self.filter(within(now))

    def leading(self) -> "Cares":
        return self.filter(part=Part.LEAD)

    def covering(self, client: "Client") -> "Cares":
        """Whoever covers for the lead of this client, the one who ends first before the others."""
        rows = self.filter(part=Part.COVER, client=client)
        return rows.select_related("therapist").order_by("ends_at", "pk")


class Care(House):
    """A therapist's part in the care of one client, from one instant to another, and why."""

    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="care", verbose_name=_("client")
    )
    therapist = models.ForeignKey(
        "people.Therapist",
        on_delete=models.PROTECT,
        related_name="care",
        verbose_name=_("therapist"),
    )
    part = models.CharField(_("part"), max_length=12, choices=Part)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(
        _("reason"),
        max_length=40,
        help_text=_(
            "A short word such as acceptance, hand-over or leave; nothing about the client."
        ),
    )

    objects = Cares.as_manager()

    class Meta:
        verbose_name = _("care")
        verbose_name_plural = _("care")
        ordering: ClassVar[list[str]] = ["-begins_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["therapist", "ends_at"], name="people_care_of_therapist"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(part="lead", ends_at__isnull=True),
                name="people_one_lead_per_client",
                violation_error_message=_("Somebody already leads this client's therapy."),
            ),
            models.UniqueConstraint(
                fields=["client", "therapist", "part"],
                condition=models.Q(ends_at__isnull=True),
                name="people_one_part_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(part__in=["lead", "cover", "supervisor"]),
                name="people_care_part",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("begins_at")),
                name="people_care_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {str(self.pk)[:8]}"


class Supervisions(models.QuerySet["Supervision"]):
    def current(self, now: datetime) -> "Supervisions":
        """In force at this instant."""
        return self.filter(within(now))


class Supervision(House):
    """One clinician's supervision of another, which opens the records of those they lead."""

    supervisor = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        related_name="supervising",
        verbose_name=_("supervisor"),
    )
    therapist = models.ForeignKey(
        "people.Therapist",
        on_delete=models.PROTECT,
        related_name="supervision",
        verbose_name=_("therapist"),
    )
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = Supervisions.as_manager()

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervision")
        ordering: ClassVar[list[str]] = ["-begins_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["supervisor", "therapist"],
                condition=models.Q(ends_at__isnull=True),
                name="people_one_supervision_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("begins_at")),
                name="people_supervision_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"supervision {str(self.pk)[:8]}"
