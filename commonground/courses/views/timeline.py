"""The timeline: mood, sessions and life on one axis, and the table that says the same."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonground.core import audit, clock
from commonground.measures import storages as measures
from commonground.people.models.care import Part

from .. import actions
from .. import timeline as words
from ..chart import Mark
from ..forms import KeepEvent, LinkMood
from ..models import Course, Focus, LifeEvent, Session, Told, tell
from .parts import both_texts, clinical, course_page
from .worksheets import naming

DAY, MONTH, YEAR = LifeEvent.Precision


@clinical
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Three drawings for three widths, and the table."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.in_care_of(user, now).with_keys(), pk=pk)
    audit.read(by=user, obj=found, now=now, verb="courses.timeline.read")
    (told,) = tell([found])
    events, foci = told.events, told.foci + told.left
    page = course_page(told, user, now, "timeline")
    drawn = drawable(told, events, foci, now.astimezone(ZoneInfo(user.zone)).date())
    context = {
        "wide": None if drawn.is_empty else words.wide(drawn, width=1216),
        "middle": None if drawn.is_empty else words.wide(drawn, width=736, before=130),
        "tall": None if drawn.is_empty else words.tall(drawn),
        "measure": drawn.instrument.name,
        "totals": [m.total for m in drawn.meetings if m.total is not None],
        "rows": rows(told, drawn, events, foci),
        "may_write": Part.LEAD in found.client.parts_of(user, now),
    }
    return render(request, "courses/timeline.html", page | context)


@clinical
def event_new(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Put something on the timeline; `?session=` says in which session it was told."""
    now, user = clock.now(), request.user
    found = get_object_or_404(Course.objects.led_by(user, now).with_keys(), pk=pk)
    told_in = _session_of(found, request)
    day = now.astimezone(ZoneInfo(user.zone)).date()
    form = KeepEvent(request.POST or None, course=found, initial={"on": day})
    if form.is_valid():
        actions.keep_event(course=found, facts=form.facts, session=told_in, by=user, now=now)
        messages.success(request, _("It stands on the timeline."))
        if told_in:
            return redirect(f"{reverse('session', args=[told_in.pk])}#since")
        return redirect("timeline", pk=pk)
    audit.read(by=user, obj=found, now=now)
    return _edit(request, found, form, now)


@clinical
def event(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Change what was written about an event."""
    now, user = clock.now(), request.user
    found = get_object_or_404(LifeEvent.objects.led_by(user, now).with_keys(), pk=pk)
    initial = {"version": found.version}
    form = KeepEvent(request.POST or None, instance=found, course=found.course, initial=initial)
    both: list[dict[str, str]] = []
    if form.is_valid():
        try:
            actions.keep_event(
                course=found.course,
                event=found,
                facts=form.facts,
                version=form.cleaned_data["version"],
                by=user,
                now=now,
            )
            messages.success(request, _("Kept."))
            return redirect("timeline", pk=found.course_id)
        except actions.Stale as stale:
            both = both_texts(form, stale)
    audit.read(by=user, obj=found, now=now)
    named = {"event": found, "sheets": naming(user, now, events=found)}
    return _edit(request, found.course, form, now, both=both, **named)


@clinical
@require_POST
def link_mood(request: HttpRequest, pk: UUID, event: UUID) -> HttpResponseBase:
    """The second of two taps: what an event did to the mood."""
    now, user = clock.now(), request.user
    session = get_object_or_404(Session.objects.led_by(user, now).with_keys(), pk=pk)
    here = LifeEvent.objects.led_by(user, now).with_keys().filter(course=session.course_id)
    found = get_object_or_404(here, pk=event)
    form = LinkMood(request.POST)
    if form.is_valid():
        mood = form.cleaned_data["mood"]
        actions.link_mood(event=found, session=session, mood=mood, by=user, now=now)
    return redirect(f"{reverse('session', args=[pk])}#since")


# ——— what the pages show ———


def drawable(told: Told, events: list[LifeEvent], foci: list[Focus], today: date) -> words.Told:
    """The course as the drawing wants it."""
    progress = told.progress(today)
    key = told.course.measure
    meetings, by_number = [], {}
    for record in sorted(told.records, key=lambda one: one.on):
        score = record.scores.get(key)
        missed = record.attendance is not None and not record.attendance.seen
        state: Any = "attended" if record.held else "missed" if missed else "planned"
        if state == "planned" and record.on == today:
            state = "today"
        meetings.append(
            words.Meeting(
                on=record.on,
                number=None if missed else record.number,
                state=state,
                total=score.total if score else None,
                risk=bool(score and score.risk),
                word=_("did not meet") if missed else "",
            )
        )
        if record.number and not missed:
            by_number[record.number] = record.on
    phases = []
    for stretch in progress.stretches:
        days = [on for number, on in by_number.items() if number in stretch.phase]
        if days:
            ahead = stretch.phase.first > progress.number
            phases.append(words.Span(stretch.phase.label, min(days), max(days), ahead))
    return words.Told(
        instrument=_instrument(told),
        meetings=meetings,
        events=[words.Happening(str(e.pk), e.on, when(e), e.words, e.onset) for e in events],
        phases=phases,
        bars=[bar for focus in foci for bar in _bars(focus, told)],
        today=today,
        words=words.Words(
            phase=_("Phase"),
            focus=_("Focus"),
            sessions=_("Sessions"),
            life=_("Life"),
            before=_("Before the course"),
            today=_("today"),
            caseness=_("caseness"),
            reliable=_("reliable"),
            weekly=_("from here: week by week"),
            months=tuple(str(MONTHS_3[n]).capitalize() for n in range(1, 13)),
        ),
    )


def _instrument(told: Told) -> Any:
    return told.instrument(told.course.measure) or measures.latest(told.course.measure)


def _bars(focus: Focus, told: Told) -> list[words.Bar]:
    """A focus as one bar; a dispute as one bar for each of its stages."""
    zone = ZoneInfo(told.course.therapist.user.zone)

    def day(at: datetime) -> date:
        return at.astimezone(zone).date()

    end = day(focus.left_at) if focus.left_at else None
    stages = sorted(focus.stages.all(), key=lambda stage: stage.since)
    row = focus.rank - 1
    if not stages:
        return [words.Bar(row, str(focus.get_area_display()), day(focus.agreed_at), end)]
    ends = [*(day(stage.since) for stage in stages[1:]), end]
    who = told.named.get(focus.person_id)
    name = who.name if who else focus.get_area_display()
    return [
        words.Bar(
            row,
            _("%(who)s: %(stage)s") % {"who": name, "stage": stage.get_stage_display()}
            if n == 0
            else str(stage.get_stage_display()),
            day(stage.since),
            until,
        )
        for n, (stage, until) in enumerate(zip(stages, ends, strict=True))
    ]


def when(event: LifeEvent) -> str:
    """The day of an event as exactly as it is known, and its end where it was a stretch."""
    shapes = {DAY: "j M", MONTH: "M Y", YEAR: "Y"}
    shape = shapes[LifeEvent.Precision(event.precision)]
    said = date_format(event.on, shape)
    if event.until:
        said = _("%(start)s to %(end)s") % {"start": said, "end": date_format(event.until, shape)}
    return said


def marks(told: Told, zone: str) -> list[Mark]:
    """What the chart remembers: events since the course began, and each focus as it was agreed."""
    begun = told.course.opened_on
    lived = [Mark(e.on, e.words, when(e)) for e in told.events if e.on >= begun]
    agreed = [
        Mark(
            focus.agreed_at.astimezone(ZoneInfo(zone)).date(),
            _("focus agreed, %(area)s") % {"area": str(focus.get_area_display()).lower()},
        )
        for focus in [*told.foci, *told.left]
    ]
    return [*lived, *agreed]


def rows(
    told: Told, drawn: words.Told, events: list[LifeEvent], foci: list[Focus]
) -> list[dict[str, Any]]:
    """The table: sessions, events and what was agreed, in the order of time."""
    found: list[dict[str, Any]] = []
    first = next((m.total for m in drawn.meetings if m.total is not None), None)
    sessions = {s.number: s for s in told.sessions}
    for meeting in drawn.meetings:
        session = sessions.get(meeting.number or 0)
        since = None if meeting.total is None or first is None else meeting.total - first
        found.append(
            {"on": meeting.on, "kind": "session", "meeting": meeting, "since": since,
             "url": reverse("session", args=[session.pk]) if session else ""}
        )  # fmt: skip
    found += [
        {"on": e.on, "kind": "event", "event": e, "when": when(e), "whom": told.there[e.pk]}
        for e in events
    ]
    for focus in foci:
        for bar in _bars(focus, told):
            found.append({"on": bar.start, "kind": "focus", "focus": focus, "name": bar.name})
    order = {"session": 0, "focus": 1, "event": 2}
    return sorted(found, key=lambda row: (row["on"], order[row["kind"]]))


def _session_of(course: Course, request: HttpRequest) -> Session | None:
    """The session named in the address, if it is one of this course's own."""
    wanted = request.GET.get("session", "")
    return next((s for s in course.sessions.all() if str(s.pk) == wanted), None)


def _edit(
    request: HttpRequest, course: Course, form: KeepEvent, now: datetime, **more: Any
) -> HttpResponse:
    (told,) = tell([course])
    context = course_page(told, request.user, now, "timeline") | {"form": form, **more}
    status = 409 if more.get("both") else 200
    return render(request, "courses/event.html", context, status=status)
