"""Worksheets, for client and therapist alike: the list, one to write on, one to read and print."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people.access import is_open, shut
from commonground.people.models import Client
from commonground.people.roles import Role

from .. import actions, filled, storages
from ..forms import BeginWorksheet, FillWorksheet
from ..models import Course, Worksheet, WorksheetVersion, tell
from ..models.worksheet import choices
from ..worksheet import SAFETY_PLAN, Fitting, Kind, fitting
from ..worksheet import Worksheet as Sheet
from .parts import clinical, clock_time, course_page, scripted
from .sheet_door import WAITING, behind_door, is_shut, lending, place, wait_behind_door

together = only(Role.THERAPIST, Role.SUPERVISOR, Role.CLIENT)
coming = only(Role.CLIENT)
SHOWN = 40
"""So many earlier versions of a sheet are shown."""


@clinical
def worksheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheets of a course, and those that fit what is worked on."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.worksheets.read")
    (told,) = tell([found])
    page = course_page(told, user, now, "worksheets")
    context = _list(found, user, now) | {
        "may_write": Course.objects.led_by(user, now).contains(found),
        "fitting": said(suggested(told, page["progress"].number)),
        "mine": False,
    }
    return render(request, "courses/worksheets.html", page | context)


@coming
def my_worksheets(request: HttpRequest) -> HttpResponse:
    """What waits to be filled in, and everything that was written."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    course = latest(client, user, now)
    if client is None or course is None:
        return redirect("my")
    audit.read(by=user, obj=client, now=now, verb="courses.worksheets.read")
    context = _list(course, user, now) | {
        "mine": True,
        "may_write": not course.ended_on,
        "shut": not is_open(request),
        "place": place(user),
    }
    return render(request, "courses/worksheets.html", context | {"course": course})


@clinical
@require_POST
def worksheet_begin(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Hand out a sheet."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    return _begun(request, found, redirect("worksheets", pk=pk))


@coming
@require_POST
def my_worksheet_begin(request: HttpRequest) -> HttpResponseBase:
    """Begin a sheet by oneself."""
    now, user = clock.now(), request.user
    course = latest(Client.objects.own(user).first(), user, now)
    return _begun(request, course, redirect("my_worksheets")) if course else redirect("my")


def _begun(request: HttpRequest, course: Course, back: HttpResponseBase) -> HttpResponseBase:
    form = BeginWorksheet(request.POST, sheets=storages.newest_worksheets())
    if not form.is_valid():
        messages.error(request, _("Choose one of the worksheets, please."))
        return back
    try:
        made = actions.begin_worksheet(
            course=course, sheet=form.sheet, by=request.user, now=clock.now()
        )
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
        return back
    return redirect("worksheet", pk=made.pk)


@together
def worksheet(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write on a sheet. A script is told the version alone, and so learns whether to look again."""
    now, user = clock.now(), request.user
    seen = get_object_or_404(Worksheet.objects.visible_to(user, now).with_keys(), pk=pk)
    may_write = Worksheet.objects.written_by(user, now).contains(seen)
    if request.method == "POST":
        if not may_write:
            raise Http404
        return _keep(request, seen)
    if scripted(request):
        return JsonResponse({"version": seen.version, "said": _written_by_other(seen, user)})
    if not may_write or seen.sheet.is_lost:
        way = reverse("worksheet_read", args=[pk])
        return redirect(f"{way}?{WAITING}" if WAITING in request.GET else way)
    names = choices(seen.course, LINKED)
    asks = behind_door(request, seen, names) or wait_behind_door(request, seen)
    if asks and (door := shut(request)):
        return door
    audit.read(by=user, obj=seen, now=now, verb="courses.worksheet.read")
    form = FillWorksheet(sheet=seen.sheet, answers=seen.answers, names=names)
    return _page(request, seen, form)


@together
def worksheet_read(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Read a sheet as it stands, with its earlier versions, and print it."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Worksheet.objects.visible_to(user, now).with_keys(), pk=pk)
    asks = behind_door(request, found) or wait_behind_door(request, found)
    if asks and (door := shut(request)):
        return door
    audit.read(by=user, obj=found, now=now, verb="courses.worksheet.read")
    may_write = Worksheet.objects.written_by(user, now).contains(found)
    versions = WorksheetVersion.objects.visible_to(user, now).with_keys().of(found)[:SHOWN]
    names = called(found.course)
    context = {
        "lines": filled.reading(found.sheet, found.answers, names),
        "history": _history(found, list(versions), names),
        "may_write": may_write,
        "place": "" if may_write and not found.sheet.is_lost else place(user),
    }
    return render(request, "courses/worksheet_read.html", _around(request, found) | context)


@coming
def my_safety_plan(request: HttpRequest) -> HttpResponse:
    """The plan for hard hours: one tap away, during the course and after it."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    plans = Worksheet.objects.visible_to(user, now).with_keys()
    found = plans.plans_of(client).first() if client else None
    context: dict[str, Any] = {"worksheet": found}
    if client:
        audit.read(by=user, obj=client, now=now, verb="courses.plan.read")
    if found:
        context |= {
            "lines": filled.reading(found.sheet, found.answers, called(found.course)),
            "may_write": Worksheet.objects.written_by(user, now).contains(found),
        }
    course = latest(client, user, now)
    context["may_begin"] = bool(course and not course.ended_on)
    return render(request, "courses/safety_plan.html", context)


@together
@require_POST
def worksheet_remove(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take a sheet away on which nothing is written."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Worksheet.objects.written_by(user, now).with_keys(), pk=pk)
    back = _back(request, found)
    try:
        actions.remove_worksheet(worksheet=found, by=user, now=now)
        messages.success(request, _("Taken away. Nothing was written on it."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return back


# ——— keeping ———

LINKED = (Kind.PERSON, Kind.EVENT, Kind.GOAL)


def _keep(request: HttpRequest, found: Worksheet) -> HttpResponseBase:
    now, user, names = clock.now(), request.user, choices(found.course, LINKED)
    if is_shut(request, found):  # a page that comes back offers nobody but whom they had chosen
        chosen = typed(request)
        names = {k: {n: s for n, s in every.items() if n in chosen} for k, every in names.items()}
    form = FillWorksheet(request.POST, sheet=found.sheet, answers=found.answers, names=names)
    if not form.is_valid():
        if scripted(request):
            (first, *_more) = [each for errors in form.errors.values() for each in errors]
            return JsonResponse({"message": first}, status=422)
        return _page(request, found, form)
    try:
        kept = actions.keep_worksheet(
            worksheet=found,
            answers=form.answers,
            seen=form.seen,
            by=user,
            now=now,
            draft=scripted(request),
        )
    except actions.Stale as stale:
        if is_shut(request, found):
            return _untold(request, found, form)
        return _both(request, found, form, stale, names)
    except actions.NotNow as refusal:
        if scripted(request):
            return JsonResponse({"message": str(refusal)}, status=422)
        messages.error(request, str(refusal))
        return _page(request, found, form)
    if scripted(request):
        return _told(request, kept)
    if "more" in request.POST:
        return redirect(f"{request.path}#{request.POST['more'][:60]}")
    messages.success(request, _("Kept."))
    return redirect("worksheet_read", pk=found.pk)


def _told(request: HttpRequest, kept: actions.Kept) -> JsonResponse:
    """What a script needs: when it was kept, and what somebody else wrote elsewhere meanwhile."""
    sheet, answers = kept.worksheet.sheet, kept.worksheet.answers
    others = () if is_shut(request, kept.worksheet) else kept.others
    if others:
        audit.read(by=request.user, obj=kept.worksheet, now=clock.now())
    parts = filled.pieces(sheet, answers)
    saved_at = kept.worksheet.saved_at
    return JsonResponse(
        {
            "version": kept.worksheet.version,
            "saved_at": clock_time(saved_at, request.user.zone) if saved_at else "",
            "seen": filled.stamps(sheet, answers),
            "theirs": filled.inputs(parts, others, sheet),
        }
    )


def _written_by_other(seen: Worksheet, user: Any) -> str:
    """Who wrote on it last, and when; nothing where that was oneself or nobody yet."""
    if seen.author_id in (None, user.pk) or seen.saved_at is None:
        return ""
    told = {"who": seen.called(seen.author), "time": clock_time(seen.saved_at, user.zone)}
    return _("%(who)s wrote here at %(time)s.") % told


def _both(
    request: HttpRequest,
    found: Worksheet,
    form: FillWorksheet,
    stale: actions.Stale,
    names: Mapping[Kind, Mapping[str, str]],
) -> HttpResponseBase:
    """Both texts, piece by piece: the writer's own stays in the form."""
    audit.read(by=request.user, obj=found, now=clock.now())
    every = {id: name for each in names.values() for id, name in each.items()}
    told = [
        filled.piece_in_words(found.sheet, n, value, every) for n, value in stale.theirs.items()
    ]
    both = [{"label": label, "theirs": words or _("nothing")} for label, words in told]
    seen = {name: filled.stamp(value) for name, value in stale.theirs.items()}
    if scripted(request):
        return JsonResponse({"message": str(stale), "both": both, "seen": seen}, status=409)
    form.look_again(seen)
    return _page(request, found, form, both=both, status=409)


def typed(request: HttpRequest) -> set[str]:
    """Everything that came with a form."""
    return {value for _name, values in request.POST.lists() for value in values}


def _untold(request: HttpRequest, found: Worksheet, form: FillWorksheet) -> HttpResponseBase:
    """Two texts at a door that is shut: one's own stays, the other is not shown."""
    said = _("Somebody else wrote here meanwhile. Copy your words, then open this page again "
             "to see both.")  # fmt: skip
    if scripted(request):
        return JsonResponse({"message": said}, status=422)
    form.add_error(None, said)
    return _page(request, found, form, status=409)


# ——— what the pages show ———


def _page(
    request: HttpRequest, found: Worksheet, form: FillWorksheet, status: int = 200, **more: Any
) -> HttpResponse:
    context = _around(request, found) | lending(request, found) | {"form": form} | more
    return render(request, "courses/worksheet.html", context, status=status)


def _around(request: HttpRequest, found: Worksheet) -> dict[str, Any]:
    """The sheet, and above it the course for whoever works here, or nothing for its client."""
    user, now = request.user, clock.now()
    mine = found.course.client.user_id == user.pk
    context: dict[str, Any] = {"worksheet": found, "sheet": found.sheet, "mine": mine}
    if not mine:
        (told,) = tell([found.course])
        context |= course_page(told, user, now, "worksheets")
    return context


def _back(request: HttpRequest, found: Worksheet) -> HttpResponseBase:
    if found.course.client.user_id == request.user.pk:
        return redirect("my_worksheets")
    return redirect("worksheets", pk=found.course_id)


def _list(course: Course, user: Any, now: datetime) -> dict[str, Any]:
    rows = list(Worksheet.objects.visible_to(user, now).with_keys().of(course))
    sheets = storages.newest_worksheets()
    return {
        "waiting": [row for row in rows if row.is_blank],
        "written": [row for row in rows if not row.is_blank],
        "sheets": sheets,
    }


def naming(user: Any, now: datetime, **whom: Any) -> list[Worksheet]:
    """The sheets on which somebody (`people=…`) or something (`events=…`) is named."""
    rows = Worksheet.objects.visible_to(user, now).filter(version__gt=0, **whom)
    return list(rows.order_by("-saved_at"))


def called(course: Course) -> dict[str, str]:
    """What people, events and goals of a course are called, by id: three queries."""
    return {id: name for each in choices(course, LINKED).values() for id, name in each.items()}


def latest(client: Client | None, user: Any, now: datetime) -> Course | None:
    """The client's running course, or the last one."""
    return Course.objects.visible_to(user, now).with_keys().of(client) if client else None


def suggested(told: Any, number: int) -> tuple[Fitting, ...]:
    """The sheets that fit the next strategy of each focus, and what the protocol asks for now."""
    book, sheets = storages.handbook(), storages.newest_worksheets()
    worked = {id for session in told.sessions for id in session.strategies}
    following = [book.area(focus.area).next_after(worked) for focus in told.foci]
    done = {key for session in told.sessions for key in session.done}
    tasks = [task.key for _phase, task in told.course.plan.open_tasks(number, done)]
    return fitting(sheets, [each.id for each in following if each], tasks)


def sheets_beside(told: Any, number: int) -> dict[str, Any]:
    """For the page of a session: the sheets written last, those that fit, the safety plan."""
    rows = told.worksheets
    plans = [row for row in rows if row.kind == SAFETY_PLAN and not row.is_blank]
    others = [row for row in rows if row not in plans]
    fits = said(suggested(told, number))
    there = {row.kind for row in rows if row.is_blank} | {row.kind for row in plans}
    return {
        "plan": plans[0] if plans else None,
        "rows": others[:4],
        "fitting": [one for one in fits if one["sheet"].key not in there][:3],
        "all": len(rows),
    }


def said(fits: tuple[Fitting, ...]) -> list[dict[str, Any]]:
    """Each suggestion with the reason for it."""
    book = storages.handbook()
    return [
        {"sheet": one.sheet, "because": strategy.label}
        if (strategy := book.strategy(one.strategy))
        else {"sheet": one.sheet, "because": ""}
        for one in fits
    ]


def _history(
    found: Worksheet, versions: list[WorksheetVersion], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Who wrote what, when: the newest first, each with what it changed."""
    sheet: Sheet = found.sheet
    states: list[tuple[Any, dict[str, Any]]] = [(found, found.answers)] if found.version else []
    states += [(version, version.answers) for version in versions]
    told = []
    for n, (row, answers) in enumerate(states):
        before = states[n + 1][1] if n + 1 < len(states) else {}
        parts = filled.pieces(sheet, answers)
        pieces = [
            filled.piece_in_words(sheet, name, parts.get(name), names)
            for name in filled.changed(sheet, before, answers)
        ]
        who = {"by": row.author, "name": found.called(row.author)}
        told.append(who | {"at": row.saved_at, "pieces": pieces})
    return told
