"""The inner door before a worksheet, and the key to words that have not reached us yet.

Without a connection, what is typed on a sheet waits on the device: sealed with a key that comes
with the page and is kept nowhere. Whoever finds the device finds nothing that opens it. Only we
give the key again: to the same person, signed in, for the same sheet, at most a week later.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.core.access import only
from commonground.core.fields.errors import Undecipherable
from commonground.people.access import is_open, shut
from commonground.people.roles import Role

from ..models import Worksheet
from ..worksheet import SAFETY_PLAN, Kind

WAITING = "waiting"
"""In the address of a sheet: words wait on the device, so whoever opens it is asked."""


def behind_door(request: HttpRequest, found: Worksheet, names: Any = None) -> bool:
    """Whether its own client is asked once more who is there: where a sheet shows what was written
    on it, or whom one can choose. The plan for hard hours never asks."""
    if not _ever_asks(request, found):
        return False
    asked = {field.kind for each in found.sheet.fields for field in (each, *each.columns)}
    listed = asked & {Kind.PERSON, Kind.EVENT}
    return not found.is_blank or any(names[kind] for kind in listed if names)


def is_shut(request: HttpRequest, found: Worksheet) -> bool:
    """Whether what somebody else wrote is kept from whoever may sit here now."""
    if not behind_door(request, found):
        return False
    closed = not is_open(request)
    shut(request)  # writing keeps it open
    return closed


def wait_behind_door(request: HttpRequest, found: Worksheet) -> bool:
    """Whether words wait on the device that only its own client may see again."""
    return WAITING in request.GET and _ever_asks(request, found)


def lending(request: HttpRequest, found: Worksheet) -> dict[str, Any]:
    """What the page needs to keep words on the device: a new key, its parcel, and their place."""
    key, parcel = found.lend(request.user, clock.now())
    return {"lent_key": key, "lent_parcel": parcel, "place": place(request.user)}


def place(user: Any) -> str:
    """The name under which a device keeps somebody's words: it says nothing about them."""
    return salted_hmac("courses.worksheet.typed", str(user.pk), algorithm="sha256").hexdigest()[:16]


@only(Role.THERAPIST, Role.SUPERVISOR, Role.CLIENT)
@require_POST
def worksheet_unlock(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Give back the key to words that wait on the device, or say by which door to come. Also for a
    sheet that takes no more writing: the words are shown beside it, to be copied."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Worksheet.objects.typed_by(user, now).with_keys(), pk=pk)
    if _ever_asks(request, found) and not is_open(request):
        return JsonResponse({"door": f"{reverse('worksheet', args=[pk])}?{WAITING}"}, status=401)
    try:
        key = found.lent(request.POST.get("parcel", ""), to=user, now=now)
    except Undecipherable:
        return JsonResponse({}, status=410)
    audit.read(by=user, obj=found, now=now, verb="courses.worksheet.read")
    return JsonResponse({"key": key})


def _ever_asks(request: HttpRequest, found: Worksheet) -> bool:
    return found.course.client.user_id == request.user.pk and found.kind != SAFETY_PLAN
