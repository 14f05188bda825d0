"""The check-in on the client's own page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commonground.core import clock
from commonground.core.access import only
from commonground.people.roles import Role

from ..models import Assignment, CheckIn, Response
from . import form

PAGES = {
    "question": "check_in",
    "all": "check_in_all",
    "review": "check_in_review",
    "sent": "check_in_sent",
}


def mine(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a page the client's own check-in, or say when it opens; anybody else's is a 404."""

    @wraps(page)
    def found(request: HttpRequest, pk: UUID, **more: Any) -> HttpResponseBase:
        own = Assignment.objects.own(request.user).with_keys()
        check_in = CheckIn.of(get_object_or_404(own, pk=pk))
        if not check_in.questions:
            raise Http404
        way = _way(request, check_in)
        if not check_in.is_open(clock.now()) and not check_in.is_sent:
            way.read()
            return render(request, "measures/not_yet.html", way.context())
        return page(request, way, **more)

    return found


@only(Role.CLIENT)
@mine
def question(request: HttpRequest, way: form.Way, number: int) -> HttpResponseBase:
    """One question of a check-in; each answer is kept as it is given."""
    return form.question(request, way, number)


@only(Role.CLIENT)
@mine
def all_questions(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """All of them on one page."""
    return form.all_questions(request, way)


@only(Role.CLIENT)
@mine
def review(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """What was answered and what was left out, before it is sent."""
    return form.review(request, way)


@only(Role.CLIENT)
@mine
def sent(request: HttpRequest, way: form.Way) -> HttpResponseBase:
    """Thank you, and help where an answer asked for it."""
    return form.sent(request, way)


def _way(request: HttpRequest, check_in: CheckIn) -> form.Way:
    return form.Way(
        check_in=check_in,
        by=request.user,
        source=Response.Source.PAGE,
        frame="care.html",
        page=lambda name, **more: reverse(PAGES[name], kwargs={"pk": check_in.pk, **more}),
        home=reverse("my"),
    )
