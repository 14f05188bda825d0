"""Finding a person at the desk, and the figures of what becomes of enquiries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonground.core import clock
from commonground.core.access import only
from commonground.people.roles import EDITORS, Role

from .. import actions
from ..forms import Find
from . import figures_shown

front_office = only(*sorted(EDITORS))


@front_office
def find(request: HttpRequest) -> HttpResponse:
    """By name, e-mail or telephone. Asked by POST: a name in an address would lie in every log."""
    form, found = Find(request.POST or None), None
    if form.is_valid():
        found = actions.search(by=request.user, now=clock.now(), query=form.cleaned_data["who"])
    can_add = bool(request.user.roles & {Role.COORDINATOR, Role.THERAPIST})
    at_desk = Role.COORDINATOR in request.user.roles
    context: dict[str, Any] = {"form": form, "found": found, "can_add": can_add, "at_desk": at_desk}
    context["may_open"] = Role.OWNER in request.user.roles
    status = 422 if form.errors else 200
    return render(request, "enquiries/find.html", context, status=status)


@front_office
def figures(request: HttpRequest) -> HttpResponse:
    """How long people wait, where they come from and where it ends; small numbers are hidden."""
    return render(request, "enquiries/figures.html", figures_shown.year(clock.now()))
