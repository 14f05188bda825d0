"""What client and therapist agreed to try before they meet again, and what came of it."""

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

KEY = "session.course.client.data_key"


class Tasks(models.QuerySet["Task"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(session__course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write: of the clients whose therapy they lead."""
        return self.filter(session__course__client__in=Client.objects.led_by(user, now))

    def own(self, user: User) -> Self:
        """A client's own tasks: theirs to say what came of them while the course goes on."""
        own = Client.objects.own(user)
        return self.filter(session__course__client__in=own, session__course__ended_on__isnull=True)

    def of(self, course: Course) -> Self:
        """Those of a course, the newest first."""
        rows = self.filter(session__course=course).select_related("session", "person")
        return rows.order_by("-session__number")

    def with_keys(self) -> Self:
        return self.select_related("session__course__client__data_key", "person")


class Task(House):
    """One thing to try, agreed jointly at the end of a session. `version` counts saves."""

    class Done(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("not this time")

    session = models.OneToOneField("courses.Session", models.PROTECT, related_name="task")
    words = EncryptedTextField(
        _("what to try"), label="courses.task.words", key=KEY, max_length=300
    )
    why = EncryptedTextField(
        _("what for"), label="courses.task.why", key=KEY, max_length=300, blank=True
    )
    person = models.ForeignKey(
        "courses.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("with whom"),
    )
    when = EncryptedTextField(
        _("when"), label="courses.task.when", key=KEY, max_length=120, blank=True
    )
    barrier = EncryptedTextField(
        _("what might get in the way"),
        label="courses.task.barrier",
        key=KEY,
        max_length=300,
        blank=True,
    )
    done = models.CharField(_("was it tried?"), max_length=8, choices=Done, blank=True)
    happened = EncryptedTextField(
        _("what happened"), label="courses.task.happened", key=KEY, blank=True
    )
    mood_before = models.PositiveSmallIntegerField(
        _("mood before, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    mood_after = models.PositiveSmallIntegerField(
        _("mood after, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = Tasks.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(mood_before__isnull=True) | Q(mood_before__lte=10))
                & (Q(mood_after__isnull=True) | Q(mood_after__lte=10)),
                name="task_moods_from_0_to_10",
            )
        ]
