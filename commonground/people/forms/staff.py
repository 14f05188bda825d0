"""Who works in the practice, and as what."""

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from ..roles import STAFF, Role

ROLE_NAMES = {
    Role.THERAPIST: _("therapist"),
    Role.SUPERVISOR: _("supervisor"),
    Role.COORDINATOR: _("coordinator: answers enquiries, edits the site"),
    Role.OWNER: _("owner: accounts, settings, everything the practice decides"),
}


class Invite(forms.Form):
    """Invite somebody who will work here."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        validators=[EmailValidator(_("Please write it like name@example.org."))],
    )
    roles = forms.MultipleChoiceField(
        label=_("What they will do here"),
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip().lower()


class Roles(forms.Form):
    """One role, to be given or taken."""

    role = forms.ChoiceField(choices=[(role.value, role.value) for role in STAFF])

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
