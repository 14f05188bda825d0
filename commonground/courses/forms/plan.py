"""Changing the plan of a course, and who carries it; every change has its reason."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words
from commonground.people.models import Care, Therapist

from ..models import Course

WHY = {"required": _("Say why. Your client reads the reason too.")}


class ChangeSessions(forms.Form):
    """Another number of sessions."""

    sessions = forms.IntegerField(label=_("Sessions agreed"), min_value=1, max_value=60)
    reason = Words(
        label=_("Why"),
        help_text=_("Your client reads this too."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=WHY,
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        span = {"min": course.protocol.min_sessions, "max": course.protocol.max_sessions}
        words = _("This protocol has %(min)s to %(max)s sessions.")
        self.fields["sessions"].help_text = str(words) % span


class MoveBoundary(forms.Form):
    """Another session at which a phase ends."""

    phase = forms.ChoiceField(label=_("Phase"))
    last = forms.IntegerField(label=_("Its last session"), min_value=1, max_value=60)
    reason = Words(
        label=_("Why"),
        help_text=_("Your client reads this too."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=WHY,
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = course.plan.phases[:-1]
        ends = str(_("%(phase)s, until session %(last)s"))
        choices = [(p.key, ends % {"phase": p.label, "last": p.last}) for p in phases]
        self.fields["phase"].choices = choices  # type: ignore[attr-defined]


class Dismiss(forms.Form):
    """Put a prompt aside."""

    reason = Words(label=_("Why not now?"), max_length=300)


class _Colleague(forms.Form):
    therapist = forms.ModelChoiceField(
        label=_("Colleague"), queryset=Therapist.objects.none(), empty_label=_("choose one")
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        them = Therapist.objects.exclude(pk=course.therapist_id)
        active = them.filter(user__is_active=True).select_related("user").order_by("name")
        field = self.fields["therapist"]
        field.queryset = active  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


class HandOver(_Colleague):
    """Who leads from now on."""

    sure = forms.BooleanField(
        label=_("I know that this record closes to me at once, and my client has been told"),
        error_messages={"required": _("Tell your client first, then tick this.")},
    )


class EndCover(forms.Form):
    """Whose cover ends now."""

    care = forms.ModelChoiceField(queryset=Care.objects.none())

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        covers = Care.objects.covering(course.client)
        self.fields["care"].queryset = covers  # type: ignore[attr-defined]


class CoverLeave(_Colleague):
    """Who looks after the client meanwhile, and until when."""

    until = forms.DateField(
        label=_("Until, and including"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def until_at(self, zone: str) -> datetime:
        """The end of that day, as an instant."""
        day = self.cleaned_data["until"] + timedelta(days=1)
        return datetime.combine(day, time.min, ZoneInfo(zone))
