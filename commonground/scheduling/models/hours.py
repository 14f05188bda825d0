"""When somebody works: week by week, on single days, and when they are away."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models import Therapist

from .. import availability as words
from ..day_parts import PARTS, SESSION, WEEK


class Weekday(models.IntegerChoices):
    """Days of the week as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OfTherapists(models.QuerySet[Any]):
    """What every part of a diary is asked."""

    def of(self, therapist: Therapist) -> Self:
        return self.filter(therapist=therapist)


class WeeklyHoursRows(OfTherapists):
    def on_or_after(self, day: date) -> Self:
        """Those that still hold on some day from this one on."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day))

    def in_order(self) -> Self:
        return self.select_related("place").order_by("weekday", "opens", "id")

    def serving(self, part: str) -> Self:
        """Those with room for a session in this part of the day or week; see day_parts.py."""
        asked = PARTS[part]
        length = ExpressionWrapper(F("closes") - F("opens"), output_field=models.DurationField())
        found = self.filter(opens__lte=asked.starts_until, closes__gte=asked.ends_from)
        if asked.weekdays != WEEK:
            found = found.filter(weekday__in=asked.weekdays)
        return found.alias(length=length).filter(length__gte=timedelta(minutes=SESSION))

    def openings(self, parts: Iterable[str]) -> dict[tuple[str, str], set[Any]]:
        """Which therapists (their ids) can be met in each of these parts, by part and by way,
        "in-person" or "online"; one query for each part, however many there are."""
        found: dict[tuple[str, str], set[Any]] = {}
        for part in parts:
            rows = self.serving(part).order_by().values_list("therapist", "place", "online")
            told = list(rows)
            found[part, "in-person"] = {who for who, place, _online in told if place is not None}
            found[part, "online"] = {who for who, _place, online in told if online}
        return found


class WeeklyHours(House):
    """Open every week on one day, from and to a time on the clock, at a place or online."""

    therapist = models.ForeignKey("people.Therapist", models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("to"))
    zone = models.CharField(max_length=64, default="Europe/London")
    place = models.ForeignKey(
        "people.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where"),
    )
    online = models.BooleanField(_("also online"), default=True)
    valid_from = models.DateField(_("from the day"), null=True, blank=True)
    valid_until = models.DateField(_("no longer from the day"), null=True, blank=True)

    objects = WeeklyHoursRows.as_manager()

    class Meta:
        ordering: ClassVar = ["weekday", "opens", "id"]
        indexes: ClassVar = [models.Index(fields=["therapist", "weekday"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="hours_close_after_they_open",
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False) | Q(online=True),
                name="hours_are_somewhere",
                violation_error_message=_("Choose a place, or say that you can be met online."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="hours_end_after_they_begin",
                violation_error_message=_("The last day must come after the first."),
            ),
        ]

    @property
    def word(self) -> words.Hours:
        """The same as a plain value."""
        return words.Hours(
            self.weekday,
            self.opens,
            self.closes,
            self.zone,
            self.place_id,
            self.online,
            self.valid_from,
            self.valid_until,
        )


class HoursException(House):
    """Other hours on one day in place of the weekly ones; without a time, closed that day."""

    therapist = models.ForeignKey("people.Therapist", models.CASCADE, related_name="+")
    on = models.DateField(_("day"))
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("to"), null=True, blank=True)
    zone = models.CharField(max_length=64, default="Europe/London")
    place = models.ForeignKey(
        "people.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("where"),
    )
    online = models.BooleanField(_("also online"), default=True)

    objects = OfTherapists.as_manager()

    class Meta:
        ordering: ClassVar = ["on", "opens", "id"]
        indexes: ClassVar = [models.Index(fields=["therapist", "on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="exception_closes_after_it_opens",
                violation_error_message=_(
                    "Give both times, the end after the beginning; or neither, to be closed."
                ),
            ),
        ]

    @property
    def word(self) -> words.Otherwise:
        """The same as a plain value."""
        return words.Otherwise(
            self.on, self.zone, self.opens, self.closes, self.place_id, self.online
        )


class TimeOffRows(OfTherapists):
    def still(self, now: datetime) -> Self:
        """Not over yet, the next first."""
        return self.filter(ends_at__gt=now).select_related("cover").order_by("starts_at", "id")

    def running(self, now: datetime) -> Self:
        """Begun and not over."""
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def meeting(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that share an instant with this span."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class TimeOff(House):
    """A therapist is away, and who looks after their clients meanwhile."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        TRAINING = "training", _("training")
        ILLNESS = "illness", _("illness")
        OTHER = "other", _("something else")

    therapist = models.ForeignKey("people.Therapist", models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("why"), max_length=10, choices=Reason, default=Reason.LEAVE)
    cover = models.ForeignKey(
        "people.Therapist",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who covers"),
    )

    objects = TimeOffRows.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [models.Index(fields=["therapist", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="time_off_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(cover=F("therapist")), name="nobody_covers_for_themselves"
            ),
        ]


class PracticeHolidays(models.QuerySet["PracticeHoliday"]):
    def meeting(self, first: date, last: date) -> Self:
        """Those that hold a day from `first` to `last`, both included."""
        return self.filter(first_on__lte=last, last_on__gte=first)

    def days(self, first: date, last: date) -> set[date]:
        """The days from `first` to `last`, both included, on which the practice is closed."""
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        closed = list(self.meeting(first, last))
        return {day for day in span for row in closed if row.first_on <= day <= row.last_on}


class PracticeHoliday(House):
    """Days on which the whole practice is closed, the last one included."""

    name = models.CharField(_("what it is"), max_length=80)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    objects = PracticeHolidays.as_manager()

    class Meta:
        ordering: ClassVar = ["first_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="holiday_ends_after_it_begins",
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BookingRules(House):
    """How a therapist's diary is booked. Minutes, hours and days as the names say."""

    therapist = models.OneToOneField("people.Therapist", models.CASCADE, related_name="+")
    buffer = models.PositiveSmallIntegerField(
        _("minutes between two appointments"), default=10, validators=[MaxValueValidator(120)]
    )
    step = models.PositiveSmallIntegerField(
        _("times are offered every"),
        default=30,
        choices=[(15, _("15 minutes")), (30, _("30 minutes")), (60, _("60 minutes"))],
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice before somebody books"),
        default=24,
        validators=[MaxValueValidator(24 * 30)],
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how many days ahead can be booked"), default=56, validators=[MaxValueValidator(730)]
    )
    late_hours = models.PositiveSmallIntegerField(
        _("cancelled later than this many hours before is late"),
        default=24,
        validators=[MaxValueValidator(24 * 14)],
    )
    introductory_minutes = models.PositiveSmallIntegerField(
        _("introductory call"), default=20, validators=[MaxValueValidator(240)]
    )
    first_minutes = models.PositiveSmallIntegerField(
        _("first session"), default=60, validators=[MaxValueValidator(240)]
    )
    session_minutes = models.PositiveSmallIntegerField(
        _("session"), default=50, validators=[MaxValueValidator(240)]
    )
    other_minutes = models.PositiveSmallIntegerField(
        _("anything else"), default=50, validators=[MaxValueValidator(240)]
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(step__gte=5)
                & Q(introductory_minutes__gte=5)
                & Q(first_minutes__gte=5)
                & Q(session_minutes__gte=5)
                & Q(other_minutes__gte=5),
                name="booking_lengths_are_lengths",
                violation_error_message=_("An appointment lasts at least five minutes."),
            ),
        ]

    @classmethod
    def of(cls, therapist: Therapist) -> "BookingRules":
        """The rules of this therapist; those everybody begins with, unsaved, where none are."""
        return cls.objects.filter(therapist=therapist).first() or cls(therapist=therapist)

    @property
    def word(self) -> words.Rules:
        """The same as a plain value."""
        return words.Rules(
            buffer=self.buffer,
            step=self.step,
            notice_hours=self.notice_hours,
            horizon_days=self.horizon_days,
            lengths={
                "introductory": self.introductory_minutes,
                "first": self.first_minutes,
                "session": self.session_minutes,
                "other": self.other_minutes,
            },
        )
