"""Booking the introductory call: by the person behind their link, or at the desk for them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.core.access import public

from .. import actions
from ..forms import BookCall
from ..models import Enquiry
from . import thread
from .desk import at_the_desk, found
from .desk import page as desk_page


@public
@require_POST
def call(request: HttpRequest) -> HttpResponseBase:
    """The person takes one of the times."""
    link = thread.held(request)
    if link is None:
        return thread.over(request)
    form = BookCall(request.POST)
    said = _book(form, link.enquiry, actions.holder(link))
    if said:
        return thread.page(request, link, thread.refusal(said), 409)
    return redirect("conversation")


@at_the_desk
@require_POST
def call_for_them(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The coordinator takes one for them, as on the telephone."""
    seen, form = found(request, pk), BookCall(request.POST)
    said = _book(form, seen, request.user)
    if said:
        form.add_error(None, said)
        return desk_page(request, found(request, pk), 409, decide=form)
    messages.success(request, _("The call is booked."))
    return redirect("enquiry", pk=pk)


def _book(form: BookCall, enquiry: Enquiry, by: Any) -> str:
    """Book it; answers with what stood in the way, if anything did."""
    if not form.is_valid():
        return _("Choose one of the times.")
    try:
        actions.book_call(
            enquiry=enquiry, starts_at=form.cleaned_data["starts_at"], by=by, now=clock.now()
        )
    except actions.Refused as refused:
        return str(refused)
    return ""
