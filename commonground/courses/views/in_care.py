"""Everybody whose therapy one leads: without a course yet, in one, and after one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonground.core import audit, clock
from commonground.people.models import Client

from ..models import Course
from .parts import age, clinical


@clinical
def my_clients(request: HttpRequest) -> HttpResponse:
    """The way back to a course that has ended, and to another one with the same client."""
    now, user = clock.now(), request.user
    day = clock.today(user.zone)
    latest = Course.objects.led_by(user, now).by_client()
    led = Client.objects.led_by(user, now).with_keys()
    audit.read(by=user, obj=user, now=now, verb="courses.clients.read")
    rows = sorted(
        ({"client": one, "age": age(one, day), "course": latest.get(one.pk)} for one in led),
        key=lambda row: row["client"].called.casefold(),
    )
    groups: dict[str, list[dict[str, Any]]] = {"new": [], "running": [], "ended": []}
    for row in rows:
        groups[_where(row["course"])].append(row)
    context = {"groups": groups, "many": len(rows), "add_client_url": reverse("client_new")}
    return render(request, "courses/my_clients.html", context)


def _where(course: Course | None) -> str:
    if course is None:
        return "new"
    return "ended" if course.ended_on else "running"
