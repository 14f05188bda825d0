"""The people these tests are about, made the way a practice makes them: by the verbs."""

from datetime import UTC, datetime

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client as Browser

from commonground.core import audit, clock
from commonground.core.models.keys import DataKey
from commonground.people import actions
from commonground.people.adapters import SecondFactorAdapter
from commonground.people.middleware import BEGAN, SEEN
from commonground.people.models import Client, Therapist, User
from commonground.people.roles import Role

from .authenticator import code_at, early_moment

PASSWORD = "quiet harbour lantern seven"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def person(name: str, *roles: Role, address: str = "") -> User:
    """Somebody with these roles, let in by an invitation."""
    address = address or f"{name.split()[0].lower()}@practice.example"
    invitation, _link = actions.invite(
        by=audit.SYSTEM, now=clock.now(), address=address, roles=roles
    )
    user, _new = actions.accept_invitation(
        by=audit.SYSTEM, now=clock.now(), invitation=invitation, name=name, password=PASSWORD
    )
    return user


def with_app(user: User) -> str:
    """Give somebody an authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def app_of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


SPARE = 3
"""Seconds for which a code stays good at least."""


def code(secret: str) -> str:
    """The code their app shows now."""
    return code_at(secret, early_moment(spare=SPARE))


def used_up() -> None:
    """Let half a minute pass for codes that were used, and forget how often was tried."""
    cache.clear()


def through_the_doors(user: User) -> Browser:
    """A browser in which somebody who works here signed in by password and app."""
    browser = Browser()
    app = app_of(user)
    secret = SecondFactorAdapter().decrypt(app.data["secret"]) if app else with_app(user)
    used_up()
    browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
    answer = browser.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content
    used_up()
    return browser


def signed_in(user: User) -> Browser:
    """A browser in which somebody has signed in with all that is asked of them.

    Its session is laid down as the doors leave it, which `test_sign_in` compares: most tests begin
    with one, and the doors take as long as the rest of such a test.
    """
    browser = Browser()
    browser.force_login(user)
    session, now = browser.session, clock.now().isoformat()
    if user.works_here:
        app = app_of(user) or TOTP.activate(user, generate_totp_secret()).instance
        at = clock.real().timestamp()
        session["account_authentication_methods"] = [
            {"method": "password", "at": at, "email": user.email},
            {"method": "mfa", "at": at, "id": app.pk, "type": "totp"},
        ]
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session.set_expiry(0)
    session[BEGAN] = session[SEEN] = now
    session.save()
    return browser


def just_signed_in(user: User) -> Browser:
    """A phone on which a client has shown a moment ago that it is them: inner doors are open."""
    phone = signed_in(user)
    session = phone.session
    session["account_authentication_methods"] = [{"at": clock.real().timestamp()}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return phone


def client_of(therapist: User | None = None, name: str = "Ada") -> Client:
    """A client, in the care of this therapist if one is given."""
    client = Client.objects.create(
        data_key=DataKey.objects.fresh(), name=name, created_at=clock.now()
    )
    if therapist is not None:
        actions.begin_care(
            by=audit.SYSTEM,
            now=clock.now(),
            client=client,
            therapist=Therapist.objects.get(user=therapist),
            part="lead",
            reason="acceptance",
        )
    return client
