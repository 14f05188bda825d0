"""A parent in the room, and a word with the school: written down beside whoever stands beside the
young person, and read by both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import clock

from .. import actions
from ..forms import AgreeCompany, NoteSchoolContact
from ..models import Course
from .guardians import guardians
from .parts import clinical


@clinical
@require_POST
def company_agree(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Say who else takes part in a session."""
    now, user = clock.now(), request.user
    course = _led(user, now, pk)
    form = AgreeCompany(request.POST, course=course, client=course.client)
    if not form.is_valid():
        return guardians(request, course.client_id, company_form=form)
    try:
        actions.agree_company(by=user, now=now, **form.cleaned_data)
        messages.success(request, _("Kept. The young person sees it too."))
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("guardians", pk=course.client_id)


@clinical
@require_POST
def school_contact(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Write down a contact with a school."""
    now, user = clock.now(), request.user
    course = _led(user, now, pk)
    form = NoteSchoolContact(request.POST, today=clock.today(user.zone))
    if not form.is_valid():
        return guardians(request, course.client_id, school_form=form)
    actions.note_school_contact(course=course, by=user, now=now, **form.facts)
    messages.success(request, _("Written down. The young person reads the same words."))
    return redirect("guardians", pk=course.client_id)


def _led(user: Any, now: datetime, pk: UUID) -> Course:
    found: Course = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    return found
