"""Whom the practice has named to look when nobody else does, and how long an alert may wait."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commonground.core.models.base import House
from commonground.people.models import Therapist, User
from commonground.people.models.care import within
from commonground.people.roles import Role

from ..escalation import ACROSS_DAYS, USUAL, WITHIN_THE_DAY, Hours


class Duties(models.QuerySet["Duty"]):
    def current(self, now: datetime) -> Self:
        """In force at this instant, by somebody who works here as a therapist now."""
        able = User.objects.holding(Role.THERAPIST).filter(is_active=True)
        return (
            self.filter(within(now), therapist__user__in=able)
            .select_related("therapist__user")
            .order_by("begins_at", "pk")
        )

    def named(self, now: datetime) -> Self:
        """Everybody named for now or later, living or not: for whoever keeps the list."""
        over = Q(ends_at__isnull=False, ends_at__lte=now)
        return self.exclude(over).select_related("therapist__user").order_by("begins_at", "pk")


class Duty(House):
    """A therapist who looks at alerts that have no other living owner, from one instant on."""

    therapist = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    objects = Duties.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["therapist"], condition=Q(ends_at__isnull=True), name="on_duty_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("begins_at")),
                name="duty_ends_after_it_begins",
            ),
        ]

    @staticmethod
    def candidates() -> models.QuerySet[Therapist]:
        """Who may be named: therapists whose accounts are open."""
        return Therapist.objects.working().filter(user__in=User.objects.holding(Role.THERAPIST))


class AlertHours(House):
    """How long an alert waits with one person before it goes on to the next; one row at most."""

    first = models.PositiveSmallIntegerField()
    again = models.PositiveSmallIntegerField()
    later = models.PositiveSmallIntegerField()
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(only=True), name="alert_hours_once"),
            models.CheckConstraint(
                condition=Q(first__gte=WITHIN_THE_DAY[0], first__lte=WITHIN_THE_DAY[-1])
                & Q(again__gte=WITHIN_THE_DAY[0], again__lte=WITHIN_THE_DAY[-1])
                & Q(later__gte=ACROSS_DAYS[0], later__lte=ACROSS_DAYS[-1]),
                name="alert_hours_within_bounds",
            ),
        ]

    @classmethod
    def of_the_practice(cls) -> Hours:
        """What the practice has set, or the usual."""
        row = cls.objects.first()
        return Hours(row.first, row.again, row.later) if row else USUAL
