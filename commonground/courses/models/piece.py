"""What a young person shows to somebody beside them, piece by piece."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from commonground.core.fields import EncryptedJSONField
from commonground.core.models.base import House
from commonground.people.models import Client, Guardian, User


class Pieces(models.QuerySet["Piece"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For client and therapist, and for the one guardian it is shown to, while it is open."""
        shown = Guardian.objects.seeing("shared_work", now)
        mine = (
            Q(guardian__in=shown.filter(user=user))
            if user.is_authenticated and user.is_active
            else Q(pk__in=[])
        )
        together = Client.objects.working_together(user, now)
        return self.filter(mine | Q(guardian__client__in=together))

    def own(self, user: User) -> Self:
        """The client's, to take back."""
        return self.filter(guardian__client__in=Client.objects.own(user))

    def of(self, guardian: Guardian) -> Self:
        return self.filter(guardian=guardian)

    def with_keys(self) -> Self:
        return self.select_related("guardian__client__data_key")


class Piece(House):
    """One summary or worksheet as it read when the young person chose to show it. What is written
    on it later stays between them and their therapist until they show it again.

    `words` holds its title and its lines, a heading and what stands under it each.
    """

    guardian = models.ForeignKey("people.Guardian", models.CASCADE, related_name="+")
    session = models.ForeignKey(
        "courses.Session", models.PROTECT, null=True, blank=True, related_name="+"
    )
    worksheet = models.ForeignKey(
        "courses.Worksheet", models.CASCADE, null=True, blank=True, related_name="+"
    )
    words = EncryptedJSONField(label="courses.piece.words", key="guardian.client.data_key")
    shown_at = models.DateTimeField()

    objects = Pieces.as_manager()

    class Meta:
        ordering: ClassVar = ["-shown_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guardian", "session"], name="one_piece_per_session"),
            models.UniqueConstraint(
                fields=["guardian", "worksheet"], name="one_piece_per_worksheet"
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=True) ^ Q(worksheet__isnull=True),
                name="a_piece_is_of_one_thing",
            ),
        ]
