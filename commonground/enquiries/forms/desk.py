"""What the desk and the therapist who is asked fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from ..models import Offer, Reply
from .letter import Write
from .parts import Line


class Answer(Write):
    """An answer of the practice, with the version of the conversation it answers."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Ask(forms.Form):
    """Ask one therapist whether they would see this person."""

    therapist = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    shared = forms.BooleanField(
        label=_("Show them what the person wrote, in their own words"), required=False
    )
    note = Words(
        label=_("A word to the therapist"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Find(forms.Form):
    """Whom somebody looks for."""

    who = Line(label=_("Name, e-mail or telephone"), max_length=200)


class Decide(forms.Form):
    """One step that needs no words; the version says what was seen before it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Join(Decide):
    """Whoever wrote is this client; what is new of the ways to reach them is kept if wished."""

    keep_ways = forms.BooleanField(
        label=_("Keep what is new here among the ways to reach them"), required=False
    )


class OpenInEmergency(forms.Form):
    """Why a record must be opened by somebody who is no part of the care."""

    reason = Words(
        label=_("Why can it not wait for whoever cares for them?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write down why: it is read by those who are told.")},
    )


class Pass(forms.Form):
    """A therapist cannot, and says why."""

    why = forms.ChoiceField(
        label=_("Why not?"), choices=Offer.Why.choices, widget=forms.RadioSelect
    )
    why_words = Words(
        label=_("A word to the office"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EditReply(forms.ModelForm):  # type: ignore[type-arg]
    """A prepared answer."""

    class Meta:
        model = Reply
        fields = ("title", "text", "order")
        widgets = {"text": forms.Textarea(attrs={"rows": 7})}
