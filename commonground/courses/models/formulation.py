"""Why it began, what keeps it going, and what is to be worked on: said aloud and agreed."""

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


class Formulations(models.QuerySet["Formulation"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client, and for the client once it is shared."""
        clients = Client.objects
        return self.filter(
            Q(course__client__in=clients.in_care_of(user, now))
            | Q(course__client__in=clients.own(user), shared_at__isnull=False)
        )

    def of(self, course: Course) -> Self:
        """The versions of a course, the newest first, with the people and events in them."""
        rows = self.filter(course=course).order_by("-number")
        return rows.prefetch_related("people", "events")

    def shared(self) -> "Formulation | None":
        """The newest version that the client can read."""
        return self.filter(shared_at__isnull=False).order_by("-number").first()

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Formulation(House):
    """One version: a draft until both agree, then kept as it is; revising it makes the next.

    `number` counts the versions of the course, `version` the saves of this one.
    """

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="formulations")
    number = models.PositiveSmallIntegerField(default=1)
    onset = EncryptedTextField(
        _("these symptoms began when …"), label="courses.formulation.onset", key=KEY, blank=True
    )
    symptoms = EncryptedTextField(
        _("how it shows"), label="courses.formulation.symptoms", key=KEY, blank=True
    )
    vulnerabilities = EncryptedTextField(
        _("what made it likelier"),
        label="courses.formulation.vulnerabilities",
        key=KEY,
        blank=True,
    )
    cycle = EncryptedTextField(
        _("what it does between people, and how that keeps it going"),
        label="courses.formulation.cycle",
        key=KEY,
        blank=True,
    )
    strengths = EncryptedTextField(
        _("strengths and supports"), label="courses.formulation.strengths", key=KEY, blank=True
    )
    narrative = EncryptedTextField(
        _("so we will work on …"), label="courses.formulation.narrative", key=KEY, blank=True
    )
    client_words = EncryptedTextField(
        _("in the client’s own words"), label="courses.formulation.client_words", key=KEY
    )
    people = models.ManyToManyField(
        "courses.Person", blank=True, related_name="+", verbose_name=_("the people in it")
    )
    events = models.ManyToManyField(
        "courses.LifeEvent", blank=True, related_name="+", verbose_name=_("what set it off")
    )
    shared_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = Formulations.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="one_formulation_per_number"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(shared_at__isnull=False),
                name="what_is_agreed_is_shared",
            ),
        ]

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None
