"""The client's own page of the people in their life, behind the inner door."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.access import behind_proof, is_open
from commonground.people.models import Client
from commonground.people.roles import Role

from .. import actions
from ..forms import KeepMyPerson
from ..models import Course, Person, tell
from .parts import both_texts
from .people import everybody, placed


@only(Role.CLIENT)
@behind_proof
def my_people(request: HttpRequest) -> HttpResponse:
    """Who is close to you, who is far, and what you hope for; `?who=` opens somebody."""
    now, user = clock.now(), request.user
    course = _mine(request)
    context: dict[str, Any] = {"course": course}
    if course:
        audit.read(by=user, obj=course, now=now, verb="courses.people.read")
        (told,) = tell([course])
        context |= everybody(told, request) | {
            "may_write": course.ended_on is None,
            "me": course.client.called,
            "mine": True,
            "place_route": "my_person_place",
            "new_url": reverse("my_person_new"),
        }
    return render(request, "courses/my_people.html", context)


@only(Role.CLIENT)
@behind_proof
def my_person_new(request: HttpRequest) -> HttpResponseBase:
    """Add somebody."""
    now, user = clock.now(), request.user
    course = _mine(request)
    if course is None or course.ended_on:
        return redirect("my_people")
    form = KeepMyPerson(request.POST or None)
    if form.is_valid():
        kept = actions.keep_person(course=course, facts=form.facts, by=user, now=now)
        messages.success(request, _("They are in your list. Place them on the circle if you like."))
        return redirect(f"{reverse('my_people')}?who={kept.pk}#person")
    return render(request, "courses/my_person.html", {"form": form})


@only(Role.CLIENT)
@behind_proof
def my_person(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write about somebody; what your therapist wrote meanwhile is shown, never overwritten."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Person.objects.own(user).with_keys(), pk=pk)
    initial = {"version": found.version}
    form = KeepMyPerson(request.POST or None, instance=found, initial=initial)
    both: list[dict[str, str]] = []
    if form.is_valid():
        try:
            actions.keep_person(
                course=found.course,
                person=found,
                facts=form.facts,
                version=form.cleaned_data["version"],
                by=user,
                now=now,
            )
            messages.success(request, _("Kept."))
            return redirect(f"{reverse('my_people')}?who={pk}#person")
        except actions.Stale as stale:
            if not is_open(request):  # the other text is not shown to whoever may be there now
                form.add_error(None, _("Somebody else wrote here meanwhile. Copy your words, "
                                       "then open this page again to see both."))  # fmt: skip
            else:
                both = both_texts(form, stale)
    audit.read(by=user, obj=found, now=now)
    context = {"form": form, "both": both, "person": found}
    return render(request, "courses/my_person.html", context, status=409 if both else 200)


@only(Role.CLIENT)
@behind_proof
@require_POST
def my_person_place(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put somebody on a ring, by a form, by the keyboard or by letting go of them."""
    found = get_object_or_404(Person.objects.own(request.user).with_keys(), pk=pk)
    return placed(request, found, reverse("my_people"))


def _mine(request: HttpRequest) -> Course | None:
    """The client's own running or latest course."""
    client = Client.objects.own(request.user).with_keys().first()
    if client is None:
        return None
    return Course.objects.visible_to(request.user, clock.now()).with_keys().of(client)
