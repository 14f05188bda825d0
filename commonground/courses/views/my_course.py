"""What a client does on their own page, and what they can look at: a note, a task, the timeline."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.access import behind_proof
from commonground.people.models import Client
from commonground.people.roles import Role

from .. import actions
from .. import timeline as words
from ..forms import TellTask, WriteWish
from ..models import Session, Task, tell
from .client import my
from .my_record import as_text, everything
from .parts import both_texts
from .timeline import drawable, rows
from .worksheets import latest

coming = only(Role.CLIENT)


@coming
@require_POST
def my_wish(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Leave a note for the next session."""
    now, user = clock.now(), request.user
    own = Session.objects.own(user).with_keys()
    found = get_object_or_404(own, pk=pk)
    form = WriteWish(request.POST)
    if not form.is_valid():
        return my(request, wish_form=form)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"] or 0
    try:
        actions.keep_wish(session=found, text=text, version=version, by=user, now=now)
        messages.success(request, _("Kept. It is read before you meet; nobody watches it live."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    except actions.Stale as stale:
        both = both_texts(form, actions.Stale({"text": stale.theirs}, stale.version))
        page = my(request, wish_form=form, wish_both=both)
        page.status_code = 409
        return page
    return redirect("my")


@coming
@require_POST
def my_task(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say what came of what one wanted to try."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Task.objects.own(user).with_keys(), pk=pk)
    form = TellTask(request.POST)
    if not form.is_valid():
        return my(request, task_form=form)
    try:
        version = form.cleaned_data["version"]
        actions.tell_task(task=found, facts=form.facts, version=version, by=user, now=now)
        messages.success(request, _("Kept. Your therapist sees it too."))
    except actions.Stale as stale:
        page = my(request, task_both=both_texts(form, stale), task_form=form)
        page.status_code = 409
        return page
    return redirect("my")


@coming
@behind_proof
def my_timeline(request: HttpRequest) -> HttpResponseBase:
    """One's own line of life, mood and sessions, and the table that says the same."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    course = latest(client, user, now)
    if client is None or course is None:
        return redirect("my")
    audit.read(by=user, obj=client, now=now, verb="courses.timeline.read")
    (told,) = tell([course])
    foci = told.foci + told.left
    drawn = drawable(told, told.events, foci, clock.today(user.zone))
    named = {phase.label: phase.client_label for phase in course.plan.phases}
    drawn = replace(
        drawn,
        # A single answer is spoken of in the room; on one's own line it would stand without words.
        meetings=[replace(one, risk=False) for one in drawn.meetings],
        phases=[replace(one, name=named.get(one.name, one.name)) for one in drawn.phases],
        words=replace(drawn.words, caseness=_("cut-off"), reliable=_("clearly better")),
    )
    context: dict[str, Any] = {
        "middle": None if drawn.is_empty else words.wide(drawn, width=736, before=130),
        "tall": None if drawn.is_empty else words.tall(drawn),
        "measure": drawn.instrument.name,
        "totals": [m.total for m in drawn.meetings if m.total is not None],
        "rows": rows(told, drawn, told.events, foci),
    }
    return render(request, "courses/my_timeline.html", context)


@coming
@behind_proof
def my_record(request: HttpRequest) -> HttpResponse:
    """Everything that is shared, on one page to print; `?copy=text` takes it along as a file."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    if client is None:
        return render(request, "people/home_client.html")
    audit.read(by=user, obj=client, now=now, verb="courses.my.copied")
    chapters = everything(client, user, now)
    if request.GET.get("copy") == "text":
        answer = HttpResponse(as_text(chapters), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="copy.txt"'
        return answer
    context = {"chapters": chapters, "client": client, "on": clock.today(user.zone)}
    return render(request, "courses/my_record.html", context)
