"""Alerts as a person meets them, and who is on duty when nobody else looks."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.roles import EDITORS, Role

from .. import actions
from ..forms import Acknowledge, OnDuty, SetHours
from ..models import Alert, AlertHours, Duty

CLINICAL = frozenset({Role.THERAPIST, Role.SUPERVISOR})


@only(Role.THERAPIST, Role.SUPERVISOR)
def alert(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """An alert, with what was answered before; who looked says what they did."""
    now = clock.now()
    seen = get_object_or_404(Alert.objects.visible_to(request.user, now).with_keys(), pk=pk)
    may_act = Alert.objects.treated_by(request.user, now).contains(seen)
    if request.method == "POST" and not may_act:
        raise Http404
    form = Acknowledge(request.POST or None)
    if form.is_valid():
        return _acted(request, seen, form)
    audit.read(by=request.user, obj=seen, now=now)
    item = seen.response.measure.by_concept[seen.concept]
    said = {option.value: option.text for option in item.options}
    context = {
        "alert": seen,
        "client": seen.client.called,
        "question_text": item.text,
        "value_text": said.get(seen.value, _("taken back")),
        "may_act": may_act,
        "history": seen.history(),
        "listed": _listed(seen, said),
        "steps": seen.escalations.select_related("owner_before", "to"),
        "form": form,
    }
    return render(request, "measures/alert.html", context)


def _listed(seen: Alert, said: dict[int, str]) -> dict[str, Any]:
    """How many answers of one list it stands for, the newest of them, and the highest."""
    found = seen.of_the_list()
    if len(found) < 2:
        return {}
    highest = max(found, key=lambda each: each[1])
    newest, most = ({"on": row.on, "text": said[value]} for row, value in (found[0], highest))
    return {"many": len(found), "newest": newest, "highest": most}


def _acted(request: HttpRequest, seen: Alert, form: Acknowledge) -> HttpResponseBase:
    try:
        actions.acknowledge(alert=seen, by=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Kept. The alert is closed."))
    except actions.AlreadyDone as refusal:
        messages.error(request, str(refusal))
        return redirect("alert", pk=seen.pk)
    return redirect("today")


@only(Role.THERAPIST, Role.SUPERVISOR, Role.COORDINATOR, Role.OWNER)
def alerts(request: HttpRequest) -> HttpResponse:
    """What is open: with their names for those who care; for the office only that, and whose."""
    user, now = request.user, clock.now()
    clinical, office = bool(user.roles & CLINICAL), bool(user.roles & EDITORS)
    audit.read(by=user, obj=user, now=now, verb="measures.alerts.read")
    mine = Alert.objects.visible_to(user, now) if clinical else Alert.objects.none()
    context = {
        "mine": [_row(each, now) for each in mine.unanswered().with_keys()],
        "clinical": clinical,
        "office": office,
        "every": [_row(each, now) for each in Alert.objects.unanswered().of_whom()]
        if office
        else [],
    }
    return render(request, "measures/alerts.html", context)


def _row(each: Alert, now: datetime) -> dict[str, Any]:
    return {"alert": each, "overdue": each.due_at < now}


@only(Role.OWNER)
def duty(request: HttpRequest) -> HttpResponseBase:
    """Who looks when nobody else does."""
    form = OnDuty(request.POST or None)
    if form.is_valid():
        actions.begin_duty(by=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Named. From now on they look when nobody else does."))
        return redirect("duty")
    return render(
        request, "measures/duty.html", {"form": form, "named": Duty.objects.named(clock.now())}
    )


@only(Role.OWNER)
def alert_hours(request: HttpRequest) -> HttpResponseBase:
    """How long an alert may wait with somebody before it goes on."""
    form = SetHours(request.POST or None, initial=asdict(AlertHours.of_the_practice()))
    if form.is_valid():
        actions.set_hours(hours=form.told, by=request.user, now=clock.now())
        messages.success(request, _("Kept. It counts from the next alert and the next step on."))
        return redirect("alert_hours")
    return render(request, "measures/alert_hours.html", {"form": form})


@only(Role.OWNER)
@require_POST
def duty_end(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take somebody off duty."""
    found = get_object_or_404(Duty.objects.named(clock.now()), pk=pk)
    actions.end_duty(duty=found, by=request.user, now=clock.now())
    messages.success(request, _("They are no longer on duty."))
    return redirect("duty")
