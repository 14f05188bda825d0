"""Pages about the practice, and the page for somebody who needs help now."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.fields import StreamField

from ..blocks import BODY
from .page import PublicPage, titled

CRISIS_SLUG = "crisis"


def chapters(body: Iterable[Any]) -> list[dict[str, Any]]:
    """The blocks of a page gathered under their headings; a first one may have none."""
    found: list[dict[str, Any]] = []
    for block in body:
        if block.block_type == "heading":
            found.append({"title": block.value, "anchor": f"part-{len(found) + 1}", "blocks": []})
        else:
            if not found:
                found.append({"title": "", "anchor": "", "blocks": []})
            found[-1]["blocks"].append(block)
    return found


class OrdinaryPage(PublicPage):
    """About us, fees, privacy, accessibility, how to get in touch: plain words under headings."""

    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BODY, verbose_name=_("text"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "website/ordinary_page.html"
    content_panels: ClassVar[list[Panel]] = titled(FieldPanel("introduction"), FieldPanel("body"))
    promote_panels: ClassVar[list[Panel]] = [
        *PublicPage.promote_panels,
        FieldPanel(
            "show_in_menus",
            heading=_("In the bar at the top"),
            help_text=_("Otherwise the page is listed at the foot of every page."),
        ),
    ]

    class Meta:
        verbose_name = _("ordinary page")

    @property
    def chapters(self) -> list[dict[str, Any]]:
        return chapters(self.body)


class CrisisPage(PublicPage):
    """Help right now. The numbers come from the practice's settings."""

    introduction = models.TextField(_("introduction"), blank=True)
    body = StreamField(BODY, verbose_name=_("text"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count = 1
    template = "website/crisis_page.html"
    content_panels: ClassVar[list[Panel]] = titled(
        FieldPanel("introduction"),
        FieldPanel("body"),
        guide=_(
            "The telephone numbers are not written here: they come from the practice's settings "
            "and stand above this text. The page is also kept in a form that needs neither "
            "database nor templates, so its address stays the same."
        ),
    )

    class Meta:
        verbose_name = _("crisis page")

    @property
    def chapters(self) -> list[dict[str, Any]]:
        return chapters(self.body)

    def clean(self) -> None:
        super().clean()
        if self.slug and self.slug != CRISIS_SLUG:
            raise ValidationError(
                {"slug": _("This page keeps the address “crisis”: the whole site points to it.")}
            )

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug: str = CRISIS_SLUG
        super().full_clean(*args, **kwargs)
