"""The therapist's own record: the assessment, medicines, additions to notes, one's own thoughts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock

from .. import actions
from ..forms import AgreeTask, Amend, KeepAssessment, NoteMedicine, TellTask, Think
from ..models import Assessment, Course, Medicine, ProcessNote, Session, Task, tell
from .parts import both_texts, clinical, clock_time, course_page, scripted


@clinical
def assessment(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponseBase:
    """What was found: read by those who care for the client, written by the lead."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.assessment.read")
    there = Assessment.objects.visible_to(user, now).with_keys().of(found)
    (told,) = tell([found])
    initial = {"version": there.version if there else 0}
    context = {
        "assessment": there,
        "medicines": Medicine.objects.visible_to(user, now).with_keys().of(found),
        "may_write": Course.objects.led_by(user, now).contains(found),
        "form": wrong.get("form")
        or KeepAssessment(instance=there, initial=initial, cautions=found.protocol.cautions),
        "medicine_form": wrong.get("medicine_form") or NoteMedicine(),
        "both": wrong.get("both", []),
    }
    page = course_page(told, user, now, "assessment")
    status = 409 if context["both"] else 200
    return render(request, "courses/assessment.html", page | context, status=status)


@clinical
@require_POST
def assessment_keep(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Keep the assessment; two who write at once both see both texts."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    form = KeepAssessment(request.POST, cautions=found.protocol.cautions)
    if not form.is_valid():
        return assessment(request, pk, form=form)
    version = form.cleaned_data["version"]
    try:
        actions.keep_assessment(course=found, facts=form.facts, version=version, by=user, now=now)
    except actions.Stale as stale:
        return assessment(request, pk, form=form, both=both_texts(form, stale))
    messages.success(request, _("Kept."))
    return redirect("assessment", pk=pk)


@clinical
@require_POST
def medicine(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Note a medicine or its change."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    form = NoteMedicine(request.POST)
    if not form.is_valid():
        return assessment(request, pk, medicine_form=form)
    actions.note_medicine(course=found, facts=form.cleaned_data, by=user, now=now)
    messages.success(request, _("Kept."))
    return redirect("assessment", pk=pk)


@clinical
@require_POST
def amend(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Add to a signed note."""
    now = clock.now()
    found = get_object_or_404(Session.objects.led_by(request.user, now).with_keys(), pk=pk)
    form = Amend(request.POST)
    if not form.is_valid():
        from .session import session

        return session(request, pk, amend_form=form)
    try:
        text = form.cleaned_data["text"]
        actions.amend_note(session=found, text=text, by=request.user, now=now)
        messages.success(request, _("Added to the note, and signed."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("session", pk=pk)


@clinical
def process_note(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The author's own thoughts about a session; a page of its own, for nobody else."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Session.objects.led_by(user, now).with_keys(), pk=pk)
    if request.method == "POST":
        return _keep_thoughts(request, found)
    audit.read(by=user, obj=found, now=now, verb="courses.process.read")
    there = ProcessNote.objects.visible_to(user, now).with_keys().of(found)
    initial = {"text": there.text, "version": there.version} if there else {"version": 0}
    return _thoughts(request, found, Think(initial=initial), there)


def _keep_thoughts(request: HttpRequest, found: Session) -> HttpResponseBase:
    now, user = clock.now(), request.user
    form = Think(request.POST)
    if not form.is_valid():
        if scripted(request):
            return JsonResponse({"message": _("This is too long to be kept.")}, status=422)
        return _thoughts(request, found, form, None)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"] or 0
    try:
        kept = actions.keep_process_note(
            session=found, text=text, version=version, by=user, now=now
        )
    except actions.Stale as stale:
        told = {"message": str(stale), "theirs": stale.theirs, "version": stale.version}
        if scripted(request):
            return JsonResponse(told, status=409)
        mine = Think(initial={"text": text, "version": stale.version})
        page = _thoughts(request, found, mine, None, theirs=stale.theirs, stale=str(stale))
        page.status_code = 409
        return page
    if scripted(request):
        saved_at = clock_time(kept.saved_at, user.zone)
        return JsonResponse({"version": kept.version, "saved_at": saved_at})
    return redirect("process_note", pk=found.pk)


def _thoughts(
    request: HttpRequest, found: Session, form: Think, there: Any, **more: Any
) -> HttpResponse:
    (told,) = tell([found.course])
    page = course_page(told, request.user, clock.now(), "")
    context = {"session": found, "form": form, "note": there, **more}
    return render(request, "courses/process_note.html", page | context)


@clinical
@require_POST
def task(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Agree the one thing to try before the next session."""
    from .session import session

    now, user = clock.now(), request.user
    found = get_object_or_404(Session.objects.led_by(user, now).with_keys(), pk=pk)
    form = AgreeTask(request.POST, course=found.course)
    if not form.is_valid():
        return session(request, pk, task_form=form)
    version = form.cleaned_data["version"]
    try:
        actions.agree_task(session=found, facts=form.facts, version=version, by=user, now=now)
    except actions.Stale as stale:
        both = both_texts(form, stale)
        page = session(request, pk, task_form=form, task_both=both)
        page.status_code = 409
        return page
    messages.success(request, _("Kept. Your client sees it too."))
    return redirect("session", pk=pk)


@clinical
@require_POST
def task_told(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write down what came of a task; `?session=` says where to go back to."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Task.objects.led_by(user, now).with_keys(), pk=pk)
    form = TellTask(request.POST)
    back = found.session.course.sessions.filter(number=found.session.number + 1).first()
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            actions.tell_task(task=found, facts=form.facts, version=version, by=user, now=now)
            messages.success(request, _("Kept."))
        except actions.Stale:
            messages.error(request, _("Somebody else wrote this meanwhile. Please look again."))
    else:
        messages.error(request, _("Moods are numbers from 0 to 10."))
    return redirect("session", pk=(back or found.session).pk)
