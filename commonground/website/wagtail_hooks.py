# mypy: disable-error-code="untyped-decorator"
"""How Wagtail's editor is furnished for a practice: less of it, and in the practice's manner."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from commonground.core import clock

from . import actions
from .blocks import WORDS
from .models import ApproachIndexPage, CrisisPage, HomePage
from .views import closed

STANDING = (HomePage, ApproachIndexPage, CrisisPage)
"""Pages the whole site leans on."""

RECORDED = {
    "publish": actions.record_published,
    "unpublish": actions.record_unpublished,
    "delete": actions.record_deleted,
}


@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    """The editor in the house's own colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


class NoDocuments:
    """Wagtail's editor asks for the address of a list of documents; here it is always closed."""

    model = type(None)

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", closed, name="listing")]


@hooks.register("construct_admin_api")
def no_documents(router: Any) -> None:
    """Documents are not installed: a practice's papers do not belong on its public site."""
    router.register_endpoint("documents", NoDocuments)


@hooks.register("register_rich_text_features", order=999)
def words_only(features: Any) -> None:
    """Running text is bold, italic and linked; no pictures or embeds from elsewhere."""
    features.default_features[:] = WORDS


@hooks.register("construct_help_menu")
def help_in_the_house(request: HttpRequest, items: list[Any]) -> None:
    """Keep the list of keys; leave out the links to foreign sites."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]


@hooks.register("construct_settings_menu")
def settings_of_the_site(request: HttpRequest, items: list[Any]) -> None:
    """Keep old addresses (redirects); accounts, roles and the practice are set elsewhere."""
    items[:] = [item for item in items if item.name == "redirects"]


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_what_the_site_leans_on(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The first page, the list of approaches and the crisis page cannot be taken away."""
    if not _leans_on([page]):
        return None
    messages.error(request, _say_it_stays())
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_them_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The same for several pages at once."""
    if action_type not in {"delete", "unpublish"} or not _leans_on(objects):
        return None
    messages.error(request, _say_it_stays())
    return redirect("wagtailadmin_explore_root")


@hooks.register("after_publish_page")
def published(request: HttpRequest, page: Page) -> None:
    _record("publish", request, [page])


@hooks.register("after_unpublish_page")
def unpublished(request: HttpRequest, page: Page) -> None:
    _record("unpublish", request, [page])


@hooks.register("after_delete_page")
def deleted(request: HttpRequest, page: Page) -> None:
    _record("delete", request, [page])


@hooks.register("after_bulk_action")
def in_bulk(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    pages = [thing for thing in objects if isinstance(thing, Page)]
    if action_type in RECORDED:
        _record(action_type, request, pages)


def _record(what: str, request: HttpRequest, pages: Iterable[Page]) -> None:
    for page in pages:
        RECORDED[what](page=page, by=request.user, now=clock.now())


def _leans_on(things: Iterable[Any]) -> bool:
    pages = (thing for thing in things if isinstance(thing, Page))
    return any(issubclass(page.specific_class or Page, STANDING) for page in pages)


def _say_it_stays() -> str:
    return _(
        "The whole site leans on this page, so it cannot be unpublished or deleted. You can change "
        "every word of it."
    )
