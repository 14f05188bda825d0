"""One course of therapy: a client, a protocol, an agreed number of sessions."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Client, User
from commonground.people.models.client import Clients

from .. import storages
from ..protocol import Protocol

NEWEST = (F("ended_on").desc(nulls_first=True), "-opened_on")
"""The running course first, then the one that ended last."""


class Courses(models.QuerySet["Course"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """The client's own course, and the courses of clients in this person's care."""
        return self.filter(client__in=Client.objects.working_together(user, now))

    def in_care_of(self, user: User, now: datetime) -> Self:
        """For the clinical pages: of clients whom this person treats, covers or supervises."""
        return self.filter(client__in=Client.objects.in_care_of(user, now))

    def led_by(self, user: User, now: datetime) -> Self:
        """Those this person may write in: of the clients whose therapy they lead."""
        return self.filter(client__in=Client.objects.led_by(user, now))

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may give dates: of the clients whom they lead or cover."""
        return self.filter(client__in=Client.objects.treated_by(user, now))

    def running(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def of(self, client: Client) -> "Course | None":
        """The one running or latest course of a client."""
        return self.filter(client=client).order_by(*NEWEST).first()

    def missed_by(self, clients: Clients) -> Clients:
        """Those of these clients who never had one: it waits to be opened."""
        return clients.exclude(Exists(self.filter(client=OuterRef("pk"))))

    def before(self, client: Client) -> Self:
        """Every course of a client so far, the newest first, with how it ended."""
        return self.filter(client=client).select_related("ending").order_by(*NEWEST)

    def by_client(self) -> dict[UUID, "Course"]:
        """The running or latest one of each client, with how it ended. One query."""
        rows = self.select_related("ending").order_by(*NEWEST).reverse()
        return {row.client_id: row for row in rows}

    def with_client(self) -> Self:
        """Ready for a list of courses by their clients, and with whom they are."""
        return self.select_related("client__data_key", "therapist")

    def with_keys(self) -> Self:
        """Ready to show names and words without a query per row."""
        return self.select_related("client__data_key", "therapist__user")


class Course(House):
    """A structured, time-limited course that client and therapist carry together.

    `boundaries` holds, by phase, the last session where it was moved from the protocol's own.
    """

    client = models.ForeignKey("people.Client", models.PROTECT, related_name="+")
    therapist = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    protocol_key = models.CharField(max_length=40)
    protocol_version = models.PositiveSmallIntegerField()
    sessions_agreed = models.PositiveSmallIntegerField(
        _("number of sessions agreed"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    boundaries = models.JSONField(default=dict, blank=True)
    missed_counts = models.BooleanField(_("a missed session counts as one of them"), default=False)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = Courses.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(ended_on__isnull=True),
                name="one_running_course_per_client",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("opened_on")),
                name="course_ends_after_it_opens",
            ),
        ]

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in the days of this course."""
        on = at.date()
        return self.opened_on <= on and (self.ended_on is None or on <= self.ended_on)

    @property
    def protocol(self) -> Protocol:
        """The released protocol this course was opened on."""
        return storages.protocol(self.protocol_key, self.protocol_version)

    @property
    def plan(self) -> Protocol:
        """The protocol as it was agreed here: this number of sessions, these boundaries."""
        ends = tuple(sorted(self.boundaries.items()))
        return storages.agreed(self.protocol_key, self.protocol_version, self.sessions_agreed, ends)

    @property
    def measure(self) -> str:
        """The key of the measure that the course is watched by."""
        return self.protocol.watch.measure
