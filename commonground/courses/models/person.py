"""The interpersonal inventory: who matters to the client, and how things stand with them."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course

KEY = "course.client.data_key"


class People(models.QuerySet["Person"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For client and therapist together; nobody else ever reads about third parties."""
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write about: of the clients whose therapy they lead."""
        return self.filter(course__client__in=Client.objects.led_by(user, now))

    def own(self, user: User) -> Self:
        """A client's own people, while the course goes on: theirs to write about and to place."""
        own = Client.objects.own(user)
        return self.filter(course__client__in=own, course__ended_on__isnull=True)

    def of(self, course: Course) -> Self:
        return self.filter(course=course)

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key")


class Person(House):
    """Somebody in the client's life, under a name or an alias, as the client sees them.

    `bearing` is where they stand around the client, in degrees clockwise from the top; it belongs
    to the person and not to a date, so that the drawings of two dates can be compared. None = not
    in the drawing. `version` counts saves.
    """

    class Lives(models.TextChoices):
        NEAR = "near", _("nearby")
        FAR = "far", _("far away")

    class Contact(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")
        RARELY = "rarely", _("now and then")
        NEVER = "never", _("not at all now")

    class Much(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("sometimes, or partly")
        NO = "no", _("no")

    class Conflict(models.IntegerChoices):
        NONE = 0, _("none")
        SOME = 1, _("some")
        MUCH = 2, _("a good deal")
        GREAT = 3, _("a great deal")

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="people")
    name = EncryptedTextField(
        _("name, or what to call them"), label="courses.person.name", key=KEY, max_length=80
    )
    relation = EncryptedTextField(
        _("who they are"),
        label="courses.person.relation",
        key=KEY,
        max_length=80,
        blank=True,
    )
    age = EncryptedTextField(
        _("age"), label="courses.person.age", key=KEY, max_length=20, blank=True
    )
    lives = models.CharField(_("where they live"), max_length=8, choices=Lives, blank=True)
    living = models.BooleanField(_("is alive"), default=True)
    died_on = EncryptedTextField(
        _("when they died"), label="courses.person.died_on", key=KEY, max_length=60, blank=True
    )
    contact_every = models.CharField(
        _("how often they are in touch"), max_length=8, choices=Contact, blank=True
    )
    contact_how = EncryptedTextField(
        _("and how"), label="courses.person.contact_how", key=KEY, max_length=160, blank=True
    )
    expects = EncryptedTextField(
        _("what the client expects of them"), label="courses.person.expects", key=KEY, blank=True
    )
    expected = EncryptedTextField(
        _("what they expect of the client, as the client sees it"),
        label="courses.person.expected",
        key=KEY,
        blank=True,
    )
    met = models.CharField(_("are these expectations met?"), max_length=8, choices=Much, blank=True)
    satisfying = EncryptedTextField(
        _("what is good in it"), label="courses.person.satisfying", key=KEY, blank=True
    )
    unsatisfying = EncryptedTextField(
        _("what is not"), label="courses.person.unsatisfying", key=KEY, blank=True
    )
    would_change = EncryptedTextField(
        _("what the client would change"), label="courses.person.would_change", key=KEY, blank=True
    )
    since_onset = EncryptedTextField(
        _("what has changed since the low mood began"),
        label="courses.person.since_onset",
        key=KEY,
        blank=True,
    )
    confide = models.CharField(
        _("can the client confide in them?"), max_length=8, choices=Much, blank=True
    )
    helps = models.CharField(_("do they help in practice?"), max_length=8, choices=Much, blank=True)
    conflict = models.PositiveSmallIntegerField(
        _("conflict between them"), choices=Conflict, null=True, blank=True
    )
    mood_link = EncryptedTextField(
        _("how it goes with the mood"), label="courses.person.mood_link", key=KEY, blank=True
    )
    bearing = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = People.as_manager()

    class Meta:
        ordering: ClassVar = ["order", "id"]
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(bearing__isnull=True) | Q(bearing__lt=360), name="bearing_in_degrees"
            ),
            models.CheckConstraint(
                condition=Q(conflict__isnull=True) | Q(conflict__lte=3),
                name="conflict_from_0_to_3",
            ),
        ]


class Placed(models.QuerySet["Closeness"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(person__course__client__in=Client.objects.working_together(user, now))

    def by_person(self, course: Course) -> dict[UUID, dict[str, "Closeness"]]:
        """Where everybody of a course stands: person → date → place. One query."""
        found: dict[UUID, dict[str, Closeness]] = {}
        for row in self.filter(person__course=course):
            found.setdefault(row.person_id, {})[row.as_of] = row
        return found


class Closeness(House):
    """How close somebody stands to the client at one of three dates; no row = not there."""

    class AsOf(models.TextChoices):
        ONSET = "onset", _("when the low mood began")
        NOW = "now", _("now")
        HOPED = "hoped", _("hoped for")

    class Ring(models.IntegerChoices):
        CLOSE = 1, _("close")
        MIDDLE = 2, _("in the middle")
        OUTER = 3, _("further out")

    person = models.ForeignKey("courses.Person", models.PROTECT, related_name="places")
    as_of = models.CharField(max_length=8, choices=AsOf)
    ring = models.PositiveSmallIntegerField(choices=Ring)
    set_at = models.DateTimeField()

    objects = Placed.as_manager()

    class Meta:
        verbose_name_plural = "closeness"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "as_of"], name="one_place_per_date"),
            models.CheckConstraint(condition=Q(ring__gte=1, ring__lte=3), name="three_rings"),
        ]


class Concerns(models.QuerySet["Concern"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client. Never for the client's own pages: whoever is feared
        may be reading beside them."""
        return self.filter(person__course__client__in=Client.objects.in_care_of(user, now))

    def by_person(self, course: Course) -> dict[UUID, "Concern"]:
        return {row.person_id: row for row in self.filter(person__course=course)}

    def with_keys(self) -> Self:
        return self.select_related("person__course__client__data_key")


class Concern(House):
    """A concern for somebody's safety that has to do with a person; for the therapist only."""

    person = models.OneToOneField("courses.Person", models.PROTECT, related_name="concern")
    text = EncryptedTextField(label="courses.concern.text", key="person.course.client.data_key")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = Concerns.as_manager()
