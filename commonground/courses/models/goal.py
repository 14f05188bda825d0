"""What the client wants to be different by the end, in their own words."""

from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course


class Goals(models.QuerySet["Goal"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write: of the clients whose therapy they lead."""
        return self.filter(course__client__in=Client.objects.led_by(user, now))

    def own(self, user: User) -> Self:
        """A client's own goals: theirs to rate while the course goes on."""
        own = Client.objects.own(user)
        return self.filter(course__client__in=own, course__ended_on__isnull=True)

    def of(self, course: Course) -> Self:
        return self.filter(course=course)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Goal(House):
    """A shared goal, rated by the client from 0 (not at all) to 10 (as I hope)."""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="goals")
    words = EncryptedTextField(
        label="courses.goal.words", key="course.client.data_key", max_length=300
    )
    focus = models.ForeignKey(
        "courses.Focus",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("the focus it belongs to"),
    )
    person = models.ForeignKey(
        "courses.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("with whom"),
    )
    baseline = models.PositiveSmallIntegerField(
        _("at the start"), validators=[MaxValueValidator(10)]
    )
    target = models.PositiveSmallIntegerField(_("hoped for"), validators=[MaxValueValidator(10)])
    now = models.PositiveSmallIntegerField(_("now"), validators=[MaxValueValidator(10)])
    agreed_at = models.DateTimeField()

    objects = Goals.as_manager()

    class Meta:
        ordering: ClassVar = ["agreed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(baseline__lte=10, target__lte=10, now__lte=10),
                name="goals_are_rated_from_0_to_10",
            )
        ]


class Ratings(models.QuerySet["Rating"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(goal__course__client__in=Client.objects.working_together(user, now))


class Rating(House):
    """How near a goal is, by the client: 0 (not at all) to 10 (as I hope). `session` is the one it
    was said in; None = rated by the client alone. `author` wrote it down; None = long ago."""

    goal = models.ForeignKey("courses.Goal", models.PROTECT, related_name="ratings")
    value = models.PositiveSmallIntegerField(_("now"), validators=[MaxValueValidator(10)])
    session = models.ForeignKey(
        "courses.Session", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rated_at = models.DateTimeField()
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    objects = Ratings.as_manager()

    class Meta:
        ordering: ClassVar = ["rated_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__lte=10), name="ratings_are_from_0_to_10")
        ]
