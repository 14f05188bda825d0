"""What everybody may know about the practice: who it is, where it is, whom to call in a crisis."""

import re
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from commonground.core import cache
from commonground.core.models.base import House

from ..consenting import CONSENTS_FROM, OLDEST_LINE, YOUNGEST_LINE

WORDING = {
    "welcome": _("A sentence of welcome on the contact page"),
    "reply": _("When people can expect an answer"),
    "footer": _("A line at the foot of every page"),
}
"""The sentences that a practice can put in its own words; an empty one leaves ours."""


def known_zone(value: str) -> None:
    """Refuse a time zone that the machine does not know."""
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone we know."), params={"zone": value})


class PublicRows(models.QuerySet[Any]):
    """Rows that public pages show: whichever way they change, no cached page outlives them."""

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            cache.bump()
            return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            cache.bump()
            return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic():
            cache.bump()
            return super().bulk_create(*args, **kwargs)


class PublicRow(House):
    """A row that public pages show: saving it makes every cached page stale at that instant."""

    objects: ClassVar[Any] = PublicRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            cache.bump()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            cache.bump()
            return super().delete(*args, **kwargs)


class Practice(PublicRow):
    """The one practice that this installation belongs to, as it presents itself to the public."""

    name = models.CharField(_("name"), max_length=120)
    strapline = models.CharField(_("one line about it"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        default="GB",
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Two capital letters, such as GB."))],
    )
    zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[known_zone]
    )
    declared_invented = models.BooleanField(_("this practice is invented"), default=False)
    invented_note = models.CharField(_("how that is said"), max_length=300, blank=True)
    leave_url = models.URLField(
        _("where “leave this site” leads"), default="https://www.bbc.co.uk/weather"
    )
    consents_from = models.PositiveSmallIntegerField(
        _("from which age people consent for themselves"),
        default=CONSENTS_FROM,
        validators=[MinValueValidator(YOUNGEST_LINE), MaxValueValidator(OLDEST_LINE)],
        help_text=_(
            "In England 16. Below it a therapist judges whether a young person can decide this "
            "themselves, or somebody with parental responsibility consents."
        ),
    )
    wording = models.JSONField(_("in your own words"), default=dict, blank=True)
    only = models.BooleanField(default=True, editable=False, unique=True)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(only=True), name="people_one_practice"),
            models.CheckConstraint(condition=~models.Q(name=""), name="people_practice_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def line_of_consent(cls) -> int:
        """The age from which people consent for themselves here, in whole years."""
        practice = cls.objects.only("consents_from").first()
        return practice.consents_from if practice else CONSENTS_FROM

    @cached_property
    def crisis_lines(self) -> list["CrisisLine"]:
        """Whom to reach in a crisis in the practice's own country, in its own order."""
        return list(CrisisLine.objects.filter(country=self.country))

    @cached_property
    def places(self) -> list["Place"]:
        """Where the practice is to be found, in its own order."""
        return list(Place.objects.all())


class Place(PublicRow):
    """Somewhere people come for their sessions, described so that they find the door."""

    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), max_length=300)
    town = models.CharField(_("town"), max_length=80)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    directions = models.TextField(_("how to find it"), blank=True)
    step_free = models.BooleanField(_("step-free all the way"), default=False)
    access_note = models.TextField(_("getting in and around"), blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering: ClassVar[list[str]] = ["order", "name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                # A comparison with NULL is neither true nor false, and a check lets that pass.
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="people_place_on_the_globe",
                violation_error_message=_(
                    "Give both latitude (−90 to 90) and longitude (−180 to 180), or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on an envelope, town and postcode last."""
        lines = [line.strip() for line in self.address.splitlines() if line.strip()]
        return [*lines, " ".join(part for part in (self.town, self.postcode) if part)]


class CrisisLine(PublicRow):
    """A number that somebody in danger or despair can reach now, without us."""

    class Scheme(models.TextChoices):
        TEL = "tel", _("call")
        SMS = "sms", _("text")

    country = models.CharField(_("country"), max_length=2, default="GB")
    number = models.CharField(
        _("number"),
        max_length=24,
        validators=[RegexValidator(r"\A\+?[0-9][0-9 ]{1,22}\Z", _("Digits and spaces only."))],
    )
    scheme = models.CharField(_("call or text"), max_length=3, choices=Scheme, default=Scheme.TEL)
    label = models.CharField(_("who answers"), max_length=80)
    note = models.CharField(_("when, and what it costs"), max_length=160, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("crisis line")
        verbose_name_plural = _("crisis lines")
        ordering: ClassVar[list[str]] = ["order", "label", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scheme__in=["tel", "sms"]), name="people_crisis_scheme"
            ),
            models.CheckConstraint(
                condition=~models.Q(number=""), name="people_crisis_line_has_a_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.number}"

    @property
    def href(self) -> str:
        """The link that dials or writes: digits only, so that nothing else can be smuggled in."""
        plus = "+" if self.number.startswith("+") else ""
        return f"{self.scheme}:{plus}{re.sub(r'[^0-9]', '', self.number)}"
