"""What the client wants to bring to the next session, in their own words."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .session import Session


class Wishes(models.QuerySet["Wish"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(session__course__client__in=Client.objects.working_together(user, now))

    def of(self, session: Session) -> "Wish | None":
        wish = self.filter(session=session).first()
        if wish:
            wish.session = session  # with the key that lies ready on it
        return wish

    def with_keys(self) -> Self:
        return self.select_related("session__course__client__data_key")


class Wish(House):
    """A note for the next session, written by the client; nobody watches it live. `version` counts
    saves."""

    session = models.OneToOneField("courses.Session", models.PROTECT, related_name="wish")
    text = EncryptedTextField(
        _("for the next session"), label="courses.wish.text",
        key="session.course.client.data_key", blank=True,
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    objects = Wishes.as_manager()

    class Meta:
        verbose_name_plural = "wishes"
