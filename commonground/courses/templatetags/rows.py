"""Rows of small things in one go: the page of a session has dozens, too many to ask a template
about each. Every value is escaped here, as a template would do it: nothing else makes it safe."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.simple_tag
def course_nav(
    course: Any, session: Any, stones: Iterable[Mapping[str, Any]], tab: str
) -> SafeString:
    """The pages of a course as list items. First the session that is open on this page, else the
    one of the `stones` (views/parts.py) at which the course is, if it has its hour; `tab` is the
    route of the page that is open."""
    if session:
        first = [(reverse("session", args=[session.pk]), session.number)]
    else:
        row = [stone for each in stones for stone in each["stones"]]
        first = [(s["url"], s["number"]) for s in row if s["state"] == "now" and s["url"]]
    said = _("Session %(number)s")
    them = [(url, said % {"number": number}, bool(session)) for url, number in first]
    pages = {
        "course": _("The course"),
        "timeline": _("Timeline"),
        "people": pgettext("of a course", "People"),
        "formulation": _("Formulation"),
        "worksheets": _("Worksheets"),
        "ending": _("Ending"),
        "client_measures": _("Measures"),
        "assessment": _("Assessment"),
    }
    for route, label in pages.items():
        pk = course.client_id if route == "client_measures" else course.pk
        them.append((reverse(route, args=[pk]), label, tab == route))
    return mark_safe("\n      ".join(_page(*one) for one in them))


def _page(url: str, label: str, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    return f'<li><a href="{escape(url)}"{mark}>{escape(label)}</a></li>'


@register.filter
def ticks(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """What belongs to the hour, to be ticked: see `_line` in views/session.py."""
    meta = {
        "carried": pgettext("left open by an earlier phase", "from before"),
        "optional": _("if it fits"),
    }
    return mark_safe("\n          ".join(_tick(line, meta) for line in lines))


def _tick(line: Mapping[str, Any], meta: Mapping[str, str]) -> str:
    said = next((words for name, words in meta.items() if line[name]), "")
    aside = f'<span class="agenda-meta">{escape(said)}</span>' if said else ""
    box = f'<input type="checkbox" name="done" value="{escape(line["key"])}"{_on(line["done"])}>'
    return f"<li><label>{box}<span>{escape(line['label'])}</span></label>{aside}</li>"


@register.filter
def whys(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """Why each of them belongs to the hour."""
    return mark_safe(
        "".join(f"<dt>{escape(one['label'])}</dt><dd>{escape(one['why'])}</dd>" for one in lines)
    )


@register.filter
def chips(choices: Iterable[tuple[str, str, bool]], name: str) -> SafeString:
    """Boxes to be ticked under one name: [(value, label, ticked)]."""
    return mark_safe(
        "".join(
            f'<label class="chip"><input type="checkbox" name="{escape(name)}" '
            f'value="{escape(value)}"{_on(on)}>{escape(label)}</label>'
            for value, label, on in choices
        )
    )


@register.filter
def buttons(choices: Iterable[tuple[str, str]], name: str) -> SafeString:
    """Buttons that send one value each: [(value, label)]."""
    return mark_safe(
        "".join(
            f'<button class="chip-button" name="{escape(name)}" value="{escape(value)}" '
            f'type="submit">{escape(label)}</button>'
            for value, label in choices
        )
    )


@register.filter
def questions(lines: Iterable[Mapping[str, Any]]) -> SafeString:
    """The short questions of a form in plain values (`lines` in views/parts.py): a page with many
    asks no widget for each."""
    said = {"wish": escape(_("if you wish")), "again": escape(_("Please look again:"))}
    return mark_safe("\n".join(_question(line, **said) for line in lines))


def _question(line: Mapping[str, Any], *, wish: str, again: str) -> str:
    name, called, value = (escape(line[key]) for key in ("name", "id", "value"))
    if line["hidden"]:
        return f'<input type="hidden" name="{name}" value="{value}">'
    told = [f'<span class="unseen">{again} </span>{escape(str(one))}' for one in line["wrong"]]
    wrong = f'<p class="field-wrong" id="{called}_error">{"<br>".join(told)}</p>' if told else ""
    marks = f' aria-invalid="true" aria-describedby="{called}_error"' if told else ""
    if line["options"]:
        control = f'<select name="{name}" id="{called}"{marks}>{_options(line["options"])}</select>'
    else:
        most = f' maxlength="{line["most"]}"' if line["most"] else ""
        needed = "" if line["optional"] else " required"
        typed = f'type="text" name="{name}" id="{called}" value="{value}"'
        control = f"<input {typed}{most}{needed}{marks}>"
    aside = f' <span class="optional">{wish}</span>' if line["optional"] else ""
    label = f'<label for="{called}">{escape(str(line["label"]))}{aside}</label>'
    return f'<div class="field">{label}{wrong}{control}</div>'


def _options(choices: Iterable[tuple[Any, Any, bool]]) -> str:
    return "".join(
        f'<option value="{escape(str(value))}"{" selected" if chosen else ""}>'
        f"{escape(str(label))}</option>"
        for value, label, chosen in choices
    )


@register.filter
def settled(lines: Iterable[Mapping[str, str]]) -> SafeString:
    """What is settled and what is still open: [{label, state: settled|waiting|care, words}]. The
    mark has a shape, the words say it."""
    return mark_safe("\n  ".join(_settled(line) for line in lines))


MARKS = {
    "settled": '<path d="M2.5 8.5l3.5 4 7.5-9"/>',
    "care": '<path d="M8 2v7M8 13v.5"/>',
    "waiting": '<circle cx="8" cy="8" r="5.5"/>',
}


def _settled(line: Mapping[str, str]) -> str:
    mark = f'<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{MARKS[line["state"]]}'
    said = f"<span>{escape(line['words'])}</span>"
    told = f'<dd class="state-{line["state"]}">{mark}</svg>{said}</dd>'
    return f"<div><dt>{escape(line['label'])}</dt>{told}</div>"


def _on(ticked: bool) -> str:
    return " checked" if ticked else ""
