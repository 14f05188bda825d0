"""What somebody wrote before they came, where the record is: for whoever cares for them, and for
themselves."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commonground.core import audit, clock
from commonground.core.access import only, signed_in
from commonground.people.models import Client, Opening
from commonground.people.roles import Role

from ..models import Enquiry
from . import kept_shown as shown


@signed_in
def client_letters(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything a client wrote, and what was answered, as far as this person may read it."""
    rows, now = _found(request, pk), clock.now()
    cares = Client.objects.in_care_of(request.user, now).filter(pk=pk)
    opened = Opening.objects.open_to(request.user, now).filter(client=pk)
    if not (rows or cares.exists() or opened.exists()):
        raise Http404
    own = Client.objects.own(request.user).filter(pk=pk).exists()
    return _page(request, rows, own=own)


@only(Role.CLIENT)
def my_letters(request: HttpRequest) -> HttpResponse:
    """A client's own."""
    client = Client.objects.own(request.user).first()
    return _page(request, _found(request, client.pk) if client else [], own=True)


def _found(request: HttpRequest, client: UUID) -> list[Enquiry]:
    rows = Enquiry.objects.read_by(request.user, clock.now())
    return list(rows.filter(client=client).with_keys())


def _page(request: HttpRequest, rows: list[Enquiry], *, own: bool) -> HttpResponse:
    """Looking at each is written down first."""
    for each in rows:
        audit.read(by=request.user, obj=each, now=clock.now())
    letters = shown.letters(rows, own=own)
    return render(request, "enquiries/kept.html", {"letters": letters, "own": own})
