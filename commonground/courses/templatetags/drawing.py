"""A drawing's elements as SVG: a page has hundreds, too many to ask a template about each."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..timeline import Shape

register = template.Library()


@register.filter
def drawn(shapes: Iterable[Shape], prefix: str) -> SafeString:
    """The elements, one a line; fills are named by `prefix`, which the drawing's ids begin with.

    Every value is escaped here, as a template would do it: nothing else makes this safe.
    """
    return mark_safe("\n  ".join(_element(shape, escape(prefix)) for shape in shapes))


def _element(shape: Shape, prefix: str) -> str:
    name, x, y, x2, y2 = (escape(v) for v in (shape.name, shape.x, shape.y, shape.x2, shape.y2))
    match shape.kind:
        case "text":
            small = escape(shape.small)
            date = f'<tspan class="event-date">{small}</tspan> ' if small else ""
            anchor, words = escape(shape.anchor), escape(shape.words)
            return (
                f'<text class="{name}" x="{x}" y="{y}" text-anchor="{anchor}">{date}{words}</text>'
            )
        case "line":
            return f'<line class="{name}" x1="{x}" y1="{y}" x2="{x2}" y2="{y2}"/>'
        case "rect":
            called = f' class="{name}"' if name else ""
            filled = f' fill="url(#{prefix}-{escape(shape.fill)})"' if shape.fill else ""
            size = f'width="{x2}" height="{y2}" rx="{escape(shape.r)}"'
            return f'<rect{called} x="{x}" y="{y}" {size}{filled}/>'
        case "circle":
            return f'<circle class="{name}" cx="{x}" cy="{y}" r="{escape(shape.r)}"/>'
        case "path":
            return f'<path class="{name}" d="{escape(shape.path)}"/>'
        case "polyline":
            return f'<polyline class="{name}" points="{escape(shape.path)}"/>'
    raise ValueError(shape.kind)
