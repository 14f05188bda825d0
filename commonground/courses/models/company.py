"""Who else takes part in a session, and what was said to a school."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course
from .session import Session


class Companies(models.QuerySet["Company"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(session__course__client__in=Client.objects.working_together(user, now))

    def of(self, course: Course) -> Self:
        """Those of a course, in the order of its sessions."""
        return self.filter(session__course=course).order_by("session__number")

    def by_hour(self, guardians: Iterable[UUID]) -> "dict[UUID | None, Company]":
        """Where these guardians take part, by the appointment."""
        rows = self.filter(guardian__in=guardians).select_related("session")
        return {row.session.appointment_id: row for row in rows}

    def with_keys(self) -> Self:
        return self.select_related("session", "guardian__client__data_key")


class Company(House):
    """A guardian takes part in a session: known to both, and agreed before they meet."""

    class Part(models.TextChoices):
        """For how much of it."""

        SOME = "some", _("for part of it")
        WHOLE = "whole", _("for all of it")
        ALONE = "alone", _("alone, without the young person")

    session = models.OneToOneField(Session, models.CASCADE, related_name="company")
    guardian = models.ForeignKey("people.Guardian", models.CASCADE, related_name="+")
    part = models.CharField(_("for how much of it"), max_length=8, choices=Part)
    agreed_at = models.DateTimeField()

    objects = Companies.as_manager()

    class Meta:
        verbose_name_plural = "companies"


class SchoolContacts(models.QuerySet["SchoolContact"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def of(self, course: Course) -> Self:
        """Those of a course, the newest first."""
        return self.filter(course=course).order_by("-on", "-noted_at")

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key", "author")


class SchoolContact(House):
    """One letter, call or meeting with a school, and what the young person agreed may be said: they
    read the same words. Never changed; what comes later is another one."""

    class Way(models.TextChoices):
        LETTER = "letter", _("a letter")
        CALL = "call", _("a call")
        MEETING = "meeting", _("a meeting")

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")
    way = models.CharField(_("how"), max_length=8, choices=Way)
    on = models.DateField(_("on which day"))
    whom = EncryptedTextField(
        _("with whom"), label="courses.school.whom", key="course.client.data_key", max_length=200
    )
    said = EncryptedTextField(
        _("what was agreed to be said"), label="courses.school.said", key="course.client.data_key"
    )
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = SchoolContacts.as_manager()

    class Meta:
        ordering: ClassVar = ["-on"]
