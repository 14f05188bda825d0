"""Coming in and coming back: codes by mail, the cover, an invitation taken up."""

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
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import access, emails
from ..models import User

RATES = {
    # A stranger at one address uses up only their own budget; the wide one bounds the mail that
    # a crowd of strangers can have sent to somebody.
    "login_code_here": "3/5m/key",
    "login_code": "30/h/key",
    "uncover": "10/5m/user",
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
