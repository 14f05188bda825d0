"""What the practice says of itself: its name, its words, its places and crisis lines."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CrisisLine, Place, Practice
from ..models.practice import WORDING


class EditPractice(forms.ModelForm):  # type: ignore[type-arg]
    """Who the practice is."""

    leave_url = forms.URLField(
        label=_("Where “leave this site” leads"),
        assume_scheme="https",
        help_text=_("A page that looks like nothing in particular, such as the weather."),
    )

    class Meta:
        model = Practice
        fields = (
            "name",
            "strapline",
            "email",
            "phone",
            "country",
            "zone",
            "declared_invented",
            "invented_note",
            "leave_url",
            "consents_from",
        )


class EditWording(forms.ModelForm):  # type: ignore[type-arg]
    """The sentences a practice puts in its own words."""

    class Meta:
        model = Practice
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in WORDING.items():
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=400,
                initial=self.instance.wording.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said = {key: given[key] for key in WORDING if given.get(key)}
        self.instance.wording = said
        return given


class EditPlace(forms.ModelForm):  # type: ignore[type-arg]
    """A place where people come for their sessions."""

    class Meta:
        model = Place
        fields = (
            "name",
            "address",
            "town",
            "postcode",
            "latitude",
            "longitude",
            "directions",
            "step_free",
            "access_note",
            "order",
        )
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "directions": forms.Textarea(attrs={"rows": 3}),
            "access_note": forms.Textarea(attrs={"rows": 3}),
        }


class EditCrisisLine(forms.ModelForm):  # type: ignore[type-arg]
    """A number to reach in a crisis."""

    class Meta:
        model = CrisisLine
        fields = ("country", "number", "scheme", "label", "note", "order")
