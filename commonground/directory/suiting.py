"""Who would suit somebody, with the reasons: what fits, what does not, and what rules it out.

`matching` answers visitors: yes or no to each filter. Here a coordinator weighs: nobody is left
out for a wish that is not met, but nobody stands above somebody who meets more of what weighs.
Only an age the therapist does not see, and a way of meeting they do not offer, rule out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from .matching import Map, Offer

Key = TypeVar("Key")
NEARBY = 10
"""Kilometres from the place asked for that still count as there."""


class Aspect(StrEnum):
    """What is weighed. The first two rule out; the others weigh, see WEIGHT."""

    AGE = "age"
    MODE = "mode"
    WISHED = "wished"
    LANGUAGE = "language"
    ACCESS = "access"
    GENDER = "gender"
    UNSAID = "unsaid"
    ROOM = "room"
    TIMES = "times"
    APPROACH = "approach"
    PLACE = "place"
    FOCUS = "focus"
    SOON = "soon"


HARD = frozenset({Aspect.AGE, Aspect.MODE})
WEIGHT: Mapping[Aspect, int] = {
    Aspect.WISHED: 1024,
    Aspect.LANGUAGE: 512,
    Aspect.ACCESS: 256,
    Aspect.GENDER: 128,
    Aspect.UNSAID: 64,
    Aspect.ROOM: 32,
    Aspect.TIMES: 16,
    Aspect.APPROACH: 8,
    Aspect.PLACE: 4,
    Aspect.FOCUS: 2,
    Aspect.SOON: 1,
}
"""Each weighs more than all below it together, so the order can be told in one sentence."""


@dataclass(frozen=True)
class Need:
    """What somebody looks for; what is left at its default is no wish.

    `ways` holds "in-person", "online" or both; none means either. `times` are parts of the day or
    week. Whether a certain therapist was asked for, and who works at those times, is told to
    `suits`: the one is about who, the other stands in the diary.
    """

    age: int | None = None
    ways: frozenset[str] = frozenset()
    place: str = ""
    language: str = ""
    approach: str = ""
    focus: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    step_free: bool = False
    gender: str = ""


class Verdict(NamedTuple):
    """One aspect of one therapist: whether it fits, and by how much (`km` of a place).

    A tuple, as ten thousand therapists are weighed at a time.
    """

    aspect: Aspect
    fits: bool
    km: float = 0.0


@dataclass(frozen=True, slots=True)
class Suit(Generic[Key]):
    """How one therapist suits somebody: every aspect that was asked for, room, and how soon."""

    who: Key
    verdicts: tuple[Verdict, ...]
    turn: int = 0

    @property
    def ruled_out(self) -> tuple[Aspect, ...]:
        """Why this therapist cannot be offered; empty if they can."""
        return tuple([a for a, fits, _km in self.verdicts if not fits and a in HARD])

    @property
    def misses(self) -> tuple[Aspect, ...]:
        """What does not fit, the weightiest first."""
        return tuple(v.aspect for v in self.verdicts if not v.fits and v.aspect not in HARD)

    @property
    def reasons(self) -> tuple[Aspect, ...]:
        """What fits, the weightiest first."""
        return tuple(v.aspect for v in self.verdicts if v.fits)

    @property
    def lacks(self) -> int:
        """The weight of all that does not fit; less is better."""
        return sum([WEIGHT.get(a, 0) for a, fits, _km in self.verdicts if not fits])

    @property
    def rank(self) -> tuple[int, float, int]:
        """What the order goes by: what is lacking, then how far away, then whose turn it is."""
        far = next((v.km for v in self.verdicts if v.aspect is Aspect.PLACE and v.fits), 0.0)
        return (self.lacks, far, self.turn)


@dataclass(frozen=True)
class Ranking(Generic[Key]):
    """Everybody: those who can be offered, best first, and those who cannot."""

    can: tuple[Suit[Key], ...] = field(default=())
    cannot: tuple[Suit[Key], ...] = field(default=())


def nearby(need: Need, where: Map) -> Mapping[str, float]:
    """The places that count as the one asked for, with their kilometres; worked out once."""
    return where.around(need.place, NEARBY) if need.place else {}


def suits(
    who: Key,
    offer: Offer,
    need: Need,
    near: Mapping[str, float],
    *,
    wished: bool | None = None,
    then: bool = False,
    soon: bool = False,
    step_free: frozenset[str] = frozenset(),
    turn: int = 0,
) -> Suit[Key]:
    """Weigh one therapist; `near` is `nearby` of the same need.

    `wished`: whether they were asked for by name; None if nobody was. `then`: whether they work
    at the times that suit, in a way that was asked for. `soon`: whether they are free soon.
    `step_free`: the places that are.
    """
    found: list[Verdict] = []
    if need.age is not None:
        found.append(Verdict(Aspect.AGE, offer.sees(need.age)))
    if need.ways:
        found.append(Verdict(Aspect.MODE, _meets(offer, need)))
    if wished is not None:
        found.append(Verdict(Aspect.WISHED, wished))
    if need.language:
        found.append(Verdict(Aspect.LANGUAGE, need.language in offer.languages))
    if need.step_free:
        reached = not offer.places.isdisjoint(step_free)
        found.append(Verdict(Aspect.ACCESS, reached or _online_will_do(offer, need)))
    if need.gender:
        found.append(_gender(offer, need))
    found.append(Verdict(Aspect.ROOM, offer.room > 0))
    if need.times:
        found.append(Verdict(Aspect.TIMES, then))
    if need.approach:
        found.append(Verdict(Aspect.APPROACH, need.approach in offer.approaches))
    if need.place:
        found.append(_place(offer, need, near))
    if need.focus:
        found.append(Verdict(Aspect.FOCUS, bool(need.focus & offer.focus)))
    found.append(Verdict(Aspect.SOON, soon))
    return Suit(who, tuple(found), turn)


def _meets(offer: Offer, need: Need) -> bool:
    in_person = "in-person" in need.ways and bool(offer.places)
    return in_person or _online_will_do(offer, need)


def _online_will_do(offer: Offer, need: Need) -> bool:
    return "online" in need.ways and offer.online


def _gender(offer: Offer, need: Need) -> Verdict:
    """Whoever has not said stands between those who fit and those who do not."""
    if not offer.gender:
        return Verdict(Aspect.UNSAID, False)
    return Verdict(Aspect.GENDER, offer.gender == need.gender)


def _place(offer: Offer, need: Need, near: Mapping[str, float]) -> Verdict:
    """A place is met there or nearby. Whoever would also meet online is asked for no place."""
    away = [near[place] for place in offer.places if place in near]
    if away:
        return Verdict(Aspect.PLACE, True, min(away))
    return Verdict(Aspect.PLACE, _online_will_do(offer, need))


def ranked(suited: Iterable[Suit[Key]]) -> Ranking[Key]:
    """Everybody in order; whoever is ruled out stands apart, with why."""
    can: list[Suit[Key]] = []
    cannot: list[Suit[Key]] = []
    for suit in suited:
        (cannot if suit.ruled_out else can).append(suit)
    return Ranking(tuple(sorted(can, key=lambda suit: suit.rank)), tuple(cannot))
