"""What is added to a signed note, and what its author keeps to themselves."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .session import Session


class Amendments(models.QuerySet["Amendment"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For those who care for the client, as the note itself."""
        return self.filter(note__session__course__client__in=Client.objects.in_care_of(user, now))

    def of(self, session: Session) -> Self:
        return self.filter(note__session=session).select_related("author")

    def with_keys(self) -> Self:
        return self.select_related("note__session__course__client__data_key", "author")


class Amendment(House):
    """Added to a note after it was signed: signed itself as it is written, and never changed."""

    note = models.ForeignKey("courses.Note", models.PROTECT, related_name="amendments")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    text = EncryptedTextField(
        label="courses.amendment.text", key="note.session.course.client.data_key"
    )
    signed_at = models.DateTimeField()

    objects = Amendments.as_manager()

    class Meta:
        ordering: ClassVar = ["signed_at"]


class ProcessNotes(models.QuerySet["ProcessNote"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For its author alone, and only while the client is in their care."""
        return self.filter(
            author_id=user.pk, session__course__client__in=Client.objects.in_care_of(user, now)
        )

    def of(self, session: Session) -> "ProcessNote | None":
        return self.filter(session=session).first()

    def with_keys(self) -> Self:
        return self.select_related("session__course__client__data_key")


class ProcessNote(House):
    """A therapist's own thoughts about a session, kept apart from the record.

    No supervisor, owner or break-glass reads it, no export, letter or search contains it.
    """

    session = models.ForeignKey("courses.Session", models.PROTECT, related_name="+")
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    text = EncryptedTextField(
        label="courses.process.text", key="session.course.client.data_key", blank=True
    )
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    objects = ProcessNotes.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "author"], name="one_process_note_of_an_author"
            ),
        ]
