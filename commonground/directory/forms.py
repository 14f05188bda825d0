"""What visitors ask of the directory, and what a therapist writes about themselves."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words
from commonground.core.forms import PictureFile
from commonground.core.outside.pixels import Drawn
from commonground.people.models import Place

from .matching import OLDEST, YOUNGEST, Wish
from .models import Approach, Atlas, Credential, Focus, Gender, Language, Profile

NAMES = {"words": "q"}
"""What a filter is called in an address, where that differs from its own name."""
DISTANCES = (5, 10, 25, 50)
MOST_WORDS = 8
UNKNOWN = _("We do not have this choice. Please take one from the list.")
PORTRAIT_EDGE = 900
"""Pixels; portraits are shown at a fifth of it."""
OWN = "own"
"""How a therapist describes themselves, if in words of their own."""


def atlas() -> Atlas:
    """The practice's places by the names that addresses give them."""
    places: dict[str, Place] = {}
    for place in Place.objects.all():
        name = slugify(place.name) or "place"
        taken = name in places or name in {"online", "in-person"}
        places[f"{name}-{str(place.pk)[:8]}" if taken else name] = place
    return Atlas(places)


class Choice(forms.ChoiceField):
    """One of a list, or nothing."""

    def __init__(self, **options: Any) -> None:
        errors = {"invalid_choice": UNKNOWN}
        super().__init__(required=False, error_messages=errors, **options)


class Looking(forms.Form):
    """What somebody is looking for; everything may be left open."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    approach = Choice(label=_("Approach"))
    who = Choice(
        label=_("Who is it for?"),
        choices=[("adult", _("An adult")), ("young", _("Somebody under 18"))],
    )
    age = forms.IntegerField(
        label=_("Their age"),
        required=False,
        min_value=YOUNGEST,
        max_value=OLDEST,
        error_messages={
            "invalid": _("Please write the age in years, as a number."),
            "min_value": _("Please give an age between 5 and 110."),
            "max_value": _("Please give an age between 5 and 110."),
        },
    )
    where = Choice(label=_("Where would you meet?"))
    within = forms.TypedChoiceField(
        label=_("How far away may it be?"),
        required=False,
        coerce=int,
        empty_value="0",
        choices=[(str(km), str(km)) for km in DISTANCES],
        error_messages={"invalid_choice": UNKNOWN},
    )
    language = Choice(label=_("Language"), choices=Language.choices)
    focus = Choice(label=_("What is it about?"), choices=Focus.choices)
    taking = forms.BooleanField(label=_("Only people taking new clients"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)

    def __init__(self, data: Mapping[str, Any], *, approaches: list[Approach], atlas: Atlas):
        super().__init__(data, auto_id="find-%s")
        names = [(name, place.name) for name, place in atlas.places.items()]
        anywhere = [("in-person", _("In person")), ("online", _("Online"))]
        self._offer("approach", [(each.slug, each.name) for each in approaches])
        self._offer("where", [*anywhere, *names])
        self.is_valid()

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_q(self) -> str:
        words = " ".join(str(self.cleaned_data["q"]).split())
        if len(words.split()) > MOST_WORDS:
            raise forms.ValidationError(_("Please look for eight words at most."))
        return words

    @property
    def wish(self) -> Wish:
        """What was understood; what was not stays open."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "page"}
        given["words"] = given.pop("q", "")
        given["within"] = int(given.get("within", 0))
        if given.get("where", "") in ("", "online", "in-person"):
            given["within"] = 0
        return Wish(**given)

    @property
    def page_number(self) -> int:
        return self.cleaned_data.get("page") or 1

    def choices_of(self, name: str, counted: Mapping[Any, int]) -> list[dict[str, Any]]:
        """The choices of one filter that lead somewhere, or are chosen, with their counts."""
        field: Any = self.fields[name]
        chosen = self.cleaned_data.get(name) or ""
        return [
            {"value": value, "label": label, "many": counted.get(value, 0), "on": value == chosen}
            for value, label in field.choices
            if counted.get(value, 0) or value == chosen
        ]

    def label_of(self, wish: Wish, name: str) -> str:
        """A chosen filter in the words of its choice."""
        value = getattr(wish, name)
        if name == "words":
            return f"“{value}”"
        if name == "age":
            return str(_("Aged %(age)s") % {"age": value})
        if name == "taking":
            return str(_("Taking new clients"))
        field: Any = self.fields[name]
        label = str(dict(field.choices)[value])
        if name == "where" and wish.within:
            told = {"place": label, "km": wish.within}
            return str(_("%(place)s and %(km)s km around") % told)
        return label


def query(wish: Wish, page: int = 1) -> str:
    """The part of an address that says what is wished; empty if nothing is."""
    values = {name: getattr(wish, name) for name in (*wish.chosen, "within")}
    told = {NAMES.get(name, name): "1" if v is True else v for name, v in values.items() if v}
    if page > 1:
        told["page"] = page
    return f"?{urlencode(told)}" if told else ""


class EditProfile(forms.ModelForm):  # type: ignore[type-arg]
    """A therapist's listing, as they write it."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you work in"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one language.")},
    )
    focus = forms.MultipleChoiceField(
        label=_("What you work with most"),
        choices=Focus.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    gender = forms.ChoiceField(
        label=_("How you describe yourself"),
        choices=[*Gender.choices, (OWN, _("In my own words")), ("", _("I would rather not say"))],
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "Used only where somebody asks for a woman, a man or a non-binary therapist: whoever "
            "fits is suggested first, then whoever has not said; nobody is left out. Visitors read "
            "it only if you tick the box below."
        ),
    )
    gender_words = Words(label=_("Your own words"), max_length=40, required=False)
    portrait = PictureFile(
        label=_("Portrait"),
        required=False,
        longest=PORTRAIT_EDGE,
        help_text=_(
            "A JPEG, PNG or WebP file of up to 8 MB. Without one your initials are drawn. Where "
            "and when a photo was taken is not kept."
        ),
    )
    no_portrait = forms.BooleanField(label=_("Take the portrait away"), required=False)

    class Meta:
        model = Profile
        fields = (
            "headline",
            "about",
            "often",
            "pronouns",
            "gender",
            "gender_words",
            "gender_shown",
            "approaches",
            "focus",
            "adults",
            "young_from",
            "young_to",
            "places",
            "online",
            "where_note",
            "languages",
            "fees",
            "introductory_call",
            "capacity",
            "taking_clients",
            "portrait",
            "no_portrait",
            "shown",
        )
        widgets = {
            "headline": forms.Textarea(attrs={"rows": 2}),
            "about": forms.Textarea(attrs={"rows": 9}),
            "often": forms.Textarea(attrs={"rows": 4}),
            "fees": forms.Textarea(attrs={"rows": 2}),
            "approaches": forms.CheckboxSelectMultiple,
            "places": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["languages"] = self.instance.languages
            self.initial["focus"] = self.instance.areas
        said = self.instance.gender
        if said and said not in Gender.values:
            self.initial["gender"], self.initial["gender_words"] = OWN, said
        if not self.instance.portrait:
            del self.fields["no_portrait"]
        self.had = self.instance.portrait.name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("online") and not given.get("places") and "places" not in self.errors:
            self.add_error("places", _("Tick a place, or say that you work online."))
        if given.get("gender") == OWN and not given.get("gender_words"):
            self.add_error("gender_words", _("Write a word or two, or choose one of the others."))
        given["gender"] = self._said(given)
        if not isinstance(given.get("portrait"), Drawn):
            given["portrait"] = "" if given.get("no_portrait") else self.had
        return given

    @staticmethod
    def _said(given: dict[str, Any]) -> str | None:
        """How they describe themselves, as it is kept; words typed without a choice count."""
        if given.get("gender") in Gender.values:
            return str(given["gender"])
        return given.get("gender_words") or None


class EditCredential(forms.ModelForm):  # type: ignore[type-arg]
    """A training, registration or accreditation."""

    class Meta:
        model = Credential
        fields = ("title", "body", "number", "expires_on")
        widgets = {"expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
