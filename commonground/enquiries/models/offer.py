"""A therapist is asked whether they would see somebody, and then the person whether they would."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import User
from commonground.people.roles import Role

THERAPIST_HAS = timedelta(days=3)
"""How long a therapist has to say yes or no."""
PERSON_HAS = timedelta(days=7)
"""How long the person has, once the therapist has said yes."""


class Offers(models.QuerySet["Offer"]):
    def visible_to(self, user: User, now: datetime) -> "Offers":
        """What this therapist is or was asked, but for what was taken back or ran out."""
        if not user.is_authenticated or not user.is_active or Role.THERAPIST not in user.roles:
            return self.none()
        gone = [Offer.State.RECALLED, Offer.State.LAPSED, Offer.State.PASSED]
        return self.filter(therapist__user=user).exclude(state__in=gone)

    def with_keys(self) -> "Offers":
        return self.select_related("enquiry__data_key", "therapist__user", "enquiry__wished")

    def live(self) -> "Offers":
        """The one that is under way, of each enquiry."""
        return self.filter(state__in=LIVE)

    def holding_places(self) -> "Offers":
        """Those that keep a place of a therapist for somebody who is no client yet."""
        return self.live().exclude(enquiry__state="placed")

    def unanswered(self) -> "Offers":
        """Those on which the therapist still has to say yes or no."""
        return self.filter(state=Offer.State.ASKED)

    def run_out(self, now: datetime) -> "Offers":
        """Those whose time is over, whoever should have answered."""
        return self.filter(state__in=[Offer.State.ASKED, Offer.State.AGREED], expires_at__lte=now)


class Offer(House):
    """One therapist's place for one person: asked of the therapist first, then of the person."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("would like to see them")
        PASSED = "passed", _("cannot")
        ACCEPTED = "accepted", _("accepted")
        TURNED_DOWN = "turned_down", _("turned down by the person")
        LAPSED = "lapsed", _("ran out")
        RECALLED = "recalled", _("taken back")
        WITHDRAWN = "withdrawn", _("they do not wish to go on")

    class Why(models.TextChoices):
        NO_ROOM = "no_room", _("I have no room after all")
        NOT_MINE = "not_mine", _("It is not what I work with")
        TIMES = "times", _("The times do not fit")
        KNOWN = "known", _("I know this person, or somebody close to them")
        OTHER = "other", _("Another reason")

    enquiry = models.ForeignKey(
        "enquiries.Enquiry", on_delete=models.CASCADE, related_name="offers"
    )
    therapist = models.ForeignKey("people.Therapist", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    shared = models.BooleanField(_("their own words are shared"), default=False)
    note = EncryptedTextField(
        _("a word to the therapist"), label="enquiries.offer.note", key="enquiry.data_key",
        blank=True, default="",
    )  # fmt: skip
    offered_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offered_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    why_words = EncryptedTextField(
        _("in the therapist's words"), label="enquiries.offer.why_words", key="enquiry.data_key",
        blank=True, default="",
    )  # fmt: skip

    objects: ClassVar[Any] = Offers.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering: ClassVar[list[str]] = ["-offered_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["therapist", "state"], name="enquiries_offers_of"),
            models.Index(fields=["state", "expires_at"], name="enquiries_offers_end"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["enquiry"],
                condition=Q(state__in=["asked", "agreed", "accepted"]),
                name="enquiries_one_offer_at_a_time",
                violation_error_message=_("Somebody is being asked already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "asked", "agreed", "passed", "accepted", "turned_down", "lapsed",
                        "recalled", "withdrawn",
                    ]
                ),
                name="enquiries_offer_state",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"offer {str(self.pk)[:8]}"


LIVE = (Offer.State.ASKED, Offer.State.AGREED, Offer.State.ACCEPTED)
