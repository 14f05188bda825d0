"""An answer that a named person must look at, and by when."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .response import Response


class Alerts(models.QuerySet["Alert"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """Alerts about the clients in this person's care; never shown to the client."""
        return self.filter(client__in=Client.objects.in_care_of(user, now))

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may act on: a supervisor reads them only."""
        return self.filter(client__in=Client.objects.treated_by(user, now))

    def unanswered(self) -> Self:
        return self.filter(acknowledged_at__isnull=True).order_by("due_at")

    def to_go_on(self, now: datetime) -> Self:
        """Those that have waited too long with whoever has them."""
        return self.unanswered().filter(goes_on_at__lte=now)

    def about(self, client: Client) -> Self:
        return self.filter(client=client)

    def with_keys(self) -> Self:
        return self.select_related("client__data_key", "owner__user", "response__client__data_key")

    def with_answers(self) -> Self:
        """Ready for a list: whose they are and what was answered; owners are not in it."""
        answers = models.Prefetch("response", Response.objects.with_keys())
        return self.prefetch_related("client__data_key", answers)

    def open_about(self, client: Client) -> "list[Alert]":
        """What waits about one client, for a page that has read them with their key."""
        found = self.about(client).unanswered().order_by().prefetch_related("response")
        rows = sorted(found, key=lambda row: row.due_at)
        for row in rows:
            row.client = row.response.client = client
        return rows

    def of_whom(self) -> Self:
        """For the office: that it is open and whose it is. About whom is not even read."""
        return self.select_related("owner").defer("words")


class Alert(House):
    """A risk item endorsed on a measure: it has one owner, a time it is due, and then an action.

    One is open for an endorsed item of a response, raised in the transaction that saved the answer;
    taking the answer back does not take the alert back. An answer that is changed after somebody
    has acted raises another. At `goes_on_at` it goes on to somebody else, unless somebody has
    acted; None where nobody else exists.
    """

    class Due(models.TextChoices):
        SAME_DAY = "same_day", _("today")
        NEXT_WORKING_DAY = "next_working_day", _("by the next working day")

    class Why(models.TextChoices):
        NEW = "new", _("New: the last answer before was not above zero.")
        RISING = "rising", _("More often than in the last answer before.")
        HIGH = "high", _("As often as before, and often.")
        KNOWN = "known", _("Known, and not more often than before.")

    class Action(models.TextChoices):
        SPOKE = "spoke", _("I spoke with them")
        ASSESSED = "assessed", _("I assessed the risk with them")
        PLAN_REVIEWED = "plan_reviewed", _("We went through the safety plan")
        REFERRED = "referred", _("I referred them on")
        EMERGENCY = "emergency", _("I called the emergency services")

    client = models.ForeignKey("people.Client", models.PROTECT, related_name="+")
    response = models.ForeignKey("measures.Response", models.PROTECT, related_name="alerts")
    concept = models.CharField(max_length=40)
    owner = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    due = models.CharField(max_length=20, choices=Due.choices)
    why = models.CharField(max_length=8, choices=Why.choices)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    goes_on_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=20, choices=Action.choices, blank=True)
    words = EncryptedTextField(
        label="measures.alert.words", key="client.data_key", blank=True, null=True
    )

    objects = Alerts.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["response", "concept"],
                condition=Q(acknowledged_at__isnull=True),
                name="one_open_alert_per_response_and_item",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, action="")
                | (Q(acknowledged_at__isnull=False) & ~Q(action="")),
                name="alert_acknowledged_with_an_action",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["goes_on_at"],
                condition=Q(acknowledged_at__isnull=True),
                name="measures_alert_goes_on",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.acknowledged_at is None

    @property
    def stands_alone(self) -> bool:
        """Whether it has waited too long and nobody else exists to whom it could go."""
        return self.is_open and self.goes_on_at is None

    @property
    def value(self) -> int | None:
        """The highest answer given on this response, also where it was taken back since."""
        kept = [c["value"] for c in self.response.changes if c["concept"] == self.concept]
        return max((value for value in kept if value is not None), default=None)

    def of_the_list(self) -> "list[tuple[Response, int]]":
        """Where it stands for a list of earlier scores: each response of that list in which this
        item was endorsed, and how strongly; the newest first. Empty for any other alert."""
        if self.response.source != Response.Source.IMPORT:
            return []
        (rule,) = (r for r in self.response.measure.risks if r.concept == self.concept)
        together = Response.objects.of(self.client, self.response.instrument).filter(
            source=Response.Source.IMPORT, sent_at=self.raised_at
        )
        found = [(row, row.given().get(self.concept)) for row in together.with_keys()]
        endorsed = [(row, said) for row, said in found if said is not None]
        return [each for each in reversed(endorsed) if each[1] >= rule.alert_from]

    def history(self) -> list[dict[str, Any]]:
        """Every value ever saved for this item, newest first: {at, value, value_text}."""
        said = {o.value: o.text for o in self.response.measure.by_concept[self.concept].options}
        kept = Response.objects.said(self.client, self.response.instrument, self.concept)
        return [
            {
                "at": datetime.fromisoformat(change["at"]),
                "value": change["value"],
                "value_text": said.get(change["value"], _("taken back")),
            }
            for change in reversed(kept)
        ]
