"""Seeing each other's work: a page asks now and then what the other has written meanwhile."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from commonground.core import clock
from commonground.core.access import only
from commonground.people.roles import Role

from ..models import Course
from ..models.lately import lately
from .parts import clock_time


@only(Role.THERAPIST, Role.SUPERVISOR, Role.CLIENT)
def written_lately(request: HttpRequest, pk: UUID) -> JsonResponse:
    """What somebody else wrote on this course since `?since=`, who, and when: none of its words.

    It is no read of the record. A page that sees that there is something asks for itself again,
    and that is one.
    """
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.visible_to(user, now).with_keys(), pk=pk)
    since = _since(request) or now
    rows = lately(found, since, user)
    said = _("%(who)s wrote here at %(time)s.")
    told = {
        row.what: said % {"who": row.who, "time": clock_time(row.at, user.zone)} for row in rows
    }
    since = max((row.at for row in rows), default=since)
    return JsonResponse({"since": since.isoformat(), "written": told})


def _since(request: HttpRequest) -> datetime | None:
    """The moment that was asked about; None where it is none."""
    try:
        asked = parse_datetime(request.GET.get("since", ""))
    except ValueError:
        return None
    return asked if asked and asked.tzinfo else None
