"""A parent or other adult who stands beside a young client."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core import clock
from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

from .. import sharing
from ..sharing import SHAREABLE


class Guardians(models.QuerySet["Guardian"]):
    def standing(self, now: datetime) -> "Guardians":
        """Those whose access has not ended. It ends as its last day begins, by the practice's
        own clock: at midnight, not when a day is over in Greenwich."""
        on = clock.day_of(now)
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=on))

    def seeing(self, what: str, now: datetime) -> "Guardians":
        """To whom this class of data is open now.

        Raises ValueError for a class that nobody ever may share.
        """
        if what not in SHAREABLE:
            raise ValueError(f"{what} is never shared with a guardian.")
        open_to: dict[str, Any] = {f"may_see__{what}": True}
        return self.standing(now).filter(**open_to)

    def to_review(self, now: datetime) -> "Guardians":
        """Those whose end is near or past, and was not looked at yet."""
        near = clock.day_of(now) + sharing.REVIEW_AHEAD
        looked_at = models.Q(reviewed_for__isnull=False, reviewed_for=models.F("ends_on"))
        return self.filter(ends_on__lte=near).exclude(looked_at)

    def with_keys(self) -> "Guardians":
        return self.select_related("client__data_key")


class Guardian(House):
    """Somebody who may speak for a young client, and sees only what was agreed, for as long as
    it was agreed.

    `may_see` is opened by the young person's own yes; every decision about it is a `Sharing`.
    `proposed` waits for that yes. `review` is what was decided about the end `reviewed_for`.
    """

    class Review(models.TextChoices):
        """What therapist and young person decided before the access fell shut."""

        ENDS = "ends", _("it ends")
        ASK = "ask", _("they are asked when they are of age")

    client = models.ForeignKey(
        "people.Client",
        on_delete=models.CASCADE,
        related_name="guardians",
        verbose_name=_("client"),
    )
    user = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="guarding"
    )
    name = EncryptedTextField(_("name"), label="people.guardian.name", key="client.data_key")
    relation = EncryptedTextField(
        _("relation to the client"), label="people.guardian.relation", key="client.data_key"
    )
    email = EncryptedTextField(
        _("e-mail"), label="people.guardian.email", key="client.data_key", blank=True, null=True
    )
    holds_parental_responsibility = models.BooleanField(
        _("holds parental responsibility"), default=False
    )
    may_see = models.JSONField(_("what may be seen"), default=dict, blank=True)
    ends_on = models.DateField(
        _("sees nothing from this day on"),
        null=True,
        blank=True,
        help_text=_("The day the client comes of age, or sooner; reviewed, never prolonged alone."),
    )
    proposed = models.JSONField(_("what the therapist suggests to share as well"), default=list)
    proposed_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    review = models.CharField(_("what becomes of it"), max_length=8, choices=Review, blank=True)
    reviewed_for = models.DateField(
        _("the end that was looked at"),
        null=True,
        blank=True,
    )

    objects = Guardians.as_manager()

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")
        ordering: ClassVar[list[str]] = ["client", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "user"],
                condition=models.Q(user__isnull=False),
                name="people_one_guardian_each",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) | models.Q(ends_on__isnull=False),
                name="people_guardian_access_ends",
                violation_error_message=_("Say on which day this guardian's own access ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"guardian {str(self.pk)[:8]}"

    @property
    def sees(self) -> tuple[str, ...]:
        """The classes that are agreed, whether or not the access still stands."""
        return sharing.chosen(self.may_see)

    def stands(self, now: datetime) -> bool:
        """Whether their access has not ended."""
        return self.ends_on is None or self.ends_on > clock.day_of(now)

    def shown(self, now: datetime) -> tuple[str, ...]:
        """The classes that are open to them now; `seeing` asks the same of the database."""
        return self.sees if self.stands(now) else ()

    def may_go_on(self, now: datetime) -> bool:
        """Whether it has ended, and the young person may open it anew by their own yes."""
        reviewed = self.review == self.Review.ASK and self.reviewed_for == self.ends_on
        return reviewed and not self.stands(now)

    def asks(self, now: datetime) -> bool:
        """Whether something waits for the young person's own word."""
        return self.may_go_on(now) or (self.stands(now) and bool(self.proposed))

    def needs_review(self, now: datetime) -> bool:
        """Whether the therapist is asked what becomes of what is open to them."""
        live = bool(self.sees) or self.user_id is not None
        return live and sharing.needs_review(self.ends_on, self.reviewed_for, clock.day_of(now))


class Sharing(House):
    """One decision about what a guardian sees: what is open from then on, who decided, and how.
    Never changed; the latest is what stands."""

    class Way(models.TextChoices):
        """How it was decided."""

        OWN = "own", _("by the young person themselves")
        ROOM = "room", _("by the young person, said in the session")
        NARROWED = "narrowed", _("taken back by the therapist")
        ENDED = "ended", _("ended by the therapist")
        OF_AGE = "of_age", _("by the young person, now of age")

    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE, related_name="decisions")
    may_see = models.JSONField(_("what is open from then on"), default=list)
    way = models.CharField(_("how it was decided"), max_length=8, choices=Way)
    decided_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision about sharing")
        verbose_name_plural = _("decisions about sharing")
        ordering: ClassVar[list[str]] = ["-decided_at"]

    def __str__(self) -> str:
        return f"sharing {str(self.pk)[:8]}"
