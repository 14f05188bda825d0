"""A6: what an opening in an emergency lets an owner read, class of data by class: the rows that the
table of the house marks with †, on one page, for an hour, and never a process note."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import AuditEvent, Mail
from commonground.courses.views import opened
from commonground.measures import actions as measures
from commonground.measures.models import Alert
from commonground.people import actions as people
from commonground.people.models import Client, Opening
from tests.access import DOORS, Data
from tests.cast import NOON, signed_in
from tests.scene import Scene, lay
from tests.test_matrix import House, whose_of

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MARKED = {Data.SHARED_WORK, Data.UNSHARED, Data.RECORD}
"""What is read on the page of the record; letters have a page of their own."""
SHUT = {Data.PROCESS, Data.OPENED}


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with clock.frozen(NOON):
        yield lay(NOON)


@pytest.fixture
def oonagh(scene: Scene) -> Iterator[Any]:
    """The owner, who has opened Priya's record now."""
    with clock.frozen(NOON):
        people.open_in_emergency(
            client=priya(scene), reason="Nobody answers.", by=scene.cast.oonagh, now=NOON
        )
        yield signed_in(scene.cast.oonagh)


def priya(scene: Scene) -> Client:
    found: Client = Client.objects.with_keys().get(pk=scene.about("client", "priya"))
    return found


def page(scene: Scene, whose: str = "priya") -> str:
    return reverse("opened_record", args=[scene.about("client", whose)])


def shown(scene: Scene, text: str, whose: str = "priya") -> set[Data]:
    return {data for (name, data), mark in scene.marks.items() if name == whose and mark in text}


def test_every_class_that_is_marked_is_read_and_no_process_note(scene: Scene, oonagh: Any) -> None:
    text = oonagh.get(page(scene)).text
    assert shown(scene, text) >= MARKED | {Data.IDENTITY}
    assert not shown(scene, text) & SHUT
    assert "better off dead" in text and "Open, with" in text  # answers, and alerts
    assert "Total: 9" in text
    letters = oonagh.get(reverse("client_letters", args=[scene.about("client", "priya")])).text
    assert Data.ENQUIRY in shown(scene, letters)


def test_control_a_process_note_on_the_page_is_seen(
    scene: Scene, oonagh: Any, monkeypatch: Any
) -> None:
    from commonground.courses.models import ProcessNote

    kept = opened._signed

    def careless(told: Any) -> Any:
        yield from kept(told)
        for one in ProcessNote.objects.with_keys().filter(session__course=told.course):
            yield "", one.text

    monkeypatch.setattr(opened, "_signed", careless)
    assert Data.PROCESS in shown(scene, oonagh.get(page(scene)).text)


def test_what_is_open_stands_first_then_the_newest(scene: Scene, oonagh: Any) -> None:
    def order() -> list[bool]:
        return [one["alert"].is_open for one in oonagh.get(page(scene)).context["alerts"]]

    assert order() == [True, True]
    newest = Alert.objects.about(priya(scene)).with_keys().order_by("raised_at", "pk").last()
    told = {"alert": newest, "action": "spoke", "words": "", "now": NOON}
    measures.acknowledge(by=scene.cast.miriam, **told)
    assert order() == [True, False]


def test_it_is_open_for_an_hour_and_not_a_second_longer(scene: Scene, oonagh: Any) -> None:
    for after, status in ((HOUR - SECOND, 200), (HOUR, 404), (HOUR + SECOND, 404)):
        with clock.frozen(NOON + after):
            answer = signed_in(scene.cast.oonagh).get(page(scene))
        assert (answer.status_code, bool(shown(scene, answer.text))) == (status, status == 200)


def test_each_look_leaves_a_line_and_two_were_told(scene: Scene, oonagh: Any) -> None:
    for _n in range(3):
        oonagh.get(page(scene))
    read = AuditEvent.objects.filter(verb="courses.opened_record.read")
    assert {line.object_id for line in read} == {str(scene.about("client", "priya"))}
    assert read.count() == 3
    assert len({mail.to for mail in Mail.objects.filter(template="people_opened")}) == 2


def test_it_opens_one_record_to_one_owner(scene: Scene, oonagh: Any) -> None:
    for other in ("wren", "robin"):
        answer = oonagh.get(page(scene, other))
        assert answer.status_code == 404 and not shown(scene, answer.text, other)
    for name, user in scene.actors.items():
        if user is not None and name != "oonagh":
            assert signed_in(user).get(page(scene)).status_code == 404, name


def test_no_other_door_opens_with_it(scene: Scene, oonagh: Any) -> None:
    """Every page and every act about the client stays as shut to the owner as before."""
    asked = House(scene)
    ours = {"opened_record", "client_letters"}
    doors = [door for door in DOORS if door.name not in ours and "priya" in whose_of(door)]
    pk = {door.name: scene.about(door.subject, "priya") for door in doors}
    wrong = []
    for door in doors:
        for verb in ("GET", "POST"):
            if not door.lets(scene.columns("oonagh", "priya"), verb):
                body = asked.body(door, pk[door.name]) if verb == "POST" else None
                answer = asked.ask("oonagh", verb, asked.url(door, pk[door.name]), body)
                if not answer.shut:
                    wrong.append(f"{verb} {door.name}: {answer.status}")
    assert wrong == [] and len(doors) > 40


def test_whoever_opened_it_finds_the_way_back_while_it_is_open(scene: Scene, oonagh: Any) -> None:
    assert page(scene) in oonagh.get(reverse("openings")).text
    with clock.frozen(NOON):
        assert page(scene) not in signed_in(scene.cast.miriam).get(reverse("openings")).text
    with clock.frozen(NOON + HOUR):
        assert page(scene) not in signed_in(scene.cast.oonagh).get(reverse("openings")).text


def test_the_reason_leads_to_the_record(scene: Scene) -> None:
    with clock.frozen(NOON):
        browser = signed_in(scene.cast.oonagh)
        answer = browser.post(
            reverse("emergency", args=[scene.about("client", "priya")]), {"reason": "Now."}
        )
    assert answer.url == page(scene)
    assert Opening.objects.filter(user=scene.cast.oonagh, ends_at=NOON + HOUR).count() == 1
