"""The database finds what the domain word says: on every wish, with its counts and its order."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonground.core import clock
from commonground.directory import matching
from commonground.directory.forms import Looking, atlas, query
from commonground.directory.matching import Wish
from commonground.directory.models import Approach, DayOrder, Profile, Search
from commonground.directory.tests.cards import (
    APPROACHES,
    DAY,
    FAR,
    NOW,
    SPOTS,
    enlist,
    practice,
)

pytestmark = pytest.mark.django_db
PLACES = [*SPOTS, *FAR]
SLUGS = ["harbour-street", "quay-rooms", "the-net-loft"]
NAMES = ["Ada Marr", "Béla Noor", "Cleo Vance", "Dov Ash", "Esme Tyr", "Finn Oak", "Gus Ray"]


@pytest.fixture(autouse=True)
def held(at):
    with at(NOW):
        yield


@pytest.fixture
def therapists():
    """Seven therapists with mixed offers, the same ones every time."""
    chance = random.Random(4)
    practice()
    for number, name in enumerate(NAMES):
        places = chance.sample(PLACES, chance.randrange(3))
        enlist(
            name,
            headline=chance.choice(["Grief and José", "Work, and worry"]),
            approaches=chance.sample(APPROACHES, chance.randrange(3)),
            places=places,
            online=not places or chance.random() < 0.5,
            adults=number % 3 != 0,
            **({"young_from": 11 + number, "young_to": 20} if number % 3 != 1 else {}),
            languages=chance.choice([["en"], ["en", "pl"]]),
            focus=chance.choice([["grief"], ["work", "grief"], []]),
            capacity=chance.choice([0, 1, 5]),
        )


def wish(**asked) -> Wish:
    return Wish(**asked)


wishes = st.builds(
    Wish,
    words=st.sampled_from(["", "grief", "JOSE grief", "bela", "%", "_"]),
    approach=st.sampled_from(["", *APPROACHES]),
    who=st.sampled_from(["", "", "adult", "young"]),
    age=st.none() | st.sampled_from([5, 12, 16, 17, 18, 20, 25, 90]),
    where=st.sampled_from(["", "", "online", "in-person", *SLUGS]),
    within=st.sampled_from([0, 5, 25]),
    language=st.sampled_from(["", "en", "pl"]),
    focus=st.sampled_from(["", "grief", "work"]),
    taking=st.booleans(),
)


def looked(asked: Wish) -> Search:
    return Search(asked, clock.today(), atlas())


def fits(profile: Profile, asked: Wish, search: Search) -> bool:
    """What the domain word says, with places under the names that addresses give them."""
    names = {str(place.pk): name for name, place in search.atlas.places.items()}
    offer = profile.offer
    named = frozenset(names[pk] for pk in offer.places)
    return matching.meets(
        matching.Offer(**{**vars(offer), "places": named}), asked, search.atlas.map
    )


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=wishes)
def test_the_database_and_the_domain_word_find_the_same_people(therapists, asked):
    search = looked(asked)
    found = search.page(1)
    assert {p.pk for p in found} == {p.pk for p in Profile.objects.all() if fits(p, asked, search)}
    assert search.total == len(found)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=wishes)
def test_the_number_beside_a_choice_is_how_many_that_choice_finds(therapists, asked):
    from dataclasses import replace

    counted = looked(asked).options()
    for name, options in counted.items():
        for value, many in options.items():
            assert looked(replace(asked, **{name: value})).total == many


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=wishes)
def test_dropping_a_filter_never_loses_a_result(therapists, asked):
    found = {p.pk for p in looked(asked).page(1)}
    for name in asked.chosen:
        assert found <= {p.pk for p in looked(asked.without(name)).page(1)}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=wishes)
def test_an_address_says_the_whole_wish(therapists, asked):
    from dataclasses import replace

    from django.http import QueryDict

    form = Looking(
        QueryDict(query(asked)[1:]), approaches=list(Approach.objects.all()), atlas=atlas()
    )
    if asked.where in ("", "online", "in-person"):
        asked = replace(asked, within=0)
    assert form.wish == asked


def test_the_way_out_names_the_one_filter_that_is_in_the_way(therapists):
    search = looked(wish(language="cy", taking=True))
    assert search.total == 0
    assert [name for name, _ in search.ways_out()] == ["language"]


def test_the_way_out_says_how_many_there_are_then(therapists):
    search = looked(wish(language="cy", taking=True))
    assert search.ways_out() == [("language", looked(wish(taking=True)).total)]


def test_the_nearest_come_first_where_a_place_is_asked_for():
    enlist("Far Away", places=["The Net Loft"])
    enlist("Next Door", places=["Quay Rooms"])
    enlist("Right Here", places=["The Net Loft", "Harbour Street"])
    found = looked(wish(where="harbour-street", within=10)).page(1)
    assert [p.name for p in found] == ["Right Here", "Next Door", "Far Away"]


def test_near_asks_by_degrees():
    enlist("Far Away", places=["The Net Loft"])
    enlist("Next Door", places=["Quay Rooms"])
    latitude, longitude = SPOTS["Harbour Street"]
    assert [p.name for p in Profile.objects.near(latitude, longitude, 2)] == ["Next Door"]


def test_the_order_is_the_same_for_everybody_on_one_day(therapists):
    DayOrder.objects.draw(clock.today())
    first, second = ([p.pk for p in looked(wish()).page(1)] for _ in range(2))
    assert first == second


def test_the_order_of_a_day_is_drawn_once_and_kept():
    for _ in range(3):
        DayOrder.objects.draw(clock.today())
    assert DayOrder.objects.count() == 2  # today and tomorrow


def test_the_order_follows_the_day(therapists):
    today = clock.today()
    for ahead in range(5):
        DayOrder.objects.create(day=today + ahead * DAY, factor=12345 + 98765431 * ahead)
    orders = {
        tuple(p.pk for p in Search(wish(), today + ahead * DAY, atlas()).page(1))
        for ahead in range(5)
    }
    assert len(orders) > 1


def test_the_database_shuffles_as_the_domain_word_does(therapists):
    DayOrder.objects.create(day=clock.today(), factor=1_234_567_891)
    found = looked(wish()).page(1)
    by_word = sorted(found, key=lambda p: matching.position(p.turn, 1_234_567_891))
    assert [p.pk for p in found] == [p.pk for p in by_word]


def test_more_people_do_not_mean_more_questions(therapists):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            search = looked(wish(language="en"))
            search.options()
            assert [p.places_named and p.languages_named for p in search.page(1)]
        return len(captured)

    few = asked()
    for number in range(5):
        enlist(f"Number{number} Someone", places=PLACES)
    assert asked() == few
