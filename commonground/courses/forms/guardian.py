"""Whoever stands beside a young client: who they are, and what is shared with them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words
from commonground.people.models import Guardian
from commonground.people.sharing import SHAREABLE


class RecordGuardian(forms.Form):
    """Who they are, and until when they may see what is shared."""

    name = Words(
        label=_("Their full name"),
        max_length=120,
        error_messages={"required": _("Write down who they are.")},
    )
    relation = Words(
        label=_("Who they are to the young person, such as mother"),
        max_length=80,
        error_messages={"required": _("Write down who they are to the young person.")},
    )
    email = forms.EmailField(
        label=_("Their own e-mail address"),
        required=False,
        help_text=_("For an account of their own. Never the address that the young person uses."),
    )
    holds_parental_responsibility = forms.BooleanField(
        label=_("They hold parental responsibility"), required=False
    )
    ends_on = forms.DateField(
        label=_("They see nothing from this day on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest
        self.fields["ends_on"].help_text = _(
            "Left empty, or later than that, it is %(day)s. Nothing goes on by itself after it."
        ) % {"day": f"{latest:%d/%m/%Y}"}


class ChooseShared(forms.Form):
    """What somebody sees, class by class; nothing is ticked to begin with."""

    classes = forms.MultipleChoiceField(
        label=_("They see"),
        required=False,
        choices=[(what, what) for what in SHAREABLE],
        widget=forms.CheckboxSelectMultiple,
    )


class SuggestShared(ChooseShared):
    """The therapist's side; without a page of the young person's own, their yes is written down."""

    said = forms.BooleanField(
        label=_("They said yes to this, with me, in the session"), required=False
    )


class ReviewAccess(forms.Form):
    """What becomes of an access that ends by itself."""

    review = forms.ChoiceField(
        label=_("What did you decide together?"),
        choices=Guardian.Review.choices,
        widget=forms.RadioSelect,
    )


class ShowPiece(forms.Form):
    """One summary or worksheet, to be shown as it reads now."""

    session = forms.UUIDField(required=False)
    worksheet = forms.UUIDField(required=False)
