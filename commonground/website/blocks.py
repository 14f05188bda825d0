"""The small pieces from which an editor builds a page; each is one component of the site."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

WORDS = ["bold", "italic", "link"]
"""All that running text may be: no headings inside, no colours, nothing pasted from elsewhere."""


class Sign(models.TextChoices):
    """The four drawn signs, one for each focus area of Interpersonal Therapy."""

    GRIEF = "grief", _("Grief: someone is missing")
    DISPUTES = "disputes", _("Disputes: two who are at odds")
    TRANSITIONS = "transitions", _("Transitions: something is passing")
    ISOLATION = "isolation", _("Isolation: others are far away")


class Text(blocks.RichTextBlock):
    """One or more paragraphs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"features": WORDS, "label": _("Text")} | options)

    class Meta:
        icon = "pilcrow"
        template = "website/blocks/text.html"


class Heading(blocks.CharBlock):
    """A heading: in the margin on a wide screen, above its text on a phone."""

    class Meta:
        icon = "title"
        label = _("Heading")
        help_text = _("Short, and in words a visitor would use.")


class Line(blocks.CharBlock):
    """One line of a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 300, "label": _("Line")} | options)

    class Meta:
        icon = "minus"


class Lines(blocks.ListBlock):
    """A plain list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(blocks.CharBlock(max_length=400), **{"label": _("List")} | options)

    class Meta:
        icon = "list-ul"
        template = "website/blocks/list.html"


class Question(blocks.StructBlock):
    """A question people ask, and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.TextBlock(label=_("Answer"), rows=3)

    class Meta:
        icon = "help"
        label = _("Question")


class Questions(blocks.ListBlock):
    """Questions and answers, side by side where there is room."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Question(), **{"label": _("Questions and answers")} | options)

    class Meta:
        icon = "help"
        template = "website/blocks/questions.html"


class Row(blocks.ListBlock):
    """One line of a table, cell by cell."""

    def __init__(self, **options: Any) -> None:
        super().__init__(blocks.CharBlock(max_length=300, required=False), **options)


class Table(blocks.StructBlock):
    """A small table with a heading for each column; the first cell of a line names the line."""

    head = Row(label=_("Column headings"), min_num=2, max_num=5)
    rows = blocks.ListBlock(Row(min_num=2, max_num=5), label=_("Lines"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "website/blocks/table.html"

    def clean(self, value: Any) -> Any:
        """Refuse a line that has more or fewer cells than there are headings."""
        value = super().clean(value)
        if any(len(row) != len(value["head"]) for row in value["rows"]):
            message = _("Every line needs one cell for each column heading; a cell may be empty.")
            raise blocks.StructBlockValidationError(non_block_errors=[ValidationError(message)])
        return value


class Indicator(blocks.StructBlock):
    """One sentence of a self-check, why it matters, and the approaches it speaks for."""

    sentence = blocks.CharBlock(
        label=_("A sentence to recognise oneself in"),
        max_length=300,
        help_text=_("In the first person: “I miss somebody who has died, and cannot go on”."),
    )
    explains = blocks.TextBlock(
        label=_("Why it speaks for an approach"),
        rows=3,
        help_text=_("One or two sentences, to the person. No diagnosis, no number, no promise."),
    )
    here = blocks.BooleanBlock(label=_("It speaks for this approach"), required=False, default=True)
    others = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="website.ApproachPage"),
        label=_("Other approaches it speaks for"),
        default=[],
    )

    class Meta:
        icon = "help"
        label = _("Sentence")

    def clean(self, value: Any) -> Any:
        """Refuse a sentence that speaks for nothing."""
        value = super().clean(value)
        if not value["here"] and not value["others"]:
            message = _("Say which approach this speaks for: this one, or another.")
            raise blocks.StructBlockValidationError(non_block_errors=[ValidationError(message)])
        return value


class Area(blocks.StructBlock):
    """One thing the work may be about, with its sign."""

    sign = blocks.ChoiceBlock(label=_("Sign"), choices=Sign.choices, required=False)
    name = blocks.CharBlock(label=_("Name"), max_length=60)
    text = blocks.TextBlock(label=_("In a sentence or two"), rows=2)

    class Meta:
        icon = "form"
        label = _("Area")


class Areas(blocks.ListBlock):
    """The areas one can work on, each with a drawn sign."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Area(), **{"label": _("Areas to work on")} | options)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["areas"] = [
            {"title": v["name"], "text": v["text"], "sign": v["sign"], "anchor": v["sign"]}
            for v in value
        ]
        return context

    class Meta:
        icon = "grip"
        template = "website/blocks/areas.html"


class Phase(blocks.StructBlock):
    """A part of the course, from one meeting to another."""

    name = blocks.CharBlock(label=_("Name"), max_length=40)
    first = blocks.IntegerBlock(label=_("First meeting"), min_value=1, max_value=60)
    last = blocks.IntegerBlock(label=_("Last meeting"), min_value=1, max_value=60)
    text = blocks.TextBlock(label=_("In a sentence"), rows=2)

    class Meta:
        icon = "minus"
        label = _("Part")


def _in_order(phases: Iterable[Any]) -> bool:
    expected = 1
    for phase in phases:
        if phase["first"] != expected or phase["last"] < phase["first"]:
            return False
        expected = phase["last"] + 1
    return True


class Course(blocks.StructBlock):
    """A whole course of meetings drawn as a line of equal dots, in parts."""

    caption = blocks.CharBlock(label=_("What the line shows"), max_length=120)
    phases = blocks.ListBlock(Phase(), label=_("Parts"), min_num=1, max_num=6)

    class Meta:
        icon = "calendar"
        label = _("Line of meetings")
        template = "website/blocks/course.html"

    def clean(self, value: Any) -> Any:
        """Refuse parts that overlap or leave a gap: the line could not be drawn."""
        value = super().clean(value)
        if not _in_order(value["phases"]):
            message = _(
                "The parts have to follow each other: the first begins at meeting 1, and each "
                "later one right after the one before."
            )
            raise blocks.StructBlockValidationError(non_block_errors=[ValidationError(message)])
        return value


class Illustration(blocks.StructBlock):
    """A picture. Its description comes from the picture unless this page needs other words."""

    picture = ImageChooserBlock(label=_("Picture"))
    words = blocks.CharBlock(
        label=_("Description on this page"),
        max_length=300,
        required=False,
        help_text=_("Leave empty to use the description kept with the picture."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=300, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "website/blocks/illustration.html"


class Source(blocks.StructBlock):
    """Where a fact comes from, so that a reader can check it."""

    text = blocks.CharBlock(label=_("Author, year, title"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")


class Reason(blocks.StructBlock):
    """A sentence one might say on arriving, and what we call it."""

    sign = blocks.ChoiceBlock(label=_("Sign"), choices=Sign.choices)
    say = blocks.CharBlock(label=_("The sentence"), max_length=120)
    name = blocks.CharBlock(label=_("What we call it"), max_length=60)

    class Meta:
        icon = "openquote"
        label = _("Reason")


MEETINGS = [("text", Text()), ("areas", Areas()), ("course", Course()), ("picture", Illustration())]
"""What *What sessions are like* may be made of."""

BODY = [
    ("heading", Heading()),
    ("text", Text()),
    ("list", Lines()),
    ("questions", Questions()),
    ("table", Table()),
    ("picture", Illustration()),
]
"""What an ordinary page may be made of."""
