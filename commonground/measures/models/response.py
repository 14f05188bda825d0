"""What a client answered on a measure."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedJSONField, EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .. import scoring, storages
from ..instrument import Instrument


class Responses(models.QuerySet["Response"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """A client's own answers, and those of the clients in this person's care."""
        return self.filter(client__in=Client.objects.working_together(user, now))

    def with_keys(self) -> Self:
        """Ready to be read without a query per row."""
        return self.select_related("client__data_key")

    def with_occasion(self) -> Self:
        """Ready to tell when it was asked and who entered it."""
        return self.select_related("assignment", "appointment", "entered_by")

    def current(self) -> Self:
        """What stands: no answers that were put right since."""
        return self.filter(superseded_at__isnull=True)

    def sent(self) -> Self:
        """What was handed over, in the words that stand now."""
        return self.current().filter(sent_at__isnull=False)

    def treated_by(self, user: User, now: datetime) -> Self:
        """Those this person may put right: of the clients whom they lead or cover."""
        return self.filter(client__in=Client.objects.treated_by(user, now))

    def of(self, client: Client, instrument: str) -> Self:
        """One client's answers on one measure, oldest first."""
        return self.filter(client=client, instrument=instrument).order_by("asked_at")

    def said(self, client: Client, instrument: str, concept: str) -> list[dict[str, Any]]:
        """Every value a client ever gave to one question, in the order in which it was given.

        The order of asking would not do: a whole series of check-ins is asked at one moment.
        """
        kept = []
        for row in self.of(client, instrument).only("changes"):
            row.client = client
            kept += [change for change in row.changes if change["concept"] == concept]
        return sorted(kept, key=lambda change: datetime.fromisoformat(change["at"]))


class Response(House):
    """One measure, asked on one occasion; answered question by question.

    `answers` holds what stands now by concept; `changes` keeps every value ever saved, since an
    answer that was taken back was still given. What was sent never changes: whoever puts it right
    makes a new version that `corrects` this one. `total_on_paper` stands for the answers where
    only a sum was brought along.
    """

    class Source(models.TextChoices):
        PAGE = "page", _("on the client's own page")
        LINK = "link", _("by a link")
        KIOSK = "kiosk", _("on a device in the room")
        PAPER = "paper", _("on paper")
        IMPORT = "import", _("from a list of earlier scores")

    client = models.ForeignKey("people.Client", models.PROTECT, related_name="+")
    assignment = models.ForeignKey("measures.Assignment", models.PROTECT, related_name="responses")
    appointment = models.ForeignKey(
        "scheduling.Appointment", models.PROTECT, related_name="+", null=True
    )
    instrument = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    answers = EncryptedJSONField(label="measures.response.answers", key="client.data_key")
    changes = EncryptedJSONField(label="measures.response.changes", key="client.data_key")
    order = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(_("asked"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PAGE)
    answered_on = models.DateField(_("answered on"), null=True)
    entered_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    total_on_paper = EncryptedTextField(
        label="measures.response.total", key="client.data_key", blank=True, null=True
    )
    remark = EncryptedTextField(
        label="measures.response.remark", key="client.data_key", blank=True, null=True
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    superseded_at = models.DateTimeField(null=True)

    objects = Responses.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "instrument"],
                condition=Q(superseded_at__isnull=True),
                name="one_standing_response_per_measure_and_check_in",
            ),
            models.UniqueConstraint(
                fields=["appointment", "instrument"],
                condition=Q(appointment__isnull=False, superseded_at__isnull=True),
                name="one_response_per_measure_and_appointment",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(sent_at__isnull=False),
                name="only_what_was_sent_is_put_right",
            ),
        ]

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def measure(self) -> Instrument:
        """The version of the instrument these answers were given on."""
        return storages.instrument(self.instrument, self.version)

    @property
    def score(self) -> scoring.Score:
        """What the answers come to, by the version they were given on."""
        if self.total_on_paper:
            return scoring.score_total(self.measure, int(self.total_on_paper))
        return scoring.score(self.measure, self.given())

    @property
    def on(self) -> date | None:
        """The day these answers speak of: the one written on the paper, else when they came."""
        if self.answered_on:
            return self.answered_on
        return self.sent_at.date() if self.sent_at else None

    def given(self) -> dict[str, Any]:
        """What stands now: concept → value; a question left out has no entry."""
        return dict(self.answers)
