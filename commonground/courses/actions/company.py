"""The verbs of IPT-A about others: a parent in the room, a word with the school."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import Guardian, User

from ..models import Company, Course, SchoolContact, Session
from .refusals import NotNow


@audit.verb("courses.company.agreed")
def agree_company(
    *, session: Session, guardian: Guardian | None, part: str, by: User, now: datetime
) -> Company | None:
    """Say that a guardian takes part in a session, or, without one, that nobody else does.

    Raises NotNow for a session that is closed, and for somebody who stands beside another client.
    """
    audit.about(session)
    held = Session.objects.select_for_update(of=("self",)).select_related("course")
    found = held.get(pk=session.pk)
    if found.is_closed:
        raise NotNow(_("This session is over."))
    Company.objects.filter(session=found).delete()
    if guardian is None:
        return None
    if guardian.client_id != found.course.client_id:
        raise NotNow(_("They stand beside somebody else."))
    audit.note(guardian=str(guardian.pk), part=str(part))
    made: Company = Company.objects.create(
        session=found, guardian=guardian, part=part, agreed_at=now
    )
    return made


@audit.verb("courses.school.contacted")
def note_school_contact(
    *, course: Course, way: str, on: date, whom: str, said: str, by: User, now: datetime
) -> SchoolContact:
    """Write down a contact with a school, in the words that the young person agreed to."""
    made: SchoolContact = SchoolContact.objects.create(
        course=course, way=way, on=on, whom=whom, said=said, author=by, noted_at=now
    )
    audit.about(made)
    audit.note(course=str(course.pk), way=str(way))
    return made
