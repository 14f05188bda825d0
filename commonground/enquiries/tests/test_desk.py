"""The coordinator's desk: who is owed an answer, who would suit, and nothing lost between two."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import AuditEvent
from commonground.directory.models import DayOrder
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.models import Enquiry, Message, Offer, Reply
from commonground.people.models import Place, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in
from commonground.scheduling.models import NextFree, PracticeHoliday, WeeklyHours

from .letters import link_in, mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def cato(at: Callable[..., Any]) -> Any:
    cache.clear()
    with at(NOON):
        yield person("Cato", Role.COORDINATOR)


@pytest.fixture
def desk(cato: User) -> Browser:
    return signed_in(cato)


def url(name: str, *more: Any) -> str:
    return reverse(name, args=[the_enquiry().pk, *more])


def post(desk: Browser, name: str, *more: Any, **body: Any) -> Any:
    told = {"version": the_enquiry().version} | body
    return desk.post(url(name, *more), told)


# ——— the queue ———


def test_whoever_waits_longest_comes_first_with_a_clock(desk: Browser) -> None:
    with clock.frozen(NOON - 5 * HOUR):
        send(called="Early")
    with clock.frozen(NOON - 4 * DAY):
        send(called="Earliest")
    page = desk.get(reverse("enquiries")).text
    assert page.index("Earliest") < page.index("Early</a>")
    assert "Owed since 2" not in page.split("Early</a>")[1]
    assert "Owed by Tue 3 March, 07:00" in page


def test_the_clock_stands_still_while_the_practice_is_closed(desk: Browser) -> None:
    tomorrow = (NOON + DAY).date()
    PracticeHoliday.objects.create(name="Closed", first_on=tomorrow, last_on=tomorrow)
    send()
    assert "Owed by Wed 4 March" in desk.get(reverse("enquiries")).text
    assert "is owed by Wed 4 March" in desk.get(url("enquiry")).text


def test_an_answer_moves_it_out_of_what_is_owed(desk: Browser) -> None:
    send()
    assert post(desk, "answer_enquiry", text="Hello Ada.").status_code == 302
    page = desk.get(reverse("enquiries")).text
    assert "Everybody who wrote has had a first answer." in page
    assert the_enquiry().state == "talking"


def test_somebody_who_writes_again_is_seen(desk: Browser) -> None:
    visitor = send()
    post(desk, "answer_enquiry", text="Hello Ada.")
    visitor.post(reverse("write_again"), {"text": "Evenings only."})
    assert "They have written again" in desk.get(reverse("enquiries")).text


def questions(desk: Browser, address: str) -> int:
    """How many queries a page needs, once all that is kept for a while is there."""
    desk.get(address)
    with CaptureQueriesContext(connection) as found:
        desk.get(address)
    return len(found)


def test_the_queue_asks_the_same_number_of_questions_for_one_and_for_many(desk: Browser) -> None:
    send()
    one = questions(desk, reverse("enquiries"))
    for _n in range(6):
        send()
    assert questions(desk, reverse("enquiries")) == one


# ——— one enquiry ———


def test_looking_at_an_enquiry_is_written_down(desk: Browser) -> None:
    send()
    before = AuditEvent.objects.filter(verb="read").count()
    assert "argue with everybody" in desk.get(url("enquiry")).text
    assert AuditEvent.objects.filter(verb="read").count() == before + 1


def test_who_would_suit_stands_there_with_reasons_and_with_what_does_not_fit(
    desk: Browser,
) -> None:
    enlist("Miriam Adeyemi", languages=["en", "pl"])
    enlist("Tomas Brandt", capacity=0)
    enlist("Young Only", adults=False, young_from=12, young_to=17)
    send(language="pl")
    page = desk.get(url("enquiry")).text
    assert page.index("Miriam Adeyemi") < page.index("Tomas Brandt") < page.index("Young Only")
    assert "does not speak the language, has no room now" in page
    assert "Does not see this age." in page


def test_whoever_works_at_the_times_that_suit_comes_first_with_those_hours(desk: Browser) -> None:
    by_day, by_night = (
        enlist(name, online=True).therapist for name in ("Daisy Early", "Neil Late")
    )
    for therapist, opens in ((by_day, 9), (by_night, 18)):
        WeeklyHours.objects.create(
            therapist=therapist, weekday=1, opens=time(opens), closes=time(opens + 2)
        )
    send(times=["evening"], ways=["online"], wishes="Somebody patient, please.")
    page = desk.get(url("enquiry")).text
    assert page.index("Neil Late") < page.index("Daisy Early")
    assert "Tue 18:00–20:00 online" in page and "Tue 09:00" not in page
    assert "does not work at times that suit" in page.split("Daisy Early")[1]
    assert page.count("Somebody patient, please.") == 2  # beside the match, and in what they need


def test_whoever_is_free_soon_comes_first_and_the_time_stands_there(desk: Browser) -> None:
    later, sooner = (enlist(name).therapist for name in ("Lara Later", "Sonia Sooner"))
    for therapist, on in ((later, 16), (sooner, 2)):
        WeeklyHours.objects.create(
            therapist=therapist, weekday=(NOON + on * DAY).weekday(), opens=time(9),
            closes=time(12), valid_from=(NOON + on * DAY).date(),
        )  # fmt: skip
    NextFree.objects.refresh(NOON)
    send()
    page = desk.get(url("enquiry")).text
    assert page.index("Sonia Sooner") < page.index("Lara Later")
    first, second = page.split("Lara Later")[:2]
    assert (
        "Is free within two weeks" in first and "Next free for a call: Wednesday 4 March" in first
    )
    assert "has nothing free within two weeks" in second


def test_hours_that_are_no_way_to_meet_do_not_count(desk: Browser) -> None:
    online = enlist("Miriam Adeyemi").therapist
    WeeklyHours.objects.create(therapist=online, weekday=1, opens=time(18), closes=time(20))
    send(times=["evening"], ways=["in-person"])
    page = desk.get(url("enquiry")).text
    assert "Tue 18:00" not in page and "Works at times that suit" not in page


def test_a_place_without_steps_is_weighed(desk: Browser) -> None:
    flat, stairs = (
        Place.objects.create(name=n, address="x", town="y", step_free=s)
        for n, s in (("Quay", True), ("Loft", False))
    )
    enlist("Up Stairs").places.set([stairs])
    enlist("Down Stairs").places.set([flat])
    send(step_free="on")
    page = desk.get(url("enquiry")).text
    assert page.index("Down Stairs") < page.index("Up Stairs")
    assert "works up steps only" in page and "Can be reached without steps" in page


def test_whom_they_would_feel_at_ease_with_is_weighed_and_rules_nobody_out(desk: Browser) -> None:
    said = {"Wanda": "woman", "Uma": None, "Olu": "genderqueer", "Matt": "man"}
    for name, gender in said.items():
        enlist(f"{name} Here", gender=gender)
    send(gender="woman")
    page = desk.get(url("enquiry")).text
    _before, wanda, *between, matt = page.split('class="suit-who"')
    assert "Wanda" in wanda and "Is a woman, as they asked" in wanda
    assert "Matt" in matt and "they asked for a woman" in matt
    (uma,) = (each for each in between if "Uma" in each)
    (olu,) = (each for each in between if "Olu" in each)
    assert "has not said how they describe themselves" in uma
    assert "says of themselves: genderqueer" in olu
    assert "<dt>More at ease with</dt><dd>A woman</dd>" in page


def test_nobody_reads_how_a_therapist_describes_themselves_where_it_was_not_asked(
    desk: Browser,
) -> None:
    enlist("Olu Here", gender="genderqueer")
    send(gender="")
    page = desk.get(url("enquiry")).text
    assert "genderqueer" not in page and "More at ease" not in page


def test_a_therapist_who_does_not_see_this_age_cannot_be_asked(desk: Browser) -> None:
    young = enlist("Young Only", adults=False, young_from=12, young_to=17)
    send()
    answer = post(desk, "ask_therapist", therapist=young.therapist.pk)
    assert answer.status_code == 409
    assert "does not see people of this age" in answer.text
    assert Offer.objects.count() == 0


def test_ten_thousand_need_no_more_questions_than_one(desk: Browser) -> None:
    """Six stand for the ten thousand of the bench: the number of queries does not grow."""
    enlist("Miriam Adeyemi", gender="woman")
    DayOrder.objects.draw(clock.today())
    send(gender="woman")
    one = questions(desk, url("enquiry"))
    for n in range(5):
        enlist(f"Somebody{n} Else", gender="genderqueer")
    assert questions(desk, url("enquiry")) == one


# ——— two at once ———


def test_two_who_answer_at_once_both_see_both_texts(desk: Browser) -> None:
    send()
    seen = the_enquiry().version
    other = signed_in(person("Dora", Role.COORDINATOR))
    first = other.post(url("answer_enquiry"), {"text": "From Dora.", "version": seen})
    second = desk.post(url("answer_enquiry"), {"text": "From Cato.", "version": seen})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "From Dora." in second.text and "From Cato." in second.text
    assert [m.text for m in Message.objects.in_order()] == ["From Dora."]
    again = the_enquiry().version
    assert f'name="version" value="{again}"' in second.text
    assert post(desk, "answer_enquiry", text="From Cato.").status_code == 302


def test_what_the_person_wrote_meanwhile_is_seen_before_an_answer_goes(desk: Browser) -> None:
    visitor = send()
    seen = the_enquiry().version
    visitor.post(reverse("write_again"), {"text": "Please do not ring."})
    answer = desk.post(url("answer_enquiry"), {"text": "I will ring.", "version": seen})
    assert answer.status_code == 409
    assert "Please do not ring." in answer.text


def test_an_empty_answer_comes_back(desk: Browser) -> None:
    send()
    answer = post(desk, "answer_enquiry", text="")
    assert (answer.status_code, "Write a word or two first." in answer.text) == (422, True)


# ——— asking a therapist ———


def asked(desk: Browser, **more: Any) -> tuple[User, Offer]:
    profile = enlist("Miriam Adeyemi")
    send()
    post(desk, "ask_therapist", therapist=profile.therapist.pk, **more)
    return profile.therapist.user, Offer.objects.with_keys().get()


def test_a_therapist_sees_enough_and_not_the_words(desk: Browser) -> None:
    miriam, offer = asked(desk)
    page = signed_in(miriam).get(reverse("offer", args=[offer.pk])).text
    assert "34" in page and "Yes, I would see them" in page
    assert "argue with everybody" not in page and "Ada" not in page
    assert "01632" not in page


def test_shared_words_are_seen(desk: Browser) -> None:
    miriam, offer = asked(desk, shared="on", note="She asked for evenings.")
    page = signed_in(miriam).get(reverse("offer", args=[offer.pk])).text
    assert "argue with everybody" in page and "She asked for evenings." in page


def test_another_therapist_sees_nothing(desk: Browser) -> None:
    _miriam, offer = asked(desk)
    other = signed_in(person("Tomas", Role.THERAPIST))
    for name in ("offer", "offer_take", "offer_pass"):
        call = other.get if name == "offer" else other.post
        assert call(reverse(name, args=[offer.pk])).status_code == 404


def test_yes_is_told_to_the_person_who_may_say_no(desk: Browser) -> None:
    miriam, offer = asked(desk)
    signed_in(miriam).post(reverse("offer_take", args=[offer.pk]))
    assert the_enquiry().state == "agreed"
    (mail,) = mails_to("ada@letters.example", "enquiries_reply")
    assert "Miriam" not in mail.body
    visitor = Browser()
    assert "Miriam Adeyemi would like to see you" in visitor.get(link_in(mail), follow=True).text
    visitor.post(reverse("turn_down"), {"text": "I would rather see a man."})
    assert the_enquiry().state == "no_person"
    assert "I would rather see a man." in desk.get(url("enquiry")).text


def test_no_comes_back_to_the_desk_with_why(desk: Browser) -> None:
    miriam, offer = asked(desk)
    browser = signed_in(miriam)
    answer = browser.post(reverse("offer_pass", args=[offer.pk]), {})
    assert (answer.status_code, the_enquiry().state) == (422, "offered")
    told = {"why": "known", "why_words": "A neighbour."}
    browser.post(reverse("offer_pass", args=[offer.pk]), told)
    page = desk.get(url("enquiry")).text
    assert "A neighbour." in page and "i know this person" in page


def test_an_offer_that_is_over_cannot_be_taken(desk: Browser) -> None:
    miriam, offer = asked(desk)
    browser = signed_in(miriam)
    post(desk, "enquiry_step", "recall")
    assert browser.post(reverse("offer_take", args=[offer.pk])).status_code == 404
    assert the_enquiry().state == "talking"


def test_nobody_is_asked_twice_at_once(desk: Browser, cato: User) -> None:
    _miriam, offer = asked(desk)
    with pytest.raises(actions.Refused):
        actions.offer(
            enquiry=offer.enquiry, therapist=offer.therapist, version=the_enquiry().version,
            by=cato, now=NOON,
        )  # fmt: skip


# ——— other ends ———


def test_the_waiting_list_is_honest_about_what_it_does_not_know(desk: Browser) -> None:
    visitor = send()
    post(desk, "enquiry_step", "wait")
    assert "You are number 1 on the list; too few" in visitor.get(reverse("conversation")).text
    assert "1. Ada" in desk.get(reverse("waiting_list")).text


def test_a_closed_enquiry_says_when_it_is_deleted(desk: Browser) -> None:
    send()
    post(desk, "enquiry_step", "close")
    assert "Deleted on 1 September 2026" in desk.get(url("enquiry")).text
    assert Enquiry.objects.get().ended_at == NOON


def test_links_are_ended_from_the_desk(desk: Browser) -> None:
    visitor = send()
    desk.post(url("revoke_links"))
    assert visitor.get(reverse("conversation")).status_code == 410


def test_a_prepared_answer_begins_with_the_name(desk: Browser) -> None:
    told = {"title": "Hello", "text": "Dear {name}, thank you.", "order": "1"}
    desk.post(reverse("reply_new"), told)
    send()
    assert "Dear Ada, thank you." in desk.get(url("enquiry")).text
    row = Reply.objects.get()
    desk.post(reverse("reply", args=[row.pk]), told | {"title": "Welcome"})
    assert "Welcome" in desk.get(reverse("replies")).text
    desk.post(reverse("reply_remove", args=[row.pk]))
    assert not Reply.objects.exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.THERAPIST, Role.SUPERVISOR])
def test_nobody_else_comes_to_the_desk(cato: User, role: Role) -> None:
    send()
    browser = signed_in(person("Other", role))
    assert browser.get(reverse("enquiries")).status_code == 404
    assert browser.get(url("enquiry")).status_code == 404
