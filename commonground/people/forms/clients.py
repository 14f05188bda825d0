"""Clients added by hand or from a spreadsheet."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import Contact, Therapist

MOST_BYTES = 500_000


class NewClient(forms.Form):
    """Somebody who begins: who they are, how to reach them safely, whom to call in an emergency."""

    name = forms.CharField(label=_("Name"), max_length=120)
    preferred_name = forms.CharField(
        label=_("What they would like to be called"), max_length=60, required=False
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    email_safe = forms.BooleanField(
        label=_("It is safe to write there: nobody else reads it"), required=False
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    phone_safe_message = forms.BooleanField(
        label=_("It is safe to leave a message there"), required=False
    )
    emergency_name = forms.CharField(label=_("Name"), max_length=120, required=False)
    emergency_relation = forms.CharField(
        label=_("Who they are to the client"), max_length=80, required=False
    )
    emergency_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    invite = forms.BooleanField(
        label=_("Send an invitation to their own page"),
        help_text=_("To the e-mail address above. The mail says nothing about therapy."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, today: date, choose: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if choose:  # whoever adds them does not treat them
            self.fields["therapist"] = forms.ModelChoiceField(
                Therapist.objects.working(), label=_("Whose client they are"), empty_label=None
            )

    def clean_date_of_birth(self) -> date:
        born_on: date = self.cleaned_data["date_of_birth"]
        if not date(1900, 1, 1) <= born_on <= self.today:
            raise ValidationError(_("Give a date of birth between 1900 and today."))
        return born_on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "email" in self.errors or "phone" in self.errors:
            return given
        if not given.get("email") and not given.get("phone"):
            self.add_error("email", _("Give an e-mail address or a telephone number."))
        if given.get("invite") and not given.get("email"):
            self.add_error("email", _("An invitation needs an e-mail address."))
        elif given.get("invite") and not given.get("email_safe"):
            said = _("Say that it is safe to write there, or leave the invitation out.")
            self.add_error("email_safe", said)
        if given.get("emergency_name") and not given.get("emergency_phone"):
            self.add_error("emergency_phone", _("Give the number at which to reach this person."))
        return given

    def identity(self) -> dict[str, str]:
        """Who they are, in the fields of Client."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "preferred_name": given["preferred_name"],
            "date_of_birth": given["date_of_birth"].isoformat(),
            "pronouns": given["pronouns"],
        }

    def contacts(self) -> list[dict[str, Any]]:
        """The ways to reach them that were given, in the fields of Contact."""
        given = self.cleaned_data
        rows = [
            {
                "kind": Contact.Kind.EMAIL,
                "value": given["email"],
                "safe_to_write": given["email_safe"],
            },
            {
                "kind": Contact.Kind.PHONE,
                "value": given["phone"],
                "safe_to_leave_message": given["phone_safe_message"],
            },
            {
                "kind": Contact.Kind.EMERGENCY,
                "value": given["emergency_phone"],
                "name": given["emergency_name"],
                "relation": given["emergency_relation"],
            },
        ]
        return [row for row in rows if row["value"]]


class ClientList(forms.Form):
    """A list of clients from a spreadsheet; the second time, as text, once it was looked over."""

    file = forms.FileField(
        label=_("The file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("Saved as CSV (UTF-8), up to 500 lines."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    invite = forms.BooleanField(
        label=_("Invite them to their own page, where the list has an email"),
        required=False,
        help_text=_("You see first who is written to, and what."),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    @property
    def words(self) -> str:
        """The list as text."""
        return str(self.cleaned_data["text"] or self.cleaned_data["file"])

    @property
    def was_looked_over(self) -> bool:
        return bool(self.cleaned_data["text"])

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > MOST_BYTES:
            raise ValidationError(_("This file is larger than a list of 500 people would be."))
        return text

    def clean_file(self) -> str:
        given = self.cleaned_data["file"]
        if given is None:
            return ""
        if given.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than a list of 500 people would be."))
        try:
            return str(given.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            said = _("This file is not written in UTF-8. Save it as “CSV UTF-8” and try again.")
            raise ValidationError(said) from error
