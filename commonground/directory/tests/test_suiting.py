"""Who would suit somebody: tables of cases and properties, without a database."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.directory.matching import Offer
from commonground.directory.suiting import HARD, WEIGHT, Aspect, Need, nearby, ranked, suits

from .test_matching import MAP, PLACES, offers, subset

PLAIN = Offer(adults=True, online=True, places=frozenset({"harbour"}), room=1,
              languages=frozenset({"en"}))  # fmt: skip
needs = st.builds(
    Need,
    age=st.none() | st.integers(5, 110),
    ways=subset("in-person", "online"),
    place=st.sampled_from(["", *PLACES]),
    language=st.sampled_from(["", "en", "pl"]),
    approach=st.sampled_from(["", "ipt", "emdr"]),
    focus=subset("grief", "work"),
    times=subset("morning", "evening"),
    step_free=st.booleans(),
    gender=st.sampled_from(["", "woman", "man", "non-binary"]),
)
STEP_FREE = frozenset({"harbour"})
HOURS = ({"morning", "evening"}, {"evening"}, set(), {"morning"})
"""When the therapists of a property work, in turn."""
everybody = st.lists(offers, min_size=1, max_size=9)

CASES = [
    (Need(age=40), PLAIN, (), ()),
    (Need(age=15), PLAIN, (Aspect.AGE,), ()),
    (Need(age=15), replace(PLAIN, young=(14, 17)), (), ()),
    (Need(age=18), replace(PLAIN, adults=False, young=(14, 25)), (), ()),
    (Need(age=26), replace(PLAIN, adults=False, young=(14, 25)), (Aspect.AGE,), ()),
    (Need(ways=frozenset({"online"})), replace(PLAIN, online=False), (Aspect.MODE,), ()),
    (Need(ways=frozenset({"in-person"})), replace(PLAIN, places=frozenset()), (Aspect.MODE,), ()),
    (Need(ways=frozenset({"in-person", "online"})), replace(PLAIN, online=False), (), ()),
    (Need(language="pl"), PLAIN, (), (Aspect.LANGUAGE,)),
    (Need(), replace(PLAIN, room=0), (), (Aspect.ROOM,)),
    (Need(approach="emdr"), PLAIN, (), (Aspect.APPROACH,)),
    (Need(place="quay"), PLAIN, (), ()),  # three hundred metres away
    (Need(place="loft"), replace(PLAIN, online=False, places=frozenset()), (), (Aspect.PLACE,)),
    (Need(focus=frozenset({"grief"})), PLAIN, (), (Aspect.FOCUS,)),
    (Need(step_free=True), PLAIN, (), ()),
    (Need(step_free=True), replace(PLAIN, places=frozenset({"loft"})), (), (Aspect.ACCESS,)),
    (Need(step_free=True, ways=frozenset({"online"})), replace(PLAIN, places=frozenset()), (), ()),
    (Need(gender="woman"), replace(PLAIN, gender="woman"), (), ()),
    (Need(gender="woman"), replace(PLAIN, gender="non-binary"), (), (Aspect.GENDER,)),
    (Need(gender="woman"), PLAIN, (), (Aspect.UNSAID,)),
    (Need(), replace(PLAIN, gender="man"), (), ()),
]


@pytest.mark.parametrize(("need", "offer", "ruled_out", "misses"), CASES)
def test_a_case(need: Need, offer: Offer, ruled_out: tuple, misses: tuple) -> None:
    suit = suits("one", offer, need, nearby(need, MAP), soon=True, step_free=STEP_FREE)
    assert (suit.ruled_out, suit.misses) == (ruled_out, misses)


@pytest.mark.parametrize("then", [True, False])
def test_whoever_works_at_the_times_that_suit_is_told_so(then: bool) -> None:
    suit = suits("one", PLAIN, Need(times=frozenset({"evening"})), {}, then=then)
    assert (Aspect.TIMES in suit.reasons, Aspect.TIMES in suit.misses) == (then, not then)


def test_how_soon_somebody_is_free_decides_where_nothing_else_does() -> None:
    told = [suits(n, PLAIN, Need(), {}, soon=n == 2, turn=n) for n in range(3)]
    assert [suit.who for suit in ranked(told).can] == [2, 0, 1]
    full = suits(3, replace(PLAIN, room=0), Need(), {}, soon=True)
    assert ranked([full, *told]).can[-1].who == 3


def test_each_weighs_more_than_all_below_it_together() -> None:
    weights = list(WEIGHT.values())
    assert all(weight > sum(weights[n + 1 :]) for n, weight in enumerate(weights))
    assert set(WEIGHT) | HARD == set(Aspect)


def rank(people: list[Offer], need: Need, wished: int | None = None):
    near = nearby(need, MAP)
    return ranked(
        suits(
            n,
            offer,
            need,
            near,
            wished=None if wished is None else n == wished,
            then=bool(need.times & HOURS[n % len(HOURS)]),
            soon=n % 3 == 0,
            step_free=STEP_FREE,
            turn=n,
        )
        for n, offer in enumerate(people)
    )


@given(everybody, needs)
def test_nobody_who_is_offered_breaks_a_hard_limit(people: list[Offer], need: Need) -> None:
    for suit in rank(people, need).can:
        offer = people[suit.who]
        assert need.age is None or offer.sees(need.age)
        online = "online" in need.ways and offer.online
        in_person = "in-person" in need.ways and bool(offer.places)
        assert not need.ways or online or in_person


@given(everybody, needs)
def test_everybody_is_somewhere_once(people: list[Offer], need: Need) -> None:
    found = rank(people, need)
    assert sorted(s.who for s in (*found.can, *found.cannot)) == list(range(len(people)))


@given(everybody, needs, st.sampled_from([0, None]))
def test_the_reasons_agree_with_the_rank(
    people: list[Offer], need: Need, wished: int | None
) -> None:
    can = rank(people, need, wished).can
    for better, worse in pairwise(can):
        assert sum(WEIGHT[a] for a in better.misses) <= sum(WEIGHT[a] for a in worse.misses)
        # the weightiest thing in which they differ speaks for the one in front
        differ = [a for a in WEIGHT if (a in better.misses) != (a in worse.misses)]
        assert not differ or differ[0] in worse.misses
    for suit in can:
        assert not set(suit.reasons) & set(suit.misses)


WISHES = [
    {"ways": frozenset({"online"})},
    {"ways": frozenset({"in-person"})},
    {"place": "harbour"},
    {"language": "pl"},
    {"approach": "ipt"},
    {"focus": frozenset({"grief"})},
    {"age": 16},
    {"times": frozenset({"evening"})},
    {"step_free": True},
    {"gender": "woman"},
]


@given(everybody, needs, st.sampled_from(WISHES))
def test_adding_a_wish_never_raises_a_therapist_who_fails_it(
    people: list[Offer], need: Need, wish: dict
) -> None:
    (name,) = wish
    before = rank(people, replace(need, **{name: type(wish[name])() if name != "age" else None}))
    after = rank(people, replace(need, **wish))
    if name == "ways" and (need.place or need.step_free):
        return  # being ready to meet online also settles the place: two wishes at once
    named = {"ways": Aspect.MODE, "age": Aspect.AGE, "step_free": Aspect.ACCESS}
    aspect = named.get(name) or Aspect(name)
    order = [suit.who for suit in before.can]
    for place, suit in enumerate(after.can):
        if aspect in suit.misses:
            ahead = {s.who for s in after.can[:place]}
            stayed = set(order[: order.index(suit.who)]) & {s.who for s in after.can}
            assert stayed <= ahead  # nobody who stood in front has fallen behind them
    assert all(suit.who not in [s.who for s in after.can] for suit in after.cannot)


@given(offers, needs, st.sampled_from(["man", "non-binary"]))
def test_whoever_has_not_said_stands_between_those_who_fit_and_those_who_do_not(
    offer: Offer, need: Need, other: str
) -> None:
    asked = replace(need, gender="woman")
    alike = [replace(offer, gender=said) for said in (other, "", "woman")]
    suited = [suits(n, each, asked, nearby(asked, MAP)) for n, each in enumerate(alike)]
    assert len({suit.ruled_out for suit in suited}) == 1  # nobody is left out for it
    assert [suit.who for suit in ranked(suited).can] in ([2, 1, 0], [])


@given(everybody, needs, st.sampled_from(["woman", "man", "non-binary"]))
def test_among_those_who_have_not_said_the_wish_changes_nothing(
    people: list[Offer], need: Need, gender: str
) -> None:
    open_people = [replace(each, gender="") for each in people]
    told, untold = replace(need, gender=gender), replace(need, gender="")
    assert [s.who for s in rank(open_people, told).can] == [
        s.who for s in rank(open_people, untold).can
    ]


@given(everybody, needs)
def test_whoever_is_asked_for_by_name_comes_first_unless_ruled_out(
    people: list[Offer], need: Need
) -> None:
    found = rank(people, need, wished=0)
    assert found.can[:1] == () or found.can[0].who == 0 or 0 in [s.who for s in found.cannot]
