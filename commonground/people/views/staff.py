"""Who works here: invitations, roles, accounts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.core.access import only

from .. import actions
from ..forms import (
    Invite,
    Roles,
)
from ..models import Invitation, User


@only("owner")
def staff(request: HttpRequest) -> HttpResponse:
    """Who works here and who is invited; invite somebody."""
    form = Invite(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.invite(by=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("The invitation is on its way."))
        return redirect("staff")
    context = {
        "form": form,
        "people": User.objects.staff(),
        "invitations": Invitation.objects.pending(clock.now()),
    }
    return render(request, "people/staff.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, verb: Any, done: str, **what: Any) -> HttpResponse:
    """Call one verb about somebody who works here and say what came of it."""
    try:
        verb(by=request.user, now=clock.now(), **what)
    except actions.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("staff")


@only("owner")
@require_POST
def invitation_withdraw(request: HttpRequest, pk: Any) -> HttpResponse:
    """Make an invitation's link useless."""
    row = get_object_or_404(Invitation, pk=pk)
    done = _("The invitation was withdrawn.")
    return _do(request, actions.withdraw_invitation, done, invitation=row)


@only("owner")
@require_POST
def role_change(request: HttpRequest, pk: Any, verb: str) -> HttpResponse:
    """Give somebody a role, or take it away; their sessions end."""
    user, form = get_object_or_404(User.objects.staff(), pk=pk), Roles(request.POST)
    if not form.is_valid():
        raise Http404
    change = actions.grant_role if verb == "grant" else actions.revoke_role
    return _do(request, change, _("Done."), user=user, role=form.cleaned_data["role"])


@only("owner")
@require_POST
def account_change(request: HttpRequest, pk: Any, verb: str) -> HttpResponse:
    """Close somebody's account, or open it again."""
    user = get_object_or_404(User.objects.staff(), pk=pk)
    change = actions.deactivate if verb == "close" else actions.reactivate
    return _do(request, change, _("Done."), user=user)
