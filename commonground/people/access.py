"""The inner door: what lies behind it opens only to whoever has just shown that it is them.

It is for a client's own pages about other people. Their device may be somebody else's too, and it
may lie open on a table while nobody is signed out. The same mailed code that signs a client in
lifts the cover from their page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

from commonground.core import clock

from . import emails
from .adapters import factors

View = Callable[..., HttpResponseBase]
OPENED = "ground_inner_door_at"
STAYS_OPEN = 10 * 60
"""Seconds after its last use until it is shut again."""
CODE = "ground_mailed_code"
"""Where a session keeps the imprint of the code that was mailed into it, and since when."""


def behind_proof(view: View) -> View:
    """Ask once more who is there before the page is shown; each use keeps the door open.

    What is sent from a page that stood open is kept even after it has shut: nothing that was
    typed is lost, and an answer to a form shows nothing that was not typed.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return shut(request) or view(request, *args, **kwargs)

    return guarded


def shut(request: HttpRequest) -> HttpResponseBase | None:
    """The question at a door that is shut; None where the way is free. A poll keeps none open."""
    if not is_open(request):
        return ask(request) if request.method in ("GET", "HEAD") else None
    if "X-Poll" not in request.headers:
        request.session[OPENED] = clock.real().timestamp()
    return None


def is_open(request: HttpRequest) -> bool:
    """Whether this person has just shown who they are, or was here a moment ago."""
    now = clock.real().timestamp()
    shown = [one["at"] for one in get_authentication_records(request, request.user)]
    lately = now - max(shown, default=0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return lately or now - request.session.get(OPENED, 0) < STAYS_OPEN


def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a passkey or the app; whoever comes in by a mailed code is asked for another."""
    back = urlencode({"next": request.get_full_path()})
    has = set(factors(authenticated_user(request)).values_list("type", flat=True))
    way = ""
    if has:
        only_key = has == {Authenticator.Type.WEBAUTHN}
        way = reverse("mfa_reauthenticate_webauthn" if only_key else "mfa_reauthenticate")
    context = {"way": way and f"{way}?{back}", "login": f"{reverse('account_login')}?{back}"}
    return render(request, "people/inner_door.html", context)


def send_code(request: HttpRequest) -> None:
    """Mail whoever is signed in a code for this session alone; an earlier one is void."""
    code = get_adapter().generate_login_code()
    request.session[CODE] = [_imprint(code), clock.real().timestamp()]
    emails.send_code(authenticated_user(request).email, code)


def code_waits(request: HttpRequest) -> bool:
    """Whether a code was mailed that is still good."""
    _kept, at = request.session.get(CODE, ["", 0.0])
    return bool(clock.real().timestamp() - at < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def is_mailed_code(request: HttpRequest, answer: str) -> bool:
    """Whether this is the code from the mail. It is good once, and opens the inner door as well:
    it proves what a code at the sign-in proves."""
    if not code_waits(request):
        return False
    if not constant_time_compare(request.session[CODE][0], _imprint(answer)):
        return False
    del request.session[CODE]
    user = authenticated_user(request)
    record_authentication(request, user, method="code", email=user.email)
    return True


def _imprint(code: str) -> str:
    """What is kept of a code: read from a table of sessions it lets nobody in."""
    plain = "".join(each for each in code if each.isalnum()).upper()
    return salted_hmac(CODE, plain, algorithm="sha256").hexdigest()
