"""Small words for templates that draw or ask. They shape what is shown and look nothing up."""

import json
import re
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput
from django.utils.safestring import SafeString, mark_safe

from .. import clock

register = template.Library()
HARMLESS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
"""Inside a script element only these could end it; in JSON they may be written as numbers."""
RINGS = 6  # how many hand-drawn rings components/portrait.html has to choose from


@register.filter
def weeks(phase: Mapping[str, Any]) -> range:
    """The weeks of one phase, both ends included: {"first": 5, "last": 12} gives eight of them."""
    return range(phase["first"], phase["last"] + 1)


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word: Miriam van der Berg gives MB."""
    words = str(name).split()
    return "".join(word[0] for word in dict.fromkeys(words[:1] + words[-1:])).upper()


@register.filter
def ring(name: str) -> int:
    """The same person always sits in the same ring."""
    return crc32(str(name).encode()) % RINGS


@register.simple_tag
def moment() -> str:
    """Now, for a page that will ask what has changed since it was made."""
    return clock.now().isoformat()


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The control of a form field, without placeholder: it vanishes while one types."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def is_tick(field: BoundField) -> bool:
    """A single box to tick: its label stands beside it, not above."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def first_control(field: BoundField) -> str:
    """The id an error summary links to: the control, or the first of a group of choices."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def data_block(told: Mapping[str, Any]) -> SafeString:
    """What search engines are told, as a data block that is never run."""
    text = json.dumps(told, ensure_ascii=False).translate(HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.filter
def dial(number: str) -> str:
    """A telephone number as a link dials it: "01632 960 142" gives "01632960142"."""
    return re.sub(r"[^0-9+]", "", str(number))
