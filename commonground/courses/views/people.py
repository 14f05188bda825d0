"""The people in a client's life: the circles, the list that says the same, and each of them."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.people.models.care import Part

from .. import actions
from ..circle import Circle, Stand, circle
from ..forms import KeepPerson, PlacePerson
from ..models import Closeness, Concern, Course, Person, Told, tell
from .parts import both_texts, clinical, course_page, scripted
from .worksheets import naming

AsOf = Closeness.AsOf
COMPARED = {AsOf.ONSET: AsOf.NOW, AsOf.NOW: AsOf.ONSET, AsOf.HOPED: AsOf.NOW}
"""The date that each drawing is compared with."""


@clinical
def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is close, who is far, and what has changed; `?who=` opens somebody below the drawing."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.people.read")
    (told,) = tell([found])
    context: dict[str, Any] = everybody(told, request) | {
        "may_write": Part.LEAD in found.client.parts_of(user, now),
        "me": found.client.called,
        "place_route": "person_place",
        "new_url": reverse("person_new", args=[pk]),
    }
    if context["chosen"]:
        worries = Concern.objects.visible_to(user, now).with_keys()
        context["concern"] = worries.filter(person=context["chosen"]["person"]).first()
    return render(request, "courses/people.html", course_page(told, user, now, "people") | context)


@clinical
def person_new(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Add somebody to the inventory."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    form = KeepPerson(request.POST or None)
    if form.is_valid():
        kept = actions.keep_person(
            course=found, facts=form.facts, concern=form.cleaned_data["concern"], by=user, now=now
        )
        messages.success(request, _("They are in the list. Place them on the circle if you like."))
        return redirect(f"{reverse('people', args=[pk])}?who={kept.pk}#person")
    audit.read(by=user, obj=found, now=now)
    return _edit(request, found, form, now)


@clinical
def person(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write about somebody; two who write at once both see both texts."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Person.objects.led_by(user, now).with_keys(), pk=pk)
    worry = Concern.objects.visible_to(user, now).with_keys().filter(person=found).first()
    initial = {"version": found.version, "concern": worry.text if worry else ""}
    form = KeepPerson(request.POST or None, instance=found, initial=initial)
    both: list[dict[str, str]] = []
    if form.is_valid():
        try:
            actions.keep_person(
                course=found.course,
                person=found,
                facts=form.facts,
                concern=form.cleaned_data["concern"],
                version=form.cleaned_data["version"],
                by=user,
                now=now,
            )
            messages.success(request, _("Kept."))
            return redirect(f"{reverse('people', args=[found.course_id])}?who={pk}#person")
        except actions.Stale as stale:
            both = both_texts(form, stale)
    audit.read(by=user, obj=found, now=now)
    return _edit(request, found.course, form, now, person=found, both=both)


@clinical
@require_POST
def person_place(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put somebody on a ring, by a form, by the keyboard or by letting go of them."""
    found = Person.objects.led_by(request.user, clock.now()).with_keys()
    person = get_object_or_404(found, pk=pk)
    return placed(request, person, reverse("people", args=[person.course_id]))


def placed(request: HttpRequest, found: Person, page: str) -> HttpResponseBase:
    """Put somebody where the form says; `page` is where everybody stands."""
    now, user = clock.now(), request.user
    form = PlacePerson(request.POST)
    back = f"{page}?who={found.pk}#person"
    if not form.is_valid():
        sentence = _("Choose one of the rings, please.")
        if scripted(request):
            return JsonResponse({"message": sentence}, status=422)
        messages.error(request, sentence)
        return redirect(back)
    try:
        kept = actions.place_person(person=found, by=user, now=now, **form.cleaned_data)
    except actions.Stale as stale:
        if scripted(request):
            told = {"message": str(stale), "version": stale.version, "theirs": stale.theirs}
            return JsonResponse(told, status=409)
        messages.error(request, _("They were moved meanwhile. Please look again."))
        return redirect(back)
    return JsonResponse({"version": kept.version}) if scripted(request) else redirect(back)


# ——— what the page shows ———


def everybody(told: Told, request: HttpRequest) -> dict[str, Any]:
    """The drawings, the list that says the same, and whoever `?who=` names."""
    them, places = told.people, told.places
    chosen = next((one for one in them if str(one.pk) == request.GET.get("who")), None)
    return {
        "drawings": {date: drawing(them, places, date, chosen) for date in AsOf},
        "groups": groups(them, places),
        "dates": drawn(places),
        "chosen": _row(chosen, places.get(chosen.pk, {})) if chosen else None,
        "sheets": naming(request.user, clock.now(), people=chosen) if chosen else [],
        "people": them,
        "nearby": sum(one.lives == Person.Lives.FAR for one in them),
        "rings": Closeness.Ring.choices,
    }


def drawing(
    them: list[Person], places: dict[UUID, dict[str, Closeness]], date: str,
    chosen: Person | None = None,
) -> Circle:  # fmt: skip
    """The circle of one date, compared with another."""
    small = date != AsOf.NOW
    stands = [
        Stand(
            key=str(one.pk),
            name=one.name,
            bearing=one.bearing or 0,
            ring=there[date].ring,
            before=there[other].ring if (other := COMPARED[AsOf(date)]) in there else 0,
            near=one.lives == Person.Lives.NEAR,
            strain=bool(one.conflict and one.conflict >= Person.Conflict.MUCH) and not small,
            chosen=one == chosen,
            version=one.version,
        )
        for one in them
        if date in (there := places.get(one.pk, {}))
    ]
    if date == AsOf.NOW and not any(AsOf.ONSET in there for there in places.values()):
        stands = [replace(stand, before=None) for stand in stands]
    return circle(stands, size=236 if small else 600, small=small)


def groups(them: list[Person], places: dict[UUID, dict[str, Closeness]]) -> list[dict[str, Any]]:
    """The same as the drawings, as a list: ring by ring, then whoever stands nowhere now."""
    rows = [_row(one, places.get(one.pk, {})) for one in them]
    named = [(ring.value, str(ring.label).capitalize()) for ring in Closeness.Ring]
    found = [(label, [row for row in rows if row["ring"] == ring]) for ring, label in named]
    found.append((_("Not in the circle now"), [row for row in rows if not row["ring"]]))
    return [{"label": label, "rows": each} for label, each in found if each]


def _row(one: Person, there: dict[str, Closeness]) -> dict[str, Any]:
    rings = {date: there[date].ring if date in there else 0 for date in AsOf}
    return {
        "person": one,
        "ring": rings[AsOf.NOW],
        "since": _since(rings[AsOf.ONSET], rings[AsOf.NOW]),
        "hoped": _hoped(rings[AsOf.NOW], rings[AsOf.HOPED]),
        "places": [{"as_of": date, "label": date.label, "ring": rings[date]} for date in AsOf],
    }


def _since(onset: int, now: int) -> str:
    said = dict(Closeness.Ring.choices)
    if not onset:
        return _("new since then") if now else ""
    if not now:
        return _("gone, was %(ring)s") % {"ring": said[onset]}
    if onset == now:
        return _("the same")
    if now < onset:
        return _("closer, was %(ring)s") % {"ring": said[onset]}
    return _("further away, was %(ring)s") % {"ring": said[onset]}


def _hoped(now: int, hoped: int) -> str:
    if not hoped:
        return ""
    return _("stays") if hoped == now else str(dict(Closeness.Ring.choices)[hoped])


def drawn(places: dict[UUID, dict[str, Closeness]]) -> dict[str, dict[str, datetime]]:
    """When each drawing was begun and last changed."""
    found: dict[str, dict[str, datetime]] = {}
    for date in AsOf:
        days = [there[date].set_at for there in places.values() if date in there]
        if days:
            found[date.value] = {"first": min(days), "last": max(days)}
    return found


def _edit(
    request: HttpRequest, found: Course, form: KeepPerson, now: datetime, **more: Any
) -> HttpResponse:
    (told,) = tell([found])
    context = course_page(told, request.user, now, "people") | {"form": form, **more}
    status = 409 if more.get("both") else 200
    return render(request, "courses/person.html", context, status=status)
