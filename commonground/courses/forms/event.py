"""What happened, and what it did to the mood."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Course, Focus, LifeEvent, MoodLink, Person
from .unsaid import in_words

FACTS = (
    "words",
    "kind",
    "on",
    "precision",
    "until",
    "people",
    "focus",
    "mood",
    "symptoms",
    "treatment",
    "onset",
)


class KeepEvent(forms.ModelForm):  # type: ignore[type-arg]
    """A life event; only the people and the focus of its own course can be chosen."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = LifeEvent
        fields = FACTS
        widgets = {
            "on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "people": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "words": _("A few words, as they would be written on a line of time."),
            "on": _("Where only the month or year is known, take any day of it and say so below."),
            "until": _("Where it was a stretch of time."),
        }

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_words(self)
        people, focus = self.fields["people"], self.fields["focus"]
        people.queryset = Person.objects.of(course).with_keys()  # type: ignore[attr-defined]
        people.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        focus.queryset = Focus.objects.of(course).current()  # type: ignore[attr-defined]
        focus.label_from_instance = Focus.get_area_display  # type: ignore[attr-defined]
        focus.empty_label = _("none in particular")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch that ends before it begins, and a year that is a slip of the finger."""
        given = super().clean() or {}
        on, until = given.get("on"), given.get("until")
        if on and not 1900 <= on.year < 2100:
            self.add_error("on", _("Look at the year once more."))
        elif on and until and until < on:
            self.add_error("until", _("This is before it began. Change one of the two days."))
        return given

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}


class LinkMood(forms.Form):
    """What an event did to the mood."""

    mood = forms.ChoiceField(choices=MoodLink.Mood.choices)
