"""A therapist with two clients, and hours to keep."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from commonground.people.models import Client, Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling import actions
from commonground.scheduling.models import Appointment

NINE = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Diary:
    therapist: Therapist
    ada: Client
    ben: Client

    def plan(
        self, at: datetime, client: Client | None = None, minutes: int = 50, **told: Any
    ) -> Appointment:
        given = {
            "therapist": self.therapist, "client": client or self.ada, "place": None,
            "by": self.therapist.user, "now": NINE - 48 * HOUR,
        }  # fmt: skip
        return actions.plan(starts_at=at, minutes=minutes, **(given | told))

    def row(self, at: datetime, **told: Any) -> Appointment:
        """A row as somebody would write it past the verbs."""
        given = {"therapist": self.therapist, "client": self.ben, "ends_at": at + HOUR}
        return Appointment(starts_at=at, **(given | told))


def diary() -> Diary:
    theo = person("Theo", Role.THERAPIST)
    return Diary(theo.therapist, client_of(theo, "Ada"), client_of(theo, "Ben"))
