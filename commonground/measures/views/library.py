"""The library of measures: what each is for, how it is scored, and whose it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonground.core.access import only
from commonground.people.roles import Role

from .. import storages


@only(Role.THERAPIST, Role.SUPERVISOR)
def library(request: HttpRequest) -> HttpResponse:
    """Every measure in its newest version, as its file tells it."""
    return render(request, "measures/library.html", {"instruments": storages.newest()})
