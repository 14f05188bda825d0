"""What people type about themselves and their practice."""

from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.internal import ratelimit
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import access, emails
from .models import Contact, CrisisLine, Place, Practice, Therapist, User
from .models.practice import WORDING
from .roles import STAFF, Role

MOST_BYTES = 500_000
RATES = {
    # A stranger at one address uses up only their own budget; the wide one bounds the mail that
    # a crowd of strangers can have sent to somebody.
    "login_code_here": "3/5m/key",
    "login_code": "30/h/key",
    "uncover": "10/5m/user",
}

ROLE_NAMES = {
    Role.THERAPIST: _("therapist"),
    Role.SUPERVISOR: _("supervisor"),
    Role.COORDINATOR: _("coordinator: answers enquiries, edits the site"),
    Role.OWNER: _("owner: accounts, settings, everything the practice decides"),
}


def may_be_mailed(request: HttpRequest, address: str) -> bool:
    """Whether one more code may go to an address, asked for from here; this one is counted."""
    here = f"{get_adapter().get_client_ip(request)}:{address}"
    return all(
        ratelimit.consume(request, app="allauth.account", action=action, config=RATES, key=key)
        for action, key in (("login_code_here", here), ("login_code", address))
    )


class AskForCode(RequestLoginCodeForm):  # type: ignore[misc]
    """Ask for a sign-in code by mail.

    Only clients are sent one. Whatever the address, the page, its status and the work behind it
    are the same; people who work here get a letter saying how they sign in.
    """

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].lower()
        if not may_be_mailed(get_adapter().request, address):
            raise get_adapter().validation_error("rate_limited")
        found = filter_users_by_email(address, is_active=True, for_login=True)
        self._user = found[0] if found else None
        if self._user is None:
            emails.pretend_to_send("people_login_code")
        elif self._user.works_here:
            self._user = None
            emails.send_no_code(address)
        return address


class AskForPassword(ResetPasswordForm):  # type: ignore[misc]
    """Ask for a new password; an unknown address costs the same work and gets no mail."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not self.users:
            emails.pretend_to_send("people_password_reset")
        return str(super().save(request, **kwargs))


class Uncover(forms.Form):
    """Prove with one factor that the person at a covered page is still the same.

    Whoever works here gives their password or a code from their app; a client, who has neither
    perhaps, a code that is mailed to them when they ask. Both may have a passkey.
    """

    uncover_answer = forms.CharField(
        label=_("Your password, or a code from your authenticator app"),
        error_messages={"required": _("Type your password or a code.")},
        strip=True,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autofocus": True}, render_value=False
        ),
    )
    uncover_credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, user: Any, request: HttpRequest, invented: bool = False
    ) -> None:
        super().__init__(data)
        self.user, self.request, self.invented = user, request, invented
        self.by_mail = not (user.works_here or invented)
        self.unsent = ""
        self.pressed = invented and bool(self.data.get("uncover_demo"))
        typed = self.fields["uncover_answer"]
        typed.required = not (self.data.get("uncover_credential") or self.pressed)
        if invented:  # nothing that could be typed: one press lets them in, as it did at the door
            typed.widget = forms.HiddenInput()
        elif self.by_mail:
            typed.label = _("The code from our mail")
            typed.error_messages["required"] = _("Type the code from our mail.")
            typed.widget = forms.TextInput(
                attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}
            )
        elif not user.has_usable_password():
            typed.label = _("A code from your authenticator app, or a recovery code")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        if not ratelimit.consume(
            self.request, app="allauth.account", action="uncover", config=RATES, user=self.user
        ):
            raise ValidationError(_("That was tried too often. Please wait a few minutes."))
        if not (self.pressed or self._passkey(given) or self._typed(given)):
            raise ValidationError(_("That was not it. Please try again."))
        return given

    @property
    def code_sent(self) -> bool:
        return access.code_waits(self.request)

    def send_code(self) -> str:
        """Mail a client a code; answers why not, or nothing where it is on its way."""
        if self.by_mail and may_be_mailed(self.request, self.user.email):
            access.send_code(self.request)
        else:
            self.unsent = str(_("That was tried too often. Please wait a few minutes."))
        return self.unsent

    def passkey_options(self) -> dict[str, Any] | None:
        """What a browser needs to ask for a passkey; None for somebody who has none."""
        kinds = {a.type for a in self.user.authenticator_set.all()}
        if "webauthn" not in kinds:
            return None
        return {"request_options": webauthn.begin_authentication(self.user)}

    def _passkey(self, given: dict[str, Any]) -> bool:
        if not given.get("uncover_credential"):
            return False
        data = {"credential": given["uncover_credential"]}
        return self._confirmed(ReauthenticateWebAuthnForm(data, user=self.user))

    def _typed(self, given: dict[str, Any]) -> bool:
        answer = given.get("uncover_answer") or ""
        if not answer:
            return False
        if self.by_mail and access.is_mailed_code(self.request, answer):
            return True
        code = ReauthenticateForm({"code": answer}, user=self.user)
        if answer.replace(" ", "").isdigit() and self._confirmed(code):
            return True
        return self.user.works_here and bool(self.user.check_password(answer))

    def _confirmed(self, form: Any) -> bool:
        if not form.is_valid():
            return False
        form.save()
        return True


class Join(forms.Form):
    """Accept an invitation to work here: a name and a password."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("A password of at least twelve characters"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
        help_text=_("Three or four words that do not belong together are a good password."),
    )

    def __init__(self, data: Any = None, *, address: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password"):
            someone = User(email=self.address, name=given.get("name", ""))
            try:
                validate_password(given["password"], someone)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class JoinAsClient(forms.Form):
    """Accept an invitation as a client: nothing is asked, as the record knows their name.

    Nor is a client's name kept with the account, where it would lie unencrypted.
    """


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


class EditPractice(forms.ModelForm):  # type: ignore[type-arg]
    """Who the practice is."""

    leave_url = forms.URLField(
        label=_("Where “leave this site” leads"),
        assume_scheme="https",
        help_text=_("A page that looks like nothing in particular, such as the weather."),
    )

    class Meta:
        model = Practice
        fields = (
            "name",
            "strapline",
            "email",
            "phone",
            "country",
            "zone",
            "declared_invented",
            "invented_note",
            "leave_url",
            "consents_from",
        )


class EditWording(forms.ModelForm):  # type: ignore[type-arg]
    """The sentences a practice puts in its own words."""

    class Meta:
        model = Practice
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in WORDING.items():
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=400,
                initial=self.instance.wording.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said = {key: given[key] for key in WORDING if given.get(key)}
        self.instance.wording = said
        return given


class EditPlace(forms.ModelForm):  # type: ignore[type-arg]
    """A place where people come for their sessions."""

    class Meta:
        model = Place
        fields = (
            "name",
            "address",
            "town",
            "postcode",
            "latitude",
            "longitude",
            "directions",
            "step_free",
            "access_note",
            "order",
        )
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "directions": forms.Textarea(attrs={"rows": 3}),
            "access_note": forms.Textarea(attrs={"rows": 3}),
        }


class EditCrisisLine(forms.ModelForm):  # type: ignore[type-arg]
    """A number to reach in a crisis."""

    class Meta:
        model = CrisisLine
        fields = ("country", "number", "scheme", "label", "note", "order")


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
