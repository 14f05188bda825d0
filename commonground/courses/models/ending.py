"""How a course ended, and the meetings after it in which one looks in again."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User
from commonground.scheduling.models import Appointment

from ..ending import PLANNED
from ..ending import Way as Ways
from .course import Course

KEY = "course.client.data_key"
AHEAD, AFTER = timedelta(days=42), timedelta(days=56)
"""How long around its day a follow-up without a date is spoken of: long enough to find one; and in
the end nobody is reminded for ever of somebody who did not come."""


class Endings(models.QuerySet["Ending"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """For client and therapist together: what is written here is written for the client."""
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def of(self, course: Course) -> "Ending | None":
        """The ending of a course that has ended."""
        return self.filter(course=course, course__ended_on__isnull=False).first()

    def with_keys(self) -> Self:
        return self.select_related("course__client__data_key", "author")


class Ending(House):
    """How a course came to its end: agreed, or not; with words for the client to keep.

    `attended` of `contracted` sessions were held. `onward` says what comes next and where to turn;
    somebody who did not get better finds an alternative there. `farewell` is the last word. Should
    the course go on after all, this row waits for its real end.
    """

    class Way(models.TextChoices):
        COMPLETED = "completed", _("completed as agreed")
        AGREED_EARLY = "agreed_early", _("ended earlier, agreed together")
        DROPPED_OUT = "dropped_out", _("they stopped coming")
        REFERRED_ON = "referred_on", _("went on to other care")
        MOVED = "moved", _("moved away")
        DIED = "died", _("died")
        THERAPIST_ENDED = "therapist_ended", _("ended by the therapist")

    class Decision(models.TextChoices):
        FINISH = "finish", _("finish, with follow-ups")
        MAINTENANCE = "maintenance", _("go on with maintenance sessions")
        OTHER = "other", _("another kind of help")

    course = models.OneToOneField("courses.Course", models.PROTECT, related_name="ending")
    way = models.CharField(_("how it ended"), max_length=20, choices=Way)
    decision = models.CharField(_("how it goes on"), max_length=12, choices=Decision, blank=True)
    onward = EncryptedTextField(
        _("what comes next"), label="courses.ending.onward", key=KEY, blank=True
    )
    farewell = EncryptedTextField(
        _("words to keep"), label="courses.ending.farewell", key=KEY, blank=True
    )
    attended = models.PositiveSmallIntegerField()
    contracted = models.PositiveSmallIntegerField()
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    objects = Endings.as_manager()

    @property
    def was_planned(self) -> bool:
        return Ways(self.way) in PLANNED


class FollowUps(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may give dates: of the clients whom they lead or cover."""
        return self.filter(course__client__in=Client.objects.treated_by(user, now))

    def of(self, course: Course) -> Self:
        return self.filter(course=course).order_by("months")

    def waiting(self, start: datetime, end: datetime) -> Self:
        """Seen from the day between two instants: those that have no date around the day they are
        due, and those whose hour is of this day or is past without a word of how it went. What a
        list tells of them is read after them: mostly there are none."""
        near = (start.date() - AFTER, start.date() + AHEAD)
        gone = models.Q(appointment__isnull=True) | ~models.Q(
            appointment__state__in=Appointment.STANDING
        )
        hour = models.Q(
            appointment__state=Appointment.State.PLANNED,
            appointment__starts_at__range=(start - AFTER, end),
        )
        found = self.filter(hour | (gone & models.Q(due_on__range=near)))
        ended = found.filter(course__ended_on__isnull=False)
        return ended.prefetch_related("course__client__data_key", "appointment")

    def with_keys(self) -> Self:
        return self.select_related(
            "course__client__data_key", "course__therapist__user", "appointment__place"
        )


class FollowUp(House):
    """A meeting some months after the end, with the same measures as the course: how is it now?"""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    appointment = models.OneToOneField(
        "scheduling.Appointment", models.PROTECT, null=True, related_name="+"
    )

    objects = FollowUps.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "months"], name="one_follow_up_a_month"),
        ]

    @property
    def dated(self) -> Appointment | None:
        """Its hour, while it stands."""
        return self.appointment if self.appointment and self.appointment.stands else None
