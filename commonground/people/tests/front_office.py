"""The people these tests are about, made the way a practice makes them: by the verbs."""

import hashlib
import hmac
import struct
import time
from base64 import b32decode
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
from commonground.people.models import Client, Therapist, User
from commonground.people.roles import Role

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


HALF_A_MINUTE = 30
SPARE = 3


def code(secret: str) -> str:
    """The code their app shows now (RFC 6238, worked out here and not by the code under test).

    One that runs out within SPARE seconds is waited out, as a person would: on a busy machine it
    would be stale by the time it is checked.
    """
    left = HALF_A_MINUTE - time.time() % HALF_A_MINUTE
    if left < SPARE:
        time.sleep(left)
    moment = struct.pack(">Q", int(time.time()) // HALF_A_MINUTE)
    digest = hmac.new(b32decode(secret), moment, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def used_up() -> None:
    """Let half a minute pass for codes that were used, and forget how often was tried."""
    cache.clear()


def signed_in(user: User) -> Browser:
    """A browser in which somebody has signed in with all that is asked of them."""
    browser = Browser()
    if not user.works_here:
        browser.force_login(user)
        browser.get("/home/")
        return browser
    app = Authenticator.objects.filter(user=user, type="totp").first()
    secret = SecondFactorAdapter().decrypt(app.data["secret"]) if app else with_app(user)
    used_up()
    browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
    answer = browser.post("/account/2fa/authenticate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content
    used_up()
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
