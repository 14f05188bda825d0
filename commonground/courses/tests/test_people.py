"""The inventory: kept, placed, never overwritten unseen, and never another course's."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.courses import actions
from commonground.courses.actions import NotNow, Stale
from commonground.courses.models import Closeness, Concern, Person
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import Carried, open_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


@pytest.fixture
def tom(priya: Carried) -> Person:
    return keep(priya, name="Tom")


def keep(priya: Carried, who: Person | None = None, **facts: Any) -> Person:
    told = {"version": facts.pop("version", None), "concern": facts.pop("concern", None)}
    return actions.keep_person(
        course=priya.course, person=who, facts=facts, by=priya.miriam, now=NOON, **told
    )


def place(priya: Carried, who: Person, ring: int, version: int, **more: Any) -> Person:
    return actions.place_person(
        person=who, ring=ring, version=version, by=priya.miriam, now=NOON,
        **{"as_of": "now"} | more,
    )  # fmt: skip


# ——— kept ———


def test_people_are_kept_in_the_order_they_came_to_mind(priya: Carried) -> None:
    for name in ("Tom", "Meera", "Asha"):
        keep(priya, name=name)
    assert [one.name for one in Person.objects.of(priya.course)] == ["Tom", "Meera", "Asha"]


def test_two_who_write_at_once_lose_nothing(priya: Carried, tom: Person) -> None:
    keep(priya, tom, name="Tom", expects="Two evenings", version=1)
    with pytest.raises(Stale) as refused:
        keep(priya, tom, name="Tom", expects="Nothing any more", version=1)
    assert refused.value.theirs == {"expects": "Two evenings"}
    tom.refresh_from_db()
    assert (tom.expects, tom.version) == ("Two evenings", 2)


def test_two_who_write_the_same_are_both_content(priya: Carried, tom: Person) -> None:
    keep(priya, tom, name="Tom", expects="Two evenings", version=1)
    assert keep(priya, tom, name="Tom", expects="Two evenings", version=1).version == 2


def test_a_concern_is_never_overwritten_unseen(priya: Carried, tom: Person) -> None:
    keep(priya, tom, name="Tom", concern="Asked: none.", version=1)
    with pytest.raises(Stale) as refused:
        keep(priya, tom, name="Tom", concern="Afraid of him.", version=1)
    assert refused.value.theirs == {"concern": "Asked: none."}
    assert Concern.objects.get().text == "Asked: none."


def test_nobody_is_written_into_another_course(priya: Carried, tom: Person) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    with pytest.raises(NotNow):
        actions.keep_person(
            course=other, person=tom, facts={"name": "Tom"}, version=1, by=priya.miriam, now=NOON
        )


# ——— placed ———


def test_whoever_is_placed_first_gets_a_bearing(priya: Carried, tom: Person) -> None:
    assert place(priya, tom, 1, 1).bearing == 45
    assert place(priya, keep(priya, name="Meera"), 2, 1).bearing == 225


def test_somebody_stands_on_one_ring_at_a_time(priya: Carried, tom: Person) -> None:
    moved = place(priya, place(priya, tom, 1, 1), 3, 2)
    assert Closeness.objects.get().ring == 3
    assert place(priya, moved, 0, 3).version == 4
    assert not Closeness.objects.exists()


def test_the_three_dates_stand_side_by_side(priya: Carried, tom: Person) -> None:
    for version, (date, ring) in enumerate((("onset", 1), ("now", 2), ("hoped", 1)), start=1):
        place(priya, tom, ring, version, as_of=date)
    found = Closeness.objects.all().by_person(priya.course)[tom.pk]
    assert {date: row.ring for date, row in found.items()} == {"onset": 1, "now": 2, "hoped": 1}


def test_whoever_was_moved_meanwhile_is_not_moved_unseen(priya: Carried, tom: Person) -> None:
    place(priya, tom, 1, 1)
    with pytest.raises(Stale):
        place(priya, tom, 3, 1)
    assert Closeness.objects.get().ring == 1


def test_the_database_knows_three_rings_only(priya: Carried, tom: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Closeness.objects.create(person=tom, as_of="now", ring=4, set_at=NOON)


# ——— the pages ———


def test_the_page_shows_drawing_list_and_one_of_them(
    priya: Carried, desk: Browser, tom: Person
) -> None:
    place(priya, tom, 1, 1)
    url = reverse("people", args=[priya.course.pk])
    page = desk.get(url, {"who": str(tom.pk)})
    assert page.context["drawings"]["now"].dots[0].stand.name == "Tom"
    assert page.context["groups"][0]["label"] == "Close"
    assert page.context["chosen"]["person"] == tom
    assert AuditEvent.objects.filter(verb="courses.people.read").count() == 1


def test_somebody_is_added_by_the_form(priya: Carried, desk: Browser) -> None:
    answer = desk.post(
        reverse("person_new", args=[priya.course.pk]),
        {"name": "Meera", "relation": "sister", "living": "on", "conflict": "0"},
    )
    assert answer.status_code == 302
    assert Person.objects.get().relation == "sister"


def test_a_form_without_a_name_comes_back_filled_in(priya: Carried, desk: Browser) -> None:
    page = desk.post(reverse("person_new", args=[priya.course.pk]), {"relation": "sister"})
    assert page.status_code == 200
    assert "sister" in page.text
    assert page.context["form"].errors["name"]


def test_a_conflict_shows_both_texts_and_then_keeps_the_one_chosen(
    priya: Carried, desk: Browser, tom: Person
) -> None:
    keep(priya, tom, name="Tom", expects="Two evenings", version=1)
    told = {"name": "Tom", "expects": "One evening", "living": "on", "version": "1"}
    url = reverse("person", args=[tom.pk])
    page = desk.post(url, told)
    assert page.status_code == 409
    assert "Two evenings" in page.text
    assert "One evening" in page.text
    version = page.context["form"]["version"].value()
    assert desk.post(url, {**told, "version": version}).status_code == 302
    tom.refresh_from_db()
    assert tom.expects == "One evening"


def test_a_script_places_somebody_and_hears_the_version(
    priya: Carried, desk: Browser, tom: Person
) -> None:
    url, script = reverse("person_place", args=[tom.pk]), {"Accept": "application/json"}
    told = {"as_of": "now", "ring": "2", "bearing": "90", "version": "1"}
    assert desk.post(url, told, headers=script).json() == {"version": 2}
    again = desk.post(url, {**told, "ring": "3"}, headers=script)
    assert (again.status_code, again.json()["theirs"]["ring"]) == (409, 2)
    assert desk.post(url, {**told, "ring": "9"}, headers=script).status_code == 422


def test_a_stranger_meets_nobody(priya: Carried, tom: Person) -> None:
    stranger = signed_in(person("Tomas", Role.THERAPIST))
    for name, pk in (("people", priya.course.pk), ("person", tom.pk)):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
