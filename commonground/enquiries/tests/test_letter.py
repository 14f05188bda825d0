"""Writing for the first time: sent once, never lost, and told to nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit, clock
from commonground.core.models import AuditEvent, Mail
from commonground.enquiries import actions, jobs
from commonground.enquiries.forms import new_stamp
from commonground.enquiries.models import Draft, Enquiry, Link
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person

from .letters import letter, link_in, mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _fresh(at: Callable[..., Any]) -> Any:
    cache.clear()  # how often was tried
    with at(NOON):
        yield


def page(browser: Browser) -> str:
    return browser.get(reverse("enquire")).text


# ——— sent ———


def test_a_letter_arrives_and_opens_its_conversation() -> None:
    browser = send()
    enquiry = the_enquiry()
    assert (enquiry.called, enquiry.state, enquiry.age) == ("Ada", "received", 34)
    assert enquiry.words in browser.get(reverse("conversation")).text
    assert AuditEvent.objects.filter(verb="enquiries.received").count() == 1


def test_the_mail_has_a_link_and_says_nothing() -> None:
    send()
    (mail,) = mails_to("ada@letters.example")
    other = Browser()
    assert other.get(link_in(mail), follow=True).status_code == 200
    assert "Ada" not in mail.subject + mail.body


def test_nothing_is_sent_to_a_mailbox_that_others_read() -> None:
    send(email_safe=None)
    assert mails_to("ada@letters.example") == []


def test_sent_twice_it_arrives_once() -> None:
    told = letter()
    browser = Browser()
    first, second = (browser.post(reverse("enquire"), told) for _n in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Enquiry.objects.count() == 1
    assert len(mails_to("ada@letters.example")) == 1


def test_a_form_sent_again_long_after_opens_nothing() -> None:
    told = letter()
    Browser().post(reverse("enquire"), told)
    with clock.frozen(NOON + DAY):
        answer = Browser().post(reverse("enquire"), told)
    assert answer.url == reverse("enquiry_sent")
    assert Link.objects.count() == 1


def test_the_desk_is_told_that_something_waits() -> None:
    cato = person("Cato", Role.COORDINATOR)
    before = len(mails_to(cato.email))
    send()
    (mail,) = mails_to(cato.email)[before:]
    assert "Ada" not in mail.subject + mail.body


def test_a_page_from_yesterday_can_still_be_sent() -> None:
    told = letter(stamp=new_stamp(NOON - 3 * DAY))
    assert Browser(enforce_csrf_checks=True).post(reverse("enquire"), told).status_code == 302


# ——— what needs another look ———

WRONG = [
    ({"called": ""}, "It need not be your own."),
    ({"age": ""}, "it decides who can help"),
    ({"age": "3"}, "between 5 and 110"),
    ({"email": "ada"}, "should look like name@example.org"),
    ({"email": "", "phone": ""}, "Give an email address or a telephone number."),
    ({"phone": "", "email_safe": None}, "Tick this if we may write there"),
    ({"phone": "12"}, "too short for a telephone number"),
    ({"agree": None}, "only answer if we may keep your letter"),
    ({"words": "a" * 6001}, "please shorten it"),
    ({"words": "nothing\0here"}, "a character that cannot be kept"),
    ({"website": "http://spam.example"}, "has to stay empty"),
    ({"stamp": "made up"}, "Nothing is lost: please send it again."),
    ({"therapist": "nobody"}, "choose one of the answers offered"),
    ({"gender": "nobody"}, "choose one of the answers offered"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_a_slip_is_told_and_the_form_comes_back_filled_in(
    changed: dict[str, Any], said: str
) -> None:
    answer = Browser().post(reverse("enquire"), letter(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert Enquiry.objects.count() == 0
    kept = "Since we moved" if "words" not in changed else 'value="34"'
    assert kept in answer.text


def test_what_a_program_sends_at_once_is_asked_again_and_then_taken() -> None:
    told = letter(stamp=new_stamp(NOON))
    browser = Browser()
    assert "That was very quick" in browser.post(reverse("enquire"), told).text
    with clock.frozen(NOON + timedelta(seconds=4)):
        assert browser.post(reverse("enquire"), told).status_code == 302


def test_many_letters_from_one_place_are_held_up_and_kept() -> None:
    for _n in range(20):
        send()
    answer = Browser().post(reverse("enquire"), letter())
    assert answer.status_code == 429
    assert "Since we moved" in answer.text
    assert Enquiry.objects.count() == 20


def test_ten_megabytes_are_refused_kindly_and_what_was_kept_stays() -> None:
    browser = Browser()
    browser.post(reverse("draft"), letter())
    answer = browser.post(reverse("enquire"), letter(words="a" * 10_000_000))
    assert answer.status_code == 413
    assert "write a little less" in answer.text
    assert "Since we moved" in answer.text


def test_a_name_from_right_to_left_stays_as_it_was_written() -> None:
    name = "\u202bשירה בן־דוד\u202c"
    browser = send(called=name)
    assert the_enquiry().called == name
    assert name in browser.get(reverse("conversation")).text


# ——— what was typed is not lost ———


def test_what_was_typed_is_there_again_in_the_same_browser_only() -> None:
    browser = Browser()
    browser.post(reverse("draft"), letter(times=["evening"]))
    assert "Since we moved" in page(browser)
    assert 'value="evening"' in page(browser)
    assert "Since we moved" not in page(Browser())


def test_whom_one_would_feel_at_ease_with_stays_in_a_draft_and_is_sent_encrypted() -> None:
    browser, chosen = Browser(), 'value="woman" id="id_gender_0" checked'
    assert 'value="" id="id_gender_3" checked' in page(browser)
    browser.post(reverse("draft"), letter(gender="woman"))
    assert chosen in page(browser)
    along = browser.post(reverse("enquire"), {"along": "From a self-check."})
    assert chosen in along.text and "From a self-check." in along.text
    send(browser, gender="woman")
    assert the_enquiry().needs["gender"] == "woman"
    with connection.cursor() as cursor:
        cursor.execute("SELECT needs FROM enquiries_enquiry")
        assert "woman" not in cursor.fetchone()[0]


def test_a_draft_lasts_a_day() -> None:
    browser = Browser()
    browser.post(reverse("draft"), letter())
    with clock.frozen(NOON + DAY - timedelta(minutes=1)):
        assert "Since we moved" in page(browser)
    with clock.frozen(NOON + DAY):
        assert "Since we moved" not in page(browser)
        jobs.forget_drafts(clock.now())
    assert Draft.objects.count() == 0


def test_leave_no_trace_deletes_it_on_both_sides() -> None:
    browser = Browser()
    browser.post(reverse("draft"), letter())
    answer = browser.post(reverse("forget_draft"), follow=True)
    assert "has been deleted" in answer.text
    assert Draft.objects.count() == 0
    assert not browser.cookies["ground_letter_draft"].value


def test_a_sent_letter_leaves_no_draft() -> None:
    browser = Browser()
    browser.post(reverse("draft"), letter())
    send(browser)
    assert Draft.objects.count() == 0


def test_looking_at_the_page_leaves_no_cookie() -> None:
    browser = Browser()
    page(browser)
    assert not browser.cookies


def test_a_draft_with_what_cannot_be_kept_is_kept_without_it() -> None:
    browser = Browser()
    browser.post(
        reverse("draft"), letter(words="all\0 of\ud800 it".encode(errors="ignore").decode())
    )
    assert "all of it" in page(browser)


# ——— the promise ———


def test_the_page_promises_what_was_kept() -> None:
    with clock.frozen(NOON - 5 * DAY):
        for _n in range(5):
            send()
    Enquiry.objects.update(answered_at=NOON - 5 * DAY + timedelta(hours=4))
    assert "half of those who wrote had an answer within 4 hours" in page(Browser())


def test_without_figures_nothing_is_promised() -> None:
    send()
    assert "half of those who wrote" not in page(Browser())


# ——— the conversation behind its link ———


def test_the_person_writes_again_and_withdraws() -> None:
    browser = send()
    browser.post(reverse("write_again"), {"text": "I forgot: evenings only."})
    assert the_enquiry().messages.in_order().get().text == "I forgot: evenings only."
    browser.post(reverse("turn_away"))
    enquiry = the_enquiry()
    assert (enquiry.state, enquiry.ended_at) == ("withdrawn", NOON)
    assert browser.post(reverse("write_again"), {"text": "?"}).status_code == 409


def test_an_answer_is_read_behind_the_link_and_told_by_mail_without_words() -> None:
    cato = person("Cato", Role.COORDINATOR)
    send()
    actions.answer(
        enquiry=the_enquiry(), text="We have thought of Miriam.", version=1, by=cato, now=NOON
    )
    (mail,) = mails_to("ada@letters.example", "enquiries_reply")
    assert mail.subject == "There is a reply"
    assert "Miriam" not in mail.body
    answer = Browser().get(link_in(mail), follow=True)
    assert "We have thought of Miriam." in answer.text
    assert the_enquiry().answered_at == NOON


def test_a_revoked_link_opens_nothing_not_even_where_it_is_open() -> None:
    browser = send()
    (mail,) = mails_to("ada@letters.example")
    actions.revoke_links(enquiry=the_enquiry(), by=audit.SYSTEM, now=NOON)
    for answer in (browser.get(reverse("conversation")), Browser().get(link_in(mail))):
        assert answer.status_code == 410
        assert "Since we moved" not in answer.text


def test_a_link_that_has_run_out_opens_nothing() -> None:
    send()
    (mail,) = mails_to("ada@letters.example")
    with clock.frozen(NOON + timedelta(days=90)):
        assert Browser().get(link_in(mail)).status_code == 410


def test_the_link_is_not_told_on_and_not_kept_in_plain() -> None:
    send()
    (mail,) = mails_to("ada@letters.example")
    token = link_in(mail).strip("/").split("/")[-1]
    assert len(token) >= 43  # 256 bits in base64
    answer = Browser().get(link_in(mail))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert token not in answer.url
    assert not Link.objects.filter(token_hash=token).exists()


def test_opening_the_link_changes_nothing() -> None:
    send()
    (mail,) = mails_to("ada@letters.example")
    before = list(Enquiry.objects.values_list("version", "state"))
    Browser().get(link_in(mail), follow=True)
    assert list(Enquiry.objects.values_list("version", "state")) == before


def test_leave_no_trace_closes_the_conversation_here() -> None:
    browser = send()
    browser.post(reverse("leave_letter"))
    assert browser.get(reverse("conversation")).status_code == 410


def test_without_a_link_there_is_no_conversation() -> None:
    send()
    assert Browser().get(reverse("conversation")).status_code == 410


# ——— letting go ———


def test_an_enquiry_that_led_to_nothing_goes_after_six_months_with_its_key() -> None:
    browser = send()
    browser.post(reverse("turn_away"))
    key = the_enquiry().data_key
    jobs.tidy(NOON + timedelta(days=183))
    assert Enquiry.objects.count() == 1
    jobs.tidy(NOON + timedelta(days=184))
    assert Enquiry.objects.count() == 0
    key.refresh_from_db()
    assert key.shredded_at


def test_one_that_goes_on_is_kept() -> None:
    send()
    jobs.tidy(NOON + timedelta(days=900))
    assert Enquiry.objects.count() == 1
    assert Mail.objects.exists()
