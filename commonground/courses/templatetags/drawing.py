"""A drawing's elements as SVG: a page has hundreds, too many to ask a template about each."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..progress import Progress
from ..timeline import Shape

register = template.Library()


@register.filter
def drawn(shapes: Iterable[Shape], prefix: str) -> SafeString:
    """The elements, one a line; fills are named by `prefix`, which the drawing's ids begin with.

    Every value is escaped here, as a template would do it: nothing else makes this safe.
    """
    return mark_safe("\n  ".join(_element(shape, escape(prefix)) for shape in shapes))


@register.filter
def stones(row: Iterable[Mapping[str, Any]], here: int | None) -> SafeString:
    """The sessions of a phase as list items (see views/parts.py); `here` is open on this page."""
    session, held = _("Session"), pgettext("a session", "held")
    return mark_safe("\n        ".join(_stone(each, here, session, held) for each in row))


def _stone(stone: Mapping[str, Any], here: int | None, session: str, held: str) -> str:
    marks = [f"is-{stone['state']}"]
    marks += [name for name in ("ending", "last") if stone[name]]
    marks += ["here"] if stone["number"] == here else []
    step = ' aria-current="step"' if stone["state"] == "now" else ""
    words = f"{stone['number']}"
    said = f'<span class="unseen">, {escape(held)}</span>' if stone["state"] == "done" else ""
    inside = f"<span>{words}</span>{said}"
    if stone["url"]:
        unseen = f'<span class="unseen">{escape(session)} </span>'
        inside = f'<a href="{escape(stone["url"])}">{unseen}{words}{said}</a>'
    return f'<li class="{" is-".join(marks)}"{step}>{inside}</li>'


@register.filter
def phases(progress: Progress) -> SafeString:
    """The ribbon in small: one line per phase, dashed into its sessions, over it how far it has
    gone. Whole numbers only: one unit is one session."""
    them = [stretch.phase for stretch in progress.stretches]
    gone = progress.sessions if progress.finished else progress.number - 1
    lines = [_stretch("", phase.first - 1, phase.last) for phase in them]
    lines += [_stretch("gone", 0, gone)] if gone else []
    lines += [
        f'<line class="end" x1="{phase.first - 1}" x2="{phase.first - 1}" y1="0" y2="8"/>'
        for phase in them[1:]
    ]
    if not progress.finished:
        lines.append(f'<rect class="is-now" x="{gone}" y="0" width="0.82" height="8"/>')
    return mark_safe("\n  ".join(lines))


def _stretch(name: str, start: int, end: int) -> str:
    called = f' class="{name}"' if name else ""
    return f'<line{called} x1="{start}" x2="{end}" y1="4" y2="4" pathLength="{end - start}"/>'


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
