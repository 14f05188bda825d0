"""A check-in that a client is asked for: before an hour, by a rhythm, or by hand."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Client, User

OPENS = timedelta(hours=48)
"""How long before an hour its check-in opens: near enough to say how things are now."""


class Assignments(models.QuerySet["Assignment"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """A client's own check-ins, and those of the clients in this person's care."""
        return self.filter(client__in=Client.objects.working_together(user, now))

    def own(self, user: User) -> Self:
        """Those that this account's own record is asked for."""
        return self.filter(client__in=Client.objects.own(user))

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may hand over, open or enter: of clients whom they lead or cover."""
        return self.filter(client__in=Client.objects.treated_by(user, now))

    def about(self, client: Client) -> Self:
        return self.filter(client=client)

    def unsent(self) -> Self:
        """Those of which something is not in yet."""
        from .response import Response

        unsent = Response.objects.current().filter(sent_at__isnull=True)
        return self.filter(Exists(unsent.filter(assignment=OuterRef("pk"))))

    def coming(self, now: datetime) -> Self:
        """Those whose hour is not over, the next hour first, then those without one."""
        over = Q(appointment__ends_at__lte=now) | Q(appointment__state__in=("cancelled", "missed"))
        return self.exclude(Q(appointment__isnull=False) & over).order_by(
            F("appointment__starts_at").asc(nulls_last=True), "asked_at", "pk"
        )

    def with_keys(self) -> Self:
        """Ready to be shown without a query per row."""
        return self.select_related(
            "client__data_key", "appointment__therapist", "appointment__place"
        )


class Assignment(House):
    """One occasion on which a client is asked some measures.

    Before an hour it opens 48 hours ahead, wherever that hour moves; `opens_at` stands where there
    is no hour, or where somebody has opened it earlier by hand.
    """

    class Why(models.TextChoices):
        SESSION = "session", _("before a session")
        RHYTHM = "rhythm", _("by a rhythm")
        HAND = "hand", _("asked by hand")
        PAPER = "paper", _("entered from paper")
        IMPORT = "import", _("brought along from before")

    client = models.ForeignKey("people.Client", models.PROTECT, related_name="+")
    appointment = models.OneToOneField(
        "scheduling.Appointment", models.PROTECT, null=True, related_name="+"
    )
    plan = models.ForeignKey("measures.Plan", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=8, choices=Why.choices)
    asked_at = models.DateTimeField(_("asked"))
    opens_at = models.DateTimeField(_("opens"), null=True)

    objects = Assignments.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(appointment__isnull=False) | Q(opens_at__isnull=False),
                name="check_in_opens_some_time",
            ),
        ]

    @property
    def opens(self) -> datetime:
        """From when on it can be answered."""
        if self.opens_at is not None:
            return self.opens_at
        assert self.appointment is not None
        return self.appointment.starts_at - OPENS

    def is_open(self, now: datetime) -> bool:
        return self.opens <= now
