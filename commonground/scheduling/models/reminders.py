"""Reminding people: how they wish it, what was sent, and text messages on their way."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.core.models.base import House
from commonground.people.models import Client, User

from .appointment import Appointment

LONGEST = timedelta(hours=72)
ATTEMPTS = 5
LEASE = timedelta(minutes=2)


class ReminderWishes(models.QuerySet["ReminderWish"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """One's own, and of whom one may see how they are reached."""
        return self.filter(client__in=Client.objects.visible_to(user, now))


class ReminderWish(House):
    """How a client wishes to be reminded. Whoever said nothing is written to a day before, with
    nothing but day and time, where it is safe to write."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        TEXT = "text", _("by text message")
        NONE = "none", _("not at all")

    class Wording(models.TextChoices):
        TIME = "time", _("only day and time")
        PLACE = "place", _("day, time and place")

    client = models.OneToOneField("people.Client", models.CASCADE, related_name="+")
    channel = models.CharField(
        _("how to remind you"), max_length=5, choices=Channel, default=Channel.EMAIL
    )
    wording = models.CharField(
        _("what it says"), max_length=5, choices=Wording, default=Wording.TIME
    )
    hours = models.PositiveSmallIntegerField(
        _("how many hours before"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(72)],
    )

    objects = ReminderWishes.as_manager()

    @classmethod
    def of(cls, client: Client) -> "ReminderWish":
        return cls.objects.filter(client=client).first() or cls(client=client)


class Reminders(models.QuerySet["Reminder"]):
    def newest(self) -> Self:
        return self.select_related("mail", "text").order_by("-made_at", "id")

    @staticmethod
    def missing(now: datetime) -> models.QuerySet[Appointment]:
        """Planned appointments of the next days that nobody was reminded of at the time they are
        now: one that moved is reminded of again."""
        made = Reminder.objects.filter(appointment=OuterRef("pk"), for_at=OuterRef("starts_at"))
        ahead: models.QuerySet[Appointment] = Appointment.objects.planned().filter(
            ~Exists(made), client__isnull=False, starts_at__gt=now, starts_at__lte=now + LONGEST
        )
        return ahead.select_related("client__data_key", "therapist__user", "place")


class Reminder(House):
    """That somebody was reminded of an appointment at the time it then had, and by which way.

    `channel` "none": they wish no reminder, or there is no way that is safe.
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+")
    for_at = models.DateTimeField()
    channel = models.CharField(max_length=5)
    made_at = models.DateTimeField()
    mail = models.ForeignKey("core.Mail", models.SET_NULL, null=True, related_name="+")
    text = models.ForeignKey("scheduling.TextMessage", models.SET_NULL, null=True, related_name="+")

    objects = Reminders.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "for_at"], name="one_reminder_of_each_time"
            ),
        ]

    @property
    def state(self) -> str:
        """Where it stands, in words for a page."""
        sent = self.mail or self.text
        return str(sent.get_state_display()) if sent else str(_("none was wished for, or possible"))


class TextMessages(models.QuerySet["TextMessage"]):
    def claim(self, pk: str, now: datetime) -> bool:
        """Take one to send; False if somebody else has it or it has gone."""
        return bool(
            self.filter(pk=pk, state="queued").update(
                state="sending", moved_at=now, attempts=F("attempts") + 1
            )
        )

    def left_behind(self, now: datetime) -> Self:
        """Those whose worker died, or that failed and wait for another try."""
        again = Q(state="sending", moved_at__lt=now - LEASE)
        again |= Q(state="queued", moved_at__lt=now - timedelta(minutes=5))
        again |= Q(state="failed", attempts__lt=ATTEMPTS, moved_at__lt=now - timedelta(minutes=4))
        return self.filter(again)

    def old(self, now: datetime) -> Self:
        return self.filter(created_at__lt=now - timedelta(days=30))


class TextMessage(House):
    """A text message to one person. Whom it goes to and what it says lie encrypted."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    to = EncryptedTextField(label="scheduling.text.to", key="house")
    body = EncryptedTextField(label="scheduling.text.body", key="house")
    dedupe_key = models.CharField(max_length=160, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    objects = TextMessages.as_manager()
