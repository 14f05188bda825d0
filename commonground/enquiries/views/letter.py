"""Writing to the practice for the first time.

The form asks nothing of the browser: it can be sent from a page that is a day old, so it is
exempt from the check for forged requests. There is nothing to forge: nobody is signed in here,
and the draft's cookie does not travel with a form of another site (SameSite).
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import public
from commonground.directory.models import Profile

from .. import actions
from ..forms import TRAP, Enquire, new_stamp
from ..models import Draft, Enquiry
from ..models.draft import LASTS
from . import shown
from .thread import opened

COOKIE = "ground_letter_draft"
RATES = {"enquire": "20/h/ip", "draft": "600/h/ip"}
NOT_KEPT = {"stamp", TRAP, "agree"}
LONGEST_KEPT = 20_000
"""Letters of one field that a draft keeps: more than the form takes, so that nothing is cut."""


@csrf_exempt
@public
def enquire(request: HttpRequest) -> HttpResponseBase:
    """The letter: shown with what was typed before, and sent."""
    try:
        posted = request.POST if request.method == "POST" else None
    except RequestDataTooBig:
        return _again(request, _form(request), 413, _too_much())
    if posted is None or "along" in posted:
        return _page(request, _form(request))
    _keep(request, posted)
    form = Enquire(posted, profiles=_profiles())
    if not form.is_valid():
        return _again(request, form, 422)
    if not _within(request, "enquire"):
        return _again(request, form, 429, _too_often())
    return _sent(request, form)


def _too_much() -> str:
    return _("That was more than we can take at once. Please write a little less.")


def _too_often() -> str:
    return _(
        "Many letters have come from where you are. Yours is still here: please send it again in "
        "an hour, or ring us."
    )


def _sent(request: HttpRequest, form: Enquire) -> HttpResponseBase:
    assert form.number is not None
    told = {
        "number": form.number,
        "called": form.cleaned_data["called"],
        "reach": form.reach,
        "needs": form.needs,
        "words": form.cleaned_data["words"],
        "wished": form.wished,
        "source": _source(form),
    }
    try:
        _enquiry, link, _token, _new = actions.receive(by=audit.VISITOR, now=clock.now(), **told)
    except IntegrityError:  # two taps at once: the other one has arrived
        _enquiry, link, _token, _new = actions.receive(by=audit.VISITOR, now=clock.now(), **told)
    except actions.Refused:
        return _without_draft(request, redirect("enquiry_sent"))
    opened(request, link)
    return _without_draft(request, redirect("conversation"))


def _source(form: Enquire) -> str:
    given = form.cleaned_data
    if given["taken_along"]:
        return Enquiry.Source.SELF_CHECK
    if given["whom"] == "refer":
        return Enquiry.Source.REFERRAL
    if given["therapist"]:
        return Enquiry.Source.THERAPIST
    return Enquiry.Source.APPROACH if given["approach"] else Enquiry.Source.SITE


@public
def sent(request: HttpRequest) -> HttpResponse:
    """It arrived before; the way to it is in the first answer, not here."""
    return render(request, "enquiries/sent.html")


# ——— what was typed and not sent ———


@csrf_exempt
@public
@require_POST
def draft(request: HttpRequest) -> HttpResponseBase:
    """Keep what was typed, for the browser it was typed in; asked by the page while one types."""
    try:
        posted = request.POST
    except RequestDataTooBig:
        return JsonResponse({"message": _too_much()}, status=413)
    if not _within(request, "draft"):
        return JsonResponse({"message": _too_often()}, status=429)
    _keep(request, posted)
    return _with_draft(request, JsonResponse({}))


@csrf_exempt
@public
@require_POST
def forget(request: HttpRequest) -> HttpResponseBase:
    """Leave no trace here: what was typed is deleted, and so is the cookie."""
    Draft.objects.forget(request.COOKIES.get(COOKIE, ""))
    return _without_draft(request, redirect(reverse("enquire") + "?forgotten=1"))


def _keep(request: HttpRequest, posted: QueryDict) -> None:
    words = {
        name: [_storable(value) for value in values]
        for name, values in posted.lists()
        if name in Enquire.base_fields and name not in NOT_KEPT and any(values)
    }
    if words:
        token = request.COOKIES.get(COOKIE, "")
        _draft, token = Draft.objects.keep(token, words, clock.now())
        request.draft_token = token  # type: ignore[attr-defined]


def _storable(value: str) -> str:
    """The value without what no text is made of."""
    return value.replace("\0", "").encode(errors="ignore").decode()[:LONGEST_KEPT]


def _with_draft(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    token = getattr(request, "draft_token", None)
    if token:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(LASTS.total_seconds()),
            path=reverse("enquire"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _without_draft(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    token = getattr(request, "draft_token", None) or request.COOKIES.get(COOKIE, "")
    Draft.objects.forget(token)
    response.delete_cookie(COOKIE, path=reverse("enquire"), samesite="Lax")
    return response


# ——— the page ———


def _form(request: HttpRequest) -> Enquire:
    kept = Draft.objects.with_token(request.COOKIES.get(COOKIE, ""), clock.now())
    asked = {name: request.GET[name] for name in ("therapist", "approach") if name in request.GET}
    if "along" in request.POST:  # from a self-check: its words come with it, and only here
        asked |= {
            "taken_along": request.POST["along"],
            "approach": request.POST.get("approach", ""),
        }
    initial = asked | _restored(kept.words if kept else {})
    return Enquire(initial=initial | {"stamp": new_stamp(clock.now())}, profiles=_profiles())


def _restored(words: dict[str, list[str]]) -> dict[str, Any]:
    """What was typed before, in the shape in which each field begins."""
    found: dict[str, Any] = {}
    for name, values in words.items():
        several = name in ("ways", "times", "focus")
        found[name] = values if several else values[-1]
    return found


def _profiles() -> list[Profile]:
    rows = Profile.objects.listed(clock.today()).select_related("therapist")
    return list(rows.only("slug", "therapist__name").order_by("therapist__name", "pk"))


def _again(request: HttpRequest, form: Enquire, status: int, said: str = "") -> HttpResponseBase:
    """The page once more, filled in, with a stamp that holds."""
    if form.is_bound:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["stamp"] = form.data.get("stamp") if form.number else new_stamp(clock.now())  # type: ignore[index]
    if said and form.is_bound:
        form.add_error(None, said)
        said = ""
    return _page(request, form, status, said)


def _page(
    request: HttpRequest, form: Enquire, status: int = 200, said: str = ""
) -> HttpResponseBase:
    page = {
        "form": form,
        "said": said,
        "promise": shown.promise(clock.now()),
        "kept": bool(getattr(request, "draft_token", None) or request.COOKIES.get(COOKIE)),
        "forgotten": "forgotten" in request.GET,
    }
    response = render(request, "enquiries/letter.html", page, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return _with_draft(request, response)


def _within(request: HttpRequest, action: str) -> bool:
    """Whether this address still has room in the budget that all workers share."""
    return bool(ratelimit.consume(request, app="enquiries", action=action, config=RATES))
