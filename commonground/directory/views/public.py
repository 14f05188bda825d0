"""What visitors see: the list, and one therapist. Neither asks who is visiting."""

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from commonground.core import clock
from commonground.core.access import public_page
from commonground.people.models import Practice

from ..forms import Looking, atlas
from ..models import Approach, Profile, Search
from . import shown


@public_page
def therapists(request: HttpRequest) -> HttpResponse:
    """Find a therapist. Without a question it is stored; the answer to one is held for a while."""
    asked, crowded = _asked(request)
    places = atlas()
    form = Looking(asked, approaches=list(Approach.objects.all()), atlas=places)
    search = Search(form.wish, clock.today(), places)
    page = shown.results(form, search, clock.now(), plain=not asked) | {"crowded": crowded}
    return render(request, "directory/therapists.html", page, status=400 if crowded else 200)


def _asked(request: HttpRequest) -> tuple[QueryDict, bool]:
    """What was asked for, and whether it was more than anybody asks for."""
    try:
        return request.GET, False
    except TooManyFieldsSent:
        request.GET = QueryDict()
        return request.GET, True


@public_page
def therapist(request: HttpRequest, slug: str) -> HttpResponse:
    """One therapist, and the way to get in touch with them."""
    today = clock.today()
    found = get_object_or_404(Profile.objects.listed(today).with_everything(), slug=slug)
    page = shown.page_of(found, today) | {
        "free": shown.with_next_free([found], clock.now())[0].free
    }
    practice = Practice.objects.first() or Practice()
    page |= {"data": shown.structured(page, practice), "seo": shown.told_to_engines(found)}
    return render(request, "directory/therapist.html", page)
