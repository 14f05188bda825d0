"""Somebody with an account who stands beside an invented young client, and what is shared."""

from datetime import timedelta
from typing import Any

from commonground.courses import actions as courses
from commonground.courses.models import Course, Session
from commonground.people import actions as people
from commonground.people.models import Guardian, User


def stand_beside(*, course: Course, sessions: list[Session], told: dict[str, Any]) -> None:
    """Written down by the therapist before the first session; the young person says after it what
    is shown, and shows the summaries of some sessions a day after each."""
    client, lead = course.client, course.therapist.user
    first, young = sessions[0].appointment, client.user
    assert first is not None and young is not None
    facts = {name: told[name] for name in ("name", "relation", "email")}
    guardian = people.record_guardian(
        client=client, holds_parental_responsibility=True, by=lead,
        now=first.starts_at - timedelta(days=7), **facts,
    )  # fmt: skip
    Guardian.objects.filter(pk=guardian.pk).update(user=User.objects.get(email=told["email"]))
    courses.decide_sharing(guardian=guardian, classes=told["sees"], by=young, now=first.ends_at)
    for session in sessions:
        if session.number in told["shown"] and session.appointment:
            courses.show_piece(
                guardian=guardian,
                session=session,
                title=f"After session {session.number}",
                lines=[("", session.summary.text)],
                by=young,
                now=session.appointment.ends_at + timedelta(days=1),
            )
