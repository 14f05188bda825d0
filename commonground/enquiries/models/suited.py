"""Who of the practice would suit an enquiry: the directory's listings, weighed by its word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonground.directory.matching import Map, Offer, Spot, position
from commonground.directory.models import DayOrder, Profile
from commonground.directory.suiting import Need, Ranking, Suit, nearby, ranked, suits
from commonground.people.models import Place, Therapist
from commonground.scheduling.day_parts import PARTS
from commonground.scheduling.models import NextFree, WeeklyHours

from .enquiry import Enquiry

SOON = timedelta(days=14)
"""Somebody who is free for a first call by then is free soon."""


def need_of(enquiry: Enquiry) -> Need:
    """What an enquiry asks for, in the words that are weighed."""
    needs = enquiry.needs
    return Need(
        age=enquiry.age,
        ways=frozenset(needs.get("ways") or ()),
        place=str(needs.get("place") or ""),
        language=str(needs.get("language") or ""),
        approach=str(needs.get("approach") or ""),
        focus=frozenset(needs.get("focus") or ()),
        times=frozenset(needs.get("times") or ()) & PARTS.keys(),
        step_free=bool(needs.get("step_free")),
        gender=str(needs.get("gender") or ""),
    )


def read_of(need: Need) -> dict[str, Any]:
    """What of the offers has to be read to weigh this need."""
    return {
        "approaches": {need.approach} - {""},
        "languages": {need.language} - {""},
        "focus": need.focus,
        "gender": {need.gender} - {""},
    }


@dataclass(frozen=True)
class Facts:
    """What weighing needs beside the offers: the places, who works when, who is free soon."""

    where: Map
    step_free: frozenset[str]
    openings: Mapping[tuple[str, str], set[Any]]
    soon: set[Any]

    def working(self, need: Need) -> set[Any]:
        """Who works at times that suit, and can be met then in a way that was asked for."""
        ways = need.ways or ("in-person", "online")
        asked = [(part, way) for part in need.times for way in ways]
        return set().union(*(self.openings.get(each, ()) for each in asked))


def facts(needs: Iterable[Need], now: datetime) -> Facts:
    """Read once for any number of needs: a query for the places, one for who is free soon, and
    one for each part of the day."""
    rows = Place.objects.values_list("pk", "latitude", "longitude", "step_free")
    places = [(str(pk), lat, lon, step_free) for pk, lat, lon, step_free in rows]
    spots = {
        pk: None if lat is None or lon is None else Spot(float(lat), float(lon))
        for pk, lat, lon, _step_free in places
    }
    parts = sorted(set().union(*(need.times for need in needs)))
    return Facts(
        where=Map(spots),
        step_free=frozenset(pk for pk, _lat, _lon, step_free in places if step_free),
        openings=WeeklyHours.objects.on_or_after(day_of(now)).openings(parts),
        soon=NextFree.objects.before(now + SOON, now),
    )


def weigh(
    need: Need,
    told: Facts,
    offers: Iterable[tuple[Any, Offer]],
    *,
    wished: Any = None,
    factor: int = 0,
) -> Iterator[Suit[Any]]:
    """How each of these therapists suits one need.

    `wished` is who was asked for, if anybody was; `factor` is the day's: among equals the order
    is drawn anew each day, so that nobody is always asked first.
    """
    near, working, step_free = nearby(need, told.where), told.working(need), told.step_free
    for who, offer in offers:
        yield suits(
            who,
            offer,
            need,
            near,
            wished=None if wished is None else who == wished,
            then=who in working,
            soon=who in told.soon,
            step_free=step_free,
            turn=position(who.int, factor),
        )


def rank_for(enquiry: Enquiry, now: datetime) -> Ranking[Any]:
    """Every listed therapist by id, best first; the number of queries grows with no number of
    therapists."""
    day, need = day_of(now), need_of(enquiry)
    offers = Profile.objects.listed(day).offers(**read_of(need))
    factor = DayOrder.objects.factor(day)
    return ranked(
        weigh(need, facts([need], now), offers.items(), wished=enquiry.wished_id, factor=factor)
    )


def suit_of(therapist: Therapist, enquiry: Enquiry, now: datetime) -> Suit[Any]:
    """How one therapist suits, listed or not; one without a listing offers nothing."""
    need = need_of(enquiry)
    told = facts([need], now)
    return next(weigh(need, told, [(therapist.pk, offer_of(therapist))]))


def day_of(now: datetime) -> date:
    """Which day it is at the practice."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def offer_of(therapist: Therapist) -> Offer:
    """What one therapist offers; without a listing, nothing."""
    found: Offer = (
        Profile.objects.filter(therapist=therapist).offers().get(therapist.pk, Offer(adults=False))
    )
    return found
