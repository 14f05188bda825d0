"""What it means to fit: tables of cases and properties, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.directory import matching
from commonground.directory.matching import Age, Map, Offer, Spot, Wish

CONFIRMED = date(2026, 1, 1)
PLACES = ("harbour", "quay", "loft")
MAP = Map(
    {"harbour": Spot(55.3371, -1.5759), "quay": Spot(55.3349, -1.5812), "loft": Spot(55.4, -1.6)}
)


def subset(*values: str):
    return st.frozensets(st.sampled_from(values))


offers = st.builds(
    Offer,
    approaches=subset("ipt", "emdr"),
    adults=st.booleans(),
    young=st.none() | st.tuples(st.integers(8, 17), st.integers(17, 25)),
    places=subset(*PLACES),
    online=st.booleans(),
    languages=subset("en", "pl"),
    focus=subset("grief", "work"),
    gender=st.sampled_from(["", "woman", "man"]),
    room=st.integers(0, 2),
    words=st.sampled_from(["Grief, and José", "work and worry", ""]),
)
wishes = st.builds(
    Wish,
    words=st.sampled_from(["", "grief", "JOSE grief", "nothing"]),
    approach=st.sampled_from(["", "ipt", "emdr"]),
    who=st.sampled_from(["", "adult", "young"]),
    age=st.none() | st.integers(5, 110),
    where=st.sampled_from(["", "online", "in-person", *PLACES]),
    within=st.sampled_from([0, 5, 25]),
    language=st.sampled_from(["", "en", "pl"]),
    focus=st.sampled_from(["", "grief", "work"]),
    taking=st.booleans(),
)


@given(offers, wishes)
def test_whoever_fits_meets_every_single_filter(offer, wish):
    each = [matching.meets_one(offer, wish, name, MAP) for name in wish.chosen]
    assert matching.meets(offer, wish, MAP) == all(each)


@given(st.lists(offers, max_size=8), wishes)
def test_dropping_a_filter_never_loses_anybody(all_of_them, wish):
    found = [offer for offer in all_of_them if matching.meets(offer, wish, MAP)]
    for name in wish.chosen:
        wider = wish.without(name)
        assert name not in wider.chosen
        assert all(matching.meets(offer, wider, MAP) for offer in found)


@given(offers)
def test_whoever_asks_for_nothing_finds_everybody(offer):
    assert matching.meets(offer, Wish(), MAP)


@pytest.mark.parametrize(
    ("adults", "young", "age", "comes"),
    [
        (True, None, 17, False),
        (True, None, 18, True),
        (True, None, 90, True),
        (False, (12, 25), 11, False),
        (False, (12, 25), 12, True),
        (False, (12, 25), 25, True),
        (False, (12, 25), 26, False),
        (True, (16, 18), 16, True),
        (True, (16, 17), 18, True),
    ],
)
def test_an_age_is_seen_or_not(adults, young, age, comes):
    assert Offer(adults=adults, young=young).sees(age) is comes


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, Age.FRESH), (90, Age.FRESH), (91, Age.STALE), (104, Age.STALE), (105, Age.HIDDEN)],
)
def test_a_listing_ages(days, state):
    assert matching.freshness(CONFIRMED, CONFIRMED + timedelta(days=days)) is state


def test_a_listing_that_nobody_confirmed_is_hidden():
    assert matching.freshness(None, CONFIRMED) is Age.HIDDEN


def test_one_degree_of_latitude_is_111_kilometres():
    assert matching.km(Spot(55, -1), Spot(56, -1)) == pytest.approx(111.2, abs=0.5)


def test_a_place_reaches_its_neighbours_nearest_first_and_no_further():
    assert list(MAP.around("harbour", 5)) == ["harbour", "quay"]
    assert list(MAP.around("harbour", 0)) == ["harbour"]


def test_a_place_without_a_spot_is_only_itself():
    assert Map({"here": None, "there": Spot(55, 1)}).around("here", 50) == {"here": 0.0}


@pytest.mark.parametrize(
    ("text", "folded"),
    [("José  ÖSTEN", "jose osten"), ("Straße", "strasse"), ("one’s", "one's"), ("", "")],
)
def test_words_are_compared_without_capitals_and_accents(text, folded):
    assert matching.fold(text) == folded


@given(st.lists(st.integers(1, matching.MODULUS - 1), unique=True, max_size=50), st.data())
def test_a_day_shuffles_and_loses_nobody(lots, data):
    factor = data.draw(st.integers(1, matching.MODULUS - 1))
    assert len({matching.position(lot, factor) for lot in lots}) == len(lots)


def test_over_a_thousand_days_everybody_stands_in_front_about_equally_often():
    from random import Random

    chance = Random(7)
    lots = [chance.randrange(1, matching.MODULUS) for _ in range(12)]
    days = [chance.randrange(1, matching.MODULUS) for _ in range(1200)]
    first = [min(lots, key=lambda lot: matching.position(lot, factor)) for factor in days]
    assert all(50 < first.count(lot) < 160 for lot in lots)
