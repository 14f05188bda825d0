"""The ending: counted down, reviewed, agreed or not; and the meetings after it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import Mail
from commonground.courses import actions, ending
from commonground.courses.actions import NotNow
from commonground.courses.ending import PLANNED, Decision, Way
from commonground.courses.models import Course, Ending, FollowUp, tell
from commonground.measures import actions as measures
from commonground.measures.models import CheckIn, Plan
from commonground.measures.scoring import Change
from commonground.people.models import Contact
from commonground.people.tests.front_office import NOON, signed_in
from commonground.scheduling import jobs
from commonground.scheduling.models import Appointment

from .carried import Carried, carried
from .priya import ADULT_16
from .test_my_people import opened
from .test_queries import cost

LATER = NOON + timedelta(days=10)
"""Both of Priya's first sessions are over."""


# ——— the word ———


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 1, 22), 3, date(2026, 4, 22)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_follow_up_is_the_same_day_some_months_later(on, months, then):
    assert ending.months_after(on, months) == then


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("change", [*Change, None])
def test_an_alternative_is_owed_to_who_ends_as_agreed_and_is_not_better(way, change):
    owed = ending.owes_alternative(way, change)
    assert owed == (way in PLANNED and change in {Change.NONE, Change.DETERIORATED})


def test_the_end_is_counted_down_from_the_first_session():
    first, last = (ending.countdown(ADULT_16, n, set()) for n in (1, 16))
    assert (first.left, first.first, first.begun, first.named) == (15, 13, False, False)
    assert (last.left, last.begun) == (0, True)
    assert ending.countdown(ADULT_16, 13, {"name_ending"}).named


def test_every_way_has_its_words():
    assert set(Way) == set(Ending.Way.values)
    assert set(Decision) == set(Ending.Decision.values)


# ——— the verbs ———


def with_a_goal() -> Carried:
    made = carried(weeks=3)
    made.goal()
    return made


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Carried]:
    return once(with_a_goal, at=NOON)


@pytest.fixture
def priya(laid: Callable[[], Carried], db: None, at: Any) -> Iterator[Carried]:
    with at(LATER):
        yield laid()


def end(priya: Carried, way: Way = Way.COMPLETED, **more: Any) -> Ending:
    decided = {"decision": Decision.FINISH} if way in PLANNED else {}
    told = {"course": priya.course, "way": way, "by": priya.miriam, "now": LATER}
    return actions.end_course(**told | decided | more)


def test_an_agreed_ending_lets_hours_go_and_proposes_follow_ups(priya: Carried) -> None:
    ended = end(priya, farewell="Well done.")
    priya.course.refresh_from_db()
    assert priya.course.ended_on == LATER.date()
    assert (ended.attended, ended.contracted) == (0, 16)
    states = Appointment.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["planned", "planned", "cancelled"]
    due = FollowUp.objects.of(priya.course).values_list("months", "due_on")
    assert list(due) == [(n, ending.months_after(LATER.date(), n)) for n in (1, 3)]


@pytest.mark.parametrize("way", sorted(set(Way) - PLANNED))
def test_an_ending_that_was_not_agreed_is_noted_in_one_step(priya: Carried, way: Way) -> None:
    ended = end(priya, way)
    assert (ended.way, ended.decision) == (way, "")
    assert not FollowUp.objects.exists()


def written_to(priya: Carried) -> int:
    """How many mails there are once Priya, who can be written to, knows of her hours."""
    Contact.objects.create(
        client=priya.priya, kind="email", value="priya@clients.example", safe_to_write=True
    )
    jobs.tell_changes(LATER)
    return Mail.objects.count()


def test_no_mail_is_written_to_somebody_who_died(priya: Carried) -> None:
    told = written_to(priya)
    end(priya, Way.DIED)
    jobs.tell_changes(LATER)
    assert Mail.objects.count() == told
    assert not Appointment.objects.ahead(LATER).exists()


def test_of_another_ending_somebody_is_told(priya: Carried) -> None:
    """The control: hours that were let go are written about to whoever is there to read it."""
    told = written_to(priya)
    end(priya)
    jobs.tell_changes(LATER)
    assert Mail.objects.count() == told + 1


def test_nothing_is_asked_by_a_plan_once_the_course_has_ended(priya: Carried) -> None:
    measures.begin_plan(
        client=priya.priya, measures=["mood"], every_days=7, begins_on=NOON.date(),
        by=priya.miriam, now=NOON,
    )  # fmt: skip
    end(priya)
    assert not Plan.objects.filter(ended_at=None).exists()


def test_a_course_does_not_end_over_an_open_alert(priya: Carried) -> None:
    priya.check_in(nine=1)
    with pytest.raises(NotNow, match="alert is open"):
        end(priya)
    with pytest.raises(NotNow, match="alert is open"):
        end(priya, Way.DROPPED_OUT)
    assert Course.objects.running().count() == 1
    end(priya, Way.DIED)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"decision": ""}, "Say how it goes on"),
        ({"on": NOON.date() - timedelta(days=1)}, "between the beginning"),
        ({"on": LATER.date() + timedelta(days=1)}, "between the beginning"),
    ],
)
def test_what_is_missing_is_said(priya: Carried, more: Any, says: str) -> None:
    with pytest.raises(NotNow, match=says):
        end(priya, **more)


def worse(priya: Carried) -> None:
    """Two check-ins, the second no better than the first."""
    priya.check_in()
    priya.check_in(number=2)


def test_somebody_who_is_not_better_is_offered_something_else_without_blame(
    priya: Carried,
) -> None:
    worse(priya)
    with pytest.raises(NotNow, match="it is no fault"):
        end(priya)
    with pytest.raises(NotNow, match="it is no fault"):
        end(priya, onward="  ")
    assert end(priya, onward="Dr Okafor about medication; a group on Mondays.")


def test_it_ends_once(priya: Carried) -> None:
    end(priya)
    with pytest.raises(NotNow, match="ended already"):
        end(priya)


def test_it_goes_on_after_all_unless_another_has_begun(priya: Carried) -> None:
    end(priya)
    told: dict[str, Any] = {"course": priya.course, "by": priya.miriam, "now": LATER}
    actions.go_on(**told)
    assert Course.objects.running().count() == 1
    assert not FollowUp.objects.exists()
    with pytest.raises(NotNow):
        actions.go_on(**told)
    end(priya, Way.MOVED)
    assert Ending.objects.get().way == Way.MOVED


def follow_up(priya: Carried) -> FollowUp:
    end(priya)
    first = FollowUp.objects.of(priya.course).with_keys().first()
    assert first is not None
    at = LATER + timedelta(days=30)
    told: dict[str, Any] = {"place": None, "by": priya.miriam, "now": LATER}
    return actions.date_follow_up(follow_up=first, starts_at=at, **told)


def test_a_follow_up_has_its_hour_and_its_check_in(priya: Carried) -> None:
    one = follow_up(priya)
    assert one.dated is not None
    asked = [r.instrument for r in CheckIn.before(one.dated).responses]
    assert asked == [rhythm.instrument for rhythm in priya.course.protocol.measures]
    moved = one.dated.starts_at + timedelta(days=1)
    told: dict[str, Any] = {"place": None, "by": priya.miriam, "now": LATER}
    actions.date_follow_up(follow_up=one, starts_at=moved, **told)
    assert Appointment.objects.filter(starts_at=moved).count() == 1
    assert Appointment.objects.count() == 4


def test_a_follow_up_counts_in_the_outcome_and_as_no_session(priya: Carried) -> None:
    priya.check_in()
    one = follow_up(priya)
    check_in = CheckIn.before(one.dated)
    for response in check_in.responses:
        given: dict[str, int | None] = dict.fromkeys((i.concept for i in response.measure.items), 0)
        measures.keep_answers(response=response, answers=given, by=priya.account, now=LATER)
    measures.send(check_in=check_in, by=priya.account, now=LATER)
    (told,) = tell([Course.objects.with_keys().get()])
    progress = told.progress(LATER.date() + timedelta(days=60))
    pair = progress.standing.pair("phq9")
    assert pair is not None
    assert (pair.first, pair.last) == (8, 0)
    assert progress.held == 0


# ——— the pages ———


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


@pytest.fixture
def phone(priya: Carried) -> Browser:
    return opened(priya)


def of(name: str, row: Any) -> str:
    return reverse(name, args=[row.pk])


PLAN = {"how": "end", "end-way": "completed", "end-decision": "finish", "end-follow_up": "on"}


def test_the_ending_is_named_on_both_sides_from_the_start(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    told = "the ending begins with session 13"
    assert told in desk.get(of("ending", priya.course)).text
    assert told in phone.get(reverse("my_ending")).text.replace("The ending", "the ending")


def test_a_course_is_ended_from_its_page_and_its_client_keeps_the_words(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    words = {"end-farewell": "You did this.", "end-on": LATER.date().isoformat()}
    answer = desk.post(of("ending_end", priya.course), PLAN | words)
    assert answer.url == of("ending", priya.course)
    page = desk.get(answer.url).text
    assert "Completed as agreed" in page and "0 of 16 sessions were held" in page
    mine = phone.get(reverse("my_ending")).text
    assert "You did this." in mine and "Our work ended on" in mine
    assert "stopped coming" not in mine


def test_a_slip_keeps_what_was_typed(priya: Carried, desk: Browser) -> None:
    page = desk.post(of("ending_end", priya.course), {"how": "end", "end-farewell": "You did."})
    assert page.status_code == 200
    assert {"way", "decision", "on"} <= page.context["end_form"].errors.keys()
    assert "You did." in page.text
    assert Course.objects.running().exists()


def test_a_follow_up_is_dated_on_the_page_of_the_ending(priya: Carried, desk: Browser) -> None:
    end(priya)
    first = FollowUp.objects.get(months=1)
    told = {f"{first.pk}-day": "2026-04-10", f"{first.pk}-time": "10:00", f"{first.pk}-place": ""}
    assert desk.post(of("follow_up", first), told).url == of("ending", priya.course)
    first.refresh_from_db()
    assert first.dated
    page = desk.post(of("follow_up", FollowUp.objects.get(months=3)), {})
    assert "This field is required" in page.text or "required" in page.text


def test_the_page_of_the_ending_costs_the_same_however_much_there_is(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    pages = [(desk, of("ending", priya.course)), (phone, reverse("my_ending"))]
    told: dict[str, Any] = {"by": priya.miriam, "now": LATER}

    def more(many: int) -> None:
        for n in range(many):
            one = actions.keep_person(course=priya.course, facts={"name": f"P{n}"}, **told)
            for place in ("onset", "now"):
                one = actions.place_person(
                    person=one, as_of=place, ring=1 + n % 3, version=one.version, **told
                )

    more(2)
    few = [cost(*page)[0] for page in pages]
    more(12)
    assert [cost(*page)[0] for page in pages] == few
