"""What it means that a therapist fits what somebody is looking for.

Every filter narrows: whoever meets a wish meets it with any one filter dropped as well. The
database asks the same questions in its own words; the tests hold the two against each other.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Any

ADULT = 18
"""From this age on somebody counts as an adult (England and Wales)."""
YOUNGEST, OLDEST = 5, 110
"""The ages one can ask for, in years."""
RECONFIRM = timedelta(days=90)
"""How long what a listing says is taken to be right."""
GRACE = timedelta(days=14)
"""How long it is shown after that, marked as not confirmed."""
EARTH_KM = 6371.0


class Age(StrEnum):
    """How fresh a listing is."""

    FRESH = "fresh"
    STALE = "stale"
    HIDDEN = "hidden"


def freshness(confirmed_on: date | None, on: date) -> Age:
    """Fresh for 90 days after it was confirmed, stale for 14 more, then hidden."""
    if confirmed_on is None or on > confirmed_on + RECONFIRM + GRACE:
        return Age.HIDDEN
    return Age.FRESH if on <= confirmed_on + RECONFIRM else Age.STALE


@dataclass(frozen=True)
class Offer:
    """What one therapist offers. `young` are the first and last age below or around adulthood;
    `gender` is empty where they have not said, or have said it in words of their own.
    """

    approaches: frozenset[str] = frozenset()
    adults: bool = True
    young: tuple[int, int] | None = None
    places: frozenset[str] = frozenset()
    online: bool = False
    languages: frozenset[str] = frozenset()
    focus: frozenset[str] = frozenset()
    gender: str = ""
    room: int = 0
    words: str = ""

    def sees(self, age: int) -> bool:
        """Whether somebody of this age, in whole years, can come."""
        grown = self.adults and age >= ADULT
        return grown or (self.young is not None and self.young[0] <= age <= self.young[1])


@dataclass(frozen=True)
class Wish:
    """What somebody is looking for; what is left at its default does not narrow anything.

    `where` is empty, "online", "in-person" or the name of a place; `within` widens a place by so
    many kilometres.
    """

    words: str = ""
    approach: str = ""
    who: str = ""
    age: int | None = None
    where: str = ""
    within: int = 0
    language: str = ""
    focus: str = ""
    taking: bool = False

    @property
    def chosen(self) -> tuple[str, ...]:
        """The filters in use. `within` belongs to its place and is none of its own."""
        names = (each.name for each in fields(self) if each.name != "within")
        return tuple(name for name in names if getattr(self, name) not in ("", None, False))

    def without(self, name: str) -> "Wish":
        """The same wish with one filter dropped."""
        kept: dict[str, Any] = {each: getattr(self, each) for each in self.chosen if each != name}
        return Wish(**kept, within=self.within if name != "where" else 0)


@dataclass(frozen=True)
class Spot:
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float


def km(one: Spot, other: Spot) -> float:
    """The distance as the crow flies, in kilometres (haversine; right to half a per cent)."""
    up = radians(other.latitude - one.latitude)
    along = radians(other.longitude - one.longitude)
    bend = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return 2 * EARTH_KM * asin(sqrt(min(1.0, sin(up / 2) ** 2 + bend * sin(along / 2) ** 2)))


@dataclass(frozen=True)
class Map:
    """The places one can ask for, by name; a place without a spot has no neighbours."""

    spots: Mapping[str, Spot | None] = field(default_factory=dict)

    def around(self, place: str, within: int) -> dict[str, float]:
        """The place itself and others at most so many kilometres away, with their distance."""
        if place not in self.spots:
            return {}
        here = self.spots[place]
        far = {
            name: km(here, spot)
            for name, spot in self.spots.items()
            if here is not None and spot is not None
        }
        near = {name: away for name, away in far.items() if away <= within}
        return {place: 0.0} | {name: away for name, away in near.items() if name != place}


def fold(text: str) -> str:
    """Text as it is compared: without capitals, accents and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.replace("’", "'").split())


def terms(words: str) -> list[str]:
    """The single words somebody asks for, folded, each once."""
    return list(dict.fromkeys(fold(words).split()))


def meets(offer: Offer, wish: Wish, where: Map) -> bool:
    """Whether the offer meets every filter of the wish."""
    return all(meets_one(offer, wish, name, where) for name in wish.chosen)


def meets_one(offer: Offer, wish: Wish, name: str, where: Map) -> bool:
    """Whether the offer meets one filter of the wish, which is in use."""
    if name == "words":
        said = fold(offer.words)
        return all(term in said for term in terms(wish.words))
    if name == "approach":
        return wish.approach in offer.approaches
    if name == "who":
        return offer.adults if wish.who == "adult" else offer.young is not None
    if name == "age":
        return wish.age is not None and offer.sees(wish.age)
    if name == "where":
        return _comes_together(offer, wish, where)
    if name == "language":
        return wish.language in offer.languages
    if name == "focus":
        return wish.focus in offer.focus
    return offer.room > 0


def _comes_together(offer: Offer, wish: Wish, where: Map) -> bool:
    if wish.where == "online":
        return offer.online
    if wish.where == "in-person":
        return bool(offer.places)
    return bool(offer.places & where.around(wish.where, wish.within).keys())


@dataclass(frozen=True)
class Reach:
    """What several therapists offer together, to be told in sentences: who can come, and where.

    `adults` and `online` count therapists; `youngest` is the first age anybody sees.
    """

    therapists: int
    adults: int
    young: int
    youngest: int
    oldest_young: int
    online: int
    places: tuple[str, ...]


MODULUS = 2_147_483_647
"""A prime (2³¹ − 1): multiplying by any number below it shuffles all numbers below it."""


def position(turn: int, factor: int) -> int:
    """Where somebody with this lot stands on the day of this factor; smaller comes first."""
    return turn * factor % MODULUS
