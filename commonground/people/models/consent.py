"""What a client, or somebody who may speak for them, has agreed to."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House


class Consents(models.QuerySet["Consent"]):
    def standing(self, on: date) -> "Consents":
        """Given by this day and not withdrawn by it."""
        return self.filter(given_on__lte=on).filter(
            models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gt=on)
        )

    def with_keys(self) -> "Consents":
        return self.select_related("client__data_key")


class Consent(House):
    """One agreement to one thing: who gave it, on what footing, who judged that they could."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("treatment")
        SHARING = "sharing", _("sharing information")
        RECORDING = "recording", _("recording a session for supervision")
        CONTACT = "contact", _("being contacted")
        MEASURES = "measures", _("measures between sessions")

    class Basis(models.TextChoices):
        OWN = "own", _("their own, as an adult or at 16 to 17")
        GILLICK = "gillick", _("their own, found competent for this decision")
        PARENTAL = "parental", _("by somebody with parental responsibility")

    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="consents", verbose_name=_("client")
    )
    kind = models.CharField(_("to what"), max_length=12, choices=Kind)
    basis = models.CharField(_("on what footing"), max_length=12, choices=Basis)
    text_version = models.CharField(
        _("the text that was agreed to"),
        max_length=40,
        blank=True,
        help_text=_("Name and version, as treatment-1; empty where nothing was read."),
    )
    given_on = models.DateField(_("given on"))
    given_by = EncryptedTextField(
        _("given by"), label="people.consent.given_by", key="client.data_key", blank=True
    )
    source = EncryptedTextField(
        _("where it is written down"), label="people.consent.source", key="client.data_key",
        null=True, blank=True,
    )  # fmt: skip
    guardian = models.ForeignKey(
        "people.Guardian", on_delete=models.SET_NULL, null=True, blank=True, related_name="consents"
    )
    assessor = models.ForeignKey(
        "people.Therapist", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reasoning = EncryptedTextField(
        _("reasoning"), label="people.consent.reasoning", key="client.data_key", blank=True
    )
    limits = EncryptedTextField(
        _("agreed limits"), label="people.consent.limits", key="client.data_key", blank=True
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = Consents.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar[list[str]] = ["-given_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="people_consent_withdrawn_after_given",
            ),
            models.CheckConstraint(
                condition=~models.Q(basis="gillick") | models.Q(assessor__isnull=False),
                name="people_competence_has_an_assessor",
                violation_error_message=_("Say who judged that they can decide this themselves."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)
