"""Taking in scores from before somebody came here."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from commonground.core import audit
from commonground.people.models import Client, User

from .. import scoring
from ..models import Assignment, Response
from ..scorelist import Fault, Row
from .alerts import owner_of_alerts, raise_alert
from .answering import only_total, take


def already_here(client: Client, rows: Sequence[Row]) -> list[Fault]:
    """The lines whose measure is in for that very day."""
    stand = Response.objects.sent().filter(client=client)
    known = {(row.instrument, row.on) for row in stand}
    return [Fault(row.line, "here") for row in rows if (row.instrument.key, row.on) in known]


@audit.verb("measures.scores.imported")
def import_scores(*, client: Client, rows: Sequence[Row], by: User, now: datetime) -> list[Fault]:
    """Take in earlier scores: all of them, or none with the lines that are in already.

    They are marked as imported and stand on their own days. A question of risk that was ever
    endorsed in the list raises one alert, however often it was, as one person looks at them
    together: on the newest such answer, held against what had been said until that day, and due
    from today. Raises NobodyToTell.
    """
    audit.about(client)
    client = Client.locked(client.pk)  # two lists for one client come in one after the other
    if faults := already_here(client, rows):
        audit.note(lines=0)
        return faults
    owner_of_alerts(client, now)
    newest: dict[tuple[str, str], tuple[Response, scoring.Alert]] = {}

    def endorsed(made: Response, concept: str, verdict: scoring.Alert, _now: datetime) -> None:
        newest[made.instrument, concept] = made, verdict

    for row in sorted(rows, key=lambda row: (row.on, row.line)):
        _keep(client, row, by, now, endorsed)
    for (_instrument, concept), (made, verdict) in newest.items():
        raise_alert(made, concept, verdict, now)
    audit.note(lines=len(rows))
    return []


def _keep(client: Client, row: Row, by: User, now: datetime, endorsed: Any) -> None:
    """One measure of one day, saved and sent."""
    said_at = min(now, datetime.combine(row.on, time(12), UTC))
    told: dict[str, Any] = {"client": client, "asked_at": said_at}
    occasion = Assignment.objects.create(why=Assignment.Why.IMPORT, opens_at=said_at, **told)
    made = Response(
        assignment=occasion,
        instrument=row.instrument.key,
        version=row.instrument.version,
        answers={},
        changes=[],
        source=Response.Source.IMPORT,
        answered_on=row.on,
        entered_by=by,
        sent_at=now,
        **told,
    )
    made.save()
    if row.total is not None:
        only_total(made, row.total)
    else:
        take(made, row.answers, now, said_at, endorsed)
    made.save()
