"""What a therapist is asked: whether they would see somebody. They see enough to say yes or no."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.roles import Role

from .. import actions
from ..forms import Competence, Pass
from ..lifecycle import State
from ..models import Offer
from . import shown

therapists = only(Role.THERAPIST)


def _found(request: HttpRequest, pk: UUID) -> Offer:
    rows = Offer.objects.visible_to(request.user, clock.now()).with_keys()
    found: Offer = get_object_or_404(rows, pk=pk)
    return found


@therapists
def offers(request: HttpRequest) -> HttpResponse:
    """Everybody this therapist is asked about, and those they have said yes to."""
    rows = Offer.objects.visible_to(request.user, clock.now()).with_keys()[:50]
    return render(request, "enquiries/offers.html", {"rows": rows})


@therapists
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them."""
    return page(request, _found(request, pk))


def page(request: HttpRequest, seen: Offer, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an offer; of the person only what it shares. Looking is written down first."""
    now = clock.now()
    audit.read(by=request.user, obj=seen, now=now)
    enquiry = seen.enquiry
    going_on = seen.state != Offer.State.WITHDRAWN  # who has left is not read about any more
    context = {
        "offer": seen,
        "asked": seen.state == Offer.State.ASKED and seen.expires_at > now,
        "particulars": shown.asked_about(enquiry) if going_on else [],
        "words": enquiry.words if seen.shared and going_on else "",
        "self_check": enquiry.needs.get("self_check", "") if seen.shared and going_on else "",
        "form": Pass(),
        "competence": Competence(),
        "waits_for": _waits_for(seen),
        "reach": shown.ways(enquiry),
        "client_url": _client_url(seen),
    }
    return render(request, "enquiries/offer.html", context | more, status=status)


def _waits_for(seen: Offer) -> str:
    """What is still needed after the person's yes: gillick, parental, own, or nothing."""
    enquiry = seen.enquiry
    if seen.state != Offer.State.ACCEPTED or enquiry.state != State.ACCEPTED:
        return ""
    return str((enquiry.accepting or {}).get("how") or "own")


def _client_url(seen: Offer) -> str:
    """Where the therapist opens the course, once they are their client."""
    enquiry = seen.enquiry
    if seen.state != Offer.State.ACCEPTED or enquiry.state != State.PLACED or not enquiry.client_id:
        return ""
    return reverse("open_course", args=[enquiry.client_id])


@therapists
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Yes."""
    seen = _found(request, pk)
    try:
        actions.take(offer=seen, by=request.user, now=clock.now())
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("offers")
    messages.success(request, _("Thank you. The person is asked now; we tell you what they say."))
    return redirect("offer", pk=pk)


@therapists
@require_POST
def pass_on(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """No, and why."""
    seen, form = _found(request, pk), Pass(request.POST)
    if not form.is_valid():
        return page(request, seen, 422, form=form)
    try:
        actions.pass_on(offer=seen, by=request.user, now=clock.now(), **form.cleaned_data)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. The office looks for somebody else."))
    return redirect("offers")
