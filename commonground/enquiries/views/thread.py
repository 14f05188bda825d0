"""The conversation, for whoever holds its secret link.

The link itself changes nothing: it leads to a page whose address is no secret, so that no
browser tells it to anybody. Every request asks again whether the link still works.
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import public
from commonground.directory.models import Profile

from .. import actions
from ..forms import TurnDown, Write
from ..lifecycle import Act, State, Who, possible
from ..models import Link, Offer
from ..models.calls import call_of, free_calls
from . import shown
from .desk_shown import place_on_list

RATES = {"write": "20/h/key"}
"""Messages in one conversation: more than anybody needs, fewer than a program sends."""
OPENED = "ground_letter"
"""Where a session keeps which link was opened in it: the hash of its token, never the token."""


def opened(request: HttpRequest, link: Link) -> None:
    """Remember for this browser session that the link was opened in it."""
    request.session[OPENED] = link.token_hash


def unlinked(response: HttpResponseBase) -> HttpResponseBase:
    """The link is a secret: the page it leads to is not told of it, and no copy is kept."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def over(request: HttpRequest) -> HttpResponse:
    """The link does not work, for whatever reason: it does not say which."""
    return render(request, "enquiries/over.html", status=410)


@public
def letter(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link in a mail."""
    link = Link.objects.with_token(token, clock.now())
    if link is None or link.purpose != Link.Purpose.THREAD:
        return unlinked(over(request))
    opened(request, link)
    return unlinked(redirect("conversation"))


def held(request: HttpRequest) -> Link | None:
    """The link of this browser session, if it still works."""
    kept: str | None = request.session.get(OPENED)
    link = Link.objects.with_hash(kept, clock.now()) if kept else None
    return link if link is not None and link.purpose == Link.Purpose.THREAD else None


@public
def conversation(request: HttpRequest) -> HttpResponseBase:
    """What was written, where it stands, and what the person can do now."""
    link = held(request)
    return over(request) if link is None else page(request, link, Write())


def page(
    request: HttpRequest, link: Link, form: Write, status: int = 200, **more: Any
) -> HttpResponse:
    """The conversation as it is now."""
    now, enquiry = clock.now(), link.enquiry
    audit.read(by=actions.holder(link), obj=enquiry, now=now)
    can = possible(State(enquiry.state), Who.PERSON)
    offer = Offer.objects.live().with_keys().filter(enquiry=enquiry).first()
    context: dict[str, Any] = {
        "enquiry": enquiry,
        "standing": shown.standing(enquiry),
        "said": list(enquiry.messages.in_order()),
        "form": form,
        "may_write": Act.WRITE in can,
        "may_withdraw": Act.WITHDRAW in can,
        "offer": offer if enquiry.state in (State.AGREED, State.ACCEPTED) else None,
        "profile": _profile_of(offer),
        "promise": shown.promise(now) if enquiry.state == State.RECEIVED else "",
        "accept_url": reverse("accept_offer") if Act.ACCEPT in can else "",
        "call": call_of(enquiry),
        "calls": free_calls(offer.therapist, now) if offer and enquiry.state == "agreed" else [],
        "next_step": shown.next_step(enquiry, offer),
        "by_mail": bool(enquiry.mailbox),
        "place": place_on_list(enquiry, now),
        "turning_down": TurnDown(),
    }
    return render(request, "enquiries/conversation.html", context | more, status=status)


def _profile_of(offer: Offer | None) -> Profile | None:
    if offer is None:
        return None
    found: Profile | None = (
        Profile.objects.with_everything().filter(therapist=offer.therapist_id).first()
    )
    return found


@public
@require_POST
def write_again(request: HttpRequest) -> HttpResponseBase:
    """Write another message."""
    link = held(request)
    if link is None:
        return over(request)
    form = Write(request.POST)
    if not form.is_valid():
        return page(request, link, form, 422)
    if not _within(request, link):
        form.add_error(None, _too_many())
        return page(request, link, form, 429)
    try:
        actions.write(
            enquiry=link.enquiry, text=form.cleaned_data["text"], by=actions.holder(link),
            now=clock.now(),
        )  # fmt: skip
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return page(request, link, form, 409)
    return redirect("conversation")


def _within(request: HttpRequest, link: Link) -> bool:
    """Whether this conversation still has room in the budget that all workers share."""
    key = str(link.enquiry_id)
    return bool(ratelimit.consume(request, app="enquiries", action="write", key=key, config=RATES))


def _too_many() -> str:
    return _(
        "You have written a good deal in this hour. We have all of it, and a person will read it. "
        "What you just wrote is still here: send it again in an hour, or ring us."
    )


@public
@require_POST
def turn_away(request: HttpRequest) -> HttpResponseBase:
    """Do not go on."""
    link = held(request)
    if link is None:
        return over(request)
    try:
        actions.withdraw(enquiry=link.enquiry, by=actions.holder(link), now=clock.now())
    except actions.Refused as refused:
        return page(request, link, refusal(str(refused)), 409)
    return redirect("conversation")


@public
@require_POST
def turn_down(request: HttpRequest) -> HttpResponseBase:
    """Rather not this therapist; the practice thinks again."""
    link = held(request)
    if link is None:
        return over(request)
    form = TurnDown(request.POST)
    if not form.is_valid():
        return page(request, link, Write(), 422, turning_down=form)
    try:
        actions.turn_down(
            enquiry=link.enquiry, by=actions.holder(link), now=clock.now(), **form.cleaned_data
        )
    except actions.Refused as refused:
        return page(request, link, refusal(str(refused)), 409)
    return redirect("conversation")


def refusal(said: str) -> Write:
    """The empty form, with what stood in the way."""
    form = Write()
    form.errors["__all__"] = form.error_class([said])
    return form


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Leave no trace here: this browser forgets that the link was opened in it."""
    request.session.flush()
    return render(request, "enquiries/left.html", {"heading": _("Nothing is left here.")})
