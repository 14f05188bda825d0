"""Somebody who writes may be a client already: the desk looks, compares, and joins the two."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.people.models import Client

from .. import actions
from ..forms import Decide, Find, Join
from ..models import Enquiry
from . import known_shown as shown
from .desk import at_the_desk, found
from .desk import page as desk_page


@at_the_desk
def known(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who it could be: by the same address or number, or by a name, which is asked by POST."""
    seen, now = found(request, pk), clock.now()
    form = Find(request.POST or None)
    context = {"enquiry": seen, "form": form, "rows": shown.alike(seen, request.user, now)}
    if form.is_valid():
        who = form.cleaned_data["who"]
        asked = actions.search(by=request.user, now=now, query=who)["clients"]
        context |= {"rows": asked, "asked": True}
    audit.read(by=request.user, obj=seen, now=now)
    status = 422 if form.errors else 200
    return render(request, "enquiries/known.html", context, status=status)


@at_the_desk
def join(request: HttpRequest, pk: UUID, client: UUID) -> HttpResponseBase:
    """Both side by side; a POST joins them."""
    seen, now = found(request, pk), clock.now()
    visible = Client.objects.visible_to(request.user, now).with_keys()
    whose = get_object_or_404(visible, pk=client)
    form = Join(request.POST or None, initial={"version": seen.version})
    if form.is_valid():
        try:
            told = {"enquiry": seen, "client": whose, "by": request.user, "now": now}
            actions.join(**told, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        except actions.Overtaken:
            return _overtaken(request, pk)
        else:
            messages.success(request, _("Joined. Nothing has to be told twice."))
            return redirect("enquiry", pk=pk)
    audit.read(by=request.user, obj=seen, now=now)
    audit.read(by=request.user, obj=whose, now=now)
    context: dict[str, Any] = {"enquiry": seen, "form": form} | shown.both(seen, whose, now)
    status = 409 if form.errors else 200
    return render(request, "enquiries/join.html", context, status=status)


@at_the_desk
@require_POST
def unjoin(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """It was somebody else after all."""
    form, seen = Decide(request.POST.dict()), found(request, pk)
    if not form.is_valid():
        return desk_page(request, seen, 422, decide=form)
    try:
        actions.part(enquiry=seen, by=request.user, now=clock.now(), **form.cleaned_data)
    except actions.Overtaken:
        return _overtaken(request, pk)
    except actions.Refused as refused:
        form.add_error(None, str(refused))
        return desk_page(request, found(request, pk), 409, decide=form)
    messages.success(request, _("Taken apart again. It is an enquiry of its own."))
    return redirect("enquiry", pk=pk)


def _overtaken(request: HttpRequest, pk: UUID) -> HttpResponse:
    fresh: Enquiry = found(request, pk)
    theirs = fresh.messages.in_order().last()
    return desk_page(request, fresh, 409, overtaken=True, theirs=theirs)
