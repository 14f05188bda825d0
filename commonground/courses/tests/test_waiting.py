"""What waits on the therapist's home, and what has changed on the page of a session."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.courses import actions
from commonground.courses.ending import Decision, Way
from commonground.courses.models import Course, FollowUp
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import MET, TWO_DAYS, Carried, date_from, open_course
from .test_queries import cost

pytestmark = pytest.mark.django_db
NEXT_DAY = MET + timedelta(hours=20)


def needs(desk: Browser) -> str:
    """What needs the therapist, as one line of words."""
    page = desk.get(reverse("today")).text
    part = page[page.index("h-needs") : page.index("caseload-part")]
    return " ".join(part.replace("<", " <").split())


def test_a_session_that_is_over_says_what_is_still_to_write(priya: Carried, at: Any) -> None:
    with at(NEXT_DAY):
        page = needs(signed_in(priya.miriam))
        assert "not closed; the note is not signed; no summary is shared" in page
        assert f"{reverse('session', args=[priya.session().pk])}#h-note" in page


def test_whoever_has_waited_longest_stands_first(priya: Carried, at: Any) -> None:
    earlier = client_of(priya.miriam, "Asha Rao")  # whose course was opened later
    date_from(open_course(earlier, priya.miriam), NOON + timedelta(days=1), 1, priya.miriam)
    with at(NEXT_DAY):
        page = needs(signed_in(priya.miriam))
        assert page.index("Asha Rao, session 1") < page.index("Priya Nair, session 1")


def test_what_is_done_waits_no_longer(priya: Carried, at: Any) -> None:
    """The control: signed, shared and closed, the same session is not named."""
    priya.write("One.")
    with at(MET):
        actions.sign_note(session=priya.session(), by=priya.miriam, now=MET)
        priya.close()
    with at(NEXT_DAY):
        desk = signed_in(priya.miriam)
        assert ": no summary is shared" in needs(desk)
        actions.share_summary(
            session=priya.session(), text="We met.", version=0, by=priya.miriam, now=NEXT_DAY
        )
        assert "To finish" not in needs(desk)


def test_a_check_in_for_another_day_is_said_to_be_in(priya: Carried) -> None:
    desk = signed_in(priya.miriam)
    assert "Just in" not in needs(desk)
    priya.check_in()
    page = needs(desk)
    assert "Just in" in page
    assert reverse("session", args=[priya.session().pk]) in page


def test_what_the_client_wrote_alone_is_named_with_the_way_to_it(priya: Carried) -> None:
    desk = signed_in(priya.miriam)
    told: dict[str, Any] = {"course": priya.course, "facts": {"name": "Asha"}, "now": NOON}
    actions.keep_person(**told, by=priya.miriam)
    assert "From a client" not in needs(desk)  # one's own words are no news
    actions.keep_person(**told, by=priya.account)
    page = needs(desk)
    assert "wrote about somebody in their life" in page
    assert reverse("people", args=[priya.course.pk]) in page


def test_the_next_session_says_line_by_line_what_has_changed(priya: Carried, at: Any) -> None:
    desk = signed_in(priya.miriam)
    with at(MET):
        priya.check_in()
        goal = priya.goal()
        actions.agree_task(
            session=priya.session(), facts={"words": "Ring Meera"}, version=0,
            by=priya.miriam, now=MET - timedelta(hours=2),
        )  # fmt: skip
    with at(NEXT_DAY):
        now = clock.now()
        task = priya.session().task
        actions.tell_task(
            task=task, facts={"done": "partly"}, version=task.version, by=priya.miriam, now=now
        )
        actions.rate_goal(goal=goal, value=4, by=priya.account, now=now)
        asha = actions.keep_person(
            course=priya.course, facts={"name": "Asha"}, by=priya.account, now=now
        )
        actions.place_person(
            person=asha, as_of="now", ring=2, version=asha.version, by=priya.account, now=now
        )
        actions.keep_event(
            course=priya.course, by=priya.miriam, now=now,
            facts={"words": "Moved house", "kind": "change", "on": now.date()},
        )  # fmt: skip
    page = desk.get(reverse("session", args=[priya.session(2).pk]))
    lines = {(one["words"], one.get("more", "")) for one in page.context["changed"]}
    assert lines == {
        ("Tried: partly", "Ring Meera"),
        ("Sleep through", "now at 4 of 10"),
        ("Asha", "written about by your client; now: in the middle"),
    }
    assert [one["event"].words for one in page.context["happened"]] == ["Moved house"]
    first = desk.get(reverse("session", args=[priya.session(1).pk]))
    assert first.context["changed"] == []  # they had not met before


def test_scores_are_told_beside_the_last_ones(priya: Carried) -> None:
    desk = signed_in(priya.miriam)
    priya.check_in()
    priya.check_in(nine=1, number=2)
    page = desk.get(reverse("session", args=[priya.session(2).pk]))
    words = [one["words"] for one in page.context["changed"]]
    assert "PHQ-9: 9, was 8" in words


def test_the_first_hour_is_where_the_tests_think(priya: Carried) -> None:
    hour = priya.session().appointment
    assert (hour.starts_at, hour.ends_at <= MET) == (NOON + TWO_DAYS, True)


# ——— after the ending ———


@pytest.fixture
def later(priya: Carried, at: Any) -> FollowUp:
    """What was agreed for a month after Priya's course, which has ended."""
    with at(NEXT_DAY):
        actions.end_course(
            course=priya.course, way=Way.COMPLETED, decision=Decision.FINISH, by=priya.miriam,
            now=NEXT_DAY,
        )  # fmt: skip
    return FollowUp.objects.get(course=priya.course, months=1)


def test_a_follow_up_without_a_date_waits_with_the_way_to_give_it_one(
    priya: Carried, later: FollowUp, at: Any
) -> None:
    with at(NEXT_DAY):
        page = needs(signed_in(priya.miriam))
        assert "Priya Nair, 1 month after the ending" in page and "no date yet" in page
        assert reverse("ending", args=[priya.course.pk]) in page
        assert "3 months after the ending" not in page  # that is far away yet
    with at(NEXT_DAY + timedelta(days=60)):
        page = needs(signed_in(priya.miriam))
        assert page.index("1 month after the ending") < page.index("3 months after the ending")
    with at(NEXT_DAY + timedelta(days=120)):
        assert "1 month after the ending" not in needs(signed_in(priya.miriam))


def test_a_follow_up_with_a_date_waits_on_its_day_and_until_it_is_said_how_it_went(
    priya: Carried, later: FollowUp, at: Any
) -> None:
    hour = NEXT_DAY + timedelta(days=30)
    with at(NEXT_DAY):
        actions.date_follow_up(
            follow_up=later, starts_at=hour, place=None, by=priya.miriam, now=NEXT_DAY
        )
        later.refresh_from_db()
        assert "Follow-up" not in needs(signed_in(priya.miriam))
    with at(hour - timedelta(hours=3)):
        page = needs(signed_in(priya.miriam))
        assert "today at" in page and reverse("appointment", args=[later.appointment_id]) in page
    with at(hour + timedelta(days=2)):
        assert "say how it went" in needs(signed_in(priya.miriam))
        later.appointment.state = "held"
        later.appointment.save(update_fields=["state"])
        assert "month after the ending" not in needs(signed_in(priya.miriam))


def test_a_follow_up_waits_for_whoever_may_date_it_and_for_nobody_else(
    later: FollowUp, at: Any
) -> None:
    with at(NEXT_DAY):
        assert "after the ending" not in needs(signed_in(person("Theo", Role.THERAPIST)))


def test_many_follow_ups_cost_as_many_queries_as_few(
    priya: Carried, later: FollowUp, at: Any
) -> None:
    def more(names: range) -> None:
        for n in names:
            course = open_course(client_of(priya.miriam, f"Somebody {n}"), priya.miriam)
            Course.objects.filter(pk=course.pk).update(ended_on=later.course.ended_on)
            FollowUp.objects.create(course=course, months=1, due_on=later.due_on)

    with at(NEXT_DAY):
        desk = signed_in(priya.miriam)
        more(range(2))
        desk.get(reverse("today"))
        few, _ = cost(desk, reverse("today"))
        more(range(2, 12))
        many, told = cost(desk, reverse("today"))
        assert many == few, told
        assert needs(desk).count("1 month after the ending") == 13


def test_an_alert_stands_before_the_day_and_everything_else_after_it(priya: Carried) -> None:
    """In reading order, which is the order on a phone."""
    desk = signed_in(priya.miriam)
    quiet = desk.get(reverse("today")).text
    assert "h-alerts" not in quiet and "Nothing waits for you." in quiet
    priya.check_in(nine=1)
    page = desk.get(reverse("today")).text
    places = [page.index(f'id="{one}"') for one in ("h-alerts", "h-day", "h-needs", "h-courses")]
    assert places == sorted(places)
    assert "Just in" in page[places[2] : places[3]]  # the check-in itself
