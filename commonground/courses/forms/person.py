"""Somebody in the client's life."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from ..models import Closeness, Person
from .unsaid import in_words

FACTS = (
    "name",
    "relation",
    "age",
    "lives",
    "living",
    "died_on",
    "contact_every",
    "contact_how",
    "expects",
    "expected",
    "met",
    "satisfying",
    "unsatisfying",
    "would_change",
    "since_onset",
    "confide",
    "helps",
    "conflict",
    "mood_link",
)


class KeepPerson(forms.ModelForm):  # type: ignore[type-arg]
    """Everything of the inventory about one person; only the name has to be there."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    concern = Words(
        label=_("A concern for somebody’s safety"),
        help_text=_("Only you and those who supervise you read this line; never your client."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Person
        fields = FACTS
        help_texts = {
            "name": _("A first name or an alias is enough. It is never searched for."),
            "died_on": _("As exactly as it is known: a year is enough."),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        in_words(self)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2

    @property
    def facts(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in FACTS}


class KeepMyPerson(KeepPerson):
    """The same, asked of the client about themself; the therapist's own line is not in it."""

    concern = None  # type: ignore[assignment]  # how Django takes a field away

    class Meta(KeepPerson.Meta):
        labels = {
            "expects": _("What you expect of them"),
            "expected": _("What they expect of you, as you see it"),
            "would_change": _("What you would like to be different"),
            "confide": _("Can you confide in them?"),
            "helps": _("Do they help you in practice?"),
            "conflict": _("Conflict between you"),
            "contact_every": _("How often you are in touch"),
            "mood_link": _("How it goes with your mood"),
        }
        help_texts = {
            "name": _("A first name or a name you make up is enough. It is never searched for."),
            "died_on": _("As exactly as you know it: a year is enough."),
        }


class PlacePerson(forms.Form):
    """Where somebody stands at one of the three dates."""

    as_of = forms.ChoiceField(choices=Closeness.AsOf.choices)
    ring = forms.TypedChoiceField(
        choices=[(0, _("not in the circle")), *Closeness.Ring.choices], coerce=int
    )
    bearing = forms.IntegerField(required=False, min_value=0, max_value=359)
    version = forms.IntegerField(widget=forms.HiddenInput)
