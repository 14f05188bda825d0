"""What a therapist says of themselves to somebody who is looking, and what the diary adds."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedTextField
from commonground.people.models import Therapist
from commonground.people.models.practice import PublicRow

from .. import matching
from ..matching import ADULT, GRACE, RECONFIRM, Age, Offer
from .listings import Listings
from .order import a_number
from .vocabulary import Focus, Gender, Language, weighed_gender

YOUNG_FIRST, YOUNG_LAST = 8, 25


def portrait_name(profile: "Profile", filename: str) -> str:
    """A name that nobody can guess and that never shows another picture."""
    suffix = filename.rpartition(".")[2].lower()
    return f"images/{uuid4().hex}.{suffix}"


class Profile(PublicRow):
    """A therapist's listing: whom they see, how, where, in which words, and whether now.

    `shown_until` and `room` are worked out (actions.keep_up) from this row, the therapist's
    account and registration, and the diary, so that searching asks this one table.
    """

    therapist = models.OneToOneField(
        "people.Therapist", on_delete=models.PROTECT, related_name="+", verbose_name=_("therapist")
    )
    slug = models.SlugField(unique=True, max_length=140, editable=False)
    headline = models.CharField(
        _("a sentence in your own words"),
        max_length=220,
        help_text=_("It stands in the list beside your name. Say whom you work with, as “I”."),
    )
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    gender = EncryptedTextField(
        _("how you describe yourself"),
        label="directory.profile.gender",
        key="house",
        max_length=40,
        null=True,
        blank=True,
    )
    gender_shown = models.BooleanField(
        _("Show it on the page visitors read as well"), default=False
    )
    about = models.TextField(
        _("how you work"),
        max_length=4000,
        help_text=_("Two or three short paragraphs, to somebody who is unsure."),
    )
    often = models.TextField(
        _("what people often come to you with"),
        max_length=1000,
        blank=True,
        help_text=_("One on each line, in plain words."),
    )
    approaches = models.ManyToManyField(
        "directory.Approach", related_name="profiles", blank=True, verbose_name=_("approaches")
    )
    adults = models.BooleanField(_("adults, 18 and over"), default=True)
    young_from = models.PositiveSmallIntegerField(
        _("young people from"),
        null=True,
        blank=True,
        validators=[MinValueValidator(YOUNG_FIRST), MaxValueValidator(ADULT - 1)],
        help_text=_("In years; leave both empty if you see adults only."),
    )
    young_to = models.PositiveSmallIntegerField(
        _("up to"),
        null=True,
        blank=True,
        validators=[MinValueValidator(YOUNG_FIRST), MaxValueValidator(YOUNG_LAST)],
    )
    online = models.BooleanField(_("online"), default=False)
    places = models.ManyToManyField(
        "people.Place", related_name="+", blank=True, verbose_name=_("in person at")
    )
    where_note = models.CharField(
        _("which days where"),
        max_length=200,
        blank=True,
        help_text=_("For example: Harbour Street on Tuesdays, online on Thursdays."),
    )
    fees = models.TextField(_("fees"), max_length=400, blank=True)
    introductory_call = models.BooleanField(
        _("a first conversation of twenty minutes, free of charge"), default=False
    )
    taking_clients = models.BooleanField(
        _("I am taking new clients"),
        default=False,
        help_text=_("Visitors see it only while your diary has room as well."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("clients in a week"),
        default=0,
        validators=[MaxValueValidator(60)],
        help_text=_("How many you see in a full week. Above that you are shown as full."),
    )
    portrait = models.FileField(_("portrait"), upload_to=portrait_name, blank=True)
    shown = models.BooleanField(_("show this listing to visitors"), default=True)
    reconfirmed_on = models.DateField(null=True, editable=False)
    good_until = models.DateField(null=True, editable=False)
    asked_on = models.DateField(null=True, editable=False)
    shown_until = models.DateField(null=True, editable=False)
    room = models.PositiveSmallIntegerField(default=0, editable=False)
    words = models.TextField(default="", editable=False)
    turn = models.PositiveBigIntegerField(default=a_number, editable=False)  # to be multiplied

    objects: ClassVar[Any] = Listings.as_manager()
    free: dict[str, Any] | None = None
    """When they are free next, for a page that shows it; kept in scheduling."""

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(young_from__isnull=True, young_to__isnull=True)
                | Q(
                    young_from__isnull=False,
                    young_to__isnull=False,
                    young_from__gte=YOUNG_FIRST,
                    young_from__lt=ADULT,
                    young_to__gte=F("young_from"),
                    young_to__lte=YOUNG_LAST,
                ),
                name="directory_ages_of_the_young",
                violation_error_message=_(
                    "Young people: give a first age below 18 and a last one up to 25, or neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(adults=True) | Q(young_from__isnull=False),
                name="directory_sees_somebody",
                violation_error_message=_("Tick adults, or say from which age you see people."),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # All that most filters ask, so that counting reads the index and not the texts.
            models.Index(
                fields=[
                    "shown_until",
                    "room",
                    "adults",
                    "young_from",
                    "young_to",
                    "online",
                    "turn",
                    "id",
                ],
                name="directory_search",
            ),
            models.Index(fields=["reconfirmed_on"], name="directory_confirmed"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What searching compares is written along with what it is made of."""
        if not self.slug:
            self.slug = self._free_slug()
        self.words = matching.fold(f"{self.name} {self.headline} {self.about} {self.often}")
        self.good_until = self.reconfirmed_on and self.reconfirmed_on + RECONFIRM + GRACE
        super().save(*args, **kwargs)

    def _free_slug(self) -> str:
        wanted = slugify(self.name)[:120] or "therapist"
        taken = type(self).objects.filter(slug=wanted).exclude(pk=self.pk).exists()
        return f"{wanted}-{str(self.pk)[:8]}" if taken else wanted

    def get_absolute_url(self) -> str:
        return reverse("therapist", args=[self.slug])

    # ——— what it says ———

    @property
    def name(self) -> str:
        return self.therapist.name

    @property
    def young(self) -> tuple[int, int] | None:
        """First and last age of the young people they see, or None."""
        if self.young_from is None or self.young_to is None:
            return None
        return (self.young_from, self.young_to)

    @property
    def ages(self) -> str:
        """Whom they see, in a few words."""
        if self.young is None:
            return gettext("Adults")
        first, last = self.young
        if self.adults and last >= ADULT - 1:
            return gettext("Adults, and young people from %(first)s") % {"first": first}
        told = {"first": first, "last": last}
        if self.adults:
            return gettext("Adults, and young people from %(first)s to %(last)s") % told
        return gettext("Young people from %(first)s to %(last)s") % told

    @property
    def places_named(self) -> str:
        """Where they work: the places' names, and online."""
        where = [place.name for place in self.places.all()]
        if self.online:
            where.append(gettext("online") if where else gettext("Online"))
        return ", ".join(where)

    @property
    def languages(self) -> list[str]:
        """The tags of the languages they speak, English first."""
        known = list(Language.values)
        return sorted((each.language for each in self.spoken.all()), key=known.index)

    @property
    def languages_named(self) -> str:
        return ", ".join(str(Language(tag).label) for tag in self.languages)

    @property
    def gender_named(self) -> str:
        """How they describe themselves, in words; empty where they have not said."""
        said = self.gender or ""
        return str(Gender(said).label) if said in Gender.values else said

    @property
    def areas(self) -> list[str]:
        """What they work with most, in the order of the vocabulary."""
        known = list(Focus.values)
        return sorted((each.area for each in self.focused.all()), key=known.index)

    @property
    def taking(self) -> bool:
        """Whether a new client can come: they want to, and the diary has room."""
        return self.room > 0

    @property
    def openness(self) -> str:
        """Whether there is room, in words."""
        if self.room == 1:
            return gettext("Taking new clients, one place")
        return gettext("Taking new clients") if self.taking else gettext("Not taking new clients")

    @property
    def lines(self) -> list[str]:
        """Two short lines for a small list."""
        return [line for line in (self.ages, self.places_named) if line]

    @property
    def portrait_url(self) -> str:
        """The address of the portrait; empty where a monogram is drawn."""
        return self.portrait.url if self.portrait else ""

    @property
    def card(self) -> dict[str, Any]:
        """What a small list of people shows."""
        return {
            "name": self.name,
            "url": self.get_absolute_url(),
            "portrait": self.portrait_url,
            "lines": self.lines,
            "open": self.taking,
            "openness": self.openness,
        }

    @property
    def often_lines(self) -> list[str]:
        """What people come with, line by line."""
        return [line.strip(" -–•") for line in self.often.splitlines() if line.strip(" -–•")]

    @property
    def offer(self) -> Offer:
        """The plain values of what is offered, as the domain word compares them."""
        return Offer(
            approaches=frozenset(approach.slug for approach in self.approaches.all()),
            adults=self.adults,
            young=self.young,
            places=frozenset(str(place.pk) for place in self.places.all()),
            online=self.online,
            languages=frozenset(self.languages),
            focus=frozenset(self.areas),
            gender=weighed_gender(self.gender),
            room=self.room,
            words=f"{self.name} {self.headline} {self.about} {self.often}",
        )

    # ——— whether it still holds ———

    def freshness(self, on: date) -> Age:
        """Fresh, stale or hidden on this day."""
        return matching.freshness(self.reconfirmed_on, on)

    def is_stale(self, on: date) -> bool:
        return self.freshness(on) is Age.STALE

    def is_listed(self, on: date) -> bool:
        """Whether visitors find it on this day."""
        return self.shown_until is not None and self.shown_until >= on

    def confirm(self, on: date) -> None:
        """It was read again and is still right."""
        self.reconfirmed_on = on
        self.asked_on = None

    def keep_up(self, now: datetime) -> None:
        """Work out anew whether it is shown and how much room there is; saves if that changed."""
        type(self).objects.filter(pk=self.pk).keep_up(now)
        self.refresh_from_db(fields=["shown_until", "room"])

    @classmethod
    def of(cls, therapist: Therapist) -> "Profile":
        """The therapist's listing, or an empty one that is not saved yet."""
        found: Profile | None = cls.objects.filter(therapist=therapist).first()
        return found or cls(therapist=therapist)
