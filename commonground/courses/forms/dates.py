"""When sessions are, and what became of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.scheduling.attendance import Attendance

BECAME = [
    (int(Attendance.ON_TIME), _("We met, on time")),
    (int(Attendance.LATE_SEEN), _("They came late, and we met")),
    (int(Attendance.LATE_NOT_SEEN), _("They came too late to meet")),
    (int(Attendance.DID_NOT_ATTEND), _("They did not come, without a word")),
    (int(Attendance.CLIENT_CANCELLED), _("They cancelled")),
    (int(Attendance.PROVIDER_CANCELLED), _("We cancelled")),
]


class SettleAppointment(forms.Form):
    """What became of an appointment, by its code."""

    attendance = forms.TypedChoiceField(
        label=_("What became of it?"),
        choices=BECAME,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of it.")},
    )


class PickTime(forms.Form):
    """One of the times that were offered, as it was offered."""

    starts_at = forms.ChoiceField(
        label=_("Another time"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("That time is no longer free. Please choose another one."),
        },
    )

    def __init__(self, *args: Any, times: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].choices = times  # type: ignore[attr-defined]


class WhereYouWillBe(forms.Form):
    """Where a client will be while they are met online."""

    whereabouts = forms.CharField(
        label=_("Where will you be?"),
        help_text=_(
            "An address or a place, so that help could reach you if you were in danger while we "
            "speak. Only whoever looks after you can read it."
        ),
        max_length=200,
        error_messages={"required": _("Write where you will be, in a few words.")},
    )


class WhereYouMightBe(WhereYouWillBe):
    """The same, while it may still be left open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whereabouts"].required = False
