"""When somebody works and when not, and where the doors are."""

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.people.models import Place, Therapist

from .. import wall_clock
from ..models import (
    BookingRules,
    HoursException,
    PracticeHoliday,
    Room,
    TimeOff,
    Weekday,
    WeeklyHours,
)


def day_box() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def time_box() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class AddHours(forms.ModelForm):  # type: ignore[type-arg]
    """The same hours on one weekday or several."""

    days = forms.TypedMultipleChoiceField(
        label=_("On which days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one day.")},
    )
    field_order = ["days", "opens", "closes", "place", "online", "valid_from", "valid_until"]

    class Meta:
        model = WeeklyHours
        fields = ["opens", "closes", "place", "online", "valid_from", "valid_until"]
        widgets = {
            "opens": time_box(),
            "closes": time_box(),
            "valid_from": day_box(),
            "valid_until": day_box(),
        }

    def __init__(self, *args: Any, therapist: Therapist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.therapist = therapist
        self.instance.therapist = therapist
        where: Any = self.fields["place"]
        where.queryset, where.empty_label = Place.objects.all(), _("Online only")

    def clean(self) -> dict[str, Any]:
        """Refuse hours that lie in hours the therapist has already."""
        given = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens and closes and opens < closes:
            others = WeeklyHours.objects.of(self.therapist).exclude(pk=self.instance.pk)
            for other in others.filter(weekday__in=given.get("days", []), opens__lt=closes):
                if other.closes > opens and _same_time(other, given):
                    raise forms.ValidationError(
                        _("On %(day)s you are open from %(opens)s to %(closes)s already. "
                          "Change those hours, or choose other times."),
                        params={
                            "day": other.get_weekday_display(),
                            "opens": f"{other.opens:%H:%M}",
                            "closes": f"{other.closes:%H:%M}",
                        },
                    )  # fmt: skip
        return given


def _same_time(other: WeeklyHours, given: dict[str, Any]) -> bool:
    """Whether both hold on some day; an end that is open reaches for ever."""
    begins = max(other.valid_from or date.min, given.get("valid_from") or date.min)
    ends = min(other.valid_until or date.max, given.get("valid_until") or date.max)
    return begins < ends


class ChangeHours(AddHours):
    """One row of the week."""

    days = None  # type: ignore[assignment]
    field_order = ["weekday", *AddHours.field_order[1:]]

    class Meta(AddHours.Meta):
        fields = ["weekday", *AddHours.Meta.fields]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        given["days"] = [given["weekday"]] if "weekday" in given else []
        return super().clean()


class AddOtherDay(forms.ModelForm):  # type: ignore[type-arg]
    """One day that is not as usual."""

    class Meta:
        model = HoursException
        fields = ["on", "opens", "closes", "place", "online"]
        widgets = {"on": day_box(), "opens": time_box(), "closes": time_box()}
        help_texts = {"opens": _("Leave both times empty to be closed that day.")}

    def __init__(self, *args: Any, therapist: Therapist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.therapist = therapist
        self.instance.zone = therapist.user.zone
        where: Any = self.fields["place"]
        where.queryset, where.empty_label = Place.objects.all(), _("Online only")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("place") and not given.get("online") and given.get("opens"):
            self.add_error("place", _("Choose a place, or say that you can be met online."))
        return given


class AddTimeOff(forms.Form):
    """Away from one day to another, both included; or for some hours of one day."""

    first_on = forms.DateField(label=_("First day away"), widget=day_box())
    last_on = forms.DateField(label=_("Last day away"), widget=day_box(), required=False)
    from_time = forms.TimeField(
        label=_("From"),
        widget=time_box(),
        required=False,
        help_text=_("Only if it is not the whole day."),
    )
    until_time = forms.TimeField(label=_("Until"), widget=time_box(), required=False)
    reason = forms.ChoiceField(label=_("Why"), choices=TimeOff.Reason.choices)
    cover = forms.ModelChoiceField(
        label=_("Who covers for you"),
        queryset=Therapist.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("They can open your clients’ records while you are away, and get the alerts."),
    )

    def __init__(self, *args: Any, therapist: Therapist, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.therapist = therapist
        others: Any = self.fields["cover"]
        others.queryset = Therapist.objects.working().exclude(pk=therapist.pk)

    def clean(self) -> dict[str, Any]:
        """The two instants, on the clock of the therapist's zone."""
        given = super().clean() or {}
        first = given.get("first_on")
        if first is None:
            return given
        last = given.get("last_on") or first
        if last < first:
            self.add_error("last_on", _("The last day must not come before the first."))
            return given
        zone = self.therapist.user.zone
        given["starts_at"] = wall_clock.opening(first, given.get("from_time") or time(0), zone)
        until = given.get("until_time")
        given["ends_at"] = (
            wall_clock.opening(last, until, zone)
            if until
            else wall_clock.opening(last + timedelta(days=1), time(0), zone)
        )
        if given["ends_at"] <= given["starts_at"]:
            self.add_error("until_time", _("The end must come after the beginning."))
        return given

    def made(self) -> TimeOff:
        """The row, not saved."""
        given = self.cleaned_data
        return TimeOff(
            therapist=self.therapist,
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            reason=given["reason"],
            cover=given["cover"],
        )


class EditRules(forms.ModelForm):  # type: ignore[type-arg]
    """How a diary is booked."""

    class Meta:
        model = BookingRules
        exclude = ["therapist"]


class EditHoliday(forms.ModelForm):  # type: ignore[type-arg]
    """Days on which the practice is closed."""

    class Meta:
        model = PracticeHoliday
        fields = ["name", "first_on", "last_on"]
        widgets = {"first_on": day_box(), "last_on": day_box()}


class EditRoom(forms.ModelForm):  # type: ignore[type-arg]
    """A room at a place."""

    class Meta:
        model = Room
        fields = ["place", "name", "capacity"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.empty_label = _("Choose a place")
