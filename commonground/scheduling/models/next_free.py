"""When each therapist is free next, worked out beforehand: a page of twenty is one query."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models, transaction

from commonground.core import cache, clock
from commonground.core.models.base import House
from commonground.people.models import Therapist

from .. import availability as words
from .diaries import MANY, diaries

KIND = "introductory"
"""What a first free time is asked for: the call by which people get to know each other."""
LOOKS = (7, 28, 120)
"""How many days ahead are looked through: the nearer ones for everybody, the further ones only for
whoever had nothing before."""
OLD = timedelta(minutes=15)
SHOWN = ("starts_at", "zone", "place_id", "online")


class NextFrees(models.QuerySet["NextFree"]):
    def of(self, therapists: Iterable[UUID], now: datetime) -> "dict[UUID, NextFree]":
        """By therapist, for these ids: one query. Whoever has none, or only one that has passed,
        is left out; a therapist found with `starts_at` None has nothing free for months."""
        rows = self.filter(therapist__in=list(therapists))
        return {row.therapist_id: row for row in rows if not row.starts_at or row.starts_at > now}

    def before(self, until: datetime, now: datetime) -> set[UUID]:
        """Which therapists (their ids) are free at some time from now until then: one query."""
        soon = self.filter(starts_at__gt=now, starts_at__lt=until)
        return set(soon.order_by().values_list("therapist", flat=True))

    def refresh(self, now: datetime, therapists: Sequence[UUID] | None = None) -> int:
        """Work it out anew, for these therapists or for everybody who works here; returns how many
        times are others than before. Public pages that were kept are void if any is.

        A constant number of queries. What was worked out from later facts is left as it is.
        """
        everybody = therapists is None
        ids = list(Therapist.objects.working().values_list("pk", flat=True)) if everybody else None
        found = _look(ids if ids is not None else list(therapists or ()), now)
        gone = 0
        with transaction.atomic():
            kept = {
                row.therapist_id: row
                for row in self._among(found).order_by("pk").select_for_update()
            }
            fresh = [_row(pk, slot, now) for pk, slot in found.items()]
            others = [row for row in fresh if row.differs(kept.get(row.therapist_id), now)]
            self._among(found).filter(worked_at__lt=now).update(worked_at=now)
            self.model.objects.bulk_create(
                others,
                update_conflicts=True,
                unique_fields=["therapist"],
                update_fields=[*SHOWN, "worked_at"],
                batch_size=1000,
            )
            if everybody:
                gone, _each = self.exclude(therapist__user__is_active=True).delete()
            if others or gone:
                cache.bump()
        return len(others) + gone

    def _among(self, found: dict[UUID, Any]) -> Self:
        return self.filter(therapist__in=list(found)) if len(found) < MANY else self.all()


class NextFree(House):
    """The next time at which a therapist could meet somebody new, and as of when that is known.

    `starts_at` None: nothing is free as far as can be booked. `place` None: online only.
    """

    therapist = models.OneToOneField("people.Therapist", models.CASCADE, related_name="+")
    starts_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64)
    place = models.ForeignKey("people.Place", models.CASCADE, null=True, related_name="+")
    online = models.BooleanField(default=False)
    worked_at = models.DateTimeField()

    objects = NextFrees.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="next_free_by_time")]

    def is_old(self, now: datetime) -> bool:
        """Whether it needs saying as of when this is known."""
        return now - self.worked_at > OLD

    def differs(self, kept: "NextFree | None", now: datetime) -> bool:
        """Whether this is to be written in place of what is kept."""
        if kept is None:
            return True
        if kept.worked_at > now:
            return False
        return any(getattr(self, name) != getattr(kept, name) for name in SHOWN)


def free_again(therapist: UUID | None) -> None:
    """After the commit, look for the next free time of a therapist (None: everybody) anew: it was
    taken, time was given back, or the hours are others now."""

    def look() -> None:
        NextFree.objects.refresh(clock.now(), None if therapist is None else [therapist])

    # Robust: the appointment is kept already, and the job of the next minute looks as well.
    transaction.on_commit(look, robust=True)


def _look(ids: list[UUID], now: datetime) -> dict[UUID, words.Slot | None]:
    found: dict[UUID, words.Slot | None] = dict.fromkeys(ids)
    for days in LOOKS:
        left = [pk for pk, slot in found.items() if slot is None]
        if left:
            span = (now, now + timedelta(days=days))
            found |= diaries(left, span, now=now).next_free(kind=KIND, now=now)
    return found


def _row(therapist: UUID, slot: words.Slot | None, now: datetime) -> NextFree:
    if slot is None:
        return NextFree(therapist_id=therapist, zone="UTC", worked_at=now)
    return NextFree(
        therapist_id=therapist,
        starts_at=slot.starts_at,
        zone=slot.zone,
        place_id=slot.place,
        online=slot.online,
        worked_at=now,
    )
