"""What the page of figures is handed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min, OuterRef, Subquery

from commonground.scheduling.models import Appointment, PracticeHoliday

from ..figures import LEAST, Count, middle, told, total_told
from ..lifecycle import State
from ..models import Enquiry
from ..promise import working_time
from .shown import span

YEAR = timedelta(days=365)


def year(now: datetime) -> dict[str, Any]:
    """The last twelve months: two queries, whatever they held.

    The time to a first answer is what lay on working days: a letter of Christmas Eve is not late
    on the day the practice opens again.
    """
    off = PracticeHoliday.objects.days((now - YEAR).date(), now.date())
    zone = settings.TIME_ZONE
    rows = list(
        Enquiry.objects.filter(received_at__gte=now - YEAR)
        .annotate(first_at=Subquery(_first_session().values("first")[:1]))
        .order_by()
        .values_list("source", "state", "received_at", "answered_at", "offered_at", "first_at")
    )
    sources = Counter(row[0] for row in rows)
    states = Counter(row[1] for row in rows)
    return {
        "total": total_told(states),
        "least": LEAST,
        "sources": _named(told(sources), dict(Enquiry.Source.choices)),
        "ends": _named(told(states), dict(Enquiry._meta.get_field("state").choices or ())),
        "answer": _half([working_time(row[2], row[3], zone, off) for row in rows if row[3]]),
        "offer": _half([row[4] - row[2] for row in rows if row[4]]),
        "session": _half([row[5] - row[2] for row in rows if row[5] and row[5] > row[2]]),
        "unanswered": _unanswered(rows),
    }


def _first_session() -> Any:
    """The first time each client really met their therapist."""
    held = Appointment.objects.filter(client=OuterRef("client"), state="held")
    return held.order_by().values("client").annotate(first=Min("starts_at"))


def _named(counts: list[Count], names: dict[Any, Any]) -> list[dict[str, Any]]:
    return [{"name": names.get(each.of, each.of), "many": each.many} for each in counts]


def _half(times: list[timedelta]) -> str:
    found = middle(times)
    return span(found) if found is not None else ""


def _unanswered(rows: list[Any]) -> int | None:
    """How many still wait for a first answer; hidden where few do."""
    many = sum(row[3] is None and row[1] in (State.RECEIVED, State.WAITING) for row in rows)
    return many if many == 0 or many >= LEAST else None
