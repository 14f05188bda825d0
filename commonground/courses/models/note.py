"""What the therapist writes about a session: the note of the record, and the shared summary."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .course import Course
from .session import Session


class Notes(models.QuerySet["Note"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client; the client asks for it through subject access."""
        return self.filter(session__course__client__in=Client.objects.in_care_of(user, now))

    def of(self, session: Session) -> "Note | None":
        return self.filter(session=session).first()

    def with_keys(self) -> Self:
        return self.select_related("session__course__client__data_key")


class Note(House):
    """The progress note of a session; once signed it is never changed, only added to.

    `version` counts saves, so that a save from an old copy is noticed and nothing is lost.
    """

    session = models.OneToOneField("courses.Session", models.PROTECT, related_name="note")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    text = EncryptedTextField(label="courses.note.text", key="session.course.client.data_key")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    objects = Notes.as_manager()

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Summaries(models.QuerySet["Summary"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client, and for the client once it is shared."""
        clients = Client.objects
        return self.filter(
            Q(session__course__client__in=clients.in_care_of(user, now))
            | Q(session__course__client__in=clients.own(user), shared_at__isnull=False)
        )

    def by_session(self, course: Course) -> dict[UUID, "Summary"]:
        """The summaries of a course, by the session they tell of."""
        return {row.session_id: row for row in self.filter(session__course=course)}

    def with_keys(self) -> Self:
        return self.select_related("session__course__client__data_key")


class Summary(House):
    """A few plain words about a session, written for the client to read."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="summary")
    text = EncryptedTextField(label="courses.summary.text", key="session.course.client.data_key")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)

    objects = Summaries.as_manager()

    class Meta:
        verbose_name_plural = "summaries"

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None
