from django import forms
from django.utils.translation import gettext_lazy as _

from .people import PARTS


class SignInAs(forms.Form):
    """Which of the invented people to be."""

    role = forms.ChoiceField(choices=[(part, part) for part in PARTS])


class MoveClock(forms.Form):
    """Where the demo's clock shall stand."""

    days = forms.IntegerField(
        label=_("Days to walk forward"),
        min_value=0,
        max_value=3660,
        error_messages={
            "invalid": _("Write the number of days in figures, for example 7."),
            "max_value": _("The clock walks ten years at most. Choose a smaller number."),
            "min_value": _("The clock only walks forward. To go back, put it right again."),
        },
    )
