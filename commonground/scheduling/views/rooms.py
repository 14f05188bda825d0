"""The rooms of each place."""

from uuid import UUID

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock

from .. import actions
from ..forms import EditRoom
from ..models import Room
from .parts import office


@office
def rooms(request: HttpRequest) -> HttpResponse:
    """Every room, and a form for one more."""
    form = EditRoom(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _keep(request, form)
        return redirect("rooms")
    rows = Room.objects.select_related("place").order_by("place__order", "name")
    return render(request, "scheduling/rooms.html", {"form": form, "rows": rows})


@office
def room(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one room."""
    found = get_object_or_404(Room, pk=pk)
    form = EditRoom(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        _keep(request, form)
        return redirect("rooms")
    return render(request, "scheduling/room.html", {"form": form, "room": found})


@office
@require_POST
def room_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a room away that nobody was ever booked into."""
    found = get_object_or_404(Room, pk=pk)
    try:
        actions.take_away(row=found, by=request.user, now=clock.now())
        messages.success(request, _("The room is gone."))
    except ProtectedError:
        messages.error(request, _("People are booked into this room, so it stays."))
    return redirect("rooms")


def _keep(request: HttpRequest, form: EditRoom) -> None:
    actions.keep_row(
        row=form.save(commit=False), fields=form.changed_data, by=request.user, now=clock.now()
    )
    messages.success(request, _("The room is kept."))
