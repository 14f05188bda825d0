"""The approaches a practice offers, in the order its editor gives them."""

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField, StreamField

from commonground.core import clock
from commonground.directory.models import Approach, DayOrder, Profile

from .. import selfcheck
from ..blocks import MEETINGS, WORDS, Indicator, Line, Source
from .page import PublicPage, prose, titled

SHOWN = 8
"""How many therapists stand on the page of an approach; the directory has all of them."""


class Figure(models.TextChoices):
    """The drawings that can stand beside an introduction."""

    NONE = "", _("No drawing")
    TWO_CIRCLES = "two-circles", _("Two overlapping circles")
    LOOP = "loop", _("A loop that can be opened")
    SIDE_TO_SIDE = "side-to-side", _("A dot moving from side to side")
    BREATH = "breath", _("Lines that widen like a breath")
    LAYERS = "layers", _("Layers with a thread through them")
    BETWEEN = "between", _("Two shapes and what is between them")
    STILL = "still", _("Still water with one ring")
    COMPASS = "compass", _("A compass")


class ApproachIndexPage(PublicPage):
    """The list of approaches; visitors see them in the order of this page's children."""

    introduction = models.TextField(_("introduction"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["website.HomePage"]
    subpage_types: ClassVar[list[str]] = ["website.ApproachPage"]
    max_count = 1
    admin_default_ordering = "ord"
    template = "website/approach_index_page.html"
    content_panels: ClassVar[list[Panel]] = titled(
        FieldPanel("introduction"),
        guide=_(
            "The approaches follow each other in the order you give them: in the list of pages "
            "below this one, drag them by the dots."
        ),
    )

    class Meta:
        verbose_name = _("list of approaches")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        children = ApproachPage.objects.child_of(self).live().order_by("path").defer_streamfields()
        context["approaches"] = [child.as_link(request, child.title) for child in children]
        return context


class ApproachPage(PublicPage):
    """One way of working, told to somebody who wonders whether it may help them."""

    approach = models.ForeignKey(
        "directory.Approach",
        verbose_name=_("approach in the directory"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    short_title = models.CharField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("For lists and for “previous” and “next”; the title is used if this is empty."),
    )
    introduction = models.TextField(_("introduction"), help_text=_("Two or three sentences."))
    teaser = models.CharField(
        _("one line for lists"),
        max_length=200,
        help_text=_("For whom it may be, in one sentence; shown in the list of approaches."),
    )
    figure = models.CharField(
        _("drawing"), max_length=20, choices=Figure.choices, blank=True, default=""
    )
    figure_caption = models.CharField(
        _("description of the drawing"),
        max_length=300,
        blank=True,
        help_text=_("For people who cannot see it."),
    )
    picture = models.ForeignKey(
        "website.Picture",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown in place of the drawing."),
    )
    how_long = models.CharField(_("how long"), max_length=120, blank=True)
    how_often = models.CharField(_("how often"), max_length=120, blank=True)
    where = models.CharField(_("where"), max_length=120, blank=True)
    for_whom = models.CharField(_("for"), max_length=120, blank=True)
    rests_on_heading = models.CharField(_("heading"), max_length=120, blank=True)
    rests_on = prose(_("what it rests on"))
    may_help = StreamField(
        [("line", Line())],
        verbose_name=_("This approach may be helpful if you…"),
        blank=True,
        help_text=_("Each line finishes the sentence in the heading, so it begins in lower case."),
    )
    may_help_note = models.TextField(_("a word after the list"), blank=True)
    sessions = StreamField(MEETINGS, verbose_name=_("What sessions are like"), blank=True)
    who_for = RichTextField(
        _("more on who this service is for"),
        features=WORDS,
        blank=True,
        help_text=_(
            "Ages, places and online come from the therapists’ own listings and stand above "
            "this text. Leave it empty unless there is more to say."
        ),
    )
    right_support = prose(_("Finding the right support"))
    sources = StreamField(
        [("source", Source())],
        verbose_name=_("Where the facts come from"),
        blank=True,
        help_text=_("Every claim about what helps should have one."),
    )

    self_check = StreamField(
        [("indicator", Indicator())],
        verbose_name=_("Self-check"),
        blank=True,
        max_num=12,
        help_text=_(
            "A few sentences to recognise oneself in. What somebody answers is never kept; the "
            "page asks first whether they are safe. Leave it empty for no self-check."
        ),
    )

    parent_page_types: ClassVar[list[str]] = ["website.ApproachIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "website/approach_page.html"
    content_panels: ClassVar[list[Panel]] = titled(
        FieldPanel("short_title"),
        FieldPanel("introduction"),
        FieldPanel("teaser"),
        MultiFieldPanel(
            [FieldPanel("figure"), FieldPanel("figure_caption"), FieldPanel("picture")],
            _("Beside the introduction"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("how_long"), FieldPanel("how_often")]),
                FieldRowPanel([FieldPanel("where"), FieldPanel("for_whom")]),
            ],
            _("At a glance"),
        ),
        MultiFieldPanel(
            [FieldPanel("rests_on_heading"), FieldPanel("rests_on")], _("What it rests on")
        ),
        MultiFieldPanel(
            [FieldPanel("may_help"), FieldPanel("may_help_note")],
            _("This approach may be helpful if you…"),
        ),
        FieldPanel("sessions"),
        FieldPanel("who_for"),
        FieldPanel("right_support"),
        FieldPanel("sources"),
        FieldPanel("self_check"),
        guide=_(
            "Write to one person who is unsure and may be reading on a phone, late at night. Say "
            "what happens, in plain words. Promise nothing that nobody can promise. The list of "
            "therapists and the way to get in touch are added by the site."
        ),
    )

    class Meta:
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")

    @property
    def name(self) -> str:
        """What its neighbours call this page."""
        return self.short_title or self.title

    @property
    def indicators(self) -> list[selfcheck.Indicator]:
        """The sentences of the self-check; approaches by their pages' ids."""
        return [
            selfcheck.Indicator(
                sentence=block.value["sentence"],
                explains=block.value["explains"],
                speaks_for=tuple(
                    [str(self.pk)] * bool(block.value["here"])
                    + [str(page.pk) for page in block.value["others"] if page]
                ),
            )
            for block in self.self_check
        ]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The facts at a glance that the editor has filled in."""
        given = [
            (_("How long"), self.how_long),
            (_("How often"), self.how_often),
            (_("Where"), self.where),
            (_("For"), self.for_whom),
        ]
        return [{"term": term, "text": text} for term, text in given if text]

    def as_link(self, request: HttpRequest, title: str) -> dict[str, Any]:
        """What a list or a neighbour shows of this page."""
        return {
            "title": title,
            "url": self.get_url(request),
            "introduction": self.teaser,
            "figure": self.figure,
        }

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        for way, page in (("previous", self.previous), ("next", self.next)):
            context[way] = page.as_link(request, page.name) if page else None
        context["ask_us"] = f"?approach={self.approach.slug}" if self.approach else ""
        context |= self.offered()
        index = self.get_parent()
        context["index"] = {"title": index.title, "url": index.get_url(request)}
        return context

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """A new page brings its approach into the directory, for therapists to tick."""
        if self.approach_id is None:
            self.approach = Approach.objects.get_or_create(
                slug=self.slug, defaults={"name": self.title[:120]}
            )[0]
        return super().save(*args, **kwargs)

    def offered(self) -> dict[str, Any]:
        """Who offers this today, in the order of the day, and what they offer together."""
        today = clock.today()
        if self.approach is None:
            return {}
        offering = Profile.objects.listed(today).offering(self.approach.slug)
        in_turn = offering.with_cards().in_turn(DayOrder.objects.factor(today))
        return {
            "people": [person.card for person in in_turn[:SHOWN]],
            "reach": offering.reach(),
            "everyone": f"{reverse('therapists')}?approach={self.approach.slug}",
        }

    @cached_property
    def previous(self) -> "ApproachPage | None":
        """The live sibling before this one in the editor's order."""
        return self._siblings().filter(path__lt=self.path).order_by("-path").first()

    @cached_property
    def next(self) -> "ApproachPage | None":
        """The live sibling after this one in the editor's order."""
        return self._siblings().filter(path__gt=self.path).order_by("path").first()

    def _siblings(self) -> models.QuerySet["ApproachPage"]:
        siblings = ApproachPage.objects.sibling_of(self, inclusive=False)
        live: models.QuerySet[ApproachPage] = siblings.live().defer_streamfields()
        return live
