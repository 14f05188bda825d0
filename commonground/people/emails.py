"""What the practice writes to somebody about their account: that something waits, never what."""

from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from commonground.core import clock
from commonground.core.emails import post, render

from .models import Invitation, Opening, User
from .models.invitation import LASTS

NOTICES = {
    "account/email/password_reset": "password",
    "account/email/password_changed": "password",
    "account/email/password_set": "password",
    "mfa/email/totp_activated": "factor_added",
    "mfa/email/webauthn_added": "factor_added",
    "mfa/email/totp_deactivated": "factor_removed",
    "mfa/email/webauthn_removed": "factor_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes",
}
"""Which of our own letters stands for which of allauth's notices."""


def send_invitation(invitation: Invitation, token: str) -> str:
    """Write to the invited person; returns the link in the letter."""
    link = settings.GROUND_URL + reverse("join", args=[token])
    inviter = invitation.invited_by.name if invitation.invited_by else ""
    post(
        to=invitation.address,
        template="people_invitation",
        context={"link": link, "inviter": inviter, "until": invitation.expires_at},
        dedupe=f"invitation:{invitation.pk}",
    )
    return link


def preview(inviter: User) -> tuple[str, str]:
    """Subject and body of an invitation as it would leave, with a link that opens nothing."""
    link = settings.GROUND_URL + reverse("join", args=["their-own-link"])
    context = {"link": link, "inviter": inviter.name, "until": clock.now() + LASTS}
    return render("people_invitation", context, settings.LANGUAGE_CODE)


def tell_of_opening(opening: Opening, user: User) -> None:
    """To somebody who must know that a record was opened: where it says by whom, and why."""
    post(
        to=user.email,
        template="people_opened",
        context={"link": settings.GROUND_URL + reverse("openings")},
        dedupe=f"opening:{opening.pk}:{user.pk}",
    )


def send_code(address: str, code: str) -> None:
    """The code that signs a client in."""
    _send(address, "people_login_code", {"code": code})


def send_no_code(address: str) -> None:
    """To somebody who works here and asked for a code: how they sign in instead."""
    _send(address, "people_no_code", {"link": settings.GROUND_URL + reverse("account_login")})


def send_reset(user: User, link: str) -> None:
    """A link to a new password; for a client, who has none, the way in that they do have."""
    if user.works_here:
        _send(user.email, "people_password_reset", {"link": link})
    else:
        link = settings.GROUND_URL + reverse("account_request_login_code")
        _send(user.email, "people_no_password", {"link": link})


def send_notice(user: User, kind: str) -> None:
    """Tell somebody that the way into their account was changed, in case it was not them."""
    said = {
        "password": _("The password of your account was changed."),
        "factor_added": _("A passkey or authenticator app was added to your account."),
        "factor_removed": _("A passkey or authenticator app was taken off your account."),
        "recovery_codes": _("New recovery codes were made for your account."),
    }
    _send(user.email, "people_notice", {"said": said[kind]})


def pretend_to_send(template: str) -> None:
    """Do the work of a letter and send none, so that the time taken tells nobody who has an
    account."""
    nobody = User(email="nobody@localhost")
    if not nobody.works_here:  # the same question to the database as for everybody else
        code = get_random_string(8)
        with transaction.atomic():
            _send(nobody.email, template, {"code": code, "link": settings.GROUND_URL})
            transaction.set_rollback(True)


def _send(address: str, template: str, context: dict[str, str]) -> None:
    post(to=address, template=template, context=context, dedupe=f"{template}:{uuid4()}")
