"""How allauth behaves in this house: closed to sign-up, silent about who has an account."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from commonground.core import clock
from commonground.core.models.keys import DataKey
from commonground.core.outside.keyring import shut, unshut

from . import emails
from .models import User

SECRET_OF = b"people.second_factor"
KNOWN_DEVICE = "ground_device"
"""The cookie of a device on which somebody who works here has signed in before."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts, mail and redirects, our way."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
        "too_many_login_attempts": _("That was tried too often. Please wait five minutes."),
        "incorrect_code": _("This is not the right code, or it was used already."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("That was tried too often. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only a path of our own: no host at all may be named, not even ours."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    # ——— mail ———

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Only letters of our own leave, through the outbox.

        Raises KeyError for a letter nobody has written in our words.
        """
        if template_prefix == "account/email/login_code":
            emails.send_code(email, context["code"])
        elif template_prefix == "account/email/password_reset_key":
            emails.send_reset(context["user"], context["password_reset_url"])
        else:
            raise KeyError(template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        emails.send_notice(user, emails.NOTICES[template_prefix])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the letter: at our own address, never at the one the request claims."""
        url: str = super().get_reset_password_from_key_url(key)
        return settings.GROUND_URL + "/" + url.split("://", 1)[-1].split("/", 1)[-1]

    # ——— who may try how often ———

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Guesses at one address share one budget; a device known to that address has its own.

        So a stranger who uses up the budget locks out other strangers, not the person.
        """
        address = str(credentials.get("email", "")).lower()
        known = address and device_of(request, address)
        return f"{address}:{known}" if known else address

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        if user.works_here and not device_of(request, user.email):
            remember_device(response, user.email)
        return response

    # ——— proving again who one is ———

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password again; an address is kept in one place, on the account."""
        again = self.authenticate(self.request, email=user.email, password=password)
        return again is not None and again.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a factor is changed, but not of somebody who has just signed in for
        the first time and is about to add their first one."""
        user = self.request.user
        if isinstance(user, AnonymousUser):
            return True
        records = get_authentication_records(self.request, user)
        fresh = clock.real().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        first = not Authenticator.objects.filter(user_id=user.pk).exists()
        return not (first and records and records[-1]["at"] > fresh)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """allauth's notes on every sign-in and sign-out are not worth a line."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template in {
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
            "account/messages/login_code_sent.txt",
        }:
            return
        super().add_message(request, level, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor: its secrets lie encrypted, and nobody who works here can lose it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the right code, or it was used already."),
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another one first, then take this one off."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret with the practice's own key, for the column that allauth stores it in."""
        sealed = shut(DataKey.objects.house().unwrap(), text.encode(), SECRET_OF)
        return urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = urlsafe_b64decode(encrypted_text.encode())
        return unshut(DataKey.objects.house().unwrap(), sealed, SECRET_OF).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another second factor would remain; recovery codes alone are none."""
        if not authenticator.user.works_here:
            return True
        others = factors(authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exists())

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        return str(_("This device"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}


def factors(user: User) -> Any:
    """A person's second factors: authenticator app and passkeys, without recovery codes."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds)


def device_of(request: HttpRequest, address: str) -> str:
    """The device's own number, if somebody signed in on it with this address; else empty."""
    try:
        kept = signing.loads(
            request.COOKIES.get(KNOWN_DEVICE, ""), salt=KNOWN_DEVICE, max_age=180 * 24 * 3600
        )
    except signing.BadSignature:
        return ""
    return str(kept[1]) if kept[0] == _whose(address) else ""


def remember_device(response: HttpResponseBase, address: str) -> None:
    """Leave the cookie that keeps this device out of the budget strangers share."""
    number = salted_hmac(KNOWN_DEVICE, f"{address}{clock.real().timestamp()}").hexdigest()[:16]
    response.set_cookie(
        KNOWN_DEVICE,
        signing.dumps([_whose(address), number], salt=KNOWN_DEVICE),
        max_age=180 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/account/",
    )


def _whose(address: str) -> str:
    return salted_hmac(KNOWN_DEVICE, address.lower(), algorithm="sha256").hexdigest()
