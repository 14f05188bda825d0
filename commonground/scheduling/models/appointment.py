"""When two people meet: one therapist, one client, an instant and a place."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, Guardian, Therapist, User
from commonground.people.roles import EDITORS, Role

from .. import attendance as words


class Kind(models.TextChoices):
    """What people meet for."""

    INTRODUCTORY = "introductory", _("introductory call")
    FIRST = "first", _("first session")
    SESSION = "session", _("session")
    OTHER = "other", _("something else")


class State(models.TextChoices):
    """What became of it."""

    ON_HOLD = "on_hold", _("kept free")
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
    MISSED = "missed", _("did not attend")


UNTOLD = Q(told__isnull=True) | Q(told__lt=F("sequence"))
"""Its client has not been told how it stands."""


class Appointments(models.QuerySet["Appointment"]):
    """What a therapist asks of a diary."""

    def visible_to(self, user: User, now: datetime) -> Self:
        """Appointments of the clients this person may see; a guardian, where they are shared.

        A call with somebody who is no client yet is seen by its therapist and by the front office.
        """
        mine = Q(client__in=Client.objects.visible_to(user, now, shared="appointments"))
        if user.is_authenticated and user.is_active:
            nobody_yet = Q(client__isnull=True)
            mine |= nobody_yet if user.roles & EDITORS else nobody_yet & Q(therapist__user=user)
        return self.filter(mine)

    def movable_by(self, user: User, now: datetime) -> Self:
        """Those this person may move and cancel for others: of the clients whom they lead or
        cover, their own first calls, and everybody's for a coordinator."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if Role.COORDINATOR in user.roles:
            return self.all()
        treated = Q(client__in=Client.objects.treated_by(user, now))
        own_calls = Q(client__isnull=True, therapist__user=user)
        return self.filter(treated | own_calls)

    def of_client(self, user: User) -> Self:
        """A client's own appointments."""
        return self.filter(client__in=Client.objects.own(user))

    def shared_with(self, user: User, now: datetime) -> Self:
        """Those of young people who let this person beside them see when they come."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        beside = Guardian.objects.seeing("appointments", now).filter(user=user)
        return self.filter(client__in=beside.values("client"))

    def standing(self) -> Self:
        """Those that take up time: planned or held, not cancelled."""
        return self.filter(state__in=Appointment.STANDING)

    def planned(self) -> Self:
        return self.filter(state=State.PLANNED)

    def unheld(self) -> Self:
        """Sessions that were cancelled or missed, by their codes."""
        return self.filter(
            state__in=(State.CANCELLED, State.MISSED), attendance__isnull=False
        ).order_by("starts_at", "id")

    def ahead(self, now: datetime) -> Self:
        """Planned and not over, the next first."""
        return self.planned().filter(ends_at__gt=now).order_by("starts_at", "id")

    def untold(self) -> Self:
        """With a client, who has not been written to about when it is by now, or that it is not."""
        return self.filter(UNTOLD, client__isnull=False)

    def meeting(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that share an instant with this span."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def in_diary_of(self, therapist: Therapist) -> Self:
        return self.filter(therapist=therapist)

    def with_keys(self) -> Self:
        """Ready to show who meets whom and where, without a query per row."""
        return self.select_related("client__data_key", "therapist__user", "place", "room")


class AppointmentManager(models.Manager["Appointment"].from_queryset(Appointments)):  # type: ignore[misc]
    """Appointments with somebody; times that are only kept free are `Hold`s."""

    def get_queryset(self) -> Appointments:
        rows: Appointments = super().get_queryset()
        return rows.exclude(state=State.ON_HOLD)


class Appointment(House):
    """An hour kept for a client: an instant, the zone it was agreed in, and where.

    Standing ones never overlap for a therapist, for a client, or for one seat of a room; the
    database itself refuses. `overlap_because` says why one was deliberately put beside another.
    `attendance` is one of the codes of `scheduling.attendance`; `late` marks a cancellation that
    came later than the therapist's rules ask. `once` names the request that made it. `sequence`
    counts its moves and its end, for calendars; `told` is the last one its client was written of.
    """

    Kind = Kind
    State = State

    class Because(models.TextChoices):
        """Why an overlap was meant."""

        EMERGENCY = "emergency", _("somebody needs to be seen at once")
        TOGETHER = "together", _("they come together")
        TAKES_OVER = "takes_over", _("the other one is being moved")

    STANDING: ClassVar[tuple[str, ...]] = (State.PLANNED, State.HELD)

    therapist = models.ForeignKey("people.Therapist", models.PROTECT, related_name="+")
    client = models.ForeignKey(
        "people.Client", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SESSION)
    place = models.ForeignKey(
        "people.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Left empty when you meet online."),
    )
    room = models.ForeignKey(
        "scheduling.Room", models.PROTECT, null=True, blank=True, related_name="+"
    )
    seat = models.PositiveSmallIntegerField(default=0)
    series = models.ForeignKey(
        "scheduling.Series", models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(max_length=64, default="Europe/London")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    attendance = models.PositiveSmallIntegerField(null=True, blank=True)
    late = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    overlap_because = models.CharField(max_length=12, choices=Because, blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    kept_for = models.UUIDField(null=True, blank=True)
    once = models.UUIDField(null=True, blank=True, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    told = models.PositiveSmallIntegerField(null=True, blank=True)
    whereabouts = EncryptedTextField(
        _("where you will be"),
        label="scheduling.appointment.whereabouts",
        key="client.data_key",
        max_length=200,
        null=True,
        blank=True,
    )

    objects: ClassVar[Any] = AppointmentManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=False) | Q(state="on_hold") | Q(kind="introductory"),
                name="appointment_is_with_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="on_hold") | Q(expires_at__isnull=False),
                name="a_hold_expires",
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(place__isnull=False),
                name="a_room_is_at_a_place",
            ),
            models.CheckConstraint(
                condition=Q(attendance__isnull=True) | Q(attendance__in=list(words.Attendance)),
                name="attendance_is_a_code",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["therapist", "starts_at"]),
            models.Index(fields=["client", "starts_at"], name="appointment_of_client"),
            models.Index(fields=["room", "starts_at"], name="appointment_in_room"),
            models.Index(fields=["state", "starts_at"], name="appointment_by_state"),
            models.Index(fields=["client"], condition=UNTOLD, name="appointment_untold"),
            models.Index(
                fields=["therapist", "expires_at"],
                condition=Q(state="on_hold"),
                name="time_on_hold",
            ),
        ]

    @property
    def online(self) -> bool:
        return self.place_id is None

    @property
    def minutes(self) -> int:
        """How long it lasts, in minutes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def stands(self) -> bool:
        """Whether it takes up time: neither cancelled nor missed."""
        return self.state in self.STANDING

    @property
    def attended(self) -> words.Attendance | None:
        """Its code; a held one without a code was on time."""
        if self.attendance is not None:
            return words.Attendance(self.attendance)
        return words.Attendance.ON_TIME if self.state == State.HELD else None


class Holds(Appointments):
    """Times that are kept free for a while."""

    def living(self, now: datetime) -> Self:
        """Not expired at this instant."""
        return self.filter(expires_at__gt=now)

    def expired(self, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class HoldManager(models.Manager["Hold"].from_queryset(Holds)):  # type: ignore[misc]
    def get_queryset(self) -> Holds:
        rows: Holds = super().get_queryset()
        return rows.filter(state=State.ON_HOLD)


class Hold(Appointment):
    """A time kept free until it expires, while a form is filled in or an offer is open.

    It lies among the appointments, so the same constraints keep it; to take it up is one change of
    the same row, with no moment in between for anybody else. `kept_for` is the id of whatever it
    is kept for, which only its keeper understands.
    """

    objects: ClassVar[Any] = HoldManager()

    class Meta:
        proxy = True
