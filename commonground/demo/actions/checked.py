"""How an invented client answers before they meet, through the verbs."""

from datetime import datetime
from typing import Any

from commonground.measures import actions as measures
from commonground.measures import storages as shelf
from commonground.measures.models import Alert, CheckIn
from commonground.people.models import User
from commonground.scheduling.models import Appointment

from ..courses import answers


def check_in(
    appointment: Appointment, told: dict[str, Any], by: User, *, answered_at: datetime
) -> list[Alert]:
    """Answer and send what was asked before an hour; returns the alerts that it raised. What was
    brought along on paper is entered when they meet."""
    asked = CheckIn.before(appointment)
    for response in asked.responses:
        concepts = [item.concept for item in response.measure.items]
        given = answers(concepts, told[response.instrument])
        measures.keep_answers(response=response, answers=given, by=by, now=answered_at)
    measures.send(check_in=CheckIn.before(appointment), by=by, now=answered_at)
    if "wsas" in told and appointment.client:
        measures.enter_paper(
            client=appointment.client,
            instrument=shelf.latest("wsas"),
            answers={},
            total=told["wsas"],
            answered_on=answered_at.date(),
            appointment=appointment,
            by=by,
            now=appointment.starts_at,
        )
    return list(Alert.objects.with_keys().unanswered().filter(response__appointment=appointment))
