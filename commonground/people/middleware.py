"""What stands between a session and a page: how long it lasts, and the second factor.

Both look at a view's access before it runs. Public pages pass untouched and are never asked
who is visiting; everything else, whoever wrote the view, is behind both.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from commonground.core import clock

from .adapters import factors
from .forms import Uncover
from .sessions import Limits, Standing, standing

Answer = Callable[[HttpRequest], HttpResponseBase]
MOVED = "ground_moved"
BEGAN, SEEN, COVERED = "ground_began_at", "ground_seen_at", "ground_covered"
HANDED_OVER = "handed over"
"""What a session keeps of its cover where it was not laid because nobody was there."""
PROOFS = frozenset({"uncover_answer", "uncover_credential", "uncover_demo"})
ASKS = "uncover_send"
"""The button under a client's cover that has a code mailed."""

BEFORE_ENROLMENT = frozenset(
    {"enrol", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
)
BEFORE_USE = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
ALWAYS = frozenset({"account_logout", "uncover"})


def kind_of(view: Any) -> str:
    """What the view's access decorator says; a view that says nothing is private."""
    return getattr(getattr(view, "access", None), "kind", "")


def route(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name if match else "") or ""


def is_poll(request: HttpRequest) -> bool:
    """Whether a page asked by itself, with nobody there: ours say so, Wagtail's editor has a
    route for it."""
    return "X-Poll" in request.headers or route(request) in settings.POLLING_ROUTES


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asked, which would put a whole page into a corner of another."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    return "HX-Request" in request.headers or wants_json


class SessionLimits:
    """Ends sessions that have lasted their time and covers those nobody is sitting at."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(request, "counts_as_presence", False) and request.user.is_authenticated:
            stamp(request, clock.now())
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        kind = kind_of(view)
        if kind == "public_page":
            return None
        if not request.user.is_authenticated:
            request.counts_as_presence = True  # type: ignore[attr-defined]
            return None
        state = self.judge(request)
        if state is Standing.SPENT:
            return self.end(request, kind)
        if state is Standing.COVERED:
            request.session.setdefault(COVERED, True)
            if kind == "public" or route(request) in ALWAYS:
                return None
            return self.cover(request)
        request.counts_as_presence = not is_poll(request)  # type: ignore[attr-defined]
        return None

    def judge(self, request: HttpRequest) -> Standing:
        now = clock.now()
        keep_pace(request, now)
        return standing(
            began_at=moment(request, BEGAN, now),
            seen_at=moment(request, SEEN, now),
            covered=bool(request.session.get(COVERED)),
            now=now,
            limits=Limits(
                idle=timedelta(seconds=settings.IDLE_SECONDS),
                whole=timedelta(seconds=settings.SESSION_SECONDS),
            ),
        )

    def end(self, request: HttpRequest, kind: str) -> HttpResponseBase | None:
        """Sign out, and say so kindly where somebody will read it."""
        logout(request)
        if kind == "public":
            return None
        said = _("You had been signed in for a long time. Please sign in again.")
        if is_fragment(request):
            return HttpResponse(said, status=401, content_type="text/plain; charset=utf-8")
        messages.info(request, said)
        back = request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
        return redirect_to_login(back)

    def cover(self, request: HttpRequest) -> HttpResponseBase | None:
        """Show nothing but the question who is there; answered rightly, the request goes on."""
        tried = not PROOFS.isdisjoint(request.POST) and ASKS not in request.POST
        form = Uncover(
            request.POST if tried else None,
            user=request.user,
            request=request,
            invented=invented(request),
        )
        if tried and form.is_valid():
            uncover(request, clock.now())
            if "uncover_page" in request.POST:
                return redirect(request.get_full_path())
            left = request.POST.copy()
            for name in [name for name in left if name.startswith("uncover_")]:
                del left[name]
            request.POST = left  # type: ignore[assignment]
            request.counts_as_presence = True  # type: ignore[attr-defined]
            return None
        if ASKS in request.POST:
            form.send_code()
        return cover_page(request, form)


def cover_page(request: HttpRequest, form: Uncover) -> HttpResponse:
    """The cover: a page of its own that keeps what was posted, or a bare 423 for a script.

    A client's names no practice: whoever finds their device learns nothing from it.
    """
    if is_fragment(request):
        return HttpResponse(
            _("This page is covered."), status=423, content_type="text/plain; charset=utf-8"
        )
    page = request.method in ("GET", "HEAD") or "uncover_page" in request.POST
    context = {
        "form": form,
        "page": page,
        "kept": [] if page else list(kept(request)),
        "left_out": bool(request.FILES),
        "handed_over": request.session.get(COVERED) == HANDED_OVER,
        "js_data": form.passkey_options(),
    }
    status = 200 if request.method in ("GET", "HEAD") else 423
    template = "people/cover.html" if request.user.works_here else "people/cover_mine.html"
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def kept(request: HttpRequest) -> Any:
    """What was typed, field by field; never a password, which has to be typed again."""
    for name, values in request.POST.lists():
        if name.startswith("uncover_") or name == "csrfmiddlewaretoken" or "password" in name:
            continue
        for value in values:
            yield name, value


class SecondFactor:
    """Whoever works here has a second factor and has used it in this session, or sees no page.

    This holds for every view alike (ours, allauth's, Wagtail's), so no way in can go round it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if kind_of(view) in {"public_page", "public"} or not request.user.is_authenticated:
            return None
        if not request.user.works_here or second_factor_used(request):
            return None
        has = set(factors(request.user).values_list("type", flat=True))
        if route(request) in ALWAYS | (BEFORE_USE if has else BEFORE_ENROLMENT):
            return None
        if request.method != "GET" or is_fragment(request):
            return HttpResponse(
                _("Please confirm your second factor first."),
                status=403,
                content_type="text/plain; charset=utf-8",
            )
        if not has:
            return redirect("enrol")
        only_key = has == {Authenticator.Type.WEBAUTHN}
        name = "mfa_reauthenticate_webauthn" if only_key else "mfa_reauthenticate"
        return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


def factors_used(request: HttpRequest) -> set[Any]:
    """The kinds of second factor that this session was confirmed with."""
    records = get_authentication_records(request, request.user)
    return {record.get("type") for record in records if record.get("method") == "mfa"}


def invented(request: HttpRequest) -> bool:
    """Whether this is somebody of the invented practice, who came in by a button and has no key."""
    return settings.GROUND_DEMO and "demo" in factors_used(request)


def second_factor_used(request: HttpRequest) -> bool:
    """Whether this session, for this very person, was confirmed with a second factor."""
    trusted = {str(kind) for kind in Authenticator.Type}
    return bool(factors_used(request) & trusted) or invented(request)


def moment(request: HttpRequest, key: str, now: datetime) -> datetime:
    """An instant kept in the session; `now` for a session that has only begun."""
    kept_at = request.session.get(key)
    return datetime.fromisoformat(kept_at) if kept_at else now


def stamp(request: HttpRequest, now: datetime) -> None:
    """Note that somebody is there."""
    request.session.setdefault(BEGAN, now.isoformat())
    request.session[SEEN] = now.isoformat()


def cover_up(request: HttpRequest) -> None:
    """Put the cover on at once, for a device that goes into other hands; a new cookie, so that a
    page kept by the browser's back button is not brought back to life."""
    request.session[COVERED] = HANDED_OVER
    request.session.cycle_key()


def uncover(request: HttpRequest, now: datetime) -> None:
    """Take the cover off: the same person, the same place, the same whole length."""
    request.session.pop(COVERED, None)
    stamp(request, now)


def keep_pace(request: HttpRequest, now: datetime) -> None:
    """Where the demo's clock was moved under a session, count it from now on.

    A walk in time is nobody's absence. In a practice the clock is never moved.
    """
    moved = clock.shift().total_seconds()
    if request.session.get(MOVED, 0.0) != moved:
        request.session.pop(COVERED, None)
        request.session[MOVED] = moved
        request.session[BEGAN] = request.session[SEEN] = now.isoformat()
