"""The assessment: therapist-only, one for each course, written over the first sessions."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course

KEY = "course.client.data_key"


class Assessments(models.QuerySet["Assessment"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client; the client asks for it through subject access."""
        return self.filter(course__client__in=Client.objects.in_care_of(user, now))

    def of(self, course: Course) -> "Assessment | None":
        return self.filter(course=course).first()

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Assessment(House):
    """History, diagnosis against named criteria, other care, risk findings and plan, suitability.

    Findings and a plan, never a level of risk: no tool predicts suicide (domain.md §6).
    """

    class Suits(models.TextChoices):
        YES = "yes", _("yes")
        WITH_CARE = "with_care", _("yes, with care")
        NO = "no", _("no: another treatment is offered")

    course = models.OneToOneField("courses.Course", models.PROTECT, related_name="assessment")
    history = EncryptedTextField(
        _("history"), label="courses.assessment.history", key=KEY, blank=True
    )
    criteria = EncryptedTextField(
        _("criteria used"), label="courses.assessment.criteria", key=KEY, max_length=160, blank=True
    )
    diagnosis = EncryptedTextField(
        _("diagnosis, and which criteria are met"),
        label="courses.assessment.diagnosis",
        key=KEY,
        blank=True,
    )
    other_care = EncryptedTextField(
        _("other care, and who else is involved"),
        label="courses.assessment.other_care",
        key=KEY,
        blank=True,
    )
    risk_findings = EncryptedTextField(
        _("risk: what was asked, and what was found"),
        label="courses.assessment.risk_findings",
        key=KEY,
        blank=True,
    )
    risk_plan = EncryptedTextField(
        _("risk: the plan"), label="courses.assessment.risk_plan", key=KEY, blank=True
    )
    suits = models.CharField(
        _("does this protocol suit?"), max_length=10, choices=Suits, blank=True
    )
    suitability = EncryptedTextField(
        _("why, and what to look out for"),
        label="courses.assessment.suitability",
        key=KEY,
        blank=True,
    )
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = Assessments.as_manager()


class Medicines(models.QuerySet["Medicine"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.in_care_of(user, now))

    def of(self, course: Course) -> Self:
        return self.filter(course=course)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Medicine(House):
    """A medicine begun, changed or stopped, from a day on; a change is a new line."""

    class Change(models.TextChoices):
        TAKEN = "taken", _("taken already")
        BEGUN = "begun", _("begun")
        RAISED = "raised", _("dose raised")
        LOWERED = "lowered", _("dose lowered")
        STOPPED = "stopped", _("stopped")

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="medicines")
    name = EncryptedTextField(_("medicine"), label="courses.medicine.name", key=KEY, max_length=120)
    dose = EncryptedTextField(
        _("dose"), label="courses.medicine.dose", key=KEY, max_length=80, blank=True
    )
    change = models.CharField(_("what changed"), max_length=8, choices=Change)
    on = models.DateField(_("since when"))
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects = Medicines.as_manager()

    class Meta:
        ordering: ClassVar = ["on", "saved_at"]
