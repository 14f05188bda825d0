"""Whose diary may be written in, and what several pages of a diary show."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from commonground.core.access import only
from commonground.people.models import Therapist
from commonground.people.roles import EDITORS, Role

from ..models import Weekday

keeping = only(Role.THERAPIST, *sorted(EDITORS))
office = only(*sorted(EDITORS))
own = only(Role.THERAPIST)
DAYS = [str(label) for label in Weekday.labels]


def kept_by(request: HttpRequest, pk: UUID) -> Therapist:
    """A therapist whose diary this person keeps: their own, or anybody's for the front office.

    Raises Http404 for anybody else's.
    """
    therapists = Therapist.objects.working().select_related("user")
    if not request.user.roles & EDITORS:
        therapists = therapists.filter(user=request.user.pk)
    return get_object_or_404(therapists, pk=pk)
