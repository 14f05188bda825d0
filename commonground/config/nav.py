"""The navigation of the house, wired in one place: what stands in the bar, and what at the foot."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from commonground.people.roles import EDITORS, Role
from commonground.website.models import ApproachIndexPage, HomePage, OrdinaryPage


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`site_nav`, `site_more` for public pages, `work_nav`, `idle_minutes` for signed-in ones.

    Each is made only when a template asks: the public ones must not touch the session.
    """
    return {
        "site_nav": SimpleLazyObject(lambda: _site_nav(request)),
        "site_more": SimpleLazyObject(lambda: _site_more(request)),
        "work_nav": SimpleLazyObject(lambda: _work_nav(request)),
        "idle_minutes": SimpleLazyObject(lambda: _idle_minutes(request)),
    }


def _site_nav(request: HttpRequest) -> list[dict[str, Any]]:
    first = HomePage.objects.live().select_related("featured").first()
    pages: list[Any] = [first.featured] if first and first.featured and first.featured.live else []
    pages += ApproachIndexPage.objects.live()
    ours = [_entry(request, page.title, page.get_url(request)) for page in pages]
    ours.append(_entry(request, _("Therapists"), reverse("therapists")))
    ours.append(_entry(request, _("Get in touch"), reverse("enquire")))
    more = OrdinaryPage.objects.live().in_menu()
    return ours + [_entry(request, page.title, page.get_url(request)) for page in more]


def _site_more(request: HttpRequest) -> list[dict[str, Any]]:
    pages = [
        _entry(request, page.title, page.get_url(request))
        for page in OrdinaryPage.objects.live().exclude(show_in_menus=True)
    ]
    pages.append(_entry(request, _("Sign in"), reverse("account_login")))
    if settings.GROUND_DEMO:
        pages.append(_entry(request, _("Walk around this demo"), reverse("demo:front")))
    return pages


def _work_nav(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user
    if not user.is_authenticated:
        return []
    beside = [_entry(request, _("Shared with me"), reverse("shared"))]
    beside = beside if Role.GUARDIAN in user.roles else []
    if not user.works_here:
        return _client_nav(request) + beside
    entries = []
    if user.roles & {Role.THERAPIST, Role.SUPERVISOR}:
        entries.append(_entry(request, _("Today"), reverse("today")))
    else:
        entries.append(_entry(request, _("Home"), reverse("home")))
    if Role.COORDINATOR in user.roles:
        entries.append(_entry(request, _("Enquiries"), reverse("enquiries")))
    if user.roles & EDITORS:
        entries.append(_entry(request, _("Find a person"), reverse("find")))
    if Role.THERAPIST in user.roles:
        entries.append(_entry(request, _("Asked of me"), reverse("offers")))
        entries.append(_entry(request, _("Diary"), reverse("diary")))
        entries.append(_entry(request, _("My listing"), reverse("my_listing")))
    if user.roles & EDITORS:
        entries.append(_entry(request, _("Desk"), reverse("desk")))
        entries.append(_entry(request, _("Listings"), reverse("listings")))
        entries.append(_entry(request, _("Practice"), reverse("practice")))
        entries.append(_entry(request, _("Public site"), reverse("wagtailadmin_home")))
    if Role.OWNER in user.roles:
        entries.append(_entry(request, _("People"), reverse("staff")))
    return entries + beside


def _client_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """What a client has in reach on every page; neutral words, for screens are seen by others."""
    if Role.CLIENT not in getattr(request.user, "roles", ()):
        return []
    return [
        _entry(request, _("My page"), reverse("my")),
        _entry(request, _("My people"), reverse("my_people")),
        _entry(request, _("Worksheets"), reverse("my_worksheets")),
        _entry(request, _("My plan"), reverse("my_safety_plan")),
    ]


def _idle_minutes(request: HttpRequest) -> int:
    """After how many quiet minutes the page is covered; 0 for visitors: never."""
    return settings.IDLE_SECONDS // 60 if request.user.is_authenticated else 0


def _entry(request: HttpRequest, label: str, url: str) -> dict[str, Any]:
    return {"label": label, "url": url, "current": request.path == url}
