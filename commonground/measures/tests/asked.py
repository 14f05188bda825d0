"""A client who is asked the PHQ-9 before each of some weekly appointments."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commonground.measures import actions
from commonground.measures.models import Alert, CheckIn, Response
from commonground.people import actions as people
from commonground.people.models import Care, Client, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person
from commonground.scheduling import actions as scheduling

NINE = "better_off_dead"
WEEK = timedelta(days=7)
MONDAY_NOON = NOON


@dataclass
class Asked:
    theo: User
    ada: Client
    account: User
    weeks: int = 0
    check_ins: list[CheckIn] = field(default_factory=list)

    def next_week(self, keys: tuple[str, ...] = ("phq9",)) -> Response:
        """Ask before one more appointment; returns its PHQ-9."""
        self.weeks += 1
        appointment = scheduling.plan(
            therapist=self.theo.therapist, client=self.ada, starts_at=NOON + self.weeks * WEEK,
            minutes=50, place=None, by=self.theo, now=NOON,
        )  # fmt: skip
        check_in = actions.ask(
            client=self.ada, appointment=appointment, keys=keys, by=self.theo, now=NOON
        )
        self.check_ins.append(check_in)
        return check_in.responses[0]

    def answer(self, response: Response, nine: int | None, now: datetime = NOON) -> Response:
        return self.keep(response, {NINE: nine}, now)

    def keep(
        self, response: Response, answers: dict[str, int | None], now: datetime = NOON
    ) -> Response:
        return actions.keep_answers(response=response, answers=answers, by=self.account, now=now)

    def acknowledge(self, alert: Alert, by: User | None = None, words: str = "") -> Alert:
        return actions.acknowledge(
            alert=alert, action="spoke", words=words, by=by or self.theo, now=NOON
        )

    def cover(self, **told: Any) -> User:
        """Somebody covers for Theo from now on."""
        cora = person("Cora", Role.THERAPIST)
        people.begin_care(
            by=self.theo, now=NOON, client=self.ada, therapist=cora.therapist, part="cover",
            reason="leave", **told,
        )  # fmt: skip
        return cora


def asked() -> Asked:
    theo = person("Theo", Role.THERAPIST)
    account, ada = person("Ada", Role.CLIENT), client_of(theo, "Ada")
    Client.objects.filter(pk=ada.pk).update(user=account)
    Care.objects.update(begins_at=NOON - WEEK)
    ada.refresh_from_db()
    return Asked(theo, ada, account)
