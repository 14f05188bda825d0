"""How a course ends: agreed, with a decision; or by a short path where it was not."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from ..ending import PLANNED, Decision, Way
from ..models import Ending

LABELS = dict(Ending.Way.choices)


class _End(forms.Form):
    way = forms.TypedChoiceField(
        label=_("How did it end?"),
        coerce=Way,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    on = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        self.fields["way"].choices = [(w, LABELS[w]) for w in Way if self._suits(w)]  # type: ignore[attr-defined]

    def _suits(self, way: Way) -> bool:
        raise NotImplementedError


class EndCourse(_End):
    """An ending that was agreed."""

    decision = forms.TypedChoiceField(
        label=_("How does it go on?"),
        coerce=Decision,
        choices=Ending.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it goes on.")},
    )
    onward = Words(
        label=_("What comes next, and where to turn"),
        help_text=_("Your client keeps these words. If it has not helped enough: what else may."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    farewell = Words(
        label=_("A few words to keep"),
        help_text=_("Your client reads them on their own pages, under “Looking back”."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    follow_up = forms.BooleanField(
        label=_("Meet again for follow-ups"), required=False, initial=True
    )

    def _suits(self, way: Way) -> bool:
        return way in PLANNED


class EndEarly(_End):
    """One that was not: how, when, and a kind word if there is somebody to read it."""

    farewell = Words(
        label=_("A few kind words for your client"),
        help_text=_(
            "Only if you wish. For instance: the door stays open. Your client reads them under "
            "“Looking back”."
        ),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def _suits(self, way: Way) -> bool:
        return way not in PLANNED
