"""Somebody with an account who stands beside an invented young client, and what is shared."""

from datetime import timedelta
from typing import Any

from commonground.courses import actions as courses
from commonground.courses.models import Course, Session
from commonground.people import actions as people
from commonground.people.models import Guardian, User

WEEK = timedelta(days=7)


def stand_beside(*, course: Course, sessions: list[Session], told: dict[str, Any]) -> None:
    """Written down by the therapist before the first session, with what they come along for; the
    young person says after it what is shown."""
    client, lead = course.client, course.therapist.user
    first, young = sessions[0].appointment, client.user
    assert first is not None and young is not None
    before = first.starts_at - WEEK
    guardian = people.record_guardian(
        client=client, holds_parental_responsibility=True, by=lead, now=before,
        **{name: told[name] for name in ("name", "relation", "email")},
    )  # fmt: skip
    Guardian.objects.filter(pk=guardian.pk).update(user=User.objects.get(email=told["email"]))
    for number, part in told["parts"].items():
        session = sessions[int(number) - 1]
        courses.agree_company(session=session, guardian=guardian, part=part, by=lead, now=before)
    courses.decide_sharing(guardian=guardian, classes=told["sees"], by=young, now=first.ends_at)


def show_and_tell(*, course: Course, sessions: list[Session], facts: dict[str, Any]) -> None:
    """What the young person shows a day after a session, and what a school was told two days after
    one."""
    for number in facts["beside"]["shown"]:
        session, young = sessions[number - 1], course.client.user
        assert session.appointment is not None and young is not None
        courses.show_piece(
            guardian=Guardian.objects.get(client=course.client),
            session=session,
            title=f"After session {number}",
            lines=[("", session.summary.text)],
            by=young,
            now=session.appointment.ends_at + timedelta(days=1),
        )
    if told := facts.get("school"):
        hour = sessions[told["after"] - 1].appointment
        assert hour is not None
        at = hour.ends_at + timedelta(days=2)
        said = {name: told[name] for name in ("way", "whom", "said")}
        courses.note_school_contact(
            course=course, on=at.date(), by=course.therapist.user, now=at, **said
        )
