"""The first page."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel, Panel
from wagtail.fields import StreamField

from ..blocks import Course, Question, Reason
from .page import PublicPage, titled


class HomePage(PublicPage):
    """Where somebody arrives who may not yet have a word for what is wrong."""

    headline = models.CharField(_("headline"), max_length=120)
    lede = models.TextField(_("first words"), blank=True)
    figure_caption = models.CharField(_("words under the drawing"), max_length=300, blank=True)
    figure_description = models.TextField(
        _("description of the drawing"), blank=True, help_text=_("For people who cannot see it.")
    )
    featured = models.ForeignKey(
        "website.ApproachPage",
        verbose_name=_("the approach this page leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The reasons below link to the areas on that page."),
    )
    reasons_heading = models.CharField(_("heading"), max_length=80, blank=True)
    reasons = StreamField([("reason", Reason())], verbose_name=_("reasons"), blank=True)
    how_heading = models.CharField(_("heading"), max_length=80, blank=True)
    how_statement = models.TextField(_("how it goes, in a few sentences"), blank=True)
    course = StreamField(
        [("course", Course())], verbose_name=_("line of meetings"), blank=True, max_num=1
    )
    questions_heading = models.CharField(_("heading"), max_length=80, blank=True)
    questions = StreamField([("question", Question())], verbose_name=_("questions"), blank=True)
    parting_heading = models.CharField(_("heading"), max_length=120, blank=True)
    parting_text = models.TextField(_("last words"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "website.ApproachIndexPage",
        "website.OrdinaryPage",
        "website.CrisisPage",
    ]
    max_count = 1
    template = "website/home_page.html"
    content_panels: ClassVar[list[Panel]] = titled(
        FieldPanel("headline"),
        FieldPanel("lede"),
        MultiFieldPanel(
            [FieldPanel("figure_caption"), FieldPanel("figure_description")], _("The drawing")
        ),
        PageChooserPanel("featured", "website.ApproachPage"),
        MultiFieldPanel(
            [FieldPanel("reasons_heading"), FieldPanel("reasons")], _("What brings people here")
        ),
        MultiFieldPanel(
            [FieldPanel("how_heading"), FieldPanel("how_statement"), FieldPanel("course")],
            _("How it goes"),
        ),
        MultiFieldPanel(
            [FieldPanel("questions_heading"), FieldPanel("questions")], _("What people ask")
        ),
        MultiFieldPanel(
            [FieldPanel("parting_heading"), FieldPanel("parting_text")], _("At the end")
        ),
        guide=_(
            "The first page is read by somebody who is not sure whether to read on. A few true "
            "sentences do more than many."
        ),
    )

    class Meta:
        verbose_name = _("first page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        featured = self.featured
        if featured and featured.live:
            context["featured"] = featured.as_link(request, featured.title)
            address = context["featured"]["url"]
            context["reasons"] = [
                {
                    "sign": reason.value["sign"],
                    "say": reason.value["say"],
                    "name": reason.value["name"],
                    "url": f"{address}#{reason.value['sign']}",
                }
                for reason in self.reasons
            ]
        return context
