"""Somebody wrote to the practice: who they are, what they need, and where it has come to."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedJSONField, EncryptedTextField
from commonground.core.models.base import House
from commonground.people import traces
from commonground.people.models import Client, Guardian, Opening, User
from commonground.people.roles import Role

from ..lifecycle import FREE, NEEDS_AN_ANSWER, OVER, State, Who, after
from ..promise import LOOKS_BACK, Letter

KEPT = timedelta(days=183)
"""How long after its end an enquiry is kept that led to nothing; promised on the form."""

ENDS = sorted(str(state) for state in OVER)
STATES = {
    State.RECEIVED: _("new"),
    State.TALKING: _("in conversation"),
    State.OFFERED: _("a therapist is asked"),
    State.AGREED: _("offered"),
    State.ACCEPTED: _("accepted, waiting for consent"),
    State.DECLINED_BY_THERAPIST: _("the therapist cannot"),
    State.DECLINED_BY_PERSON: _("they would rather see somebody else"),
    State.WAITING: _("on the waiting list"),
    State.PLACED: _("a client"),
    State.SIGNPOSTED: _("pointed elsewhere"),
    State.WITHDRAWN: _("withdrawn by them"),
    State.CLOSED: _("closed"),
}


class Enquiries(models.QuerySet["Enquiry"]):
    def visible_to(self, user: User, now: datetime) -> "Enquiries":
        """Whose words this person may read here: coordinators every one, nobody else any.

        A therapist sees an Offer, and of the enquiry what that offer shares.
        """
        if not user.is_authenticated or not user.is_active or Role.COORDINATOR not in user.roles:
            return self.none()
        return self.all()

    def read_by(self, user: User, now: datetime) -> "Enquiries":
        """Those of clients whose letters this person may read where the record is: whoever cares
        for them or supervises it, they themselves, a guardian to whom it is open, the desk, and
        an owner in an emergency."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if Role.COORDINATOR in user.roles:
            return self.filter(client__isnull=False)
        together = Client.objects.working_together(user, now)
        guarded = Guardian.objects.seeing("enquiry", now).filter(user=user)
        opened = Opening.objects.open_to(user, now)
        return self.filter(
            Q(client__in=together.values("pk"))
            | Q(client__in=guarded.values("client"))
            | Q(client__in=opened.values("client"))
        )

    def with_keys(self) -> "Enquiries":
        """With each one's key in the same query, so that a list is one query."""
        return self.select_related("data_key", "wished", "client")

    def going_on(self) -> "Enquiries":
        """Those of which something is still expected."""
        return self.exclude(state__in=[*OVER, State.WAITING])

    def over(self) -> "Enquiries":
        return self.filter(state__in=OVER)

    def waiting(self) -> "Enquiries":
        """The waiting list, in its order: whoever has waited longest comes first."""
        return self.filter(state=State.WAITING).order_by("waiting_since", "id")

    def oldest_first(self) -> "Enquiries":
        return self.order_by("received_at", "id")

    def unanswered(self) -> "Enquiries":
        """Those whose first answer is still owed."""
        return self.filter(answered_at__isnull=True).exclude(state__in=OVER)

    def lately(self, now: datetime) -> list[Letter]:
        """What came in lately and when it was first answered; in one query."""
        rows = self.filter(received_at__gte=now - LOOKS_BACK).exclude(state=State.WITHDRAWN)
        return [Letter(*row) for row in rows.values_list("received_at", "answered_at")]

    def before(self, enquiry: "Enquiry") -> "Enquiries":
        """Those who have waited longer than this one."""
        earlier = Q(waiting_since__lt=enquiry.waiting_since)
        return self.filter(earlier | Q(waiting_since=enquiry.waiting_since, pk__lt=enquiry.pk))

    def placed_off_the_list(self, now: datetime) -> int:
        """How many found a place off the waiting list in the last 90 days."""
        placed = self.filter(state=State.PLACED, waiting_since__isnull=False)
        return placed.filter(ended_at__gte=now - LOOKS_BACK).count()

    def with_last_word(self) -> "Enquiries":
        """With `last_from_practice`: whether the last message was the practice's."""
        message: Any = self.model._meta.get_field("messages").related_model
        last = message.objects.filter(enquiry=OuterRef("pk")).order_by("-number")
        return self.annotate(
            last_from_practice=Coalesce(Subquery(last.values("from_practice")[:1]), Value(False))
        )

    def found_by(self, query: str) -> "Enquiries":
        """Those whom somebody at the desk looks for by name, e-mail or telephone."""
        trace: Any = self.model._meta.get_field("traces").related_model
        return self.filter(pk__in=trace.objects.leading_to(query))

    def to_let_go(self, now: datetime) -> "Enquiries":
        """What led to nothing and has been over for half a year."""
        return self.filter(state__in=OVER - {State.PLACED}, ended_at__lt=now - KEPT)


class Enquiry(House):
    """One person's wish to come, or somebody's for them, under a key of its own; accepted, the
    key becomes the client's. Joined to somebody who is a client already (`joined_at`), all that
    was written lies under that client's key."""

    class Source(models.TextChoices):
        SITE = "site", _("the site")
        APPROACH = "approach", _("the page of an approach")
        THERAPIST = "therapist", _("a therapist’s page")
        SELF_CHECK = "self-check", _("a self-check")
        REFERRAL = "referral", _("a referral")

    data_key = models.ForeignKey("core.DataKey", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(
        "people.Client", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    joined_at = models.DateTimeField(null=True, editable=False)
    sent_as = models.UUIDField(unique=True, editable=False)
    state = models.CharField(max_length=12, choices=STATES.items(), default=State.RECEIVED)
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=12, choices=Source, default=Source.SITE)
    received_at = models.DateTimeField(editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    offered_at = models.DateTimeField(null=True, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    wished = models.ForeignKey(
        "people.Therapist", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    called = EncryptedTextField(_("what to call you"), label="enquiries.enquiry.called")
    reach: Any = EncryptedJSONField(_("ways to reach you"), label="enquiries.enquiry.reach")
    needs: Any = EncryptedJSONField(_("what is looked for"), label="enquiries.enquiry.needs")
    words = EncryptedTextField(
        _("what brings you"), label="enquiries.enquiry.words", blank=True, default=""
    )
    accepting: Any = EncryptedJSONField(
        _("what was said as it was accepted"), label="enquiries.enquiry.accepting", null=True
    )

    objects: ClassVar[Any] = Enquiries.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering: ClassVar[list[str]] = ["-received_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "received_at"], name="enquiries_queue"),
            models.Index(fields=["received_at"], name="enquiries_received"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]), name="enquiries_state"
            ),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, waiting_since__isnull=False)
                | ~Q(state=State.WAITING),
                name="enquiries_waiting_since",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDS, ended_at__isnull=False)
                | (~Q(state__in=ENDS) & Q(ended_at__isnull=True)),
                name="enquiries_over_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        # A name would have to be decrypted, and would end in logs and titles.
        return f"enquiry {str(self.pk)[:8]}"

    # ——— where it stands ———

    def comes(self, act: Any, who: Who, now: datetime) -> None:
        """Take one step of the lifecycle; not saved. Raises lifecycle.NotNow."""
        self.state = after(State(self.state), act, who)
        self.ended_at = (self.ended_at or now) if self.state in OVER else None
        if self.state == State.WAITING:
            self.waiting_since = self.waiting_since or now

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_free(self) -> bool:
        """Whether a therapist can be asked now."""
        return self.state in FREE

    @property
    def needs_an_answer(self) -> bool:
        """Whether the next word is the practice's."""
        return self.state in NEEDS_AN_ANSWER

    # ——— whom it is about ———

    @property
    def whom(self) -> str:
        """`me`, `young` (by a parent) or `refer`."""
        return str(self.needs.get("whom", "me"))

    @property
    def for_somebody_else(self) -> bool:
        return self.whom != "me"

    @property
    def about(self) -> str:
        """The name of the person who would come, as far as it is known."""
        return str(self.needs.get("their_name") or "") if self.for_somebody_else else self.called

    @property
    def age(self) -> int | None:
        """The age of the person who would come, as it was given, in whole years."""
        given = self.needs.get("age")
        return int(given) if given is not None else None

    # ——— how they may be reached ———

    @property
    def email(self) -> str:
        return str(self.reach.get("email", ""))

    @property
    def phone(self) -> str:
        return str(self.reach.get("phone", ""))

    @property
    def tokens(self) -> set[str]:
        """By what they may be looked up: both names, and the ways to reach whoever wrote."""
        names = [self.called, str(self.needs.get("their_name") or "")]
        return traces.of(names=names, emails=[self.email], phones=[self.phone])

    @property
    def mailbox(self) -> str:
        """Where a mail may go: empty where there is none, or where it is not safe."""
        return self.email if self.reach.get("email_safe") else ""

    @property
    def kept_until(self) -> datetime | None:
        """When it is deleted, if it led to nothing."""
        if self.ended_at is None or self.state == State.PLACED:
            return None
        return self.ended_at + KEPT
