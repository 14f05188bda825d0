"""One's own account: its factors, and signing out everywhere."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.core.access import signed_in

from .. import actions
from ..adapters import SecondFactorAdapter


@signed_in
def enrol(request: HttpRequest) -> HttpResponse:
    """The page everybody who works here meets first: choose a second factor."""
    return render(request, "people/enrol.html")


@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every other open session of one's own; this one stays."""
    user = authenticated_user(request)
    actions.sign_out_everywhere(by=user, now=clock.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("security")


def _used(request: HttpRequest, kind: str) -> None:
    """A factor that was just added has been proved in this session.

    Nor is it asked for again at once, before the recovery codes: an app has no second code to
    give within its half minute.
    """
    record_authentication(request, request.user, method="mfa", type=kind, reauthenticated=True)


class Security(IndexView):  # type: ignore[misc]
    """How one signs in: passkeys, authenticator app, recovery codes, open sessions."""

    template_name = "people/security.html"


security = signed_in(Security.as_view())


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]
    """Add an authenticator app: its first code is its first use."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _used(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey: making it is its first use."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _used(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey off, unless it is the only second factor of somebody who works here."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = SecondFactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("security")
        answer: HttpResponse = super().form_valid(form)
        return answer
