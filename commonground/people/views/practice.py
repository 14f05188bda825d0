"""The settings of the practice: its name and words, places, crisis lines."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock
from commonground.core.access import only

from .. import actions
from ..forms import (
    EditCrisisLine,
    EditPlace,
    EditPractice,
    EditWording,
)
from ..models import CrisisLine, Place, Practice
from ..roles import Role


@only("coordinator", "owner")
def practice(request: HttpRequest) -> HttpResponse:
    """The practice's settings at a glance: each leads to where it is changed."""
    return render(request, "people/practice.html", {"is_owner": Role.OWNER in request.user.roles})


def _edit(
    request: HttpRequest, form: Any, title: str, back: str, *, removable: bool = False
) -> HttpResponse:
    """Show a form about the practice, or save it and go back; what was typed is never lost."""
    if request.method == "POST" and form.is_valid():
        actions.change_practice(
            by=request.user, now=clock.now(), row=form.instance, fields=form.changed_data
        )
        messages.success(request, _("Saved. The site shows it now."))
        return redirect(back)
    context = {"form": form, "title": title, "back": back, "removable": removable}
    return render(request, "people/practice_edit.html", context, status=422 if form.errors else 200)


@only("owner")
def practice_edit(request: HttpRequest) -> HttpResponse:
    """Name, contact, country and zone of the practice."""
    row = Practice.objects.first() or Practice()
    form = EditPractice(request.POST or None, instance=row)
    return _edit(request, form, _("The practice"), "practice")


@only("coordinator", "owner")
def wording(request: HttpRequest) -> HttpResponse:
    """The sentences a practice puts in its own words."""
    row = get_object_or_404(Practice)
    form = EditWording(request.POST or None, instance=row)
    return _edit(request, form, _("In your own words"), "practice")


@only("coordinator", "owner")
def places(request: HttpRequest) -> HttpResponse:
    """Where the practice is to be found."""
    return render(request, "people/places.html", {"rows": Place.objects.all()})


@only("coordinator", "owner")
def place(request: HttpRequest, pk: Any = None) -> HttpResponse:
    """Add a place, or change one."""
    row = get_object_or_404(Place, pk=pk) if pk else Place()
    form = EditPlace(request.POST or None, instance=row)
    return _edit(request, form, _("A place"), "places", removable=bool(pk))


@only("coordinator", "owner")
@require_POST
def place_remove(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take a place off the site."""
    row = get_object_or_404(Place, pk=pk)
    actions.remove_from_practice(by=request.user, now=clock.now(), row=row)
    messages.success(request, _("The place was taken off the site."))
    return redirect("places")


@only("owner")
def crisis_lines(request: HttpRequest) -> HttpResponse:
    """The numbers shown on every page for somebody in danger, country by country."""
    rows = CrisisLine.objects.order_by("country", "order", "label")
    return render(request, "people/crisis_lines.html", {"rows": rows})


@only("owner")
def crisis_line(request: HttpRequest, pk: Any = None) -> HttpResponse:
    """Add a crisis line, or change one."""
    row = get_object_or_404(CrisisLine, pk=pk) if pk else CrisisLine()
    form = EditCrisisLine(request.POST or None, instance=row)
    return _edit(request, form, _("A crisis line"), "crisis_lines", removable=bool(pk))


@only("owner")
@require_POST
def crisis_line_remove(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take a crisis line off the site."""
    row = get_object_or_404(CrisisLine, pk=pk)
    actions.remove_from_practice(by=request.user, now=clock.now(), row=row)
    messages.success(request, _("The line was taken off the site."))
    return redirect("crisis_lines")
