"""The words that therapists and visitors share: approaches, focus areas, languages."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.models.base import House
from commonground.people.models.practice import PublicRow


class Approach(PublicRow):
    """A way of working, as therapists tick it and visitors look for it."""

    slug = models.SlugField(_("short name"), unique=True, max_length=255)
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")
        ordering: ClassVar[list[str]] = ["order", "name", "id"]

    def __str__(self) -> str:
        return self.name


class Focus(models.TextChoices):
    """What people come with. The first four are the focus areas of Interpersonal Therapy."""

    GRIEF = "grief", _("Grief")
    DISPUTES = "disputes", _("Conflict in a relationship")
    TRANSITIONS = "transitions", _("A change in life or role")
    ISOLATION = "isolation", _("Loneliness")
    BIRTH = "birth", _("Around birth and after")
    FAMILY = "family", _("Family and growing up")
    SEPARATION = "separation", _("Separation and divorce")
    WORK = "work", _("Work and losing it")
    ILLNESS = "illness", _("Illness, and caring for somebody")
    LATER = "later-life", _("Later life")
    TRAUMA = "trauma", _("Frightening memories")
    IDENTITY = "identity", _("Who I am, and being accepted")


class Gender(models.TextChoices):
    """What somebody may ask for in a therapist; a therapist may use words of their own instead."""

    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    NON_BINARY = "non-binary", _("Non-binary")


def weighed_gender(said: str | None) -> str:
    """What of it can be weighed: one of those that can be asked for, or nothing."""
    return said if said in Gender.values else ""


class Language(models.TextChoices):
    """Languages in which somebody can be spoken with, by their BCP 47 tags."""

    ENGLISH = "en", _("English")
    ARABIC = "ar", _("Arabic")
    BENGALI = "bn", _("Bengali")
    BSL = "bfi", _("British Sign Language")
    BULGARIAN = "bg", _("Bulgarian")
    CANTONESE = "yue", _("Cantonese")
    CROATIAN = "hr", _("Croatian")
    CZECH = "cs", _("Czech")
    DANISH = "da", _("Danish")
    DUTCH = "nl", _("Dutch")
    FARSI = "fa", _("Farsi")
    FINNISH = "fi", _("Finnish")
    FRENCH = "fr", _("French")
    GERMAN = "de", _("German")
    GREEK = "el", _("Greek")
    GUJARATI = "gu", _("Gujarati")
    HEBREW = "he", _("Hebrew")
    HINDI = "hi", _("Hindi")
    HUNGARIAN = "hu", _("Hungarian")
    IGBO = "ig", _("Igbo")
    IRISH = "ga", _("Irish")
    ITALIAN = "it", _("Italian")
    JAPANESE = "ja", _("Japanese")
    KURDISH = "ku", _("Kurdish")
    LITHUANIAN = "lt", _("Lithuanian")
    MANDARIN = "zh", _("Mandarin")
    NORWEGIAN = "no", _("Norwegian")
    PASHTO = "ps", _("Pashto")
    POLISH = "pl", _("Polish")
    PORTUGUESE = "pt", _("Portuguese")
    PUNJABI = "pa", _("Punjabi")
    ROMANIAN = "ro", _("Romanian")
    RUSSIAN = "ru", _("Russian")
    SERBIAN = "sr", _("Serbian")
    SLOVAK = "sk", _("Slovak")
    SOMALI = "so", _("Somali")
    SPANISH = "es", _("Spanish")
    SWAHILI = "sw", _("Swahili")
    SWEDISH = "sv", _("Swedish")
    TAMIL = "ta", _("Tamil")
    TIGRINYA = "ti", _("Tigrinya")
    TURKISH = "tr", _("Turkish")
    TWI = "tw", _("Twi")
    UKRAINIAN = "uk", _("Ukrainian")
    URDU = "ur", _("Urdu")
    VIETNAMESE = "vi", _("Vietnamese")
    WELSH = "cy", _("Welsh")
    YORUBA = "yo", _("Yoruba")


class Marks(models.QuerySet[Any]):
    def renew(self, profile: Any, values: list[str]) -> None:
        """Let a profile have exactly these values; whoever calls saves the profile with them."""
        field = self.model.NAMES
        own = self.filter(profile=profile)
        own.exclude(**{f"{field}__in": values}).delete()
        kept = set(own.values_list(field, flat=True))
        self.bulk_create(
            self.model(profile=profile, **{field: value}) for value in values if value not in kept
        )


class Spoken(House):
    """A language in which a therapist works."""

    NAMES: ClassVar[str] = "language"
    profile = models.ForeignKey(
        "directory.Profile", on_delete=models.CASCADE, related_name="spoken"
    )
    language = models.CharField(_("language"), max_length=8, choices=Language)

    objects: ClassVar[Any] = Marks.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["profile", "language"], name="directory_speaks_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["language", "profile"], name="directory_who_speaks")
        ]


class Focused(House):
    """Something a therapist works with most."""

    NAMES: ClassVar[str] = "area"
    profile = models.ForeignKey(
        "directory.Profile", on_delete=models.CASCADE, related_name="focused"
    )
    area = models.CharField(_("focus area"), max_length=16, choices=Focus)

    objects: ClassVar[Any] = Marks.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["profile", "area"], name="directory_focus_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["area", "profile"], name="directory_who_focuses")
        ]
