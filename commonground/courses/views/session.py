"""The session page: prepared in ten minutes, worked with for fifty, closed in five."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.measures.models import Alert, CheckIn
from commonground.measures.scoring import change
from commonground.people.models import Caseload

from .. import storages
from ..forms import AgreeTask, Amend, Share, TellTask, Write
from ..models import (
    Amendment,
    Closeness,
    Focus,
    LifeEvent,
    MoodLink,
    Note,
    Person,
    Session,
    Summary,
    Told,
    tell,
)
from ..protocol import AgendaItem
from .focus import worked
from .parts import (
    age,
    alert_line,
    band_label,
    clinical,
    lines,
    prompts,
    stones,
)
from .timeline import marks, when
from .waiting import changed
from .worksheets import sheets_beside


@clinical
def session(request: HttpRequest, pk: UUID, **wrong: Any) -> HttpResponse:
    """Everything for one session. `wrong` holds what was sent back: a form, or two texts."""
    now, user = clock.now(), request.user
    mine = Caseload.of(user, now)
    cared = Session.objects.filter(course__client__in=mine.cared).with_client()
    course = get_object_or_404(cared, pk=pk).course
    (told,) = tell([course], papers=True)
    found, client = told.session(pk), course.client
    audit.read(by=user, obj=found, now=now)
    day = clock.today(user.zone)
    progress = told.progress(day)
    note, summaries = told.note(found), told.summaries
    may_write = client.pk in mine.led
    alerts = Alert.objects.open_about(client)
    met = max((s.appointment.starts_at for s in told.sessions
               if s.number < found.number and s.appointment), default=None)  # fmt: skip
    results = _results(told, found)
    earlier = [s for s in told.sessions if s.number < found.number]
    later = [session for session, _hour in told.hours if session.number > found.number]
    tasks = _tasks(told, found)
    items = found.agenda(told.sessions)
    agenda = [_line(item, found) for item in items]
    context = {
        "course": course,
        "session": found,
        "client": client,
        "age": age(client, day),
        "progress": progress,
        "stones": stones(told, progress, linked=True),
        "appointment": found.appointment,
        "check_in": CheckIn.before(found.appointment, client) if found.appointment else None,
        "results": results,
        "changed": changed(told, met, results),
        "chart": told.chart(told.course.measure, marks=marks(told, user.zone)),
        "item_nine": _item_nine(told, found),
        "alerts": [alert_line(alert, now) for alert in alerts],
        "agenda": agenda,
        "agenda_form_url": reverse("agenda", args=[pk]),
        "note": note,
        "may_write": may_write,
        "is_open": may_write and not found.is_closed,
        "may_treat": client.pk in mine.treated,
        "note_form": _note_form(note),
        "note_url": reverse("note", args=[pk]),
        "sign_url": reverse("sign_note", args=[pk]),
        "summary": summaries.get(found.pk),
        "summary_form": _summary_form(summaries.get(found.pk)),
        "summary_url": reverse("summary", args=[pk]),
        "close_url": reverse("close_session", args=[pk]),
        "closing": _closing(
            agenda, note, summaries.get(found.pk), alerts, later, tried=bool(tasks["task"])
        ),
        "previous": _previous(earlier, summaries),
        **_around(told, found, met, user),
        "wish": told.wish(found),
        "company": told.company(found),
        "worksheets": sheets_beside(told, found.number),
        "goals": told.goals,
        "prompts": prompts(told.prompts(progress), course.protocol),
        "finish_url": reverse("finish", args=[pk]),
        "minutes": _minutes(found, now),
        "amendments": Amendment.objects.of(found) if note and note.is_signed else (),
        "amend_form": Amend() if note and note.is_signed else None,
        **tasks,
        "task_lines": lines(wrong.get("task_form") or tasks["task_form"]),
        "next_session": later[0] if later else None,
        "dates_url": reverse("course", args=[course.pk]),
    }
    return render(request, "courses/session.html", context | wrong)


# ——— what the page shows ———


def _line(item: AgendaItem, found: Session) -> dict[str, Any]:
    """One line of the agenda, in plain values."""
    hour = {"opening": _("Arriving"), "work": _("Working"), "closing": _("Closing the hour")}
    return {
        "key": item.key,
        "part": hour[item.part],
        "label": item.label,
        "why": item.why,
        "done": item.key in found.done,
        "carried": item.carried,
        "optional": item.task and not item.required and not item.carried,
    }


def _note_form(note: Note | None) -> Write:
    return Write(initial={"text": note.text, "version": note.version} if note else {"version": 0})


def _summary_form(summary: Summary | None) -> Share:
    told = {"text": summary.text, "version": summary.version} if summary else {"version": 0}
    return Share(initial=told)


def _results(told: Told, found: Session) -> list[dict[str, Any]]:
    """Each measure sent before this session, beside the last one and the first."""
    was, start = told.before(found), told.first_scores
    return [
        {
            "instrument": response.measure,
            "score": response.score,
            "band_label": band_label(response.score, response.measure.bands),
            "was": was.get(response.instrument),
            "start": start.get(response.instrument),
            "change": _change(start.get(response.instrument), response),
        }
        for response in told.sent_before(found)
    ]


def _change(start: Any, response: Any) -> str | None:
    if start is None:
        return None
    return change(start.total, response.score.total, response.measure)


def _item_nine(told: Told, found: Session) -> dict[str, Any] | None:
    """What was answered to the question about death and self-harm, and what before."""
    for response in told.sent_before(found):
        for rule in response.measure.risks:
            said = {o.value: o.text for o in response.measure.by_concept[rule.concept].options}
            value = response.given().get(rule.concept)
            before = told.answer_before(found, response.instrument, rule.concept)
            return {
                "value_text": said.get(value, ""),
                "was_text": said.get(before, ""),
                "unanswered": value is None,
            }
    return None


def _closing(
    agenda: list[dict[str, Any]],
    note: Note | None,
    summary: Summary | None,
    alerts: list[Alert],
    later: list[Session],
    *,
    tried: bool,
) -> list[dict[str, str]]:
    """What is settled and what is still open, in the order a therapist ends the hour."""
    ticked = sum(each["done"] for each in agenda)
    signed, shared = bool(note and note.is_signed), bool(summary and summary.is_shared)
    rows = [
        {
            "label": _("Agenda"),
            "state": "settled" if ticked else "waiting",
            "words": _("%(done)s of %(all)s ticked") % {"done": ticked, "all": len(agenda)},
        },
        {
            "label": _("Note"),
            "state": "settled" if signed else "waiting",
            "words": _("signed") if signed else _("unsigned"),
        },
        {
            "label": _("To try"),
            "state": "settled" if tried else "waiting",
            "words": _("agreed") if tried else _("nothing agreed"),
        },
        {
            "label": _("Shared summary"),
            "state": "settled" if shared else "waiting",
            "words": _("shared") if shared else _("not written"),
        },
        {
            "label": _("Next session"),
            "state": "settled" if later else "waiting",
            "words": _date(later[0]) if later else _("no date yet"),
        },
    ]
    if alerts:
        open_ones = {"label": _("Alert"), "state": "care", "words": _("open: look at it first")}
        rows.insert(0, open_ones)
    return rows


def _date(session: Session) -> str:
    """Day and hour of a session, as they stand on the clock of its zone."""
    appointment = session.appointment
    return date_format(localtime(appointment.starts_at, ZoneInfo(appointment.zone)), "D j M, H:i")


def _previous(earlier: list[Session], summaries: dict[UUID, Summary]) -> dict[str, Any] | None:
    if not earlier:
        return None
    return {"session": earlier[-1], "summary": summaries.get(earlier[-1].pk)}


def _around(told: Told, found: Session, met: datetime | None, user: Any) -> dict[str, Any]:
    """What stands around the hour: focus, people, and what happened since the two met."""
    since = met.astimezone(ZoneInfo(user.zone)).date() if met else None
    links = MoodLink.objects.all().by_event(found) if told.events else {}
    events = [
        one
        for one in reversed(told.events)
        if one.pk in links or _new(one, told, found, met, since)
    ]
    return {
        "foci": [_focus(focus, told, found.number) for focus in told.foci],
        "since": since,
        "happened": [
            {"event": e, "when": when(e), "link": links.get(e.pk), "whom": told.there[e.pk]}
            for e in events
        ],
        "moods": [(mood, str(label)) for mood, label in MoodLink.Mood.choices],
        "matter": _nearest(told.people, told.places),
        "people_url": reverse("people", args=[told.course.pk]),
        "everybody": len(told.people),
        "techniques": [
            (one.key, one.label, one.key in found.techniques)
            for one in storages.handbook().techniques
        ],
    }


def _new(
    event: LifeEvent, told: Told, found: Session, met: datetime | None, since: date | None
) -> bool:
    """Whether something happened, or became known, since the two last met before this session.

    What was told in an hour stands with that hour, and later only if it lay ahead then. What was
    written after this session was closed is for the next one.
    """
    if event.session_id == found.pk:
        return True
    if found.closed_at and event.saved_at > found.closed_at:
        return False
    if met is None or since is None:
        return True
    if event.session_id:
        return told.session(event.session_id).number < found.number and event.on > since
    return event.on >= since or event.saved_at > met


def _focus(focus: Focus, told: Told, number: int) -> dict[str, Any]:
    """A focus, its strategies ready to be ticked for this session."""
    found = worked(focus, told)
    ticked = [(each["strategy"], number in each["sessions"]) for each in found["strategies"]]
    return found | {"chips": [(strategy.id, strategy.label, on) for strategy, on in ticked]}


def _nearest(them: list[Person], places: dict[UUID, dict[str, Closeness]]) -> list[dict[str, Any]]:
    """Five people for one look: whoever is in conflict with the client, then the closest."""
    now = Closeness.AsOf.NOW
    ring = {pk: there[now].ring for pk, there in places.items() if now in there}
    strained = Person.Conflict.MUCH
    rows = sorted(them, key=lambda o: ((o.conflict or 0) < strained, ring.get(o.pk, 9), o.order))
    said = dict(Closeness.Ring.choices)
    return [
        {"pk": one.pk, "name": one.name, "words": _who(one, said.get(ring.get(one.pk, 0), ""))}
        for one in rows[:5]
    ]


def _who(one: Person, ring: Any) -> str:
    """Who somebody is to the client, how close, and how much conflict there is."""
    much = one.conflict and _("conflict: %(much)s") % {"much": one.get_conflict_display()}
    return "; ".join(str(part) for part in (one.relation, ring, much) if part)


def _tasks(told: Told, found: Session) -> dict[str, Any]:
    """The task of last time with the form for what came of it, and the one for next time."""
    mine = next((task for task in told.tasks if task.session_id == found.pk), None)
    before = next((task for task in told.tasks if task.session.number < found.number), None)
    seen = {"version": mine.version if mine else 0}
    return {
        "task": mine,
        "task_with": told.named.get(mine.person_id) if mine else None,
        "task_form": AgreeTask(instance=mine, course=told.course, people=told.people, initial=seen),
        "task_before": before,
        "told_form": TellTask(instance=before, initial={"version": before.version})
        if before
        else None,
    }


def _minutes(found: Session, now: datetime) -> dict[str, Any] | None:
    """How much of the hour is left, while it runs; None before and after."""
    at = found.appointment
    if at is None or found.is_closed or not at.starts_at <= now < at.ends_at:
        return None
    whole = (at.ends_at - at.starts_at).total_seconds()
    gone = (now - at.starts_at).total_seconds()
    left = int((whole - gone + 59) // 60)
    return {"left": left, "gone": round(100 * gone / whole), "ends_at": at.ends_at}
