"""A client's note for the next session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words


class WriteWish(forms.Form):
    """`version` is the one the writer began from."""

    text = Words(
        label=_("What would you like to talk about?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
