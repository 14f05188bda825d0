"""What happened in the client's life, and what it did to the mood."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course
from .session import Session

KEY = "course.client.data_key"


class LifeEvents(models.QuerySet["LifeEvent"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write: of the clients whose therapy they lead."""
        return self.filter(course__client__in=Client.objects.led_by(user, now))

    def of(self, course: Course) -> Self:
        """Those of a course, the oldest first, with the people they are linked to."""
        return self.filter(course=course).prefetch_related("people")

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class LifeEvent(House):
    """A life event on the timeline: exact or approximate, a day or a stretch.

    `on` is the day it is drawn at; `precision` says how much of that day is known. `onset` marks
    where the symptoms began. `session` is the one in which it was told. `version` counts saves.
    """

    class Kind(models.TextChoices):
        LOSS = "loss", _("a loss")
        CHANGE = "change", _("a change")
        CONFLICT = "conflict", _("a conflict")
        HEALTH = "health", _("health")
        WORK = "work", _("work")
        GOOD = "good", _("something good")

    class Precision(models.TextChoices):
        DAY = "day", _("that very day")
        MONTH = "month", _("about that month")
        YEAR = "year", _("about that year")

    class Symptoms(models.TextChoices):
        WORSE = "worse", _("heavier")
        SAME = "same", _("as before")
        BETTER = "better", _("lighter")

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="events")
    session = models.ForeignKey(
        "courses.Session", models.PROTECT, null=True, blank=True, related_name="told_events"
    )
    words = EncryptedTextField(
        _("what happened"), label="courses.event.words", key=KEY, max_length=120
    )
    kind = models.CharField(_("what kind of event"), max_length=8, choices=Kind)
    on = models.DateField(_("when"))
    until = models.DateField(_("until"), null=True, blank=True)
    precision = models.CharField(
        _("how exactly is that known?"), max_length=6, choices=Precision, default=Precision.DAY
    )
    people = models.ManyToManyField(
        "courses.Person", blank=True, related_name="events", verbose_name=_("who was part of it")
    )
    focus = models.ForeignKey(
        "courses.Focus",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("the focus it belongs to"),
    )
    mood = models.PositiveSmallIntegerField(
        _("the mood then, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    symptoms = models.CharField(
        _("how the mood was after it"), max_length=6, choices=Symptoms, blank=True
    )
    treatment = EncryptedTextField(
        _("treatment at the time"),
        label="courses.event.treatment",
        key=KEY,
        max_length=160,
        blank=True,
    )
    onset = models.BooleanField(_("the low mood began here"), default=False)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = LifeEvents.as_manager()

    class Meta:
        ordering: ClassVar = ["on", "saved_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("on")),
                name="event_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(mood__isnull=True) | Q(mood__lte=10), name="mood_from_0_to_10"
            ),
        ]


class MoodLinks(models.QuerySet["MoodLink"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(event__course__client__in=Client.objects.working_together(user, now))

    def by_event(self, session: Session) -> dict[UUID, "MoodLink"]:
        """The links made in a session, by their event."""
        return {row.event_id: row for row in self.filter(session=session)}


class MoodLink(House):
    """What interpersonal therapy works with: an event, and what it did to the mood, as client and
    therapist saw it in a session."""

    class Mood(models.TextChoices):
        LOWER = "lower", _("lower after it")
        SAME = "same", _("no different")
        LIGHTER = "lighter", _("lighter after it")

    event = models.ForeignKey("courses.LifeEvent", models.PROTECT, related_name="links")
    session = models.ForeignKey("courses.Session", models.PROTECT, related_name="links")
    mood = models.CharField(max_length=8, choices=Mood)
    linked_at = models.DateTimeField()

    objects = MoodLinks.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "session"], name="one_link_per_event_and_session"
            ),
        ]
