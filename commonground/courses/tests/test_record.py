"""What stands beside the note: additions, one’s own thoughts, tasks, assessment, the summary."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions
from commonground.courses.actions import NotNow, Stale
from commonground.courses.models import (
    Amendment,
    Assessment,
    Medicine,
    ProcessNote,
    Session,
    Summary,
    Task,
)
from commonground.people import actions as people
from commonground.people.models import Care
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import MET, Carried, open_course
from .test_people import keep as keep_person

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def to(name: str, of: Any) -> str:
    return reverse(name, args=[of.pk])


def add(priya: Carried, text: str = "She rang later.") -> Amendment:
    return actions.amend_note(session=priya.session(), text=text, by=priya.miriam, now=NOON)


def think(priya: Carried, text: str, version: int = 0) -> ProcessNote:
    return actions.keep_process_note(
        session=priya.session(), text=text, version=version, by=priya.miriam, now=NOON
    )


# ——— additions ———


def test_only_a_signed_note_is_added_to(priya: Carried) -> None:
    priya.write("First meeting.")
    with pytest.raises(NotNow, match="not signed yet"):
        add(priya)
    priya.sign()
    assert add(priya).text == "She rang later."


def test_an_addition_says_something(priya: Carried) -> None:
    priya.write("First meeting.")
    priya.sign()
    with pytest.raises(NotNow):
        add(priya, "  ")


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_keeps_what_was_added(priya: Carried, act: str) -> None:
    priya.write("First meeting.")
    priya.sign()
    added = Amendment.objects.filter(pk=add(priya).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        added.update(signed_at=MET) if act == "update" else added.delete()


def test_a_closed_session_can_still_be_added_to(priya: Carried, desk: Browser) -> None:
    priya.write("First meeting.")
    priya.sign()
    Session.objects.filter(pk=priya.session().pk).update(closed_at=MET)
    desk.post(to("amend", priya.session()), {"text": "She rang later."})
    page = desk.get(to("session", priya.session()))
    assert "She rang later." in page.text
    assert "Miriam" in page.text


def test_an_empty_addition_is_said_kindly(priya: Carried, desk: Browser) -> None:
    priya.write("First meeting.")
    priya.sign()
    assert "Write a sentence" in desk.post(to("amend", priya.session()), {"text": ""}).text


# ——— one's own thoughts ———


def test_thoughts_are_kept_and_two_windows_lose_nothing(priya: Carried, desk: Browser) -> None:
    url = to("process_note", priya.session())
    assert desk.post(url, {"text": "One.", "version": "0"}, headers=SCRIPT).json()["version"] == 1
    assert desk.post(url, {"text": "Two.", "version": "1"}, headers=SCRIPT).json()["version"] == 2
    late = desk.post(url, {"text": "Old window.", "version": "1"}, headers=SCRIPT)
    assert (late.status_code, late.json()["theirs"]) == (409, "Two.")
    page = desk.post(url, {"text": "Old window.", "version": "1"})
    assert page.status_code == 409
    assert "Two." in page.text
    assert "Old window." in page.text


def test_nobody_but_the_author_reads_thoughts(priya: Carried) -> None:
    think(priya, "I felt irritated today.")
    eleanor = person("Eleanor", Role.SUPERVISOR, Role.THERAPIST)
    people.begin_supervision(
        supervisor=eleanor, therapist=priya.miriam.therapist, by=eleanor, now=NOON
    )
    cora = person("Cora", Role.THERAPIST)
    actions.cover_leave(
        course=priya.course, therapist=cora.therapist, until=MET, by=priya.miriam, now=NOON
    )
    for other in (eleanor, cora, priya.account, person("Oonagh", Role.OWNER)):
        assert not ProcessNote.objects.visible_to(other, NOON).exists()
        browser = signed_in(other)
        assert browser.get(to("process_note", priya.session())).status_code == 404
        for name, of in (("session", priya.session()), ("course", priya.course)):
            assert "irritated" not in browser.get(to(name, of)).text


def test_thoughts_close_to_their_author_with_the_record(priya: Carried) -> None:
    think(priya, "Mine.")
    Care.objects.update(ends_at=NOON)
    assert not ProcessNote.objects.visible_to(priya.miriam, NOON).exists()


# ——— tasks ———


def test_a_task_is_agreed_seen_by_the_client_and_told_of_next_time(
    priya: Carried, desk: Browser
) -> None:
    tom = keep_person(priya, name="Tom")
    told = {"words": "Ask Tom for two evenings", "person": str(tom.pk), "when": "before Sunday"}
    desk.post(to("task", priya.session()), told)
    assert "Ask Tom for two evenings" in signed_in(priya.account).get(reverse("my")).text
    page = desk.get(to("session", priya.session(2)))
    assert page.context["task_before"] == Task.objects.get()
    came = {"done": "partly", "happened": "He came late.", "mood_before": "4", "mood_after": "6"}
    answer = desk.post(to("task_told", Task.objects.get()), {**came, "version": "1"})
    assert answer.headers["Location"] == to("session", priya.session(2))
    assert Task.objects.get().mood_after == 6


def test_two_who_agree_a_task_lose_nothing(priya: Carried, desk: Browser) -> None:
    told: dict[str, Any] = {"session": priya.session(), "by": priya.miriam, "now": NOON}
    actions.agree_task(facts={"words": "Ring Claire"}, **told)
    actions.agree_task(facts={"words": "Write to Claire"}, version=1, **told)
    with pytest.raises(Stale):
        actions.agree_task(facts={"words": "Visit Claire"}, version=1, **told)
    page = desk.post(to("task", priya.session()), {"words": "Visit Claire", "version": "1"})
    assert page.status_code == 409
    assert "Write to Claire" in page.text
    assert "Visit Claire" in page.text


def test_a_task_is_with_nobody_of_another_course(priya: Carried, desk: Browser) -> None:
    other = open_course(client_of(priya.miriam, "Wren"), priya.miriam)
    wrens = actions.keep_person(course=other, facts={"name": "Ada"}, by=priya.miriam, now=NOON)
    page = desk.post(to("task", priya.session()), {"words": "x", "person": str(wrens.pk)})
    assert page.context["task_form"].errors["person"]
    with pytest.raises(NotNow):
        actions.agree_task(
            session=priya.session(), facts={"words": "x", "person": wrens}, by=priya.miriam,
            now=NOON,
        )  # fmt: skip


# ——— assessment ———


def test_the_assessment_is_written_and_a_conflict_shows_both(priya: Carried, desk: Browser) -> None:
    url = to("assessment_keep", priya.course)
    desk.post(url, {"history": "Low since June.", "suits": "yes", "version": "0"})
    desk.post(url, {"history": "Low since May.", "version": "1"})
    page = desk.post(url, {"history": "Low since July.", "version": "1"})
    assert page.status_code == 409
    assert "Low since May." in page.text
    assert "Low since July." in page.text
    assert Assessment.objects.get().history == "Low since May."


def test_the_client_never_meets_the_assessment(priya: Carried) -> None:
    facts = {"history": "Low since June."}
    actions.keep_assessment(course=priya.course, facts=facts, by=priya.miriam, now=NOON)
    phone = signed_in(priya.account)
    assert phone.get(to("assessment", priya.course)).status_code == 404
    assert not Assessment.objects.visible_to(priya.account, NOON).exists()


def test_a_change_of_medicine_is_a_new_line(priya: Carried, desk: Browser) -> None:
    for dose, change in (("50 mg", "begun"), ("100 mg", "raised")):
        told = {"name": "Sertraline", "dose": dose, "change": change, "on": "2026-05-04"}
        desk.post(to("medicine", priya.course), told)
    assert Medicine.objects.count() == 2
    page = desk.post(to("medicine", priya.course), {"name": "x"})
    assert page.context["medicine_form"].errors["on"]


# ——— the shared summary ———


def test_a_summary_is_never_overwritten_unseen(priya: Carried, desk: Browser) -> None:
    url = to("summary", priya.session())
    desk.post(url, {"text": "We began.", "version": "0"})
    desk.post(url, {"text": "We began together.", "version": "1"})
    page = desk.post(url, {"text": "Mine.", "version": "1"})
    assert page.status_code == 409
    assert "We began together." in page.text
    assert "Mine." in page.text
    assert Summary.objects.get().text == "We began together."
    version = page.context["summary_form"]["version"].value()
    desk.post(url, {"text": "Mine.", "version": version})
    assert Summary.objects.get().text == "Mine."


# ——— the end of the hour ———


def test_one_button_signs_and_closes(priya: Carried, desk: Browser, at: Any) -> None:
    with at(MET):
        desk = signed_in(priya.miriam)
        answer = desk.post(to("finish", priya.session()), {"text": "We met.", "version": "0"})
    assert answer.status_code == 302
    session = priya.session()
    assert session.is_closed
    assert session.note.is_signed


def test_what_cannot_be_closed_is_not_signed_either(priya: Carried, desk: Browser) -> None:
    page = desk.post(to("finish", priya.session()), {"text": "Too early.", "version": "0"})
    assert "not begun yet" in page.text
    assert "Too early." in page.text
    assert not hasattr(priya.session(), "note")


def test_an_open_alert_keeps_the_session_open(priya: Carried, desk: Browser, at: Any) -> None:
    priya.check_in(nine=1)
    with at(MET):
        desk = signed_in(priya.miriam)
        page = desk.post(to("finish", priya.session()), {"text": "We met.", "version": "0"})
    assert "An alert is open" in page.text
    assert not priya.session().is_closed


def test_minutes_are_counted_while_the_hour_runs(priya: Carried, desk: Browser, at: Any) -> None:
    url, starts = to("session", priya.session()), priya.session().appointment.starts_at
    assert desk.get(url).context["minutes"] is None
    with at(starts.replace(minute=starts.minute + 19)):
        assert signed_in(priya.miriam).get(url).context["minutes"]["left"] == 31
