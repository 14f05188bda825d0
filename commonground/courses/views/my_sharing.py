"""What a young person shows to somebody beside them: theirs to open, to narrow and to take back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people import actions as people
from commonground.people.access import behind_proof
from commonground.people.models import Client, Guardian
from commonground.people.roles import Role

from .. import actions
from ..forms import ChooseShared, ShowPiece
from ..models import Course, Piece, SchoolContact, Session, Summary, Worksheet
from .headings import sheet_lines
from .sharing_words import decisions, ticks
from .worksheets import called, latest

coming = only(Role.CLIENT)


@coming
@behind_proof
def my_sharing(request: HttpRequest) -> HttpResponseBase:
    """Who stands beside them and what each sees, class by class and piece by piece."""
    now, user = clock.now(), request.user
    client = Client.objects.own(user).with_keys().first()
    if client is None:
        return redirect("my")
    audit.read(by=user, obj=client, now=now, verb="courses.sharing.read")
    rows = client.guardians.with_keys().select_related("proposed_by").prefetch_related("decisions")
    guardians = list(rows)
    course = latest(client, user, now)
    there = list(_showable(course, user, now)) if course and guardians else []
    shown: dict[UUID, list[Piece]] = {}
    for piece in Piece.objects.own(user).with_keys():
        shown.setdefault(piece.guardian_id, []).append(piece)
    context = {
        "client": client,
        "rows": [_row(each, now, there, shown.get(each.pk, [])) for each in guardians],
        "schools": course and SchoolContact.objects.visible_to(user, now).with_keys().of(course),
    }
    return render(request, "courses/my_sharing.html", context)


@coming
@require_POST
def my_guardian(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say what somebody sees from now on."""
    now, user = clock.now(), request.user
    row = _own(user, pk)
    form = ChooseShared(request.POST, prefix=str(row.pk))
    if not form.is_valid():
        messages.error(request, _("Choose from the answers offered, please."))
        return redirect("my_sharing")
    classes = [] if "nothing" in request.POST else form.cleaned_data["classes"]
    try:
        actions.decide_sharing(guardian=row, classes=classes, by=user, now=now)
        messages.success(request, _("Kept. It holds from this moment on."))
    except people.Refused as refused:
        messages.error(request, str(refused))
    return redirect("my_sharing")


@coming
@require_POST
def my_piece(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Show one summary or worksheet as it reads now."""
    now, user = clock.now(), request.user
    row, form = _own(user, pk), ShowPiece(request.POST)
    course = latest(row.client, user, now)
    there = _showable(course, user, now) if course else ()
    wanted = form.cleaned_data if form.is_valid() else {}
    found = next((one for one in there if one["row"].pk == wanted.get(one["kind"])), None)
    if found is None:
        messages.error(request, _("That is not there to show. Choose one of the list, please."))
        return redirect("my_sharing")
    try:
        actions.show_piece(
            guardian=row, title=found["title"], lines=found["lines"](),
            by=user, now=now, **{found["kind"]: found["row"]},
        )  # fmt: skip
        messages.success(request, _("They can read it as it stands now."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("my_sharing")


@coming
@require_POST
def my_piece_back(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Take back what was shown."""
    piece = get_object_or_404(Piece.objects.own(request.user), pk=pk)
    actions.take_back(piece=piece, by=request.user, now=clock.now())
    messages.success(request, _("Taken back. They can no longer read it here."))
    return redirect("my_sharing")


def _own(user: Any, pk: UUID) -> Guardian:
    client = Client.objects.own(user).first()
    if client is None:
        raise Http404
    rows = client.guardians.with_keys().select_related("client__user")
    found: Guardian = get_object_or_404(rows, pk=pk)
    return found


def _showable(course: Course, user: Any, now: datetime) -> Iterator[dict[str, Any]]:
    """What can be shown one by one: the summaries that reached the young person, and the sheets
    on which something is written."""
    summaries = Summary.objects.visible_to(user, now).with_keys().by_session(course)
    for session in Session.objects.filter(course=course, pk__in=summaries).order_by("number"):
        text = summaries[session.pk].text
        yield {
            "kind": "session",
            "row": session,
            "title": _("After session %(number)s") % {"number": session.number},
            "lines": lambda text=text: [("", text)],
        }
    sheets = Worksheet.objects.visible_to(user, now).with_keys().of(course)
    for sheet in sheets:
        if not sheet.is_blank:
            yield {
                "kind": "worksheet",
                "row": sheet,
                "title": _("%(sheet)s, %(day)s")
                % {"sheet": sheet.sheet.mine, "day": date_format(sheet.saved_at, "j F")},
                "lines": lambda sheet=sheet: list(sheet_lines(sheet, called(course))),
            }


def _row(
    row: Guardian, now: datetime, there: list[dict[str, Any]], shown: list[Piece]
) -> dict[str, Any]:
    stands = row.stands(now)
    seen = row.sees if stands else ()
    form = ChooseShared(prefix=str(row.pk), initial={"classes": seen})
    taken = {piece.session_id or piece.worksheet_id for piece in shown}
    return {
        "guardian": row,
        "stands": stands,
        "asked": row.may_go_on(now),
        "shown": seen,
        "ticks": ticks(row, seen, form["classes"]),
        "decisions": decisions(row),
        "pieces": shown,
        "to_show": [one for one in there if one["row"].pk not in taken],
        "shows_pieces": "shared_work" in seen,
    }
