"""The public site's own few views; its pages are served by Wagtail."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from wagtail.admin.views.account import AccountView, ThemeSettingsPanel

from commonground.core import clock
from commonground.core.access import CLOSED, guard, public, public_page
from commonground.directory.models import Profile

from .forms import SAYS, SelfCheck
from .models import ApproachPage, HomePage
from .selfcheck import heard, recognised

MOST_PEOPLE = 40_000
"""How many therapists are told to search engines; one such file holds 50,000 addresses."""


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that can be read now, for search engines."""
    first = HomePage.objects.first()
    pages = first.get_descendants(inclusive=True).live().public().specific() if first else []
    urls = [address for page in pages for address in page.get_sitemap_urls(request)]
    people = Profile.objects.listed(clock.today()).order_by("pk")[:MOST_PEOPLE]
    ours = [reverse("therapists"), *(person.get_absolute_url() for person in people.only("slug"))]
    urls += [{"location": f"{settings.GROUND_URL}{path}"} for path in ours]
    return render(request, "website/sitemap.xml", {"urls": urls}, content_type="application/xml")


@csrf_exempt
@public
def self_check(request: HttpRequest, slug: str) -> HttpResponse:
    """A few sentences to recognise oneself in. What is answered makes the page that follows, and
    is not kept: nothing is written, so nothing can be forged, and a page may be a day old."""
    page = get_object_or_404(ApproachPage.objects.live(), slug=slug)
    indicators = page.indicators
    if not indicators:
        raise Http404
    form = SelfCheck(request.POST or None, indicators=indicators)
    context: dict[str, Any] = {"page": page, "page_url": page.get_url(request), "form": form}
    if form.is_valid():
        context |= answered(request, page, form)
    status = 422 if form.errors else 200
    response = render(request, "website/self_check.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def answered(request: HttpRequest, page: ApproachPage, form: SelfCheck) -> dict[str, Any]:
    """What the answer page shows: reasons, other approaches that may be read now, what to take."""
    found = heard(page.indicators, form.said, str(page.pk))
    live = ApproachPage.objects.live().in_bulk([int(pk) for pk in found.elsewhere])
    elsewhere = [
        {"name": live[int(pk)].name, "url": live[int(pk)].get_url(request), "reasons": reasons}
        for pk, reasons in found.elsewhere.items()
        if int(pk) in live
    ]
    lines = [f"{SAYS[how]}: {sentence}" for how, sentence in recognised(page.indicators, form.said)]
    return {
        "answered": True,
        "heard": found,
        "elsewhere": elsewhere,
        "unsafe": form.unsafe,
        "along": "\n".join([page.name, *lines])[:3000] if lines else "",
    }


@public
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The editor has no door of its own: everybody signs in at the house's."""
    return redirect("account_login")


@guard(CLOSED)
def closed(request: HttpRequest) -> HttpResponse:
    """What this house does not offer, at an address somebody else's code insists on."""
    raise Http404


class Preferences(AccountView):
    """Only how the editor looks; name, time zone and sign-in belong to the account pages."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if isinstance(panel, ThemeSettingsPanel)]
