"""One meeting of a course, with what was agreed to do in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from commonground.core.models.base import House
from commonground.people.models import Client, User
from commonground.scheduling.models import Appointment

from ..protocol import AgendaItem, Phase


class Sessions(models.QuerySet["Session"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        return self.filter(course__client__in=Client.objects.working_together(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write in: of the clients whose therapy they lead."""
        return self.filter(course__client__in=Client.objects.led_by(user, now))

    def own(self, user: User) -> Self:
        """A client's own sessions, while the course goes on: theirs to bring something to."""
        own = Client.objects.own(user)
        return self.filter(course__client__in=own, course__ended_on__isnull=True)

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may give dates: of the clients whom they lead or cover."""
        return self.filter(course__client__in=Client.objects.treated_by(user, now))

    def with_keys(self) -> Self:
        """Ready to show client, course and appointment without a query per row."""
        return self.select_related(
            "course__client__data_key", "course__therapist__user", "appointment__place"
        )

    def with_client(self) -> Self:
        """Ready to show the client; hours and therapist are read with the whole course."""
        return self.select_related("course__client__data_key")

    def undated(self) -> Self:
        """Those still to be held that have no hour: none was given, or it was called off."""
        gone = Q(appointment__isnull=True) | Q(appointment__state__in=("cancelled", "missed"))
        return self.filter(gone, closed_at__isnull=True).order_by("number")

    def booked_by(self, once: UUID | None) -> Self:
        """Those that this very request has given a date already; none for a request unnamed."""
        return self.filter(appointment__series__once=once) if once else self.none()

    def between(self, start: datetime, end: datetime) -> Self:
        """Those whose appointment begins within [start, end) and still stands, in order."""
        return self.filter(
            appointment__starts_at__gte=start,
            appointment__starts_at__lt=end,
            appointment__state__in=("planned", "held"),
        ).order_by("appointment__starts_at")


class Session(House):
    """Session n of N. `done` names the agenda items that were worked on, by their keys;
    `strategies` the strategies of a focus (as in "dispute.expectations"), `techniques` what was
    used."""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    appointment = models.OneToOneField(
        "scheduling.Appointment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    done = models.JSONField(default=list, blank=True)
    strategies = models.JSONField(default=list, blank=True)
    techniques = models.JSONField(default=list, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = Sessions.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="one_session_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sessions_count_from_one"),
        ]

    @property
    def dated(self) -> Appointment | None:
        """Its hour, while it stands; one that was cancelled or missed is none."""
        hour = self.appointment
        return hour if hour and hour.stands else None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def phase(self) -> Phase:
        return self.course.plan.phase_of(self.number)

    def agenda(self, sessions: Iterable["Session"]) -> tuple[AgendaItem, ...]:
        """What belongs to this session, given what was done in earlier ones of `sessions`."""
        done = {key for one in sessions if one.number < self.number for key in one.done}
        return self.course.plan.agenda(self.number, done)
