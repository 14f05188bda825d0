"""Keeping each answer as it is given, on a page or on paper; putting right what was sent."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Client, User
from commonground.scheduling.models import Appointment

from .. import scoring, storages
from ..instrument import Instrument
from ..models import Assignment, CheckIn, Response
from .alerts import raise_alert

Answers = Mapping[str, int | None]


class AlreadySent(Exception):
    """A check-in that was handed over no longer changes."""


@audit.verb("measures.answers.kept")
def keep_answers(
    *,
    response: Response,
    answers: Answers,
    by: Any,
    now: datetime,
    source: str = Response.Source.PAGE,
) -> Response:
    """Keep answers as they are given, and alert in the same transaction.

    A question left out of `answers` stays as it was; None takes an answer back, and the value
    that stood there is still on record. Raises BadAnswer for a value that is not offered,
    AlreadySent after the check-in was sent.
    """
    audit.about(response)
    response = _locked(response)
    if response.is_sent:
        raise AlreadySent
    moved = take(response, answers, now)
    if response.source != source:
        response.source = source
        moved.append("source")
    response.rewrite(*moved)
    return response


@audit.verb("measures.check_in.sent")
def send(*, check_in: CheckIn, by: Any, now: datetime) -> None:
    """Hand the answers of a check-in over: from here on they no longer change."""
    if occasion := check_in.appointment or check_in.assignment:
        audit.about(occasion)
    for response in check_in.responses:
        response.sent_at = response.sent_at or now
        response.save(update_fields=["sent_at"])
    if check_in.assignment is not None:
        check_in.assignment.links.filter(closed_at=None).update(closed_at=now)


@audit.verb("measures.paper.entered")
def enter_paper(
    *,
    client: Client,
    instrument: Instrument,
    answers: Answers,
    by: User,
    now: datetime,
    answered_on: date,
    total: int | None = None,
    appointment: Appointment | None = None,
    remark: str = "",
) -> Response:
    """Enter what a client filled in on paper: item by item, or its total alone.

    It is marked as paper, alerts as any other answer does, and is sent at once. Raises BadAnswer
    for what the measure cannot have, AlreadySent where this measure is already in before that hour.
    """
    response = _sheet(client, instrument, appointment, now)
    audit.about(response)
    audit.note(instrument=instrument.id, total_alone=total is not None)
    response.source = Response.Source.PAPER
    response.entered_by, response.answered_on, response.remark = by, answered_on, remark
    if total is not None:
        only_total(response, total)
    else:
        take(response, answers, now)
    response.sent_at = now
    response.save()
    return response


@audit.verb("measures.response.corrected")
def correct(
    *,
    response: Response,
    answers: Answers,
    by: User,
    now: datetime,
    total: int | None = None,
    remark: str = "",
) -> Response:
    """Put right what was sent: a new version that stands from now on; the old one stays on record.

    `answers` are all of them; one left out is left out. Raises BadAnswer, and AlreadySent where
    somebody else has put it right meanwhile.
    """
    old = _locked(response)
    audit.about(old)
    if not old.is_sent or old.superseded_at is not None:
        raise AlreadySent(_("Somebody has put these answers right since you opened them."))
    old.superseded_at = now
    old.save(update_fields=["superseded_at"])
    new = Response(
        assignment_id=old.assignment_id,
        client=old.client,
        appointment_id=old.appointment_id,
        instrument=old.instrument,
        version=old.version,
        answers=old.given(),
        changes=[],
        order=old.order,
        asked_at=old.asked_at,
        source=old.source,
        answered_on=old.on,
        entered_by=by,
        remark=remark,
        corrects=old,
        sent_at=now,
    )
    new.save()
    if total is not None:
        only_total(new, total)
    else:
        everything = dict.fromkeys(new.measure.by_concept) | dict(answers)
        take(new, everything, now)
    new.save()
    audit.note(new=str(new.pk))
    return new


def _locked(response: Response) -> Response:
    """These answers as they stand now, and nobody else's to change until the transaction ends.

    Whose they are never changes, so the client whom the caller knows is not fetched again.
    """
    found = Response.locked(response.pk)
    found.client = response.client
    return found


def take(
    response: Response,
    answers: Answers,
    now: datetime,
    said_at: datetime | None = None,
    alert: Callable[[Response, str, scoring.Alert, datetime], None] | None = None,
) -> list[str]:
    """Put answers into an unsaved response; raise an alert for each risk item that moved, or hand
    it to `alert`.

    `said_at` is when they were given, where that was not `now`: what stood before is then what had
    been said until that day. Returns the names of the fields to be saved.
    """
    said_at = said_at or now
    instrument = response.measure
    stands = response.given()
    merged = {**stands, **answers}
    scoring.score(instrument, merged)
    moved = {c: v for c, v in answers.items() if stands.get(c) != v}
    for rule in instrument.risks:
        value = moved.get(rule.concept)
        if value is not None and value >= rule.alert_from:
            before = _values_before(response, rule.concept, said_at)
            verdict = scoring.alert_level(before, value, rule)
            if isinstance(verdict, scoring.Alert):
                (alert or raise_alert)(response, rule.concept, verdict, now)
    response.answers = {c: v for c, v in merged.items() if v is not None}
    response.changes = [
        *response.changes,
        *({"concept": c, "value": v, "at": said_at.isoformat()} for c, v in moved.items()),
    ]
    if not response.total_on_paper:
        return ["answers", "changes"]
    response.total_on_paper = ""
    return ["answers", "changes", "total_on_paper"]


def only_total(response: Response, total: int) -> None:
    """Keep a sum without its items: what was answered to each is unknown, the risk items too."""
    scoring.score_total(response.measure, total)
    response.answers, response.total_on_paper = {}, str(total)


def _sheet(
    client: Client, instrument: Instrument, appointment: Appointment | None, now: datetime
) -> Response:
    """The response that the paper fills: the one that was asked before its hour, or a new one."""
    told: dict[str, Any] = {"client": client, "asked_at": now, "why": Assignment.Why.PAPER}
    if appointment is None:
        occasion = Assignment.objects.create(opens_at=now, **told)
    else:
        told["why"] = Assignment.Why.SESSION
        occasion, _new = Assignment.objects.get_or_create(appointment=appointment, defaults=told)
    asked = occasion.responses.current().filter(instrument=instrument.key).first()
    if asked is None:
        made = Response(
            assignment=occasion,
            client=client,
            appointment=appointment,
            instrument=instrument.key,
            version=instrument.version,
            answers={},
            changes=[],
            order=occasion.responses.count(),
            asked_at=now,
        )
        made.save()
        return made
    asked = _locked(asked)
    if asked.is_sent:
        raise AlreadySent(
            _("%(name)s is already in before that session. Put it right there instead.")
            % {"name": storages.latest(instrument.key).name}
        )
    return asked


def _values_before(response: Response, concept: str, until: datetime) -> list[int | None]:
    """Every value given to a risk item until then, oldest first, this response's own included."""
    said = Response.objects.said(response.client, response.instrument, concept)
    return [c["value"] for c in said if datetime.fromisoformat(c["at"]) <= until]
