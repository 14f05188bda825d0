"""One search: what somebody wishes, on one day, and what the directory has for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from commonground.people.models import Place

from ..matching import Map, Spot, Wish
from .listings import Listings
from .order import DayOrder
from .profile import Profile

PER_PAGE = 20


@dataclass
class Atlas:
    """The places of the practice by the names they have in addresses."""

    places: dict[str, Place]

    @cached_property
    def map(self) -> Map:
        return Map({name: _spot(place) for name, place in self.places.items()})

    @property
    def has_neighbours(self) -> bool:
        """Whether asking for a distance makes sense."""
        return sum(spot is not None for spot in self.map.spots.values()) > 1

    def away(self, name: str, within: int) -> dict[Any, float]:
        """The places around one, nearest first, by their ids: kilometres."""
        around = self.map.around(name, within)
        return {self.places[near].pk: away for near, away in around.items()}


def _spot(place: Place) -> Spot | None:
    if place.latitude is None or place.longitude is None:
        return None
    return Spot(float(place.latitude), float(place.longitude))


@dataclass
class Search:
    """What one wish finds on one day."""

    wish: Wish
    on: date
    atlas: Atlas

    def found(self, wish: Wish | None = None) -> Listings:
        """The listings that meet the wish, in no particular order."""
        wish = wish or self.wish
        rows: Listings = Profile.objects.listed(self.on)
        for name in wish.chosen:
            rows = self._narrowed(rows, wish, name)
        return rows

    def _narrowed(self, rows: Listings, wish: Wish, name: str) -> Listings:
        if name == "where":
            return self._met(rows, wish)
        if name == "who":
            return rows.for_adults() if wish.who == "adult" else rows.for_young_people()
        narrow: dict[str, Callable[[Any], Any]] = {
            "words": rows.saying,
            "approach": rows.offering,
            "age": rows.for_age,
            "language": rows.speaking,
            "focus": rows.focusing,
            "taking": lambda _yes: rows.taking(),
        }
        narrowed: Listings = narrow[name](getattr(wish, name))
        return narrowed

    def _met(self, rows: Listings, wish: Wish) -> Listings:
        if wish.where == "online":
            return rows.online()
        if wish.where == "in-person":
            return rows.in_person()
        return rows.at(self.atlas.away(wish.where, wish.within))

    @cached_property
    def total(self) -> int:
        return self.found().count()

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))

    def page(self, number: int) -> list[Profile]:
        """One page of results, nearest first where a place is asked for, else in turn."""
        rows, factor = self.found().with_cards(), DayOrder.objects.factor(self.on)
        away = self.atlas.away(self.wish.where, self.wish.within)
        ordered = rows.nearest_first(away, factor) if len(away) > 1 else rows.in_turn(factor)
        first = (number - 1) * PER_PAGE
        return list(ordered[first : first + PER_PAGE])

    def options(self) -> dict[str, dict[Any, int]]:
        """For each filter, how many there would be with each of its choices."""
        anybody = self._but("who")
        counted = {
            name: self._but(name).by_option(name) for name in ("approach", "language", "focus")
        }
        counted["where"] = self._by_place()
        counted["who"] = {
            "adult": anybody.for_adults().count(),
            "young": anybody.for_young_people().count(),
        }
        counted["taking"] = {True: self._but("taking").taking().count()}
        return counted

    def _by_place(self) -> dict[Any, int]:
        anywhere, within = self._but("where"), self.wish.within
        ways = {"online": anywhere.online().count(), "in-person": anywhere.in_person().count()}
        if within:
            near = {name: self.atlas.away(name, within) for name in self.atlas.places}
            return ways | {name: anywhere.at(away).count() for name, away in near.items()}
        there = anywhere.by_option("where")
        return ways | {name: there.get(place.pk, 0) for name, place in self.atlas.places.items()}

    def _but(self, name: str) -> Listings:
        return self.found(self.wish.without(name))

    def ways_out(self) -> list[tuple[str, int]]:
        """Which single filter to drop so that somebody is found, and how many then; most first."""
        left = [(name, self._but(name).count()) for name in self.wish.chosen]
        return sorted(((name, many) for name, many in left if many), key=lambda way: -way[1])
