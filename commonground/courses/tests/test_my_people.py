"""The client's own page of people: behind the inner door, and theirs to write on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.courses import actions
from commonground.courses.models import Closeness, Course, Person
from commonground.people import access
from commonground.people.tests.front_office import NOON, just_signed_in, signed_in

from .carried import Carried

pytestmark = pytest.mark.django_db
PAGE = "/my/people/"


def tom(priya: Carried, concern: str | None = None) -> Person:
    return actions.keep_person(
        course=priya.course, facts={"name": "Tom"}, concern=concern, by=priya.miriam, now=NOON
    )


def opened(priya: Carried) -> Browser:
    return just_signed_in(priya.account)


def later(monkeypatch: Any, seconds: int) -> None:
    was = clock.real()
    monkeypatch.setattr(access.clock, "real", lambda: was + timedelta(seconds=seconds))


def test_whoever_has_just_signed_in_sees_everybody(priya: Carried) -> None:
    tom(priya)
    page = opened(priya).get(PAGE)
    assert (page.status_code, "Tom" in page.text) == (200, True)


def test_nothing_is_shown_to_whoever_is_signed_in_for_longer(priya: Carried) -> None:
    one = tom(priya)
    phone = signed_in(priya.account)
    for path in (PAGE, f"{PAGE}?who={one.pk}", f"{PAGE}new/", f"{PAGE}{one.pk}/"):
        page = phone.get(path)
        assert "Is it still you?" in page.text
        assert "Tom" not in page.text


def test_it_shuts_ten_minutes_after_its_last_use(priya: Carried, monkeypatch: Any) -> None:
    phone = opened(priya)
    assert phone.get(PAGE).status_code == 200
    later(monkeypatch, 599)
    assert "both see this page" in phone.get(PAGE).text
    later(monkeypatch, 600)
    assert "Is it still you?" in phone.get(PAGE).text


def test_whoever_comes_in_by_a_code_is_asked_for_another(priya: Carried) -> None:
    phone = signed_in(priya.account)
    page = phone.get(PAGE)
    back = page.context["login"]
    assert phone.post("/account/logout/", {"next": back})["Location"] == back
    assert phone.get("/my/").status_code == 302
    assert back == "/account/login/?next=%2Fmy%2Fpeople%2F"


def test_a_client_adds_somebody_and_places_them(priya: Carried) -> None:
    phone = opened(priya)
    phone.post(f"{PAGE}new/", {"name": "Asha", "living": "on", "expects": "to call back"})
    asha = Person.objects.with_keys().get()
    assert (asha.name, asha.expects, asha.author) == ("Asha", "to call back", priya.account)
    place = reverse("my_person_place", args=[asha.pk])
    phone.post(place, {"as_of": "hoped", "ring": "1", "version": asha.version})
    kept = Closeness.objects.get()
    assert (kept.person, kept.as_of, kept.ring) == (asha, "hoped", 1)
    desk = signed_in(priya.miriam)
    assert "Asha" in desk.get(reverse("people", args=[priya.course.pk])).text


def test_the_therapists_own_line_is_never_on_it(priya: Carried) -> None:
    one = tom(priya, concern="He threatened her")
    phone = opened(priya)
    for path in (f"{PAGE}?who={one.pk}", f"{PAGE}{one.pk}/"):
        assert "threatened" not in phone.get(path).text
    phone.post(f"{PAGE}{one.pk}/", {"name": "Tom", "version": one.version, "concern": "none"})
    desk = signed_in(priya.miriam)
    page = desk.get(f"{reverse('people', args=[priya.course.pk])}?who={one.pk}")
    assert "He threatened her" in page.text


def test_what_the_therapist_wrote_meanwhile_is_shown_and_not_overwritten(priya: Carried) -> None:
    one = tom(priya)
    phone = opened(priya)
    actions.keep_person(
        course=priya.course, person=one, facts={"name": "Tom", "expects": "hers"},
        version=one.version, by=priya.miriam, now=NOON,
    )  # fmt: skip
    typed = {"name": "Tom", "living": "on", "expects": "mine", "version": one.version}
    page = phone.post(f"{PAGE}{one.pk}/", typed)
    assert page.status_code == 409
    assert "hers" in page.text
    assert "mine" in page.text


def test_what_is_sent_after_it_has_shut_is_kept_and_shows_nothing(
    priya: Carried, monkeypatch: Any
) -> None:
    one = tom(priya)
    phone = opened(priya)
    later(monkeypatch, 3600)
    typed = {"name": "Tom", "living": "on", "expects": "to listen", "version": one.version}
    answer = phone.post(f"{PAGE}{one.pk}/", typed)
    assert answer.status_code == 302
    assert Person.objects.with_keys().get().expects == "to listen"
    stale = phone.post(f"{PAGE}{one.pk}/", typed | {"expects": "mine"})
    assert (stale.status_code, "mine" in stale.text, "to listen" in stale.text) == (
        200,
        True,
        False,
    )


def test_after_the_course_it_is_there_to_read(priya: Carried) -> None:
    one = tom(priya)
    phone = opened(priya)
    Course.objects.filter(pk=priya.course.pk).update(ended_on=NOON.date())
    assert "Tom" in phone.get(PAGE).text
    assert phone.get(f"{PAGE}{one.pk}/").status_code == 404
    place = reverse("my_person_place", args=[one.pk])
    assert phone.post(place, {"as_of": "now", "ring": "1", "version": 1}).status_code == 404
    assert phone.get(f"{PAGE}new/")["Location"] == PAGE
