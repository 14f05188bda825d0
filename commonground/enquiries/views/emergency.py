"""Opening a record in an emergency: an owner, for an hour, for a reason, and others are told."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people import actions as people
from commonground.people.models import Client, Opening
from commonground.people.roles import Role

from ..forms import OpenInEmergency


@only(Role.OWNER)
def emergency(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Ask why, open it, and lead to what can be read."""
    now = clock.now()
    client = get_object_or_404(Client.objects.visible_to(request.user, now).with_keys(), pk=pk)
    form = OpenInEmergency(request.POST or None)
    if form.is_valid():
        people.open_in_emergency(client=client, by=request.user, now=now, **form.cleaned_data)
        return redirect("opened_record", pk=pk)
    audit.read(by=request.user, obj=client, now=now)
    context = {"form": form, "client": client}
    status = 422 if form.errors else 200
    return render(request, "enquiries/emergency.html", context, status=status)


@only(Role.OWNER, Role.THERAPIST)
def openings(request: HttpRequest) -> HttpResponse:
    """What was opened so, by whom and why: for owners, and for whoever leads the therapy."""
    rows = Opening.objects.visible_to(request.user, clock.now()).with_keys()[:100]
    audit.read(by=request.user, obj=request.user, now=clock.now(), verb="people.openings.read")
    return render(request, "enquiries/openings.html", {"rows": rows, "now": clock.now()})
