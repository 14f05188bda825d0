"""The verb of a client who has something for the next session."""

from datetime import datetime

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from ..models import Session, Wish
from .refusals import NotNow, Stale


@audit.verb("courses.wish.kept")
def keep_wish(*, session: Session, text: str, version: int, by: User, now: datetime) -> Wish:
    """Write a note for a session that is still to come, or change it.

    Raises NotNow for one that is closed, Stale when it was saved in another window in between.
    """
    audit.about(session)
    if Session.objects.select_for_update(of=("self",)).get(pk=session.pk).is_closed:
        raise NotNow(_("This session is over. Write it for the next one."))
    wish, new = Wish.objects.get_or_create(
        session=session, defaults={"text": text, "saved_at": now}
    )
    if new or wish.text == text:
        return wish
    if wish.version != version:
        raise Stale(wish.text, wish.version)
    wish.text, wish.saved_at = text, now
    wish.version += 1
    wish.save()
    return wish
