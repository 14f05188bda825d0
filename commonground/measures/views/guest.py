"""The check-in for whoever holds a link, or the device in the room: the form, and nothing else.

As with an invitation, the link's own address leads at once to pages whose address is no secret: a
session keeps the number of the link, never its token. Nobody is signed in by it. On a therapist's
own device their session lies under the cover meanwhile, as if they had left their desk.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from commonground.core import audit, clock
from commonground.core.access import public

from .. import actions
from ..forms import Birthday
from ..models import CheckIn, Link, Response
from . import form

LINK, PROVED, BACK = "ground_check_in", "ground_check_in_proved", "ground_check_in_back"
"""Where a session keeps the link's number, that its birthday was right, and where to go after."""

PAGES = {
    "question": "guest_question",
    "all": "guest_all",
    "review": "guest_review",
    "sent": "guest_sent",
}


@public
def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link that was sent: looking changes nothing, and leads to a page that is no secret."""
    link = Link.objects.with_token(token)
    if link is not None:
        request.session[LINK] = str(link.pk)
    response = redirect("guest_start") if link else _over(request)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def held(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a page the check-in of the link that was opened in this browser, or say it is over."""

    @wraps(page)
    @never_cache
    def found(request: HttpRequest, **more: Any) -> HttpResponseBase:
        number = request.session.get(LINK)
        link = Link.objects.numbered(number) if number else None
        if link is None:
            return _over(request)
        check_in = CheckIn.of(link.assignment)
        if not link.usable(clock.now()):
            return _done(request, link, check_in) if check_in.is_sent else _over(request)
        if link.asks_birthday and request.session.get(PROVED) != str(link.pk):
            return _birthday(request, link)
        return page(request, _way(link, check_in), **more)

    return found


@public
@held
def guest_start(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """Where the form begins, or goes on."""
    return redirect(way.page("question", number=way.check_in.resume_at))


@public
@held
def guest_question(request: HttpRequest, way: form.Way, number: int) -> HttpResponseBase:
    """One question; each answer is kept as it is given."""
    return form.question(request, way, number)


@public
@held
def guest_all(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """All of them on one page."""
    return form.all_questions(request, way)


@public
@held
def guest_review(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """What was answered and what was left out, before it is sent."""
    return form.review(request, way)


@public
@held
def guest_sent(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """For whoever comes here before it is sent; afterwards `held` says thank you."""
    return redirect(way.page("review"))


@public
@never_cache
def back(request: HttpRequest) -> HttpResponseBase:
    """Give the device back: the form is put away, and the therapist's page asks who is there."""
    request.session.pop(LINK, None)
    return redirect(request.session.pop(BACK, None) or reverse("home"))


def _birthday(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Ask for the date of birth before anything is shown; five wrong ones close the link."""
    asked = Birthday(request.POST if "born_on" in request.POST else None)
    if asked.is_valid():
        if actions.prove_birthday(
            link=link, born_on=asked.cleaned_data["born_on"], by=_holder(link), now=clock.now()
        ):
            request.session[PROVED] = str(link.pk)
            return redirect("guest_start")
        link.refresh_from_db(fields=["closed_at"])
        if not link.usable(clock.now()):
            return _over(request)
        asked.add_error("born_on", _("This is not the date we know. Please look once more."))
    return render(request, "measures/birthday.html", {"form": asked})


def _done(request: HttpRequest, link: Link, check_in: CheckIn) -> HttpResponse:
    """Sent: thank you, with help where it was asked for, and not one answer to read again."""
    return form.sent(request, _way(link, check_in))


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "measures/link_over.html", status=410)


def _holder(link: Link) -> audit.Actor:
    """Who acts: whoever holds the link. That is not the same as the client."""
    return audit.Actor("link", str(link.pk))


def _way(link: Link, check_in: CheckIn) -> form.Way:
    kiosk = link.way == Link.Way.KIOSK
    return form.Way(
        check_in=check_in,
        by=_holder(link),
        source=Response.Source.KIOSK if kiosk else Response.Source.LINK,
        frame="measures/guest.html",
        page=lambda name, **more: reverse(PAGES[name], kwargs=more),
        home=reverse("check_in_back") if kiosk else "",
        kiosk=kiosk,
    )
