"""The verbs of the interpersonal inventory and the closeness circles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from commonground.core import audit
from commonground.people.models import User

from ..circle import free_bearing
from ..models import Closeness, Concern, Course, Person
from .refusals import NotNow, Stale
from .versions import renew

BROUGHT = (
    "name", "relation", "age", "lives", "living", "died_on", "contact_every", "contact_how",
    "expects", "expected", "met", "satisfying", "unsatisfying", "would_change", "confide", "helps",
    "conflict", "mood_link", "bearing", "order",
)  # fmt: skip
"""What a second course takes over about a person; what has changed since onset is asked anew."""


@audit.verb("courses.person.kept")
def keep_person(
    *,
    course: Course,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
    person: Person | None = None,
    version: int | None = None,
    concern: str | None = None,
) -> Person:
    """Add somebody to the inventory, or save what was written about them.

    `version` is the one the writer saw; `concern` the therapist-only line, None = leave it.
    Raises Stale when somebody saved in between, NotNow for somebody of another course.
    """
    if person is None:
        last = Person.objects.of(course).aggregate(last=Max("order"))["last"]
        kept = Person.objects.create(
            course=course, order=(last or 0) + 1, author=by, saved_at=now, **facts
        )
        _note_concern(kept, concern, by, now)
    else:
        if person.course_id != course.pk:
            raise NotNow(_("This person belongs to another course."))
        stands = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        unseen = stands.version != version
        kept = renew(person, facts, version=version, by=by, now=now)
        if _note_concern(kept, concern, by, now, unseen=unseen) and kept.version == stands.version:
            kept.version += 1
            kept.save(update_fields=["version"])
    audit.about(kept)
    return kept


@audit.verb("courses.person.placed")
def place_person(
    *,
    person: Person,
    as_of: str,
    ring: int,
    by: User,
    now: datetime,
    version: int,
    bearing: int | None = None,
) -> Person:
    """Put somebody on a ring (1 close … 3 further out, 0 = not there) at one of the three dates.

    `bearing` in degrees turns them on every drawing; whoever has none yet gets the widest gap.
    Raises Stale when somebody saved in between.
    """
    audit.about(person)
    fresh = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    there = Closeness.objects.filter(person=person, as_of=as_of).first()
    stands = there.ring if there else 0
    if stands == ring and (bearing is None or fresh.bearing == bearing % 360):
        return fresh
    if fresh.version != version:
        raise Stale({"ring": stands, "bearing": fresh.bearing}, fresh.version)
    if bearing is not None:
        fresh.bearing = bearing % 360
    elif fresh.bearing is None:
        others = Person.objects.of(fresh.course).values_list("bearing", flat=True)
        fresh.bearing = free_bearing(bearing for bearing in others if bearing is not None)
    fresh.version += 1
    fresh.save(update_fields=["bearing", "version"])
    if ring:
        Closeness.objects.update_or_create(
            person=fresh, as_of=as_of, defaults={"ring": ring, "set_at": now}
        )
    elif there:
        there.delete()
    return fresh


def _note_concern(
    person: Person, text: str | None, by: User, now: datetime, *, unseen: bool = False
) -> bool:
    """Keep the therapist-only line; whether it changed. `unseen`: somebody saved in between."""
    there = Concern.objects.with_keys().filter(person=person).first()
    if text is None or (there.text if there else "") == text:
        return False
    if unseen:
        raise Stale({"concern": there.text if there else ""}, person.version)
    if there is None:
        Concern.objects.create(person=person, text=text, author=by, saved_at=now)
    else:
        there.text, there.author, there.saved_at = text, by, now
        there.version += 1
        there.save()
    return True


def bring_people(*, course: Course, by: User, now: datetime) -> None:
    """Take the people of this client's last course along into a new one, with where they stand.

    A copy: the record of the earlier course stays as it was.
    """
    earlier = Course.objects.filter(client=course.client).exclude(pk=course.pk)
    last = earlier.order_by("-opened_on").first()
    if last is None:
        return
    places = Closeness.objects.all().by_person(last)
    for one in Person.objects.of(last).with_keys():
        facts = {name: getattr(one, name) for name in BROUGHT}
        twin = Person.objects.create(course=course, author=by, saved_at=now, **facts)
        Closeness.objects.bulk_create(
            Closeness(person=twin, as_of=row.as_of, ring=row.ring, set_at=now)
            for row in places.get(one.pk, {}).values()
        )
