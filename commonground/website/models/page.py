"""What every page of the public site has in common."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, Panel, TitleFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from commonground.core import cache

from ..blocks import WORDS
from ..cache import Shown, ShownRow

SAME_ORIGIN = {"frame-ancestors": ["'self'"]}


class Pages(Shown, PageQuerySet):
    """Pages of the public site."""


class PublicPage(ShownRow, Page):
    """A page that anybody may read: it is the same for everyone and knows nobody."""

    objects: ClassVar[Any] = PageManager.from_queryset(Pages)()

    private_page_options: ClassVar[list[str]] = []
    show_in_menus_default = False
    promote_panels: ClassVar[list[Panel]] = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    help_text=_(
                        "The last part of the address. If you change it, the old address keeps "
                        "leading here."
                    ),
                ),
                FieldPanel(
                    "seo_title",
                    help_text=_("Only if search engines should show another title."),
                ),
                FieldPanel(
                    "search_description",
                    help_text=_(
                        "One or two sentences that people read in a list of search results before "
                        "they decide to come in."
                    ),
                ),
            ],
            _("How people find this page"),
        ),
    ]

    class Meta:
        abstract = True

    def public_url(self, request: HttpRequest | None = None) -> str:
        """The one address of this page, for links that leave the house."""
        return f"{settings.GROUND_URL}{self.get_url(request) or '/'}"

    def trail(self, request: HttpRequest | None = None) -> list[tuple[str, str]]:
        """The pages from the first one down to this one, as (title, address)."""
        above = self.get_ancestors().live().filter(depth__gt=1)
        steps = [(page.title, f"{settings.GROUND_URL}{page.get_url(request)}") for page in above]
        return [*steps, (self.title, self.public_url(request))]

    def move(self, target: Page, pos: str | None = None, user: Any = None) -> Any:
        with transaction.atomic():
            cache.bump()
            return super().move(target, pos=pos, user=user)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        return [{"location": self.public_url(request), "lastmod": self.last_published_at}]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["seo"] = {
            "title": self.seo_title or self.title,
            "description": self.search_description,
            "canonical": self.public_url(request),
        }
        return context

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """A preview stands in a frame of the editor, so it may be framed there and only there."""
        response: HttpResponseBase = super().serve_preview(request, mode_name)
        response._csp_replace = SAME_ORIGIN  # type: ignore[attr-defined]
        return response

    def _get_dummy_headers(self, original_request: HttpRequest | None = None) -> dict[str, Any]:
        # A kept page answers plain addresses only; the query takes the preview past the store.
        headers: dict[str, Any] = super()._get_dummy_headers(original_request)
        return headers | {"QUERY_STRING": "preview"}


def titled(*panels: Panel, guide: Any = "") -> list[Panel]:
    """The panels of a page: a word of guidance, its title, and what else it is made of."""
    advice = [HelpPanel(content=format_lazy("<p>{}</p>", guide))] if guide else []
    return [*advice, TitleFieldPanel("title"), *panels]


def prose(label: Any) -> RichTextField:
    """Running text, short and without headings."""
    return RichTextField(label, features=WORDS, blank=True)
