"""What a young person shares with somebody beside them, on the pages of all three: a guardian sees
what was opened, and not one word more."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit, clock
from commonground.courses import actions, storages
from commonground.courses.models import Piece, Summary
from commonground.people import actions as people
from commonground.people.models import Guardian, Invitation, Place, Practice, User
from commonground.people.roles import Role
from commonground.people.sharing import SHAREABLE
from commonground.people.tests.front_office import NOON, just_signed_in, person, signed_in
from commonground.scheduling.models import Appointment

from .carried import Carried, carried
from .test_queries import answered, cost

pytestmark = pytest.mark.django_db

PRIVATE = {
    "note": "quiet-note", "person": "quiet-person", "event": "quiet-event", "wish": "quiet-wish",
    "task": "quiet-task", "sheet": "quiet-sheet", "summary": "quiet-summary",
    "process": "quiet-pro",
}  # fmt: skip
"""What no class opens by itself."""
SHOWS = {
    "identity": "Priya Nair",
    "appointments": "Harbour Steps",
    "measures": "PHQ-9",
    "shared_work": "Sleep through",
    "enquiry": "The letters from the beginning",
}
"""A mark for each class: it stands on the guardian's page if, and only if, that class is open."""


@pytest.fixture
def priya(at: Any) -> Iterator[Carried]:
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        made = carried()
        made.priya.date_of_birth = "2010-06-01"
        made.priya.save()
        place = Place.objects.create(
            name="Quay Rooms", address="3 Tannery Lane", town="Wrenmouth",
            directions="Get off at Harbour Steps.",
        )  # fmt: skip
        Appointment.objects.update(place=place)
        made.check_in(nine=1)
        made.goal("Sleep through")
        told: dict[str, Any] = {"by": made.miriam, "now": NOON}
        course, one = made.course, made.session()
        actions.agree_focus(
            course=course, area="dispute", words="Us and him", stage="impasse", **told
        )
        facts = {"name": PRIVATE["person"], "relation": "stepfather"}
        actions.keep_person(course=course, facts=facts, **told)
        event = {"words": PRIVATE["event"], "kind": "change", "on": NOON.date()}
        actions.keep_event(course=course, facts=event, **told)
        actions.agree_task(session=one, facts={"words": PRIVATE["task"]}, **told)
        actions.share_summary(session=one, text=PRIVATE["summary"], **told)
        actions.keep_process_note(session=one, text=PRIVATE["process"], version=0, **told)
        made.write(PRIVATE["note"])
        mine: dict[str, Any] = {"by": made.account, "now": NOON}
        actions.keep_wish(session=one, text=PRIVATE["wish"], version=0, **mine)
        sheet = actions.begin_worksheet(
            course=course, sheet=storages.worksheet("safety-plan", 1), **mine
        )
        answers = {"signs": PRIVATE["sheet"]}
        actions.keep_worksheet(worksheet=sheet, answers=answers, seen={}, **mine)
        yield made


@pytest.fixture
def dawn(priya: Carried) -> Guardian:
    """Somebody beside them, with an account, to whom nothing is open."""
    guardian = people.record_guardian(
        client=priya.priya, name="Dawn Hale", relation="mother", email="dawn@home.example",
        by=priya.miriam, now=NOON,
    )  # fmt: skip
    invitation, _ = people.invite_guardian(guardian=guardian, by=priya.miriam, now=NOON)
    people.accept_invitation(
        by=audit.VISITOR, now=NOON, invitation=invitation, name="Dawn", password=None
    )
    return Guardian.objects.with_keys().select_related("user").get(pk=guardian.pk)


@pytest.fixture
def phone(priya: Carried) -> Browser:
    return just_signed_in(priya.account)


@pytest.fixture
def hers(dawn: Guardian) -> Browser:
    return signed_in(dawn.user)


def tick(phone: Browser, dawn: Guardian, *classes: str, **more: str) -> None:
    told = {f"{dawn.pk}-classes": classes, **more}
    url = reverse("my_guardian", args=[dawn.pk])
    assert phone.post(url, told).url == reverse("my_sharing")


def page(browser: Browser, name: str = "shared", *args: Any) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


# ——— the guardian's own page ———


def test_nothing_is_shared_to_begin_with_and_the_page_says_so_kindly(hers: Browser) -> None:
    said = page(hers)
    assert "Nothing is shared with you at the moment" in said
    assert "no sign that something is wrong" in said
    assert not [mark for mark in (*SHOWS.values(), *PRIVATE.values()) if mark in said]
    assert "<title>Your page" in said and "data-leave" not in said.split("<title>")[0]
    assert "/crisis/" in said and "Sign out" in said


@pytest.mark.parametrize("what", SHAREABLE)
def test_a_class_shows_what_it_says_and_nothing_of_any_other(
    phone: Browser, hers: Browser, dawn: Guardian, what: str
) -> None:
    tick(phone, dawn, what)
    said = page(hers)
    assert {key for key, mark in SHOWS.items() if mark in said} == {what}
    assert not [mark for mark in PRIVATE.values() if mark in said]


def test_everything_that_can_be_opened_leaves_the_rest_shut(
    phone: Browser, hers: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, *SHAREABLE)
    said = page(hers)
    assert all(mark in said for mark in SHOWS.values())
    assert not [mark for mark in PRIVATE.values() if mark in said]
    assert "risk" not in said and "item 9" not in said  # a total, never a single answer
    assert "Priya" not in said.split("</title>")[0]


@pytest.mark.parametrize(
    "name", ["my", "my_sharing", "my_people", "today", "practice", "desk", "find", "diary"]
)
def test_no_page_of_a_client_or_of_the_practice_opens(
    phone: Browser, hers: Browser, dawn: Guardian, name: str
) -> None:
    tick(phone, dawn, *SHAREABLE)
    assert hers.get(reverse(name)).status_code == 404


def test_an_hour_that_is_shown_is_a_neutral_file_for_their_calendar(
    phone: Browser, hers: Browser, dawn: Guardian
) -> None:
    hour = Appointment.objects.filter(client=dawn.client).earliest("starts_at")
    entry = reverse("calendar_entry", args=[hour.pk])
    tick(phone, dawn, "measures", "shared_work")
    assert hers.get(entry).status_code == 404
    tick(phone, dawn, "appointments")
    assert entry in page(hers)
    file = hers.get(entry)
    assert (file.status_code, file["Content-Type"][:13]) == (200, "text/calendar")
    assert "SUMMARY:Appointment" in file.text and "Priya" not in file.text
    over = clock.now() - timedelta(days=1)  # what is over is not shown
    Appointment.objects.filter(pk=hour.pk).update(starts_at=over - timedelta(hours=1), ends_at=over)
    assert hers.get(entry).status_code == 404
    Appointment.objects.filter(pk=hour.pk).update(starts_at=hour.starts_at, ends_at=hour.ends_at)
    assert hers.get(entry).status_code == 200
    tick(phone, dawn)  # taken back
    assert hers.get(entry).status_code == 404


def test_home_leads_a_guardian_to_their_page(hers: Browser) -> None:
    assert hers.get("/home/").url == reverse("shared")


def test_it_is_shut_at_midnight_while_they_are_signed_in(
    phone: Browser, hers: Browser, dawn: Guardian, at: Any
) -> None:
    tick(phone, dawn, *SHAREABLE)
    midnight = clock.now().replace(month=5, day=31, hour=23)
    with at(midnight - timedelta(seconds=1)):
        assert SHOWS["shared_work"] in page(signed_in(dawn.user))
    with at(midnight):
        said = page(signed_in(dawn.user))
    assert not [mark for mark in SHOWS.values() if mark in said]
    assert "has ended" in said and "says nothing about you" in said


def test_looking_is_written_down(phone: Browser, hers: Browser, dawn: Guardian) -> None:
    from commonground.core.models import AuditEvent

    looks = AuditEvent.objects.filter(verb="courses.shared.read")
    page(hers)
    assert not looks.exists()
    tick(phone, dawn, "identity")
    page(hers)
    assert looks.get().actor_id == str(dawn.user_id)


def test_the_page_costs_as_many_queries_with_sixty_sessions_as_with_six(
    priya: Carried, phone: Browser, hers: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, *SHAREABLE)
    answered(priya, 6)
    page(hers)
    few, _ = cost(hers, reverse("shared"))
    answered(priya, 60)
    for n, session in enumerate(priya.course.sessions.all()[:20]):
        words = {"title": f"Session {n}", "lines": [["", "Words"]]}
        Piece.objects.create(guardian=dawn, session=session, words=words, shown_at=NOON)
    many, told = cost(hers, reverse("shared"))
    assert many == few, told
    assert few <= 30


# ——— the young person's page ———


def test_the_young_person_reads_what_each_class_means_and_ticks_none_by_default(
    phone: Browser, dawn: Guardian
) -> None:
    said = page(phone, "my_sharing")
    assert "Dawn Hale" in said and "Never a single answer" in said
    assert " checked" not in said
    assert "Stop sharing everything" not in said
    assert reverse("my_sharing") in page(phone, "my")


def test_nobody_beside_them_no_link(priya: Carried, phone: Browser) -> None:
    assert reverse("my_sharing") not in page(phone, "my")


def test_they_stop_it_with_one_button_whatever_is_ticked(
    phone: Browser, hers: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, *SHAREABLE)
    assert "Stop sharing everything" in page(phone, "my_sharing")
    tick(phone, dawn, *SHAREABLE, nothing="1")
    assert "Nothing is shared with you" in page(hers)
    assert "by the young person themselves" in page(phone, "my_sharing")


@pytest.mark.parametrize("forged", ["record", "process_notes", "alerts", "__all__"])
def test_what_is_never_shared_cannot_be_slipped_in(
    phone: Browser, dawn: Guardian, forged: str
) -> None:
    tick(phone, dawn, "identity", forged)
    dawn.refresh_from_db()
    assert dawn.may_see == {}


def test_a_phone_that_lies_open_asks_who_is_there(priya: Carried, dawn: Guardian) -> None:
    found = signed_in(priya.account).get(reverse("my_sharing"))
    assert "Dawn Hale" not in found.text


def test_a_piece_is_shown_as_it_read_and_goes_with_its_class(
    priya: Carried, phone: Browser, hers: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, "shared_work")
    show = reverse("my_piece", args=[dawn.pk])
    sheet = priya.course.worksheets.get()
    phone.post(show, {"session": priya.session().pk})
    phone.post(show, {"worksheet": sheet.pk})
    said = page(hers)
    assert PRIVATE["summary"] in said and PRIVATE["sheet"] in said
    assert PRIVATE["note"] not in said
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON}
    Summary.objects.with_keys().get().delete()
    actions.share_summary(session=priya.session(), text="written-later", **told)
    assert "written-later" not in page(hers)
    piece = Piece.objects.get(session=priya.session())
    phone.post(reverse("my_piece_back", args=[piece.pk]))
    assert PRIVATE["summary"] not in page(hers)
    tick(phone, dawn, "identity")
    assert PRIVATE["sheet"] not in page(hers)
    tick(phone, dawn, "identity", "shared_work")
    assert PRIVATE["sheet"] not in page(hers)  # it does not come back by itself


def test_a_piece_is_found_only_while_its_class_is_open(
    priya: Carried, phone: Browser, dawn: Guardian
) -> None:
    """Whatever page asks: also where a piece were left over from before."""
    tick(phone, dawn, "shared_work")
    phone.post(reverse("my_piece", args=[dawn.pk]), {"session": priya.session().pk})
    found = Piece.objects.visible_to
    assert found(dawn.user, NOON).exists()
    assert not found(dawn.user, NOON.replace(month=6, day=1)).exists()
    Guardian.objects.filter(pk=dawn.pk).update(may_see={"identity": True})
    assert not found(dawn.user, NOON).exists()
    assert found(priya.account, NOON).exists() and found(priya.miriam, NOON).exists()


def test_nothing_of_somebody_else_can_be_shown(
    priya: Carried, phone: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, "shared_work")
    show = reverse("my_piece", args=[dawn.pk])
    for body in ({"session": dawn.pk}, {"worksheet": priya.session().pk}, {}, {"session": "x"}):
        phone.post(show, body)
    assert not Piece.objects.exists()


def test_without_the_class_no_piece_is_shown(
    priya: Carried, phone: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, "identity")
    phone.post(reverse("my_piece", args=[dawn.pk]), {"session": priya.session().pk})
    assert not Piece.objects.exists()


# ——— the therapist's page, and the desk's ———


def test_the_therapist_writes_somebody_down_invites_them_and_suggests(priya: Carried) -> None:
    desk, url = signed_in(priya.miriam), reverse("guardians", args=[priya.priya.pk])
    assert url in page(desk, "course", priya.course.pk)
    told = {"name": "Dawn Hale", "relation": "mother", "email": "dawn@home.example"}
    new = reverse("guardian_new", args=[priya.priya.pk])
    assert desk.post(new, told | {"holds_parental_responsibility": "on"}).url == url
    guardian = Guardian.objects.with_keys().get()
    assert guardian.holds_parental_responsibility
    assert f"{guardian.ends_on}" == "2026-06-01"
    desk.post(reverse("guardian_invite", args=[guardian.pk]))
    assert Invitation.objects.get(guardian=guardian).roles == ["guardian"]
    share = reverse("guardian_share", args=[guardian.pk])
    desk.post(share, {f"{guardian.pk}-classes": ["appointments"]})
    guardian.refresh_from_db()
    assert (guardian.may_see, guardian.proposed) == ({}, ["appointments"])
    assert "suggested, waits for a yes" in page(desk, "guardians", priya.priya.pk)
    phone = just_signed_in(priya.account)
    assert "A question about what you share" in page(phone, "my")
    assert "Miriam suggests" in page(phone, "my_sharing")
    tick(phone, guardian, "appointments")
    assert "by the young person themselves: Your appointments" in page(
        desk, "guardians", priya.priya.pk
    )
    assert "A question about what you share" not in page(phone, "my")


def test_a_slip_loses_nothing(priya: Carried) -> None:
    desk = signed_in(priya.miriam)
    new = reverse("guardian_new", args=[priya.priya.pk])
    answer = desk.post(new, {"name": "Dawn Hale", "relation": "", "email": "not-an-address"})
    assert answer.status_code == 200 and "Dawn Hale" in answer.text
    taken = {"name": "Dawn", "relation": "mother", "email": priya.account.email}
    assert "own" in desk.post(new, taken).text
    assert not Guardian.objects.exists()


def test_the_desk_reads_what_is_shared_and_cannot_change_it(
    priya: Carried, phone: Browser, dawn: Guardian
) -> None:
    tick(phone, dawn, "appointments")
    cato = signed_in(person("Cato", Role.COORDINATOR))
    said = page(cato, "guardians", priya.priya.pk)
    assert "They see: Your appointments." in said
    assert reverse("guardian_share", args=[dawn.pk]) not in said
    answer = cato.post(reverse("guardian_share", args=[dawn.pk]), {})
    assert answer.status_code == 404


def test_the_end_stands_among_what_waits_until_it_is_decided(
    priya: Carried, phone: Browser, dawn: Guardian, at: Any
) -> None:
    tick(phone, dawn, "appointments")
    assert "To decide together" not in page(signed_in(priya.miriam), "today")
    with at(NOON.replace(month=5, day=1)):
        desk = signed_in(priya.miriam)
        said = page(desk, "today")
        assert "To decide together" in said and "ends on 1 June 2026" in said
        assert reverse("guardians", args=[priya.priya.pk]) in said
        review = reverse("guardian_review", args=[dawn.pk])
        desk.post(review, {f"review-{dawn.pk}-review": "ask"})
        assert "To decide together" not in page(desk, "today")
    with at(NOON.replace(month=6, day=2)):
        phone = just_signed_in(priya.account)
        assert "A question about what you share" in page(phone, "my")
        assert "You are of age now" in page(phone, "my_sharing")
        assert "Nothing" not in page(signed_in(dawn.user)).split("<main")[1].split("<h2")[0]
        assert "has ended" in page(signed_in(dawn.user))
        tick(phone, dawn, "appointments")
        dawn.refresh_from_db()
        assert dawn.shown(clock.now()) == ("appointments",)


def test_somebody_elses_therapist_meets_nothing(priya: Carried, dawn: Guardian) -> None:
    other: User = person("Theo", Role.THERAPIST)
    browser = signed_in(other)
    for name, pk in (("guardians", priya.priya.pk), ("guardian_edit", dawn.pk)):
        assert browser.get(reverse(name, args=[pk])).status_code == 404
