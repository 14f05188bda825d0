"""What was changed about the plan of a course, and why: the client reads it too."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course

KEY = "course.client.data_key"


class Changes(models.QuerySet["CourseChange"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def of(self, course: Course) -> Self:
        return self.filter(course=course)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key", "author")


class CourseChange(House):
    """A reasoned change of the number of sessions or of where a phase ends; never altered.

    `phase` is the key of the phase whose last session moved; "" = the number of sessions changed.
    """

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="changes")
    phase = models.CharField(max_length=40, blank=True)
    was = models.PositiveSmallIntegerField()
    becomes = models.PositiveSmallIntegerField()
    reason = EncryptedTextField(_("why"), label="courses.change.reason", key=KEY)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = Changes.as_manager()

    class Meta:
        ordering: ClassVar = ["changed_at"]


class Dismissals(models.QuerySet["Dismissal"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client: prompts are the therapist's."""
        return self.filter(course__client__in=Client.objects.in_care_of(user, now))

    def of(self, course: Course) -> Self:
        return self.filter(course=course)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Dismissal(House):
    """A prompt put aside, with the reason. `sign` names the prompt and what it rested on: with
    other facts it comes back."""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="dismissals")
    sign = models.CharField(max_length=200)
    reason = EncryptedTextField(
        _("why not now"), label="courses.dismissal.reason", key=KEY, max_length=300
    )
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField()

    objects = Dismissals.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "sign"], name="one_dismissal_of_a_prompt"),
        ]
