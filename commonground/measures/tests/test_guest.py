"""A check-in without signing in: by a link that was sent, or on the device in the room."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent, Mail
from commonground.measures import actions, jobs
from commonground.measures.models import Alert, Link, Response
from commonground.measures.models.link import digest
from commonground.people import actions as people
from commonground.people.models import Client, Contact
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, PASSWORD, person, signed_in

from .asked import Asked, asked

pytestmark = pytest.mark.django_db
BORN = "1990-05-04"


@pytest.fixture
def ada(at: Any) -> Iterator[Asked]:
    with at(NOON):
        made = asked()
        made.next_week()
        yield made


def link(ada: Asked, **told: Any) -> str:
    """A link to her check-in, as it stands in the mail."""
    made = Response.objects.get().assignment
    url = actions.send_link(assignment=made, by=ada.theo, now=NOON, **told)
    return re.sub("^https?://[^/]*", "", url)


def question(number: int) -> str:
    return reverse("guest_question", args=[number])


def opened(ada: Asked, **told: Any) -> Browser:
    guest = Browser()
    guest.get(link(ada, **told))
    return guest


def answered(guest: Browser, nine: str = "0") -> str:
    """Answer everything; returns where the last answer led."""
    url = ""
    for number, item in enumerate(Response.objects.get().measure.items, start=1):
        value = nine if item.concept == "better_off_dead" else "1"
        url = guest.post(question(number), {"answer": value, "seen_help": "1"}).url
    return url


# ——— a link ———


def test_a_link_leads_to_the_form_and_signs_in_nobody(ada: Asked) -> None:
    guest = Browser()
    first = guest.get(link(ada), follow=True)
    assert first.redirect_chain[-1][0] == question(1)
    assert "Little interest or pleasure" in first.text
    assert "_auth_user_id" not in guest.session
    assert guest.get(reverse("my")).status_code == 302


def test_it_is_sent_and_then_opens_nothing_any_more(ada: Asked) -> None:
    url = link(ada)
    guest = Browser()
    guest.get(url)
    assert answered(guest) == reverse("guest_review")
    assert guest.post(reverse("guest_review")).url == reverse("guest_sent")
    assert Response.objects.get().is_sent
    assert Response.objects.get().source == "link"
    for page in (question(1), reverse("guest_all"), reverse("guest_review"), reverse("guest_sent")):
        text = guest.get(page, follow=True).text
        assert "Thank you" in text
        assert "Little interest" not in text
    stranger = Browser()
    page = stranger.get(url, follow=True)
    assert "Little interest" not in page.text


def test_opening_it_changes_nothing(ada: Asked) -> None:
    before = Response.objects.values("sent_at", "source").get(), AuditEvent.objects.count()
    Browser().get(link(ada))
    assert Response.objects.values("sent_at", "source").get() == before[0]
    assert Link.objects.get().closed_at is None


def test_the_page_after_it_is_told_nothing_of_the_secret(ada: Asked) -> None:
    answer = Browser().get(link(ada))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer.url == reverse("guest_start")


def test_only_its_hash_is_kept(ada: Asked) -> None:
    token = link(ada).rstrip("/").rsplit("/", 1)[1]
    assert Link.objects.get().token_hash == digest(token)
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize("over", ["run out", "withdrawn", "replaced", "never there"])
def test_a_link_that_is_over_says_so_and_shows_nothing(ada: Asked, at: Any, over: str) -> None:
    url = link(ada)
    guest = Browser()
    guest.get(url)
    if over == "withdrawn":
        actions.close_links(assignment=Response.objects.get().assignment, by=ada.theo, now=NOON)
    elif over == "replaced":
        link(ada)
    elif over == "never there":
        url, guest = reverse("check_in_link", args=["x" * 43]), Browser()
    with at(NOON + timedelta(days=7) if over == "run out" else NOON):
        for page in (url, question(1)):
            answer = guest.get(page, follow=True)
            assert answer.status_code == 410
            assert "nothing here any more" in answer.text
        assert guest.post(question(1), {"answer": "1"}).status_code == 410
    assert Response.objects.get().changes == []


def test_a_link_shows_one_form_and_no_other(ada: Asked) -> None:
    guest = opened(ada)
    ada.next_week(("gad7",))
    seen = guest.get(question(1)).text + guest.get(reverse("guest_all")).text
    assert "Feeling nervous" not in seen
    assert "Ada" not in seen


def test_an_answer_by_a_link_alerts_and_shows_help(ada: Asked) -> None:
    guest = opened(ada)
    page = guest.post(question(9), {"answer": "1"})
    assert "Thank you for saying so" in page.text
    assert Alert.objects.get().owner == ada.theo.therapist


def test_what_was_answered_waits_where_it_stopped(ada: Asked) -> None:
    url = link(ada)
    guest = Browser()
    guest.get(url)
    for number in range(1, 6):
        guest.post(question(number), {"answer": "1"})
    again = Browser()
    assert again.get(url, follow=True).redirect_chain[-1][0] == question(6)


def test_every_answer_leaves_a_line_in_the_name_of_the_link(ada: Asked) -> None:
    guest = opened(ada)
    guest.post(question(1), {"answer": "1"})
    line = AuditEvent.objects.get(verb="measures.answers.kept")
    assert (line.actor_kind, line.actor_id) == ("link", str(Link.objects.get().pk))


def test_the_mail_does_not_say_what_it_is_about(ada: Asked) -> None:
    link(ada, address="ada@clients.example")
    (mail,) = [m for m in Mail.objects.all() if m.template == "measures_link"]
    said = re.sub(r"http\S+", "", f"{mail.subject} {mail.body}").lower()
    words = ("ada", "phq", "therap", "depress", "mood", "question", "mental", "check-in")
    assert not [word for word in words if word in said]


# ——— a birthday as the second key ———


def test_a_birthday_opens_it_and_a_wrong_one_does_not(ada: Asked) -> None:
    ada.ada.date_of_birth = BORN
    ada.ada.save()
    guest = opened(ada, asks_birthday=True)
    asks = guest.get(question(1))
    assert "Little interest" not in asks.text
    wrong = guest.post(question(1), {"born_on": "1990-04-05"})
    assert "not the date we know" in wrong.text
    assert guest.get(question(1)).text.count("Little interest") == 0
    guest.post(question(1), {"born_on": BORN})
    assert "Little interest" in guest.get(question(1)).text


def test_five_wrong_birthdays_close_the_link(ada: Asked) -> None:
    ada.ada.date_of_birth = BORN
    ada.ada.save()
    guest = opened(ada, asks_birthday=True)
    for _ in range(5):
        guest.post(question(1), {"born_on": "1991-01-01"})
    assert guest.post(question(1), {"born_on": BORN}).status_code == 410


def test_no_answer_passes_the_question_for_the_birthday(ada: Asked) -> None:
    ada.ada.date_of_birth = BORN
    ada.ada.save()
    guest = opened(ada, asks_birthday=True)
    guest.post(question(1), {"answer": "3"})
    assert Response.objects.get().changes == []


# ——— the therapist's side ———


def test_a_therapist_sends_a_link_where_it_is_safe(ada: Asked) -> None:
    Contact.objects.create(client=ada.ada, kind="email", value="safe@x.example", safe_to_write=True)
    Contact.objects.create(client=ada.ada, kind="email", value="unsafe@x.example")
    desk = signed_in(ada.theo)
    url = reverse("check_in_send_link", args=[Response.objects.get().assignment_id])
    page = desk.get(url).text
    assert "safe@x.example" in page
    assert "unsafe@x.example" not in page
    made = desk.post(url, {"address": "safe@x.example"})
    assert "/check-in/link/" in made.text
    assert "no-store" in made["Cache-Control"]
    assert desk.post(url, {"address": "unsafe@x.example"}).context["form"].errors


def test_a_check_in_that_is_in_gets_no_link(ada: Asked) -> None:
    actions.send(check_in=ada.check_ins[0], by=ada.account, now=NOON)
    with pytest.raises(actions.AlreadySent):
        link(ada)


def test_old_links_are_forgotten(ada: Asked) -> None:
    link(ada)
    jobs.forget_links(NOON + timedelta(days=36))
    assert Link.objects.exists()
    jobs.forget_links(NOON + timedelta(days=38))
    assert not Link.objects.exists()


# ——— the device in the room ———


@pytest.fixture
def device(ada: Asked) -> Browser:
    """Theo's own browser, handed over."""
    desk = signed_in(ada.theo)
    url = reverse("check_in_hand_over", args=[Response.objects.get().assignment_id])
    assert desk.post(url, {"back": "/today/"}).url == reverse("guest_start")
    return desk


def private(ada: Asked) -> list[str]:
    return [
        reverse("today"), reverse("client_measures", args=[ada.ada.pk]), reverse("alerts"),
        reverse("measures"), reverse("home"),
    ]  # fmt: skip


def test_a_device_that_was_handed_over_shows_the_form_and_nothing_else(
    ada: Asked, device: Browser
) -> None:
    form = device.get(question(1))
    assert "Little interest" in form.text
    assert "Theo" in form.text  # who reads it
    assert "Sign out" not in form.text
    for page in private(ada):
        answer = device.get(page)
        assert "uncover_answer" in answer.text, page
        assert "Ada" not in answer.text


def test_before_it_is_handed_over_those_pages_are_open(ada: Asked) -> None:
    desk = signed_in(ada.theo)
    assert not [page for page in private(ada) if "uncover_answer" in desk.get(page).text]


def test_it_comes_back_to_whoever_proves_who_they_are(ada: Asked, device: Browser) -> None:
    assert answered(device) == reverse("guest_review")
    device.post(reverse("guest_review"))
    assert Response.objects.get().source == "kiosk"
    back = device.get(reverse("check_in_back"))
    assert back.url == "/today/"
    covered = device.get("/today/").text
    assert "uncover_answer" in covered
    assert "this device was handed over" in covered
    assert "nobody was here" not in covered
    device.post("/today/", {"uncover_answer": PASSWORD, "uncover_page": "1"})
    assert "uncover_answer" not in device.get("/today/").text


def test_after_it_came_back_the_form_is_gone(device: Browser) -> None:
    answered(device, nine="2")
    device.get(reverse("check_in_back"))
    for page in (question(1), reverse("guest_all"), reverse("guest_review")):
        assert device.get(page).status_code == 410


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_it_leads_back_to_our_own_pages_only(ada: Asked, away: str) -> None:
    desk = signed_in(ada.theo)
    url = reverse("check_in_hand_over", args=[Response.objects.get().assignment_id])
    desk.post(url, {"back": away})
    assert desk.get(reverse("check_in_back")).url == reverse("client_measures", args=[ada.ada.pk])


def test_a_device_shows_the_form_for_an_hour_and_a_half(device: Browser, at: Any) -> None:
    with at(NOON + timedelta(minutes=89)):
        assert device.get(question(1)).status_code == 200
    with at(NOON + timedelta(minutes=90)):
        assert device.get(question(1)).status_code == 410


def test_nothing_of_it_is_kept_by_the_browser(device: Browser) -> None:
    for page in (question(1), reverse("guest_all"), reverse("guest_review")):
        assert "no-store" in device.get(page)["Cache-Control"]


def test_another_therapist_hands_over_no_check_in_of_hers(ada: Asked) -> None:
    desk = signed_in(person("Tess", Role.THERAPIST))
    url = reverse("check_in_hand_over", args=[Response.objects.get().assignment_id])
    assert desk.post(url).status_code == 404
    assert not Link.objects.exists()


def test_whoever_covers_may_hand_it_over(ada: Asked) -> None:
    desk = signed_in(ada.cover())
    url = reverse("check_in_hand_over", args=[Response.objects.get().assignment_id])
    assert desk.post(url).status_code == 302


def test_a_client_in_nobodys_care_is_sent_no_link(ada: Asked) -> None:
    people.deactivate(by=ada.theo, now=NOON, user=ada.theo)
    assert Client.objects.count() == 1
    with pytest.raises(actions.NobodyToTell):
        link(ada)
