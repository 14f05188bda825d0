"""Saying yes, and becoming a client: by whom, on what footing, and into whose mailbox."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import AuditEvent
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.models import Enquiry, Link
from commonground.people import actions as people
from commonground.people.models import (
    Care,
    Client,
    Consent,
    Contact,
    Guardian,
    Invitation,
    Practice,
    User,
)
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .letters import link_in, mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db
ADULT = {"name": "Ada Byron", "date_of_birth": "1991-05-04", "email": "ada@letters.example",
         "agree": "on"}  # fmt: skip
FIFTEEN = {"name": "Jordan Ash", "date_of_birth": "2010-06-01", "email": "jordan@own.example",
           "agree": "on"}  # fmt: skip
MOTHER = {"guardian_name": "Rae Ash", "guardian_relation": "mother",
          "guardian_email": "rae@parents.example"}  # fmt: skip


@pytest.fixture
def cato(at: Callable[..., Any]) -> Any:
    cache.clear()
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        yield person("Cato", Role.COORDINATOR)


def offered(cato: User, **letter: Any) -> Browser:
    """Somebody wrote, was offered Miriam, and Miriam would like to; returns their browser."""
    profile = enlist("Miriam Adeyemi", young_from=14, young_to=17)
    browser = send(**letter)
    told = {"by": cato, "now": NOON}
    offer = actions.offer(
        enquiry=the_enquiry(), therapist=profile.therapist, version=the_enquiry().version, **told
    )
    actions.take(offer=offer, by=profile.therapist.user, now=NOON)
    return browser


def young(cato: User) -> Browser:
    return offered(cato, called="Jordan", age="15", email="jordan@own.example", phone="")


def parents(cato: User, **more: Any) -> Browser:
    told = {"called": "Rae", "whom": "young", "their_name": "Jordan", "age": "15",
            "email": "rae@parents.example"}  # fmt: skip
    return offered(cato, **told | more)


def yes(browser: Browser, **told: Any) -> Any:
    return browser.post(reverse("accept_offer"), told)


def question_to(address: str) -> Browser:
    """The browser of whoever reads mail at this address, with the question open in it."""
    (mail,) = mails_to(address, "enquiries_asked")
    browser = Browser()
    assert browser.get(link_in(mail), follow=True).status_code == 200
    return browser


def answer(browser: Browser, **told: Any) -> Any:
    return browser.post(reverse("question"), told)


# ——— an adult ———


def test_an_adult_becomes_a_client_without_telling_it_twice(cato: User) -> None:
    assert yes(offered(cato), **ADULT).status_code == 302
    client = Client.objects.with_keys().get()
    enquiry = the_enquiry()
    assert (client.name, client.called, str(client.born_on)) == ("Ada Byron", "Ada", "1991-05-04")
    assert (enquiry.state, enquiry.client, enquiry.accepting) == ("placed", client, None)
    care = Care.objects.get()
    assert (care.therapist.name, care.part, care.reason) == (
        "Miriam Adeyemi",
        "lead",
        "acceptance",
    )
    ways = {way.kind: way for way in Contact.objects.with_keys()}
    assert ways["email"].value == "ada@letters.example"
    assert ways["phone"].value == "01632 960 555"
    consent = Consent.objects.with_keys().get()
    assert (consent.basis, consent.given_by, consent.text_version) == (
        "own",
        "Ada Byron",
        "treatment-1",
    )
    assert AuditEvent.objects.filter(verb="enquiries.accepted").count() == 1


def test_the_key_of_the_letter_becomes_the_key_of_the_client(cato: User) -> None:
    yes(offered(cato), **ADULT)
    assert Client.objects.get().data_key_id == the_enquiry().data_key_id


def test_they_are_invited_and_can_sign_in(cato: User) -> None:
    yes(offered(cato), **ADULT)
    (mail,) = mails_to("ada@letters.example", "people_invitation")
    browser = Browser()
    browser.get(link_in(mail))
    browser.post(reverse("joining"), {"yes": "1"})
    assert Client.objects.get().user.email == "ada@letters.example"


def test_looking_at_the_page_accepts_nothing(cato: User) -> None:
    browser = offered(cato)
    page = browser.get(reverse("accept_offer")).text
    assert "What you agree to" in page
    assert (the_enquiry().state, Client.objects.count()) == ("agreed", 0)


def test_two_taps_make_one_client(cato: User) -> None:
    browser = offered(cato)
    yes(browser, **ADULT)
    assert yes(browser, **ADULT).status_code == 302
    assert Client.objects.count() == 1


def test_an_offer_that_ran_out_cannot_be_accepted(cato: User) -> None:
    browser = offered(cato)
    with clock.frozen(NOON + timedelta(days=7)):
        told = yes(browser, **ADULT)
    assert (told.status_code, "This has ended meanwhile" in told.text) == (409, True)
    assert Client.objects.count() == 0


def test_the_therapists_ages_hold_whatever_was_written_in_the_letter(cato: User) -> None:
    told = yes(offered(cato), **ADULT | {"date_of_birth": "2015-01-01"})
    assert told.status_code == 422
    assert "does not see people of this age" in told.text
    assert Client.objects.count() == 0


def test_without_the_tick_nothing_begins(cato: User) -> None:
    told = yes(offered(cato), **ADULT | {"agree": ""})
    assert "Tick this if you agree" in told.text
    assert 'value="Ada Byron"' in told.text


# ——— fifteen, on their own ———


def test_fifteen_and_alone_the_therapist_judges(cato: User) -> None:
    yes(young(cato), **FIFTEEN, how="gillick")
    assert (the_enquiry().state, Client.objects.count()) == ("accepted", 0)
    miriam = User.objects.get(name="Miriam Adeyemi")
    desk, offer = signed_in(miriam), the_enquiry().offers.get()
    assert (
        "Whether they can decide this themselves"
        in desk.get(reverse("offer", args=[offer.pk])).text
    )
    address = reverse("competence", args=[offer.pk])
    assert desk.post(address, {"reasoning": ""}).status_code == 422
    told = {"reasoning": "Weighs it well.", "limits": "School is not told."}
    assert desk.post(address, told).status_code == 302
    consent = Consent.objects.with_keys().get()
    assert (consent.basis, consent.assessor.name) == ("gillick", "Miriam Adeyemi")
    assert (consent.reasoning, consent.limits) == ("Weighs it well.", "School is not told.")
    assert not Guardian.objects.exists()
    assert mails_to("jordan@own.example", "people_invitation")


def test_the_judgement_is_the_asked_therapists_alone(cato: User) -> None:
    yes(young(cato), **FIFTEEN, how="gillick")
    offer = the_enquiry().offers.get()
    other = signed_in(person("Tomas", Role.THERAPIST))
    told = other.post(reverse("competence", args=[offer.pk]), {"reasoning": "Mine."})
    assert (told.status_code, Client.objects.count()) == (404, 0)


def test_no_judgement_where_a_parent_is_asked(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental")
    offer = the_enquiry().offers.with_keys().get()
    with pytest.raises(actions.Refused):
        actions.record_competence(
            offer=offer, reasoning="x", limits="", by=offer.therapist.user, now=NOON
        )


def test_fifteen_with_a_parent_who_consents_by_link(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental", may_see=["appointments"])
    assert Client.objects.count() == 0
    mother = question_to("rae@parents.example")
    assert "Jordan Ash would like to begin" in mother.get(reverse("question")).text
    refused = answer(mother, guardian_name="Rae Ash", agree="on")
    assert (refused.status_code, Client.objects.count()) == (422, 0)
    answer(mother, guardian_name="Rae Ash", responsible="on", agree="on")
    guardian = Guardian.objects.with_keys().get()
    assert (guardian.name, guardian.email) == ("Rae Ash", "rae@parents.example")
    assert guardian.may_see == {"appointments": True}
    assert str(guardian.ends_on) == "2026-06-01"  # sixteen
    consent = Consent.objects.with_keys().get()
    assert (consent.basis, consent.given_by, consent.guardian) == ("parental", "Rae Ash", guardian)
    assert mails_to("jordan@own.example", "people_invitation")
    assert not mails_to("rae@parents.example", "people_invitation")


def test_a_parents_link_is_used_up_by_the_answer(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental")
    mother = question_to("rae@parents.example")
    told = {"guardian_name": "Rae Ash", "responsible": "on", "agree": "on"}
    answer(mother, **told)
    assert answer(mother, **told).status_code == 410
    (mail,) = mails_to("rae@parents.example", "enquiries_asked")
    assert Browser().get(link_in(mail)).status_code == 410
    assert Client.objects.count() == 1


def test_a_parents_link_does_not_open_the_conversation(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental")
    mother = question_to("rae@parents.example")
    assert mother.get(reverse("conversation")).status_code == 410
    assert "argue with everybody" not in mother.get(reverse("question")).text


@pytest.mark.parametrize(
    "mailbox", ["rae@parents.example", "RAE@parents.example", "rae+jordan@parents.example"]
)
def test_a_young_persons_way_in_never_goes_to_the_parents_mailbox(cato: User, mailbox: str) -> None:
    told = FIFTEEN | MOTHER | {"how": "parental", "email": mailbox}
    answered = yes(young(cato), **told)
    assert (answered.status_code, "only you may read it" in answered.text) == (422, True)
    assert the_enquiry().state == "agreed"


def test_nor_later_by_an_invitation(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental")
    mother = question_to("rae@parents.example")
    answer(mother, guardian_name="Rae Ash", responsible="on", agree="on")
    with pytest.raises(people.Refused):
        people.invite(
            address="Rae+new@parents.example", roles=[Role.CLIENT], client=Client.objects.get(),
            by=cato, now=NOON,
        )  # fmt: skip


def test_a_birthday_that_says_younger_than_the_letter_asks_for_more(cato: User) -> None:
    browser = offered(cato, age="17", email="jordan@own.example")
    told = yes(browser, **FIFTEEN)
    assert (told.status_code, "a little more is needed" in told.text) == (422, True)
    assert yes(browser, **FIFTEEN, how="gillick").status_code == 302
    assert (the_enquiry().state, Client.objects.count()) == ("accepted", 0)


# ——— a parent wrote ———


def test_a_parent_consents_for_a_child_below_the_age(cato: User) -> None:
    told = FIFTEEN | {"guardian_name": "Rae Ash", "guardian_relation": "mother",
                      "responsible": "on"}  # fmt: skip
    assert yes(parents(cato), **told).status_code == 302
    consent, guardian = Consent.objects.with_keys().get(), Guardian.objects.with_keys().get()
    assert (consent.basis, guardian.email, guardian.may_see) == (
        "parental",
        "rae@parents.example",
        {},
    )
    kinds = {way.kind: way.value for way in Contact.objects.with_keys()}
    assert kinds == {"email": "jordan@own.example", "emergency": "01632 960 555"}
    assert [i.client for i in Invitation.objects.exclude(client=None)] == [Client.objects.get()]


def test_a_childs_mailbox_may_be_left_out_but_not_be_the_parents(cato: User) -> None:
    browser = parents(cato)
    told = FIFTEEN | {"guardian_name": "Rae Ash", "guardian_relation": "mother",
                      "responsible": "on"}  # fmt: skip
    assert yes(browser, **told | {"email": "rae@parents.example"}).status_code == 422
    assert yes(browser, **told | {"email": ""}).status_code == 302
    assert not Invitation.objects.exclude(client=None).exists()


def test_from_sixteen_on_a_parent_cannot_say_yes(cato: User) -> None:
    browser = parents(cato, age="16")
    assert "decides this themselves" in browser.get(reverse("accept_offer")).text
    yes(browser, email="jordan@own.example")
    assert (the_enquiry().state, Client.objects.count()) == ("accepted", 0)
    jordan = question_to("jordan@own.example")
    answer(jordan, **FIFTEEN | {"date_of_birth": "2009-12-01"})
    assert Consent.objects.get().basis == "own"
    assert not Guardian.objects.exists()


def test_a_birthday_that_says_sixteen_hands_the_yes_on(cato: User) -> None:
    browser = parents(cato)
    told = FIFTEEN | {"date_of_birth": "2009-12-01", "guardian_name": "Rae Ash",
                      "guardian_relation": "mother", "responsible": "on"}  # fmt: skip
    assert "says yes themselves" in yes(browser, **told).text
    assert the_enquiry().state == "agreed"
    assert yes(browser, way="hand_on", email="jordan@own.example").status_code == 302
    assert Link.objects.filter(purpose="own").count() == 1


def test_the_age_of_consent_is_the_practices_to_set(cato: User) -> None:
    Practice.objects.update(consents_from=14)
    assert yes(young(cato), **FIFTEEN).status_code == 302
    assert Consent.objects.get().basis == "own"


def test_whoever_refers_never_says_yes(cato: User) -> None:
    browser = offered(cato, whom="refer", their_name="Ada", email="gp@surgery.example")
    assert yes(browser, email="gp@surgery.example").status_code == 422
    yes(browser, email="ada@letters.example")
    ada = question_to("ada@letters.example")
    answer(ada, **ADULT)
    client = Client.objects.with_keys().get()
    assert client.name == "Ada Byron"
    assert [way.value for way in Contact.objects.with_keys()] == ["ada@letters.example"]


def test_a_revoked_question_opens_nothing(cato: User) -> None:
    yes(young(cato), **FIFTEEN, **MOTHER, how="parental")
    mother = question_to("rae@parents.example")
    actions.revoke_links(enquiry=the_enquiry(), by=cato, now=NOON)
    told = {"guardian_name": "Rae Ash", "responsible": "on", "agree": "on"}
    assert answer(mother, **told).status_code == 410
    assert (Client.objects.count(), Enquiry.objects.get().state) == (0, "accepted")
