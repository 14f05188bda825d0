"""A client's own page: what they do on it, what they look at, and that it stays after the end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions, filled, storages
from commonground.courses.models import Course, Goal, Task, Wish
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .carried import MET, Carried, carried
from .test_my_people import opened
from .test_queries import cost

pytestmark = pytest.mark.django_db
PAGES = ("my", "my_worksheets", "my_timeline", "my_ending", "my_record", "my_safety_plan",
         "my_formulation", "my_appointments")  # fmt: skip


def with_their_work() -> Carried:
    made = carried()
    made.check_in()
    made.goal("Sleep through")
    told: dict[str, Any] = {"by": made.miriam, "now": NOON}
    actions.keep_person(course=made.course, facts={"name": "Tom", "relation": "partner"}, **told)
    event = {"words": "The move", "kind": "change", "on": NOON.date(), "precision": "month"}
    actions.keep_event(course=made.course, facts=event, **told)
    facts = {"words": "Ring Meera"}
    actions.agree_task(session=made.session(), facts=facts, **told)
    actions.share_summary(session=made.session(), text="We met.", **told)
    return made


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Carried]:
    return once(with_their_work, at=NOON)


@pytest.fixture
def phone(priya: Carried) -> Browser:
    return opened(priya)


def ended(priya: Carried) -> None:
    Course.objects.update(ended_on=NOON.date() + timedelta(days=1))


# ——— a note for the next session ———


def test_a_note_for_the_next_session_reaches_its_page(priya: Carried, phone: Browser) -> None:
    url = reverse("my_wish", args=[priya.session().pk])
    assert phone.post(url, {"text": "The party", "version": "0"}).url == reverse("my")
    assert "The party" in phone.get(reverse("my")).text
    desk = signed_in(priya.miriam)
    page = desk.get(reverse("session", args=[priya.session().pk])).text
    assert "From your client, for this hour" in page and "The party" in page


def test_a_note_from_an_old_window_shows_both_texts(priya: Carried, phone: Browser) -> None:
    url = reverse("my_wish", args=[priya.session().pk])
    phone.post(url, {"text": "One", "version": "0"})
    phone.post(url, {"text": "Two", "version": "1"})
    page = phone.post(url, {"text": "Three", "version": "1"})
    assert page.status_code == 409
    assert "Two" in page.text and page.context["wish_form"]["text"].value() == "Three"
    told = {"text": "Three", "version": page.context["wish_form"]["version"].value()}
    phone.post(url, told)
    assert Wish.objects.with_keys().get().text == "Three"


def test_a_note_that_is_too_long_comes_back_whole(priya: Carried, phone: Browser) -> None:
    words = "x" * 4001
    page = phone.post(reverse("my_wish", args=[priya.session().pk]), {"text": words})
    assert page.context["wish_form"].errors and words in page.text


def test_after_a_session_the_note_is_for_the_next(priya: Carried, at: Any) -> None:
    priya.write("One.")
    priya.sign()
    with at(MET):
        priya.close()
        phone = opened(priya)
        assert phone.get(reverse("my")).context["wish_for"].number == 2
        url = reverse("my_wish", args=[priya.session().pk])
        page = phone.post(url, {"text": "Late"}, follow=True)
    assert "This session is over" in page.text
    assert not Wish.objects.exists()


# ——— what is worked on ———


def test_the_focus_stands_in_their_words_beside_the_goals(priya: Carried, phone: Browser) -> None:
    told = {"area": "transition", "words": "Head of department no more"}
    actions.agree_focus(course=priya.course, by=priya.miriam, now=NOON, **told)
    assert told["words"] in phone.get(reverse("my")).text
    assert told["words"] in phone.get(reverse("my_record")).text
    for_a_while = signed_in(priya.account)  # it may tell of others: the inner door is shut
    assert told["words"] not in for_a_while.get(reverse("my")).text


# ——— what one wanted to try ———


def test_a_client_says_what_came_of_a_task(priya: Carried, phone: Browser) -> None:
    task = Task.objects.get()
    told = {"done": "partly", "happened": "She was out.", "mood_after": "6", "version": "1"}
    assert phone.post(reverse("my_task", args=[task.pk]), told).url == reverse("my")
    assert "She was out." in phone.get(reverse("my")).text
    page = phone.post(reverse("my_task", args=[task.pk]), told | {"mood_after": "11"})
    assert page.context["task_form"].errors["mood_after"]
    page = phone.post(reverse("my_task", args=[task.pk]), told | {"happened": "Another"})
    assert page.status_code == 409 and "She was out." in page.text


# ——— what one looks at ———


def test_the_timeline_is_drawn_and_told_without_the_mark_of_a_single_answer(
    priya: Carried, phone: Browser
) -> None:
    page = phone.get(reverse("my_timeline"))
    assert "The move" in page.text and "Session 1" in page.text
    assert "risk" not in page.text.partition("<main")[2].partition("</main")[0]
    assert "/sessions/" not in page.text


def test_everything_shared_can_be_printed_and_taken_along(priya: Carried, phone: Browser) -> None:
    sheet = storages.worksheet("affect", 1)
    made = actions.begin_worksheet(course=priya.course, sheet=sheet, by=priya.miriam, now=NOON)
    told: dict[str, Any] = {"seen": filled.stamps(sheet, {}), "by": priya.account, "now": NOON}
    actions.keep_worksheet(worksheet=made, answers={"named": "Homesick"}, **told)
    priya.write("A note of the record.", number=2)
    page = phone.get(reverse("my_record"))
    copy = phone.get(reverse("my_record"), {"copy": "text"})
    assert copy["Content-Type"].startswith("text/plain")
    assert copy["Content-Disposition"] == 'attachment; filename="copy.txt"'
    for words in ("Sleep through", "Tom", "The move", "Ring Meera", "We met.", "Homesick"):
        assert words in page.text and words in copy.text
    for private in ("A note of the record",):
        assert private not in page.text and private not in copy.text


@pytest.mark.parametrize("name", ["my_timeline", "my_record", "my_ending"])
def test_what_names_others_asks_once_more_who_is_there(priya: Carried, name: str) -> None:
    page = signed_in(priya.account).get(reverse(name)).text
    assert "Is it still you?" in page and "Tom" not in page


# ——— after the end ———


def test_after_the_end_everything_is_read_and_nothing_is_written(
    priya: Carried, phone: Browser
) -> None:
    ended(priya)
    page = phone.get(reverse("my")).text
    assert "Your course ended on" in page and "We met." in page and "Sleep through" in page
    main = page.partition("<main")[2].partition("</main")[0]
    assert "<form" not in main
    goal, task = Goal.objects.get(), Task.objects.get()
    for url, told in (
        (reverse("my_goal", args=[goal.pk]), {"value": "9"}),
        (reverse("my_task", args=[task.pk]), {"done": "yes", "version": "1"}),
        (reverse("my_wish", args=[priya.session().pk]), {"text": "x"}),
    ):
        assert phone.post(url, told).status_code == 404
    goal.refresh_from_db()
    assert goal.now == 1


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("over", [False, True])
def test_every_page_of_a_client_opens_with_a_neutral_title(
    priya: Carried, phone: Browser, name: str, over: bool
) -> None:
    if over:
        ended(priya)
    page = phone.get(reverse(name))
    assert page.status_code == 200
    title = page.text.partition("<title>")[2].partition("</title>")[0].lower()
    for word in ("priya", "therapy", "depress", "suicid", "crisis", "safety", "mood"):
        assert word not in title
    assert "data-leave" in page.text or "leave" not in page.text


@pytest.mark.parametrize("name", PAGES)
def test_an_account_without_a_record_is_met_kindly(db: None, at: Any, name: str) -> None:
    with at(NOON):
        somebody = signed_in(person("Nobody Yet", Role.CLIENT))
        assert somebody.get(reverse(name), follow=True).status_code == 200


def test_more_work_costs_no_more_queries(priya: Carried, phone: Browser) -> None:
    pages = [(phone, reverse(name)) for name in ("my", "my_timeline", "my_record")]
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON}

    def more(many: int) -> None:
        for n in range(many):
            actions.keep_person(course=priya.course, facts={"name": f"P{n}"}, **told)
            facts = {"words": f"E{n}", "kind": "good", "on": NOON.date(), "precision": "day"}
            actions.keep_event(course=priya.course, facts=facts, **told)

    more(1)
    for page in pages:
        cost(*page)
    few = [cost(*page)[0] for page in pages]
    more(9)
    assert [cost(*page)[0] for page in pages] == few
