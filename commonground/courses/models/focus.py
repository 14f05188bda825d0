"""What the therapy works on: one area, at most two, and where a dispute stands."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course

KEY = "course.client.data_key"


class Foci(models.QuerySet["Focus"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may change: of the clients whose therapy they lead."""
        return self.filter(course__client__in=Client.objects.led_by(user, now))

    def of(self, course: Course) -> Self:
        """Those of a course, also the ones that were left, with the stages of each."""
        rows = self.filter(course=course).select_related("person")
        return rows.prefetch_related("stages").order_by("rank", "agreed_at")

    def current(self) -> Self:
        return self.filter(left_at__isnull=True)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key", "person")


class Focus(House):
    """One of the four areas, in the client's words. `rank` 1 is the primary focus; 2 needs a
    reason; the database refuses a third."""

    class Area(models.TextChoices):
        GRIEF = "grief", _("Grief")
        DISPUTE = "dispute", _("Role dispute")
        TRANSITION = "transition", _("Role transition")
        ISOLATION = "isolation", _("Isolation and sensitivities")

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="foci")
    area = models.CharField(_("area"), max_length=12, choices=Area)
    rank = models.PositiveSmallIntegerField(default=1)
    words = EncryptedTextField(
        _("in the client’s words"), label="courses.focus.words", key=KEY, max_length=200
    )
    reason = EncryptedTextField(
        _("why a second focus"), label="courses.focus.reason", key=KEY, null=True, blank=True
    )
    person = models.ForeignKey(
        "courses.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="foci",
        verbose_name=_("with whom, or about whom"),
    )
    agreed_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = Foci.as_manager()

    class Meta:
        verbose_name_plural = "foci"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "rank"],
                condition=Q(left_at__isnull=True),
                name="one_focus_of_each_rank",
            ),
            models.CheckConstraint(condition=Q(rank__in=[1, 2]), name="two_foci_at_most"),
            models.CheckConstraint(
                condition=Q(rank=1) | Q(reason__isnull=False), name="a_second_focus_has_a_reason"
            ),
        ]

    @property
    def stage(self) -> "DisputeStage | None":
        """Where the dispute stands; None for the other areas."""
        return max(self.stages.all(), key=lambda one: one.since, default=None)


class Stages(models.QuerySet["DisputeStage"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(focus__course__client__in=Client.objects.working_together(user, now))


class DisputeStage(House):
    """A stage of a role dispute, from an instant on; the latest is where it stands."""

    class Stage(models.TextChoices):
        IMPASSE = "impasse", _("impasse")
        RENEGOTIATION = "renegotiation", _("renegotiation")
        DISSOLUTION = "dissolution", _("dissolution")
        SETTLED = "settled", _("settled")

    focus = models.ForeignKey("courses.Focus", models.PROTECT, related_name="stages")
    stage = models.CharField(_("where the dispute stands"), max_length=14, choices=Stage)
    since = models.DateTimeField()
    session = models.ForeignKey(
        "courses.Session", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = Stages.as_manager()

    class Meta:
        ordering: ClassVar = ["since"]
