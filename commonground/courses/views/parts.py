"""What several pages of a course show: the row of stones, an age, what an answer said."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from commonground.core.access import only
from commonground.measures.models import Alert
from commonground.measures.scoring import Score
from commonground.people import ages
from commonground.people.models import Client
from commonground.people.roles import Role

from ..actions import Stale
from ..models import Told
from ..progress import Because, Progress, Prompt
from ..protocol import Protocol

clinical = only(Role.THERAPIST, Role.SUPERVISOR)


def scripted(request: HttpRequest) -> bool:
    """Whether a script of ours asked, and wants the facts without a page."""
    return not request.accepts("text/html")


def age(client: Client, on: date) -> int | None:
    """How old the client is on a day, in whole years; None where the birthday is not known."""
    return ages.age(client.born_on, on) if client.born_on else None


def stones(told: Told, progress: Progress, *, linked: bool) -> list[dict[str, Any]]:
    """The sessions as one row, phase by phase: done, now, ahead; the ending is marked."""
    row = _stones(told, progress, linked=linked)
    return [
        {"stretch": each, "stones": [stone for stone in row if stone["number"] in each.phase]}
        for each in progress.stretches
    ]


def _stones(told: Told, progress: Progress, *, linked: bool) -> list[dict[str, Any]]:
    ending = progress.stretches[-1].phase
    return [
        {
            "number": session.number,
            "state": _state(session.is_closed, session.number, progress),
            "ending": session.number in ending,
            "last": session.number == progress.sessions,
            "url": reverse("session", args=[session.pk])
            if linked and session.appointment
            else None,
        }
        for session in told.sessions
    ]


def _state(closed: bool, number: int, progress: Progress) -> str:
    if number == progress.number and not progress.finished:
        return "now"
    return "done" if closed or number < progress.number else "ahead"


def alert_line(alert: Alert, now: datetime) -> dict[str, Any]:
    """One alert as the therapist's pages show it."""
    said = {o.value: o.text for o in alert.response.measure.by_concept[alert.concept].options}
    return {
        "alert": alert,
        "client": alert.client.called,
        "value_text": said.get(alert.value, _("taken back")),
        "due": alert.get_due_display(),
        "overdue": alert.due_at < now,
        "url": reverse("alert", args=[alert.pk]),
    }


def prompts(because: Iterable[Prompt], protocol: Protocol) -> list[dict[str, Any]]:
    """What is worth a thought, each said once with every reason for it and where that is from."""
    said: dict[str, list[Prompt]] = {}
    for prompt in because:
        said.setdefault(str(_SAID[prompt.code][0]), []).append(prompt)
    return [
        {
            "say": say,
            "because": " ".join(_sentences(one)[1] for one in ones),
            "source": _source(ones[0], protocol),
            "signs": [one.sign for one in ones],
            "may_rest": all(one.may_rest for one in ones),
        }
        for say, ones in said.items()
    ]


def _source(prompt: Prompt, protocol: Protocol) -> str:
    """Where a prompt comes from: published, the protocol's own, or a default of this software."""
    if prompt.code in {Because.RISK_ANSWERED, Because.RISK_SKIPPED}:
        return _("any answer above zero is reviewed by a person: PHQ-9 scoring guidance")
    if prompt.code in {Because.WORSE_THAN_START, Because.NO_IMPROVEMENT}:
        return _(
            "feedback on courses that are not on track: doi.org/10.1080/10503307.2023.2181114; "
            "reliable change of the measure"
        )
    if prompt.code in {Because.SMALL_FALL, Because.FOCUS_RESTING, Because.DID_NOT_ATTEND}:
        return _("a plain rule of this software, not a published cut-off")
    return _("the protocol of this course, %(label)s") % {"label": protocol.label}


def _sentences(prompt: Prompt) -> tuple[str, str]:
    values = dict(prompt.values)
    say, because = _SAID[prompt.code]
    if prompt.code is Because.UNSUITABLE and values.get("why") == "assessed":
        because = _ASSESSED
    return str(say), str(because % values) if values else str(because)


_SAID = {
    Because.RISK_ANSWERED: (
        gettext_lazy("Ask about the thoughts of death or self-harm."),
        gettext_lazy("Because item 9 was answered above zero before this session."),
    ),
    Because.RISK_SKIPPED: (
        gettext_lazy("Ask in person about thoughts of death or self-harm."),
        gettext_lazy("Because that question was left out; a gap is no “not at all”."),
    ),
    Because.WORSE_THAN_START: (
        gettext_lazy("Review the course together."),
        gettext_lazy("Because the score has risen from %(first)s at the start to %(last)s."),
    ),
    Because.SMALL_FALL: (
        gettext_lazy("Review the course together."),
        gettext_lazy(
            "Because the score has fallen by less than a fifth: %(first)s at the start, "
            "%(last)s now."
        ),
    ),
    Because.NO_IMPROVEMENT: (
        gettext_lazy("Review the course together."),
        gettext_lazy("Because the middle has come and there is no reliable improvement yet."),
    ),
    Because.DID_NOT_ATTEND: (
        gettext_lazy("Get in touch."),
        gettext_lazy("Because the last session was missed."),
    ),
    Because.TASKS_LEFT_BEHIND: (
        gettext_lazy("Look at what the first sessions left open."),
        ngettext_lazy(
            "Because %(count)s task of an earlier phase is not done.",
            "Because %(count)s tasks of an earlier phase are not done.",
            "count",
        ),
    ),
    Because.ENDING_AHEAD: (
        gettext_lazy("Say the ending aloud."),
        ngettext_lazy(
            "Because the ending phase begins in %(sessions_until)s session.",
            "Because the ending phase begins in %(sessions_until)s sessions.",
            "sessions_until",
        ),
    ),
    Because.NO_FOCUS: (
        gettext_lazy("Agree a focus."),
        gettext_lazy("Because session %(session)s has come and none is agreed yet."),
    ),
    Because.FOCUS_RESTING: (
        gettext_lazy("Come back to the primary focus?"),
        gettext_lazy("Because it was last worked on in session %(worked)s."),
    ),
    Because.UNSUITABLE: (
        gettext_lazy("Think again about whether this protocol suits."),
        gettext_lazy("Because it is not meant for somebody aged %(age)s."),
    ),
}
"""What each prompt says and why; put into the reader's language when it is said."""

_ASSESSED = gettext_lazy("Because the assessment says that it does not.")


def band_label(score: Score, bands: Any) -> str:
    """The name of the band a total lies in; empty where there is no total."""
    return next((band.label for band in bands if band.key == score.band), "")


def clock_time(at: datetime, zone: str) -> str:
    """Hours and minutes on the clock of a zone."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def course_page(told: Told, user: Any, now: datetime, tab: str) -> dict[str, Any]:
    """What every page of a course has above it: who, where in the course, and its other pages."""
    course, day = told.course, now.astimezone(ZoneInfo(user.zone)).date()
    progress = told.progress(day)
    return {
        "course": course,
        "client": course.client,
        "age": age(course.client, day),
        "progress": progress,
        "stones": stones(told, progress, linked=True),
        "tab": tab,
    }


def both_texts(form: Any, stale: Stale) -> list[dict[str, str]]:
    """What was saved meanwhile, field by field in words; `form` keeps what was typed, and saving
    it again is from now on a choice made with open eyes."""
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(stale.version)
    return [
        {"label": form[name].label, "theirs": _in_words(form.fields[name], value)}
        for name, value in stale.theirs.items()
        if name in form.fields
    ]


def lines(form: Any) -> list[dict[str, Any]]:
    """A form of short lines, choices and hidden fields in plain values (templatetags/rows.py)."""
    return [_line(field) for field in form]


def _line(field: Any) -> dict[str, Any]:
    value = field.value()
    told = "" if value is None else str(value)
    options = getattr(field.field, "choices", ())
    return {
        "name": field.html_name,
        "id": field.auto_id,
        "hidden": field.is_hidden,
        "label": field.label,
        "value": told,
        "optional": not field.field.required,
        "most": getattr(field.field, "max_length", None),
        "wrong": list(field.errors),
        "options": [(pk, label, str(pk) == told) for pk, label in options],
    }


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, set):
        return ", ".join(sorted(field.label_from_instance(one) for one in value)) or _("nobody")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    said = dict(getattr(field, "choices", ())) if not hasattr(field, "queryset") else {}
    return str(said.get(value, value if value not in (None, "") else _("nothing")))
