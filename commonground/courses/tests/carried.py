"""A course that Miriam carries with Priya: opened, dated, checked in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commonground.courses import actions, storages
from commonground.courses.models import Course, Note, Session
from commonground.measures import actions as measures
from commonground.measures.models import CheckIn
from commonground.people.models import Client, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person

TWO_DAYS = timedelta(days=2)
MET = NOON + TWO_DAYS + timedelta(hours=1)
"""When the first session has been."""
NINE = "better_off_dead"


@dataclass(frozen=True)
class Carried:
    miriam: User
    priya: Client
    account: User
    course: Course

    def session(self, number: int = 1) -> Session:
        return Session.objects.with_keys().get(course=self.course, number=number)

    def check_in(self, nine: int | None = 0, number: int = 1, *, send: bool = True) -> None:
        check_in = CheckIn.before(self.session(number).appointment)
        for response in check_in.responses:
            given: dict[str, int | None] = {i.concept: 1 for i in response.measure.items}
            if NINE in given:
                given[NINE] = nine
            measures.keep_answers(response=response, answers=given, by=self.account, now=NOON)
        if send:
            measures.send(check_in=check_in, by=self.account, now=NOON)

    def write(self, text: str, version: int = 0, number: int = 1) -> Note:
        return actions.write_note(
            session=self.session(number), text=text, version=version, by=self.miriam, now=NOON
        )

    def sign(self, number: int = 1) -> Note:
        return actions.sign_note(session=self.session(number), by=self.miriam, now=NOON)

    def close(self, number: int = 1, now: datetime = MET) -> Session:
        return actions.close_session(session=self.session(number), by=self.miriam, now=now)

    def goal(self, words: str = "Sleep through") -> Any:
        return actions.agree_goal(
            course=self.course, words=words, baseline=1, target=7, by=self.miriam, now=NOON
        )


def open_course(client: Client, lead: User, sessions: int = 16) -> Course:
    return actions.open_course(
        client=client,
        therapist=lead.therapist,
        protocol=storages.protocol("ipt-adult-16", 1),
        sessions=sessions,
        by=lead,
        now=NOON,
    )


def date_from(course: Course, at: datetime, weeks: int, by: User) -> list[Session]:
    return actions.date_series(
        course=course, starts_at=at, weeks=weeks, place=None, by=by, now=NOON
    )


def carried(weeks: int = 2) -> Carried:
    miriam = person("Miriam", Role.THERAPIST)
    account, priya = person("Priya", Role.CLIENT), client_of(miriam, "Priya Nair")
    Client.objects.filter(pk=priya.pk).update(user=account)
    priya.refresh_from_db()
    course = open_course(priya, miriam)
    if weeks:
        date_from(course, NOON + TWO_DAYS, weeks, miriam)
    return Carried(miriam, priya, account, course)
