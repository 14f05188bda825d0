"""What a therapist does about check-ins: ask, hand over, send, enter from paper, put right."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.middleware import cover_up
from commonground.people.models import Client
from commonground.people.roles import Role
from commonground.scheduling.models import Appointment

from .. import actions, storages
from ..forms import AskMeasures, Correct, Paper, SendLink
from ..instrument import Instrument
from ..models import Assignment, Plan, Response
from ..scoring import BadAnswer
from .guest import BACK, LINK

clinical = only(Role.THERAPIST, Role.SUPERVISOR)


@clinical
def ask(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Ask a client now, or again and again by a standing plan."""
    client = _client(request, pk)
    form = AskMeasures(request.POST or None, client=client, on=clock.today(request.user.zone))
    if form.is_valid():
        try:
            _asked(request, client, form.cleaned_data)
            return redirect("client_measures", pk=pk)
        except (actions.NobodyToTell, actions.NoWords) as refusal:
            form.add_error(None, str(refusal))
    audit.read(by=request.user, obj=client, now=clock.now())
    return render(request, "measures/ask.html", {"form": form, "client": client})


def _asked(request: HttpRequest, client: Client, given: dict[str, Any]) -> None:
    told: dict[str, Any] = {"client": client, "by": request.user, "now": clock.now()}
    if given["when"] == "now":
        actions.ask(keys=given["measures"], **told)
        messages.success(request, _("Asked. It waits on their page, and you can send a link."))
        return
    actions.begin_plan(
        measures=given["measures"],
        every_days=given["every_days"] if given["when"] == "rhythm" else None,
        begins_on=given["begins_on"],
        ends_on=given["ends_on"],
        **told,
    )
    messages.success(request, _("The plan stands. It is followed within a quarter of an hour."))


@clinical
@require_POST
def end_plan(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Ask no more by a standing plan."""
    plan = get_object_or_404(Plan.objects.treated_by(request.user, clock.now()), pk=pk)
    actions.end_plan(plan=plan, by=request.user, now=clock.now())
    messages.success(request, _("The plan has ended. What was asked by it stays."))
    return redirect("client_measures", pk=plan.client_id)


@clinical
@require_POST
def open_now(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Open a check-in before its 48 hours have come."""
    asked = _assignment(request, pk)
    actions.open_now(assignment=asked, by=request.user, now=clock.now())
    messages.success(request, _("It is open: your client can answer it now."))
    return redirect("client_measures", pk=asked.client_id)


@clinical
@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put the therapist's own pages under the cover, and show the form alone."""
    asked = _assignment(request, pk)
    try:
        link = actions.hand_over(assignment=asked, by=request.user, now=clock.now())
    except (actions.AlreadySent, actions.NobodyToTell) as refusal:
        messages.error(request, str(refusal))
        return redirect("client_measures", pk=asked.client_id)
    cover_up(request)
    request.session[LINK] = str(link.pk)
    request.session[BACK] = _back(request, asked)
    return redirect("guest_start")


def _back(request: HttpRequest, asked: Assignment) -> str:
    """Where the therapist goes on afterwards: the page it was handed over from, if it is ours."""
    wanted = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    if ours and wanted.startswith("/"):
        return wanted
    return redirect("client_measures", pk=asked.client_id).url


@clinical
def send_link(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Make a link to one check-in, and write it to the client where that is safe."""
    asked = _assignment(request, pk)
    form = SendLink(request.POST or None, client=asked.client)
    if form.is_valid():
        try:
            url = actions.send_link(
                assignment=asked, by=request.user, now=clock.now(), **form.cleaned_data
            )
            return _shown_once(request, asked, url, form.cleaned_data["address"])
        except (actions.AlreadySent, actions.NobodyToTell, actions.WrongBirthday) as refusal:
            form.add_error(None, str(refusal))
    audit.read(by=request.user, obj=asked, now=clock.now())
    return render(request, "measures/send_link.html", {"form": form, "client": asked.client})


def _shown_once(
    request: HttpRequest, asked: Assignment, url: str, address: str
) -> HttpResponseBase:
    context = {"client": asked.client, "link": url, "address": address}
    response = render(request, "measures/link_made.html", context)
    response["Cache-Control"] = "no-store"
    return response


@clinical
@require_POST
def withdraw_link(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Let no link to a check-in work any more."""
    asked = _assignment(request, pk)
    actions.close_links(assignment=asked, by=request.user, now=clock.now())
    messages.success(request, _("The link no longer works."))
    return redirect("client_measures", pk=asked.client_id)


@clinical
def paper(request: HttpRequest, pk: UUID, measure: str) -> HttpResponseBase:
    """Enter what was filled in on paper: item by item, or its total alone."""
    client, instrument = _client(request, pk), _instrument(measure)
    hours = Appointment.objects.visible_to(request.user, clock.now()).filter(client=client)
    form = Paper(
        request.POST or None,
        instrument=instrument,
        hours=hours.order_by("-starts_at"),
        on=clock.today(request.user.zone),
        initial={"appointment": request.GET.get("before")},
    )
    if form.is_valid():
        try:
            actions.enter_paper(
                client=client, instrument=instrument, by=request.user, now=clock.now(),
                **form.told,
            )  # fmt: skip
            messages.success(request, _("Entered, and marked as from paper."))
            return redirect("client_measures", pk=pk)
        except (BadAnswer, actions.AlreadySent, actions.NobodyToTell) as refusal:
            form.add_error(None, _refusal(refusal))
    audit.read(by=request.user, obj=client, now=clock.now())
    context = {"form": form, "client": client, "instrument": instrument}
    return render(request, "measures/paper.html", context)


@clinical
def correct(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put right what was sent: a new version stands, the old one stays on record."""
    mine = Response.objects.treated_by(request.user, clock.now()).with_keys()
    found = get_object_or_404(mine.filter(sent_at__isnull=False), pk=pk)
    form = Correct(request.POST or None, response=found)
    if form.is_valid():
        try:
            actions.correct(response=found, by=request.user, now=clock.now(), **form.told)
            messages.success(request, _("Put right. The version before stays on record."))
            return redirect("client_measures", pk=found.client_id)
        except (BadAnswer, actions.AlreadySent, actions.NobodyToTell) as refusal:
            form.add_error(None, _refusal(refusal))
    audit.read(by=request.user, obj=found, now=clock.now())
    context = {"form": form, "client": found.client, "instrument": found.measure, "response": found}
    return render(request, "measures/correct.html", context)


def _refusal(refusal: Exception) -> str:
    if isinstance(refusal, BadAnswer):
        return _("One of these answers is not offered by this measure. Please look once more.")
    return str(refusal)


def _client(request: HttpRequest, pk: UUID) -> Client:
    treated = Client.objects.treated_by(request.user, clock.now()).with_keys()
    return get_object_or_404(treated, pk=pk)


def _assignment(request: HttpRequest, pk: UUID) -> Assignment:
    treated = Assignment.objects.treated_by(request.user, clock.now()).with_keys()
    return get_object_or_404(treated, pk=pk)


def _instrument(key: str) -> Instrument:
    try:
        return storages.latest(key)
    except ValueError as unknown:
        raise Http404 from unknown
