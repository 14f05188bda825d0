"""Life events and their link with the mood: kept, changed with open eyes, never a stranger's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils.formats import date_format

from commonground.courses import actions
from commonground.courses.actions import NotNow, Stale
from commonground.courses.models import LifeEvent, MoodLink
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import MET, Carried, open_course
from .test_people import keep as keep_person

pytestmark = pytest.mark.django_db
ROW = {"words": "Row with Tom", "kind": "conflict", "on": NOON.date()}


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def keep(priya: Carried, event: LifeEvent | None = None, **facts: Any) -> LifeEvent:
    told = {"version": facts.pop("version", None), "session": facts.pop("session", None)}
    return actions.keep_event(
        course=priya.course, event=event, facts=ROW | facts, by=priya.miriam, now=NOON, **told
    )


def test_an_event_is_told_with_the_people_in_it(priya: Carried) -> None:
    tom = keep_person(priya, name="Tom")
    event = keep(priya, people=[tom], session=priya.session())
    assert list(event.people.all()) == [tom]
    assert event.session == priya.session()


def test_two_who_change_an_event_lose_nothing(priya: Carried) -> None:
    event = keep(priya)
    tom = keep_person(priya, name="Tom")
    keep(priya, event, people=[tom], version=1)
    with pytest.raises(Stale) as refused:
        keep(priya, event, people=[], version=1)
    assert refused.value.theirs == {"people": {tom}}
    assert list(LifeEvent.objects.get().people.all()) == [tom]


def test_nobody_of_another_course_becomes_part_of_an_event(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    wrens = actions.keep_person(course=other, facts={"name": "Ada"}, by=priya.miriam, now=NOON)
    with pytest.raises(NotNow):
        keep(priya, people=[wrens])
    with pytest.raises(NotNow):
        keep(priya, session=other.sessions.first())
    assert not LifeEvent.objects.exists()


def test_an_event_of_another_course_is_linked_to_no_session_here(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    theirs = actions.keep_event(course=other, facts=ROW, by=priya.miriam, now=NOON)
    with pytest.raises(NotNow):
        actions.link_mood(
            event=theirs, session=priya.session(), mood="lower", by=priya.miriam, now=NOON
        )


def test_the_database_refuses_a_stretch_that_ends_before_it_begins(priya: Carried) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(priya, until=NOON.date() - timedelta(days=1))


# ——— the pages ———


def told(**more: str) -> dict[str, Any]:
    return {
        "words": "Row with Tom",
        "kind": "conflict",
        "on": "2026-10-20",
        "precision": "day",
    } | more


def test_two_taps_link_an_event_with_the_mood(priya: Carried, desk: Browser) -> None:
    event, session = keep(priya, on=NOON.date()), priya.session(1)
    page = desk.get(reverse("session", args=[session.pk]))
    assert [one["event"] for one in page.context["happened"]] == [event]
    desk.post(reverse("link_mood", args=[session.pk, event.pk]), {"mood": "lower"})
    assert MoodLink.objects.get().mood == "lower"
    page = desk.get(reverse("session", args=[session.pk]))
    assert "lower after it" in page.text


def test_what_was_told_in_an_hour_is_not_news_in_the_next(priya: Carried, at: Any) -> None:
    """But what lay ahead then is, and what was written since, or happened since."""
    met = priya.session(1).appointment.starts_at
    hour = {"session": priya.session(1)}
    keep(priya, words="Told on the day", on=met.date(), **hour)
    keep(priya, words="Long ago", on=met.date() - timedelta(days=300), **hour)
    keep(priya, words="The wedding on Friday", on=met.date() + timedelta(days=1), **hour)
    keep(priya, words="Rang her sister", on=met.date() + timedelta(days=2))
    LifeEvent.objects.update(saved_at=met + timedelta(minutes=30))
    priya.write("One.")
    priya.sign()
    priya.close(now=MET)
    keep(priya, words="An old loss, written at home", on=met.date() - timedelta(days=900))
    LifeEvent.objects.filter(session=None).update(saved_at=MET + timedelta(days=1))

    def news(number: int) -> set[str]:
        with at(MET + timedelta(days=6)):
            url = reverse("session", args=[priya.session(number).pk])
            page = signed_in(priya.miriam).get(url)
        return {one["event"].words for one in page.context["happened"]}

    since = {"The wedding on Friday", "Rang her sister", "An old loss, written at home"}
    assert news(2) == since
    assert news(1) == {"Told on the day", "Long ago", "The wedding on Friday"}


def test_a_comma_put_right_afterwards_takes_no_link_from_the_hour(priya: Carried, at: Any) -> None:
    event, session = keep(priya, on=NOON.date()), priya.session(1)
    actions.link_mood(session=session, event=event, mood="lower", by=priya.miriam, now=NOON)
    priya.write("One.")
    priya.sign()
    priya.close(now=MET)
    LifeEvent.objects.update(saved_at=MET + timedelta(days=1))
    with at(MET + timedelta(days=2)):
        page = signed_in(priya.miriam).get(reverse("session", args=[session.pk]))
    assert [one["event"] for one in page.context["happened"]] == [event]


def test_an_event_is_added_from_the_session_it_is_told_in(priya: Carried, desk: Browser) -> None:
    session = priya.session()
    url = reverse("event_new", args=[priya.course.pk])
    answer = desk.post(f"{url}?session={session.pk}", told())
    assert answer.headers["Location"] == reverse("session", args=[session.pk]) + "#since"
    assert LifeEvent.objects.get().session == session


def test_a_session_of_another_course_is_not_taken(priya: Carried, desk: Browser) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam).sessions.first()
    url = reverse("event_new", args=[priya.course.pk])
    desk.post(f"{url}?session={other.pk}", told())
    assert LifeEvent.objects.get().session is None


def test_a_slip_is_said_and_the_form_comes_back_filled_in(priya: Carried, desk: Browser) -> None:
    page = desk.post(reverse("event_new", args=[priya.course.pk]), told(until="2026-10-01"))
    assert "This is before it began." in page.text
    assert "Row with Tom" in page.text
    page = desk.post(reverse("event_new", args=[priya.course.pk]), told(on="0226-10-20"))
    assert "Look at the year once more." in page.text


def test_a_person_of_another_course_cannot_be_chosen(priya: Carried, desk: Browser) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    wrens = actions.keep_person(course=other, facts={"name": "Ada"}, by=priya.miriam, now=NOON)
    page = desk.post(
        reverse("event_new", args=[priya.course.pk]), {**told(), "people": [str(wrens.pk)]}
    )
    assert page.context["form"].errors["people"]
    assert not LifeEvent.objects.exists()


def test_a_conflict_over_an_event_shows_both(priya: Carried, desk: Browser) -> None:
    event = keep(priya)
    keep(priya, event, words="Row with Tom about the car", version=1)
    page = desk.post(reverse("event", args=[event.pk]), told(version="1", words="A row"))
    assert page.status_code == 409
    assert "Row with Tom about the car" in page.text
    assert 'value="A row"' in page.text


def test_the_timeline_says_in_its_table_what_it_draws(priya: Carried, desk: Browser) -> None:
    priya.check_in()
    keep(priya, onset=True, precision="month")
    page = desk.get(reverse("timeline", args=[priya.course.pk]))
    assert page.context["rows"][0]["kind"] == "event"
    assert page.text.count('<svg class="timeline-drawing"') == 3
    assert "the low mood began here" in page.text


def test_an_empty_timeline_says_how_to_begin(priya: Carried, desk: Browser) -> None:
    bare = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    assert "Add the first event" in desk.get(reverse("timeline", args=[bare.pk])).text


def test_a_stranger_sees_no_line(priya: Carried) -> None:
    stranger, event = signed_in(person("Tomas", Role.THERAPIST)), keep(priya)
    for name, pk in (("timeline", priya.course.pk), ("event", event.pk)):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404


# ——— beside the scores ———


def test_the_session_and_the_measures_show_what_happened_where_it_happened(
    priya: Carried,
) -> None:
    priya.check_in()
    begun = priya.course.opened_on
    keep(priya, words="Before it all", on=begun - timedelta(days=40))
    keep(priya, words="Her sister came", on=begun + timedelta(days=1), precision="month")
    desk = signed_in(priya.miriam)
    session = desk.get(reverse("session", args=[priya.session().pk]))
    charts = [session.context["chart"]]
    charts += desk.get(reverse("client_measures", args=[priya.priya.pk])).context["charts"][:1]
    for chart in charts:
        assert [mark.label for mark in chart.marks] == ["Her sister came"]
    assert f"{date_format(begun, 'M Y')}: Her sister came" in session.text
