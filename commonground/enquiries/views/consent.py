"""Saying yes: by whoever wrote, by the person themself, by a parent. A look accepts nothing."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import public
from commonground.people import ages
from commonground.people.consenting import Way, way

from .. import actions
from ..forms import Accept, Competence, GuardianAgrees
from ..lifecycle import State
from ..models import Link, Offer
from ..models.suited import offer_of
from ..storages import agreement
from .asked import page as offer_page
from .asked import therapists
from .thread import held, over, unlinked

QUESTION = "ground_question"
"""Where a session keeps which question was opened in it, by the hash of its link's token."""


@public
def accept(request: HttpRequest) -> HttpResponseBase:
    """Yes to the place that is offered, by whoever holds the conversation."""
    link = held(request)
    if link is None:
        return over(request)
    if link.enquiry.state != State.AGREED:
        return redirect("conversation")
    return _asked(request, link)


@public
def asked(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of a question: it answers nothing; its page has an address that is no secret."""
    link = Link.objects.with_token(token, clock.now())
    if link is None or link.purpose == Link.Purpose.THREAD:
        return unlinked(over(request))
    request.session[QUESTION] = link.token_hash
    return unlinked(redirect("question"))


@public
def question(request: HttpRequest) -> HttpResponseBase:
    """The question that was opened here: to a parent, or to the person who would come."""
    kept: str | None = request.session.get(QUESTION)
    link = Link.objects.with_hash(kept, clock.now()) if kept else None
    if link is None or link.enquiry.state != State.ACCEPTED:
        return over(request)
    if link.purpose == Link.Purpose.GUARDIAN:
        return _guardian(request, link)
    return _asked(request, link)


def _offer(link: Link) -> Offer:
    found: Offer = get_object_or_404(Offer.objects.live().with_keys(), enquiry=link.enquiry)
    return found


def _way(link: Link, age: int) -> Way:
    theirs = link.purpose == Link.Purpose.OWN or link.enquiry.whom == "me"
    parent = link.enquiry.whom == "young" and not theirs
    return way(age=age, theirs=theirs, parent=parent, consents_from=actions.consents_from())


def _form(link: Link, data: Any, on: Way) -> Accept:
    """The questions of this way; a young person's mailbox is never the one of whoever wrote."""
    enquiry = link.enquiry
    theirs = on in (Way.OWN, Way.YOUNG) and link.purpose == Link.Purpose.THREAD
    begun = {"email": enquiry.mailbox} if theirs else {}
    if link.purpose == Link.Purpose.OWN:
        begun = {"email": (enquiry.accepting or {}).get("email", "")}
    if on is Way.PARENT:
        begun = {"name": enquiry.about, "guardian_name": enquiry.called}
    not_to = enquiry.email if enquiry.for_somebody_else else ""
    today = clock.today()
    return Accept(data, way=on, today=today, not_to=not_to, initial=begun)


def _asked(request: HttpRequest, link: Link) -> HttpResponseBase:
    """Ask what this way asks; a date of birth that leads another way is told, and asked on."""
    now, offer = clock.now(), _offer(link)
    audit.read(by=actions.holder(link), obj=link.enquiry, now=now)
    age = link.enquiry.age
    on = _way(link, age if age is not None else actions.consents_from())
    if request.POST.get("way") == Way.HAND_ON and on is Way.PARENT:
        on = Way.HAND_ON  # asked so after a date of birth: handing on takes nothing from anybody
    form = _form(link, request.POST or None, on)
    if form.is_valid() and on is not Way.HAND_ON:
        form = _right_way(link, form, offer)
    if not form.is_valid():
        return _page(request, link, offer, form)
    try:
        _say_yes(link, form)
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, link, offer, form, 409)
    return _done(request, link)


def _right_way(link: Link, form: Accept, offer: Offer) -> Accept:
    """The form of the way that the date of birth leads; says if it is another one."""
    born_on: date = form.cleaned_data["date_of_birth"]
    age = ages.age(born_on, form.today)
    if not offer_of(offer.therapist).sees(age):
        said = _(
            "%(name)s does not see people of this age. Write to us, and we will look for somebody "
            "who does."
        )
        form.add_error("date_of_birth", said % {"name": offer.therapist.name})
        return form
    on = _way(link, age)
    if on is form.way:
        return form
    other = _form(link, form.data, on)
    if other.is_valid() and on is not Way.HAND_ON:
        return other
    if on is Way.HAND_ON:
        said = _("Somebody of this age says yes themselves. Give us their own email for that.")
    else:
        said = _("With this date of birth a little more is needed. Please look at the page again.")
    other.add_error(None, said)
    return other


def _say_yes(link: Link, form: Accept) -> None:
    told = {"way": form.way, "told": form.told, "by": actions.holder(link), "now": clock.now()}
    if link.purpose == Link.Purpose.OWN:
        actions.own_yes(link=link, **told)
    else:
        actions.accept(enquiry=link.enquiry, **told)


def _guardian(request: HttpRequest, link: Link) -> HttpResponseBase:
    now, offer = clock.now(), _offer(link)
    audit.read(by=actions.holder(link), obj=link.enquiry, now=now)
    told = link.enquiry.accepting or {}
    begun = {"guardian_name": told.get("guardian_name", "")}
    form = GuardianAgrees(request.POST or None, initial=begun)
    if not form.is_valid():
        return _page(request, link, offer, form)
    try:
        actions.guardian_agrees(
            link=link, guardian_name=form.cleaned_data["guardian_name"],
            by=actions.holder(link), now=now,
        )  # fmt: skip
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, link, offer, form, 409)
    return _done(request, link)


def _page(
    request: HttpRequest, link: Link, offer: Offer, form: Any, status: int = 0
) -> HttpResponse:
    context = {
        "form": form,
        "offer": offer,
        "enquiry": link.enquiry,
        "agreement": agreement(),
        "way": getattr(form, "way", "guardian"),
        "child": (link.enquiry.accepting or {}).get("name", ""),
        "from_thread": link.purpose == Link.Purpose.THREAD,
    }
    code = status or (422 if form.errors else 200)
    return render(request, "enquiries/accept.html", context, status=code)


def _done(request: HttpRequest, link: Link) -> HttpResponseBase:
    if link.purpose == Link.Purpose.THREAD:
        return redirect("conversation")
    request.session.pop(QUESTION, None)
    return redirect("thanks")


@public
def thanks(request: HttpRequest) -> HttpResponse:
    """A question was answered."""
    return render(request, "enquiries/thanks.html")


@therapists
@require_POST
def competence(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """A therapist writes down that a young person can decide this themselves."""
    rows = Offer.objects.visible_to(request.user, clock.now()).with_keys()
    seen = get_object_or_404(rows, pk=pk)
    form = Competence(request.POST)
    if not form.is_valid():
        return offer_page(request, seen, 422, competence=form)
    try:
        actions.record_competence(offer=seen, by=request.user, now=clock.now(), **form.cleaned_data)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("offer", pk=pk)
    messages.success(request, _("Kept. They are your client now, and get an invitation."))
    return redirect("offer", pk=pk)
