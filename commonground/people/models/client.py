"""Somebody who comes to the practice for therapy."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House

from .. import traces
from ..roles import EDITORS, Role
from .care import Care, Cares, Part, Supervision
from .guardian import Guardian
from .opening import Opening
from .user import User


class Clients(models.QuerySet["Client"]):
    def visible_to(self, user: User, now: datetime, shared: str = "identity") -> "Clients":
        """Whose name and contact this person may see: what `trust.md` calls contact and identity.

        Guardians are part of it as far as `shared` is open to them. Clinical rows ask
        `in_care_of` instead, which coordinators, owners and guardians are not part of.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.roles & EDITORS:
            return self.all()
        guarded = Guardian.objects.seeing(shared, now).filter(user=user).values("client")
        mine = Client.objects.own(user).values("pk")
        return self._any_of(*self._cared_for(user, now), mine, guarded)

    def in_care_of(self, user: User, now: datetime) -> "Clients":
        """Whom this person treats, covers or supervises now; reads only Care and Supervision."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._any_of(*self._cared_for(user, now))

    def opened_to(self, user: User, now: datetime) -> "Clients":
        """Whose record this owner has opened in an emergency, as long as it is open."""
        return self.filter(pk__in=Opening.objects.open_to(user, now).values("client"))

    def led_by(self, user: User, now: datetime) -> "Clients":
        """Whose therapy this person leads now: the course is theirs to write in."""
        return self.filter(pk__in=self._treated(user, now, Part.LEAD).values("client"))

    def treated_by(self, user: User, now: datetime) -> "Clients":
        """Whom this person leads or covers now: hours are theirs to move, alerts to act on."""
        return self.filter(pk__in=self._treated(user, now, Part.LEAD, Part.COVER).values("client"))

    def _cared_for(self, user: User, now: datetime) -> "list[models.QuerySet[Any, Any]]":
        """The ids of those whom this person treats or covers, and of those they supervise."""
        found: list[models.QuerySet[Any, Any]] = []
        if Role.THERAPIST in user.roles:
            found.append(self._treated(user, now).values("client"))
        if Role.SUPERVISOR in user.roles:
            found.append(self._supervised(user, now).values("client"))
        return found

    def _any_of(self, *ids: "models.QuerySet[Any, Any]") -> "Clients":
        """Those in any of these lists of ids. Joined as a UNION and not by OR: an OR of two lists
        is looked through client by client, a UNION leads to its clients by their index."""
        if not ids:
            return self.none()
        first, *others = (one.order_by() for one in ids)
        return self.filter(pk__in=first.union(*others) if others else first)

    @staticmethod
    def _treated(user: User, now: datetime, *parts: Part) -> Cares:
        """This person's own parts in somebody's care, all or these; none for whoever is no
        therapist here."""
        if not user.is_active or Role.THERAPIST not in getattr(user, "roles", ()):
            return Care.objects.none()
        mine = Care.objects.current(now).filter(therapist__user=user).order_by()
        return mine.filter(part__in=parts) if parts else mine

    @staticmethod
    def _supervised(user: User, now: datetime) -> Cares:
        """What those lead whom this person supervises; none for whoever supervises nobody."""
        if not user.is_active or Role.SUPERVISOR not in getattr(user, "roles", ()):
            return Care.objects.none()
        supervised = Supervision.objects.current(now).filter(supervisor=user)
        led = Care.objects.current(now).leading().order_by()
        return led.filter(therapist__in=supervised.values("therapist"))

    def found_by(self, query: str) -> "Clients":
        """Those whom somebody at the desk looks for by name, e-mail or telephone."""
        trace: Any = self.model._meta.get_field("traces").related_model
        return self.filter(pk__in=trace.objects.leading_to(query))

    def without_trace(self) -> "Clients":
        """Those whom nobody can find yet: taken in before there was an index."""
        return self.filter(traces__isnull=True)

    def own(self, user: User) -> "Clients":
        """The record that belongs to this account: theirs, and nobody else's."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(user=user)

    def working_together(self, user: User, now: datetime) -> "Clients":
        """For what client and therapist carry together: `in_care_of`, and the client's own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = Client.objects.own(user).values("pk")
        return self._any_of(*self._cared_for(user, now), mine)

    def with_keys(self) -> "Clients":
        """With each client's key in the same query, so that a list of names is one query."""
        return self.select_related("data_key")


@dataclass(frozen=True)
class Caseload:
    """Whom somebody cares for at one instant, by id: all of them, those they treat, those they
    lead. The same as `in_care_of`, `treated_by` and `led_by` find.

    It is for a page with many lists of the same people, which asks who they are once.
    """

    cared: frozenset[UUID]
    treated: frozenset[UUID]
    led: frozenset[UUID]

    @classmethod
    def of(cls, user: User, now: datetime) -> Self:
        """One query, and one more for whoever supervises."""
        by_part: dict[str, set[UUID]] = defaultdict(set)
        for pk, part in Clients._treated(user, now).values_list("client", "part"):
            by_part[part].add(pk)
        supervised = Clients._supervised(user, now).values_list("client", flat=True)
        treated = by_part[Part.LEAD] | by_part[Part.COVER]
        return cls(
            frozenset(treated.union(by_part[Part.SUPERVISOR], supervised)),
            frozenset(treated),
            frozenset(by_part[Part.LEAD]),
        )


class Client(House):
    """A person in the practice's care, or about to be; all that names them is kept under a key
    of their own."""

    user = models.OneToOneField(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="client"
    )
    data_key = models.OneToOneField("core.DataKey", on_delete=models.PROTECT, related_name="+")
    name = EncryptedTextField(_("name"), label="people.client.name", key="data_key")
    preferred_name = EncryptedTextField(
        _("what to call you"), label="people.client.preferred_name", key="data_key", blank=True
    )
    date_of_birth = EncryptedTextField(
        _("date of birth"), label="people.client.date_of_birth", key="data_key", blank=True
    )
    pronouns = EncryptedTextField(
        _("pronouns"), label="people.client.pronouns", key="data_key", blank=True
    )
    created_at = models.DateTimeField(editable=False)

    objects = Clients.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering: ClassVar[list[str]] = ["-created_at", "id"]

    def __str__(self) -> str:
        # A name would have to be decrypted, and would end in logs and titles.
        return f"client {str(self.pk)[:8]}"

    @property
    def tokens(self) -> set[str]:
        """By what they may be looked up; see traces.py."""
        ways = list(self.contacts.with_keys().own())
        return traces.of(
            names=[self.name, self.preferred_name],
            emails=[way.value for way in ways if way.kind == "email"],
            phones=[way.value for way in ways if way.kind == "phone"],
        )

    @property
    def called(self) -> str:
        """The name to greet them by."""
        return self.preferred_name or self.name

    def parts_of(self, user: User, now: datetime) -> frozenset[str]:
        """What this person is to the client now (a `Part` each): one query."""
        mine = Clients._treated(user, now).filter(client=self)
        return frozenset(mine.values_list("part", flat=True))

    @property
    def born_on(self) -> date | None:
        """Their birthday, if it is known."""
        return date.fromisoformat(self.date_of_birth) if self.date_of_birth else None
