"""The way in: where one lands, an invitation, and the cover lifted again."""

import time
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from commonground.core import audit, clock
from commonground.core.access import View, public, signed_in

from .. import actions
from ..forms import (
    Join,
    JoinAsClient,
    Uncover,
)
from ..middleware import invented
from ..middleware import uncover as take_cover_off
from ..models import Invitation, User

INVITATION = "ground_invitation"
"""Where a session keeps which invitation was opened in it: its number, never its token."""


@signed_in
def home(request: HttpRequest) -> HttpResponseBase:
    """Where somebody lands who has signed in: their own page, or what they can do here now."""
    for role, page in settings.LANDING.items():
        if role in request.user.roles:
            return redirect(page)
    template = "people/home_staff.html" if request.user.works_here else "people/home_client.html"
    return render(request, template, {"roles": request.user.roles})


BEAT = 0.03
"""Seconds: an answer that must not tell who has an account leaves on a beat of this length."""


def on_the_beat(view: View) -> View:
    """Hold an answer back until the next beat, so that no stopwatch sees what it took to make."""

    @wraps(view)
    def steady(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(BEAT - (time.monotonic() - began) % BEAT)
        return response

    return steady


def leaving_nothing(view: View) -> View:
    """Whoever signs out leaves nothing in the browser: words that waited there go as well. Whoever
    is only asked for another code, at the inner door, comes back for them."""

    @wraps(view)
    def emptied(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and "next" not in request.POST:
            response["Clear-Site-Data"] = '"storage"'
        return response

    return emptied


@public
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """An invitation's link: it changes nothing, and leads to a page whose address is no secret."""
    invitation = Invitation.objects.with_token(token)
    if invitation is not None:
        request.session[INVITATION] = str(invitation.pk)
    return _unlinked(redirect("joining") if invitation else _over(request))


@public
@sensitive_post_parameters("password")
def joining(request: HttpRequest) -> HttpResponseBase:
    """The invitation that was opened here: looking at it changes nothing, only the button does."""
    kept: str | None = request.session.get(INVITATION)
    invitation = Invitation.objects.numbered(kept) if kept else None
    if invitation is None or not invitation.usable(clock.now()):
        return _over(request)
    form: Any = Join(request.POST or None, address=invitation.address)
    known = User.objects.filter(email=invitation.address).exists()
    if not invitation.for_staff:
        form = JoinAsClient(request.POST or None)
    if request.method == "POST" and (known or form.is_valid()):
        return _let_in(request, invitation, {} if known else form.cleaned_data)
    context = {"invitation": invitation, "form": form, "known": known}
    return render(request, "people/join.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "people/join_over.html", status=410)


def _let_in(
    request: HttpRequest, invitation: Invitation, given: dict[str, Any]
) -> HttpResponseBase:
    """Accept, and take whoever is new and works here on to their second factor."""
    logout(request)
    try:
        user, new = actions.accept_invitation(
            by=audit.VISITOR,
            now=clock.now(),
            invitation=invitation,
            name=given.get("name", ""),
            password=given.get("password"),
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("account_login")
    if not new:
        messages.success(request, _("Thank you. Please sign in the way you always do."))
        return redirect("account_login")
    if not user.works_here:
        messages.success(request, _("Your account is ready. We will send you a code to sign in."))
        return redirect("account_request_login_code")
    record_authentication(request, user, method="password", email=user.email)
    answer: HttpResponseBase = perform_login(request, Login(user=user))
    return answer


def _unlinked(response: HttpResponseBase) -> HttpResponseBase:
    """The link is a secret: the page it leads to is not told of it, and no copy is kept.

    That page has to be another one: under `no-referrer` a browser posts from nowhere
    (`Origin: null`), which is refused as forged.
    """
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@sensitive_post_parameters("password", "code")
def uncover(request: HttpRequest) -> HttpResponseBase:
    """For the script on a covered page: what to ask a passkey for, and whether the answer holds."""
    who = {"user": request.user, "request": request, "invented": invented(request)}
    if request.method == "HEAD":  # somebody is at the page, though it asked nothing of us yet
        return HttpResponse(status=204)
    if request.method != "POST":
        return JsonResponse(Uncover(**who).passkey_options() or {})
    if "send" in request.POST:
        refused = Uncover(**who).send_code()
        said = refused or _("A code is on its way to your mailbox. It is good for ten minutes.")
        return _plainly(said, 422 if refused else 202)
    given = {
        "uncover_answer": request.POST.get("password") or request.POST.get("code"),
        "uncover_credential": request.POST.get("credential"),
        "uncover_demo": request.POST.get("demo"),
    }
    form = Uncover(given, **who)
    if not form.is_valid():
        words = " ".join(str(said) for errors in form.errors.values() for said in errors)
        return _plainly(words, 422)
    take_cover_off(request, clock.now())
    return HttpResponse(status=204)


def _plainly(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
