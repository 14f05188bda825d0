"""IPT-A's parent in the room, and a word with the school: written down by the therapist, read by
the young person in the same words, and by a guardian only where they come along themselves."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions
from commonground.courses.models import Company, SchoolContact
from commonground.people import actions as people
from commonground.people.models import Guardian
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .carried import Carried
from .test_sharing import dawn, hers, page, phone, priya, tick

pytestmark = pytest.mark.django_db
__all__ = ["dawn", "hers", "phone", "priya"]

LETTER = {"way": "letter", "on": "2026-03-01", "whom": "Ms Okafor", "said": "A hard few months."}


def agree(desk: Browser, priya: Carried, guardian: Guardian | None, part: str = "some") -> Any:
    told = {
        "session": str(priya.session().pk),
        "guardian": str(guardian.pk) if guardian else "",
        "part": part,
    }
    return desk.post(reverse("company_agree", args=[priya.course.pk]), told)


def test_a_parent_comes_along_and_both_read_it(
    priya: Carried, dawn: Guardian, phone: Browser, hers: Browser
) -> None:
    desk = signed_in(priya.miriam)
    assert agree(desk, priya, dawn).url == reverse("guardians", args=[priya.priya.pk])
    assert "Session 1: Dawn Hale, for part of it" in page(desk, "guardians", priya.priya.pk)
    assert "Dawn Hale takes part, for part of it." in page(desk, "session", priya.session().pk)
    assert "Dawn Hale comes along, for part of it." in page(phone, "my")
    assert "You come along" not in page(hers)  # no appointment is open to her
    tick(phone, dawn, "appointments")
    assert page(hers).count("You come along, for part of it.") == 1


def test_another_guardian_is_not_told_who_comes_along(
    priya: Carried, dawn: Guardian, phone: Browser, hers: Browser
) -> None:
    other = people.record_guardian(
        client=priya.priya, name="Rae Quiet", relation="father", by=priya.miriam, now=NOON
    )
    actions.agree_company(
        session=priya.session(), guardian=other, part="whole", by=priya.miriam, now=NOON
    )
    tick(phone, dawn, "appointments")
    assert "come along" not in page(hers) and "Rae" not in page(hers)


def test_it_can_be_said_anew_and_taken_back(priya: Carried, dawn: Guardian) -> None:
    desk = signed_in(priya.miriam)
    agree(desk, priya, dawn)
    agree(desk, priya, dawn, "alone")
    assert Company.objects.get().part == "alone"
    agree(desk, priya, None)
    assert not Company.objects.exists()


def test_nobody_elses_guardian_takes_part_and_no_closed_session_changes(
    priya: Carried, dawn: Guardian
) -> None:
    other = client_of(person("Theo", Role.THERAPIST), "Kit")
    guardian = people.record_guardian(
        client=other, name="Pat", relation="mother", by=priya.miriam, now=NOON
    )
    told: dict[str, Any] = {"session": priya.session(), "part": "some", "by": priya.miriam}
    with pytest.raises(actions.NotNow, match="somebody else"):
        actions.agree_company(guardian=guardian, now=NOON, **told)
    assert agree(signed_in(priya.miriam), priya, guardian).status_code == 200
    session = priya.session()
    session.closed_at = NOON
    session.save(update_fields=["closed_at"])
    with pytest.raises(actions.NotNow, match="over"):
        actions.agree_company(guardian=dawn, now=NOON, **told)
    assert not Company.objects.exists()


def test_a_school_is_told_what_was_agreed_and_the_young_person_reads_it(
    priya: Carried, dawn: Guardian, phone: Browser, hers: Browser
) -> None:
    desk, url = signed_in(priya.miriam), reverse("school_contact", args=[priya.course.pk])
    assert desk.post(url, LETTER | {"agreed": "on"}).status_code == 302
    for browser, name, args in ((desk, "guardians", [priya.priya.pk]), (phone, "my_sharing", [])):
        said = page(browser, name, *args)
        assert "Ms Okafor" in said and LETTER["said"] in said
    tick(phone, dawn, "identity", "appointments", "measures", "shared_work")
    assert "Okafor" not in page(hers)


def test_a_school_is_read_of_where_nobody_stands_beside_them(
    priya: Carried, phone: Browser
) -> None:
    assert reverse("my_sharing") not in page(phone, "my")
    desk, url = signed_in(priya.miriam), reverse("school_contact", args=[priya.course.pk])
    desk.post(url, LETTER | {"agreed": "on"})
    assert reverse("my_sharing") in page(phone, "my")
    assert LETTER["said"] in page(phone, "my_sharing")


def test_the_desk_reads_nothing_of_a_school(priya: Carried) -> None:
    desk, url = signed_in(priya.miriam), reverse("school_contact", args=[priya.course.pk])
    desk.post(url, LETTER | {"agreed": "on"})
    cato = signed_in(person("Cato", Role.COORDINATOR))
    assert "Okafor" not in page(cato, "guardians", priya.priya.pk)


@pytest.mark.parametrize(
    ("slip", "said"),
    [({"agreed": ""}, "without their leave"), ({"agreed": "on", "on": "2027-01-01"}, "to come"),
     ({"agreed": "on", "said": ""}, "Please fill this in")],
)  # fmt: skip
def test_without_their_leave_nothing_is_written_and_no_word_is_lost(
    priya: Carried, slip: dict[str, str], said: str
) -> None:
    desk, url = signed_in(priya.miriam), reverse("school_contact", args=[priya.course.pk])
    answer = desk.post(url, LETTER | slip)
    assert said in answer.text and "Ms Okafor" in answer.text
    assert not SchoolContact.objects.exists()
