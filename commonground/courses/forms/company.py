"""A parent in the room, and a word with the school."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words
from commonground.people.models import Client, Guardian

from ..models import Company, Course, SchoolContact, Session


class AgreeCompany(forms.Form):
    """Who takes part in which session, and for how much of it."""

    session = forms.ModelChoiceField(
        label=_("Session"), queryset=Session.objects.none(), empty_label=None
    )
    guardian = forms.ModelChoiceField(
        label=_("Who takes part"),
        queryset=Guardian.objects.none(),
        required=False,
        empty_label=_("nobody else"),
    )
    part = forms.ChoiceField(
        label=_("For how much of it"), choices=Company.Part.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, course: Course, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session: Any = self.fields["session"]
        session.queryset = course.sessions.filter(closed_at__isnull=True)
        session.label_from_instance = lambda one: str(one.number)
        guardian: Any = self.fields["guardian"]
        guardian.queryset = client.guardians.with_keys()
        guardian.label_from_instance = lambda one: one.name


class NoteSchoolContact(forms.Form):
    """A letter, a call or a meeting, with the young person's leave."""

    way = forms.ChoiceField(
        label=_("How"), choices=SchoolContact.Way.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(
        label=_("On which day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    whom = Words(label=_("With whom at the school"), max_length=200)
    said = Words(
        label=_("What you agreed to say, and no more"),
        help_text=_("The young person reads these very words."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreed = forms.BooleanField(
        label=_("The young person agreed to these words before"),
        error_messages={"required": _("Ask first. Nothing goes to a school without their leave.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day is still to come. Write it down afterwards."))
        return on

    @property
    def facts(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in ("way", "on", "whom", "said")}
