"""Who stands beside a young client, for their therapist and the desk: who it is, their way in, what
they see, and what becomes of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.people import actions as people
from commonground.people import sharing
from commonground.people.models import Client, Guardian, Invitation, Practice, User
from commonground.people.roles import Role

from .. import actions
from ..forms import AgreeCompany, NoteSchoolContact, RecordGuardian, ReviewAccess, SuggestShared
from ..models import Company, Course, SchoolContact
from .parts import clinical
from .sharing_words import decisions, ticks

meeting = only(Role.THERAPIST, Role.SUPERVISOR, Role.COORDINATOR)


@meeting
def guardians(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """Everybody who stands beside a client, and what each of them sees."""
    now, user = clock.now(), request.user
    client = get_object_or_404(_met(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=client, now=now, verb="courses.guardians.read")
    leads = Client.objects.led_by(user, now).contains(client)
    course = Course.objects.in_care_of(user, now).of(client)
    open_ones = Prefetch("invitations", Invitation.objects.pending(now), to_attr="pending")
    rows = client.guardians.with_keys().prefetch_related("decisions", open_ones)
    context = {
        "client": client,
        "course": course,
        "own_page": client.user_id is not None,
        "may_write": leads or Role.COORDINATOR in user.roles,
        "leads": leads,
        "rows": [_row(row, now, wrong.get(str(row.pk))) for row in rows],
    }
    if course is not None:
        course.client = client
        context |= _around(course, user, now, wrong)
    return render(request, "courses/guardians.html", context)


@meeting
def guardian_new(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write down who stands beside a client."""
    now, user = clock.now(), request.user
    client = get_object_or_404(_written(user, now).with_keys(), pk=pk)
    form = RecordGuardian(request.POST or None, latest=_latest(client))
    if form.is_valid():
        try:
            people.record_guardian(client=client, by=user, now=now, **form.cleaned_data)
            messages.success(request, _("Written down. Nothing is shown to them yet."))
            return redirect("guardians", pk=pk)
        except people.Refused as refused:
            form.add_error("email", str(refused))
    audit.read(by=user, obj=client, now=now, verb="courses.guardians.read")
    return render(request, "courses/guardian.html", {"form": form, "client": client})


@meeting
def guardian_edit(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put right what is written down about them."""
    now, user = clock.now(), request.user
    row = _row_of(_written(user, now), pk)
    facts = {name: getattr(row, name) for name in people.FACTS}
    latest = row.ends_on or _latest(row.client)
    form = RecordGuardian(request.POST or None, initial=facts, latest=latest)
    if form.is_valid():
        try:
            people.correct_guardian(guardian=row, by=user, now=now, **form.cleaned_data)
            messages.success(request, _("Put right."))
            return redirect("guardians", pk=row.client_id)
        except people.Refused as refused:
            form.add_error("ends_on" if "ends_on" in form.changed_data else "email", str(refused))
    audit.read(by=user, obj=row.client, now=now, verb="courses.guardians.read")
    context = {"form": form, "client": row.client, "guardian": row}
    return render(request, "courses/guardian.html", context)


@meeting
@require_POST
def guardian_invite(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Invite them to an account of their own."""
    now, user = clock.now(), request.user
    row = _row_of(_written(user, now), pk)
    try:
        people.invite_guardian(guardian=row, by=user, now=now)
        messages.success(request, _("The invitation is on its way. It says nothing of therapy."))
    except people.Refused as refused:
        messages.error(request, str(refused))
    return redirect("guardians", pk=row.client_id)


@clinical
@require_POST
def guardian_share(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Suggest what they see; less is shut at once, more waits for the young person's own yes."""
    now, user = clock.now(), request.user
    row = _row_of(Client.objects.led_by(user, now), pk)
    form = SuggestShared(request.POST, prefix=str(row.pk))
    if not form.is_valid():
        messages.error(request, _("Choose from the answers offered, please."))
        return redirect("guardians", pk=row.client_id)
    given = form.cleaned_data
    try:
        if row.stands(now):
            waits = actions.suggest_sharing(
                guardian=row, classes=given["classes"], said=given["said"], by=user, now=now
            )
        elif given["said"]:
            waits = False
            people.go_on_sharing(guardian=row, classes=given["classes"], by=user, now=now)
        else:
            raise people.Refused(_("Their access has ended. It goes on only by a review."))
    except people.Refused as refused:
        form.add_error("classes", str(refused))
        return guardians(request, row.client_id, **{str(row.pk): form})
    if waits:
        messages.success(request, _("Suggested. It waits on their own page for their yes."))
    else:
        messages.success(request, _("Kept. This is what they see from now on."))
    return redirect("guardians", pk=row.client_id)


@clinical
@require_POST
def guardian_review(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Decide what becomes of an access that ends by itself."""
    now, user = clock.now(), request.user
    row = _row_of(Client.objects.led_by(user, now), pk)
    form = ReviewAccess(request.POST, prefix=f"review-{row.pk}")
    if not form.is_valid():
        messages.error(request, _("Say what you decided together."))
        return redirect("guardians", pk=row.client_id)
    try:
        people.review_guardian(guardian=row, by=user, now=now, **form.cleaned_data)
        messages.success(request, _("Decided, and written down with today’s date."))
    except people.Refused as refused:
        messages.error(request, str(refused))
    return redirect("guardians", pk=row.client_id)


@clinical
@require_POST
def guardian_end(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """End what they see, at once."""
    now, user = clock.now(), request.user
    row = _row_of(Client.objects.led_by(user, now), pk)
    actions.end_guardian(guardian=row, by=user, now=now)
    messages.success(request, _("Ended. Nothing is open to them any more."))
    return redirect("guardians", pk=row.client_id)


# ——— whose, and what is shown ———


def _around(course: Course, user: User, now: datetime, wrong: dict[str, Any]) -> dict[str, Any]:
    """A parent in the room, and a word with the school."""
    return {
        "companies": Company.objects.visible_to(user, now).with_keys().of(course),
        "schools": SchoolContact.objects.visible_to(user, now).with_keys().of(course),
        "company_form": wrong.get("company_form")
        or AgreeCompany(course=course, client=course.client),
        "school_form": wrong.get("school_form") or NoteSchoolContact(today=clock.today(user.zone)),
    }


def _met(user: User, now: datetime) -> Any:
    """The clients whose guardians this person may read of."""
    desk = Role.COORDINATOR in user.roles
    return Client.objects.all() if desk else Client.objects.in_care_of(user, now)


def _written(user: User, now: datetime) -> Any:
    """The clients whose guardians this person may write down."""
    desk = Role.COORDINATOR in user.roles
    return Client.objects.all() if desk else Client.objects.led_by(user, now)


def _row_of(clients: Any, pk: UUID) -> Guardian:
    rows = Guardian.objects.with_keys().select_related("client__user")
    found: Guardian = get_object_or_404(rows.filter(client__in=clients), pk=pk)
    return found


def _latest(client: Client) -> Any:
    return sharing.ends_by(client.born_on, clock.today(), Practice.line_of_consent())


def _row(row: Guardian, now: datetime, form: SuggestShared | None) -> dict[str, Any]:
    shown = row.sees if row.stands(now) else ()
    form = form or SuggestShared(prefix=str(row.pk), initial={"classes": [*shown, *row.proposed]})
    return {
        "guardian": row,
        "stands": row.stands(now),
        "invited": row.pending[0] if row.pending else None,  # type: ignore[attr-defined]
        "form": form,
        "ticks": ticks(row, shown, form["classes"]),
        "shown": shown,
        "decided_to_ask": row.review == Guardian.Review.ASK and row.reviewed_for == row.ends_on,
        "goes_on": row.may_go_on(now),
        "review": ReviewAccess(prefix=f"review-{row.pk}") if row.needs_review(now) else None,
        "decisions": decisions(row),
    }
