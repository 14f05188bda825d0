"""The verbs of sharing that reach into the course: what is shown piece by piece goes with the class
that opens it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people import actions as people
from commonground.people.models import Guardian, User

from ..models import Piece, Session, Worksheet
from .refusals import NotNow


@audit.verb("courses.sharing.suggested")
def suggest_sharing(
    *, by: User, now: datetime, guardian: Guardian, classes: Iterable[str], said: bool = False
) -> bool:
    """As in `people`: less at once, more with the young person's yes."""
    audit.about(guardian)
    waits = people.suggest_sharing(guardian=guardian, classes=classes, said=said, by=by, now=now)
    _tidy(guardian)
    return waits


@audit.verb("courses.sharing.decided")
def decide_sharing(*, by: User, now: datetime, guardian: Guardian, classes: Iterable[str]) -> None:
    """As in `people`: what the young person says stands from now on."""
    audit.about(guardian)
    people.decide_sharing(guardian=guardian, classes=classes, by=by, now=now)
    _tidy(guardian)


@audit.verb("courses.sharing.ended")
def end_guardian(*, by: User, now: datetime, guardian: Guardian) -> None:
    """As in `people`: at once, and nothing is left open."""
    audit.about(guardian)
    people.end_guardian(guardian=guardian, by=by, now=now)
    _tidy(guardian)


@audit.verb("courses.piece.shown")
def show_piece(
    *,
    by: User,
    now: datetime,
    guardian: Guardian,
    title: str,
    lines: Sequence[tuple[str, str]],
    session: Session | None = None,
    worksheet: Worksheet | None = None,
) -> Piece:
    """The young person shows one thing as it reads now; shown again, it is the newer wording."""
    held = Guardian.objects.select_for_update(of=("self",)).with_keys().get(pk=guardian.pk)
    audit.about(held)
    if held.client.user_id != by.pk or "shared_work" not in held.shown(now):
        raise NotNow(_("They do not see what you work on. Say first that they may."))
    words = {"title": title, "lines": [list(line) for line in lines]}
    piece = Piece.objects.filter(guardian=held, session=session, worksheet=worksheet).first()
    piece = piece or Piece(guardian=held, session=session, worksheet=worksheet)
    piece.guardian, piece.words, piece.shown_at = held, words, now
    piece.save()
    audit.note(piece=str(piece.pk))
    return piece


@audit.verb("courses.piece.taken_back")
def take_back(*, by: User, now: datetime, piece: Piece) -> None:
    """It is no longer shown; the thing itself stays where it is."""
    audit.about(piece)
    piece.delete()


def _tidy(guardian: Guardian) -> None:
    """What was shown piece by piece does not come back by itself when its class is opened again."""
    if "shared_work" not in Guardian.objects.get(pk=guardian.pk).sees:
        Piece.objects.filter(guardian=guardian).delete()
