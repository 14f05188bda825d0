"""A few therapists with listings, made by the directory's own verb."""

from datetime import UTC, datetime, timedelta
from typing import Any

from commonground.core import audit, clock
from commonground.directory import actions
from commonground.directory.models import Approach, Profile
from commonground.people.models import Place, Practice, Therapist, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import person

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SPOTS = {"Harbour Street": (55.3371, -1.5759), "Quay Rooms": (55.3349, -1.5812)}
FAR = {"The Net Loft": (55.4012, -1.5968)}
APPROACHES = ("interpersonal-therapy", "emdr")


def practice() -> None:
    """A practice with three places, two near each other, and two approaches."""
    Practice.objects.get_or_create(
        defaults={"name": "Harbour Street Practice", "email": "hello@practice.example"}
    )
    for name, (latitude, longitude) in (SPOTS | FAR).items():
        Place.objects.get_or_create(
            name=name,
            defaults={
                "address": "1 Lane",
                "town": "Town",
                "latitude": latitude,
                "longitude": longitude,
            },
        )
    for slug in APPROACHES:
        Approach.objects.get_or_create(slug=slug, defaults={"name": slug.replace("-", " ").title()})


def therapist(name: str = "Miriam Adeyemi") -> User:
    """Somebody who gives therapy here."""
    return User.objects.filter(name=name).first() or person(name, Role.THERAPIST)


def enlist(name: str = "Miriam Adeyemi", *, by: Any = None, **facts: Any) -> Profile:
    """A therapist with a listing, confirmed today, taking up to five clients."""
    practice()
    user = therapist(name)
    related = {
        "approaches": Approach.objects.filter(slug__in=facts.pop("approaches", APPROACHES[:1])),
        "places": Place.objects.filter(name__in=facts.pop("places", ["Harbour Street"])),
        "languages": facts.pop("languages", ["en"]),
        "focus": facts.pop("focus", []),
    }
    profile = Profile(
        therapist=Therapist.objects.get(user=user),
        **{
            "headline": "I work with grief.",
            "about": "Slowly, and with care.",
            "taking_clients": True,
            "capacity": 5,
        }
        | facts,
    )
    return actions.save_listing(profile=profile, **related, by=by or audit.SYSTEM, now=clock.now())


def written(profile: Profile, **changed: Any) -> dict[str, Any]:
    """What the edit form of a listing posts, with some fields changed."""
    return {
        "headline": profile.headline,
        "about": profile.about,
        "often": profile.often,
        "pronouns": profile.pronouns,
        "approaches": [str(each.pk) for each in profile.approaches.all()],
        "places": [str(each.pk) for each in profile.places.all()],
        "languages": profile.languages,
        "focus": profile.areas,
        "adults": "on" if profile.adults else "",
        "young_from": profile.young_from or "",
        "young_to": profile.young_to or "",
        "online": "on" if profile.online else "",
        "where_note": profile.where_note,
        "fees": profile.fees,
        "capacity": profile.capacity,
        "taking_clients": "on" if profile.taking_clients else "",
        "shown": "on",
    } | changed
