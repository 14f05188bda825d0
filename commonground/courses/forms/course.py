"""What a therapist types into a course."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.people.models import Place

from .. import storages
from ..calendar import skipped

WEEK = 7
USUAL = "ipt-adult-16-1"
"""The protocol that is chosen to begin with, where it is meant for somebody of that age."""


class OpenCourse(forms.Form):
    """Which protocol, and how many sessions are agreed."""

    protocol = forms.ChoiceField(label=_("Protocol"), widget=forms.RadioSelect)
    sessions = forms.IntegerField(
        label=_("How many sessions have you agreed?"),
        help_text=_(
            "Left empty, it is the protocol’s own number. The client sees it from the first day."
        ),
        min_value=1,
        max_value=60,
        required=False,
    )
    missed_counts = forms.BooleanField(
        label=_("A session missed without a word counts as one of them"), required=False
    )

    def __init__(self, *args: Any, age: int | None = None, **kwargs: Any) -> None:
        """`age` is the client's, in whole years, where it is known."""
        super().__init__(*args, **kwargs)
        self.age = age
        self.protocols = {protocol.id: protocol for protocol in storages.latest()}
        choices = [(protocol.id, protocol.label) for protocol in self.protocols.values()]
        self.fields["protocol"].choices = choices  # type: ignore[attr-defined]
        fit = [key for key, protocol in self.protocols.items() if protocol.fits(age)]
        self.fields["protocol"].initial = USUAL if USUAL in fit else next(iter(fit), None)

    @property
    def offered(self) -> list[dict[str, Any]]:
        """Each protocol with its choice, and whether it is meant for somebody of that age."""
        both = zip(self["protocol"], self.protocols.values(), strict=True)
        return [
            {"choice": choice, "protocol": protocol, "fits": protocol.fits(self.age)}
            for choice, protocol in both
        ]

    def clean_protocol(self) -> Any:
        return self.protocols[self.cleaned_data["protocol"]]

    def clean(self) -> dict[str, Any]:
        """What is left open is the protocol's own number."""
        given = super().clean() or {}
        if "protocol" in given and "sessions" in given and given["sessions"] is None:
            given["sessions"] = given["protocol"].sessions
        return given


class Dated(forms.Form):
    """A day, a time on the clock of the therapist, and where."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    place = forms.ModelChoiceField(
        label=_("Where"), queryset=Place.objects.none(), required=False, empty_label=_("Online")
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        self.fields["place"].queryset = Place.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a time that the clock skips when summer begins."""
        given = super().clean() or {}
        if given.get("day") and given.get("time"):
            wanted = datetime.combine(given["day"], given["time"], self.zone)
            if skipped(wanted):
                raise forms.ValidationError(
                    _("On that night the clock skips this time. Choose another hour.")
                )
            given["starts_at"] = wanted
        return given

    def clean_day(self) -> date | None:
        """Refuse a year that is a slip of the finger."""
        day: date | None = self.cleaned_data["day"]
        if day and not 2000 <= day.year < 2100:
            raise forms.ValidationError(_("Look at the year once more."))
        return day


class DateSeries(Dated):
    """The first sessions, in the rhythm of the protocol at the same hour."""

    weeks = forms.IntegerField(
        label=_("How many sessions, one a week"), min_value=1, max_value=60, initial=4
    )
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, every: int, **kwargs: Any) -> None:
        """`every` so many days there is one."""
        super().__init__(*args, **kwargs)
        self.every = every
        if every != WEEK:
            self.fields["weeks"].label = _("How many sessions, in this rhythm")

    @property
    def rhythm(self) -> str:
        """How often there is one, in words."""
        weeks, days = divmod(self.every, WEEK)
        if days:
            return str(_("One every %(days)s days") % {"days": self.every})
        if weeks == 1:
            return str(_("One a week"))
        return str(_("One every %(weeks)s weeks") % {"weeks": weeks})


class Write(forms.Form):
    """The note of a session; `version` is the one the writer began from."""

    text = forms.CharField(
        label=_("Session note"), required=False, max_length=40_000, widget=forms.Textarea
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Share(forms.Form):
    """A few plain words for the client; `version` is the one the writer began from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    text = forms.CharField(
        label=_("A few words for your client"),
        help_text=_("They read this on their own page. Write as you would speak to them."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a sentence or two before you share it.")},
    )
