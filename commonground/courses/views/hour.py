"""What is sent from the page of a session: ticks, the note, the summary, and closing the hour."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock

from .. import actions
from ..actions import Stale
from ..forms import Share, Write
from ..models import Note, Session
from .parts import both_texts, clinical, clock_time, scripted
from .session import session


@clinical
@require_POST
def agenda(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Tick what was worked on."""
    found = _session(request, pk)
    done = request.POST.getlist("done")
    try:
        actions.tick_agenda(session=found, done=done, by=request.user, now=clock.now())
    except actions.NotNow as refusal:
        return _refused(request, pk, refusal)
    return _kept(request, pk, {"done": found.done})


@clinical
@require_POST
def note(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Keep the note as it is written."""

    def said(kept: Note) -> HttpResponseBase:
        saved_at = clock_time(kept.saved_at, request.user.zone)
        return _kept(request, pk, {"version": kept.version, "saved_at": saved_at})

    return _written(request, pk, actions.write_note, said)


@clinical
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Sign the note with the words on the page: from here on it stays as it is."""

    def said(_signed: Note) -> HttpResponseBase:
        messages.success(request, _("The note is signed."))
        return redirect("session", pk=pk)

    return _written(request, pk, actions.sign_note, said, unsaid=None)


@clinical
@require_POST
def summary(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Share a few words with the client."""
    found = _session(request, pk)
    form = Share(request.POST)
    if not form.is_valid():
        return _invalid(request, pk, summary_form=form)
    try:
        actions.share_summary(session=found, by=request.user, now=clock.now(), **form.cleaned_data)
    except actions.Stale as stale:
        both = both_texts(form, Stale({"text": stale.theirs}, stale.version))
        page = session(request, pk, summary_form=form, summary_both=both)
        page.status_code = 409
        return page
    messages.success(request, _("Your client can read it now."))
    return redirect("session", pk=pk)


@clinical
@require_POST
def finish(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Sign what stands on the page and close the session, in one step."""

    def said(_closed: Session) -> HttpResponseBase:
        messages.success(request, _("The note is signed and the session is closed."))
        return redirect("today")

    return _written(request, pk, actions.finish_session, said)


@clinical
@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Close the session; what is still open is said instead."""
    found = _session(request, pk)
    try:
        actions.close_session(session=found, by=request.user, now=clock.now())
    except actions.NotNow as refusal:
        return _refused(request, pk, refusal)
    messages.success(request, _("The session is closed."))
    return redirect("today")


def _session(request: HttpRequest, pk: UUID) -> Session:
    """A session to write in: of a course that this person leads."""
    led = Session.objects.led_by(request.user, clock.now()).with_keys()
    return get_object_or_404(led, pk=pk)


def _written(
    request: HttpRequest,
    pk: UUID,
    verb: Callable[..., Any],
    said: Callable[[Any], HttpResponseBase],
    unsaid: str | None = "",
) -> HttpResponseBase:
    """Hand the note as it stands on the page to a verb, and answer with what is said then. Nothing
    typed is lost: a refusal carries it. `unsaid` stands for a note that was not on the page."""
    found = _session(request, pk)
    form = Write(request.POST)
    if not form.is_valid():
        return _invalid(request, pk, note_form=form)
    text = form.cleaned_data["text"] if "text" in request.POST else unsaid
    version = form.cleaned_data["version"] or 0
    try:
        kept = verb(session=found, text=text, version=version, by=request.user, now=clock.now())
    except actions.Stale as stale:
        return _stale(request, found, text or "", stale)
    except actions.NotNow as refusal:
        return _refused(request, pk, refusal, note_form=form)
    return said(kept)


@clinical
@require_POST
def strategies(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Tick which strategies of the focus were worked on."""
    worked = {"worked": request.POST.getlist("worked")}
    return _ticked(request, pk, actions.work_strategies, worked)


@clinical
@require_POST
def techniques(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Tick which techniques were used."""
    return _ticked(request, pk, actions.use_techniques, {"used": request.POST.getlist("used")})


def _ticked(request: HttpRequest, pk: UUID, verb: Any, ticks: dict[str, list[str]]) -> Any:
    found = _session(request, pk)
    try:
        kept = verb(session=found, by=request.user, now=clock.now(), **ticks)
    except actions.NotNow as refusal:
        return _refused(request, pk, refusal)
    return _kept(request, pk, {"strategies": kept.strategies, "techniques": kept.techniques})


# ——— answers to a script and to a form ———


def _kept(request: HttpRequest, pk: UUID, told: dict[str, Any]) -> HttpResponseBase:
    return JsonResponse(told) if scripted(request) else redirect("session", pk=pk)


def _refused(request: HttpRequest, pk: UUID, refusal: Exception, **typed: Any) -> HttpResponseBase:
    """Why not, in a sentence; with `typed` on the page again, so that it can be copied."""
    if scripted(request):
        return JsonResponse({"message": str(refusal)}, status=422)
    messages.error(request, str(refusal))
    return session(request, pk, **typed) if typed else redirect("session", pk=pk)


def _invalid(request: HttpRequest, pk: UUID, **form: Any) -> HttpResponseBase:
    (wrong,) = form.values()
    if scripted(request):
        (first, *_more) = [error for errors in wrong.errors.values() for error in errors]
        return JsonResponse({"message": first}, status=422)
    return session(request, pk, **form)


def _stale(
    request: HttpRequest, found: Session, text: str, stale: actions.Stale
) -> HttpResponseBase:
    """Both texts side by side: the writer's own in the form again, the other beside it."""
    if scripted(request):
        audit.read(by=request.user, obj=found, now=clock.now())
        told = {"message": str(stale), "theirs": stale.theirs, "version": stale.version}
        return JsonResponse(told, status=409)
    mine = Write(initial={"text": text, "version": stale.version})
    page = session(request, found.pk, note_form=mine, theirs=stale.theirs, stale=str(stale))
    page.status_code = 409
    return page
