"""Somebody who writes is a client already: joined, nothing retyped, and nothing told to anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.directory.tests.cards import enlist
from commonground.enquiries import actions
from commonground.enquiries.jobs import tidy
from commonground.enquiries.lifecycle import Act
from commonground.enquiries.models import Enquiry
from commonground.enquiries.models.enquiry import KEPT
from commonground.people import actions as people
from commonground.people.models import Care, Client, Consent, Contact, Guardian, Practice, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, person, signed_in

from .letters import LETTER, mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db
YES = {"name": "Ada Byron", "date_of_birth": "1991-05-04", "email": "ada@letters.example",
       "agree": "on"}  # fmt: skip


@pytest.fixture
def cato(at: Callable[..., Any]) -> Any:
    cache.clear()
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        yield person("Cato", Role.COORDINATOR)


@pytest.fixture
def miriam(cato: User) -> User:
    return enlist("Miriam Adeyemi").therapist.user


@pytest.fixture
def ada(miriam: User) -> Client:
    """Miriam's client, who has the address and number that the letter gives."""
    return people.admit(
        therapist=miriam.therapist,
        identity={"name": "Ada Byron", "date_of_birth": "1991-05-04"},
        contacts=[{"kind": "email", "value": LETTER["email"]}],
        by=miriam, now=NOON,
    )  # fmt: skip


def join(desk: Browser, client: Client, **told: Any) -> Any:
    enquiry = the_enquiry()
    url = reverse("join_enquiry", args=[enquiry.pk, client.pk])
    return desk.post(url, {"version": enquiry.version} | told)


def letters_of(client: Client, user: User) -> Any:
    return signed_in(user).get(reverse("client_letters", args=[client.pk]))


def test_who_it_may_be_stands_beside_who_wrote(cato: User, ada: Client) -> None:
    send()
    desk = signed_in(cato)
    page = desk.get(reverse("enquiry", args=[the_enquiry().pk])).text
    assert reverse("join_enquiry", args=[the_enquiry().pk, ada.pk]) in page
    page = desk.get(reverse("join_enquiry", args=[the_enquiry().pk, ada.pk])).text
    assert "Stands in the record as well." in page and "New to the record." in page
    assert "4 May 1991" in page and the_enquiry().client is None


def test_whom_a_name_finds_can_be_joined(cato: User, ada: Client) -> None:
    send(email="", email_safe=None)
    url = reverse("known", args=[the_enquiry().pk])
    desk = signed_in(cato)
    assert "No client has this address or number." in desk.get(url).text
    assert "Ada Byron" in desk.post(url, {"who": "byron"}).text
    assert "No client is found by this." in desk.post(url, {"who": "lovelace"}).text


def test_joined_it_is_with_whoever_leads_their_therapy(
    cato: User, ada: Client, miriam: User
) -> None:
    visitor = send()
    visitor.post(reverse("write_again"), {"text": "Evenings would be best."})
    assert join(signed_in(cato), ada).status_code == 302
    enquiry = the_enquiry()
    assert (enquiry.state, enquiry.client, enquiry.data_key_id) == ("placed", ada, ada.data_key_id)
    assert enquiry.joined_at == enquiry.answered_at == NOON
    page = letters_of(ada, miriam).text
    assert "argue with everybody" in page and "Evenings would be best." in page
    assert mails_to(miriam.email, "enquiries_desk")
    event = AuditEvent.objects.get(verb="enquiries.joined")
    assert event.detail["client"] == str(ada.pk)


def test_all_that_was_written_lies_under_the_clients_key(cato: User, ada: Client) -> None:
    visitor = send()
    visitor.post(reverse("write_again"), {"text": "Evenings would be best."})
    old = the_enquiry().data_key
    join(signed_in(cato), ada)
    old.refresh_from_db()
    assert old.shredded_at == NOON
    hers = f"1:{ada.data_key_id.hex}:"
    with connection.cursor() as cursor:
        cursor.execute("SELECT called, reach, needs, words FROM enquiries_enquiry")
        sealed = [*cursor.fetchone()]
        cursor.execute("SELECT text FROM enquiries_message")
        sealed += [row[0] for row in cursor.fetchall()]
    assert len(sealed) == 5
    assert [each for each in sealed if not each.startswith(hers)] == []


def test_whoever_holds_the_link_learns_nothing_of_the_record(cato: User, ada: Client) -> None:
    visitor = send(called="Nobody")
    join(signed_in(cato), ada)
    page = visitor.get(reverse("conversation")).text
    assert "Your message is with the right person here." in page
    assert not [word for word in ("Byron", "1991", "Miriam") if word in page]


def test_nobody_else_reads_it(cato: User, ada: Client) -> None:
    send()
    join(signed_in(cato), ada)
    for user in (person("Tomas", Role.THERAPIST), person("Oonagh", Role.OWNER)):
        assert letters_of(ada, user).status_code == 404
    assert Browser().get(reverse("client_letters", args=[ada.pk])).status_code == 302


def test_new_ways_are_kept_only_if_the_desk_says_so(cato: User, ada: Client) -> None:
    send()
    desk = signed_in(cato)
    join(desk, ada)
    assert Contact.objects.of(ada).count() == 1
    unjoin(desk)
    join(desk, ada, keep_ways="on")
    ways = {way.kind: way.value for way in Contact.objects.of(ada).with_keys()}
    assert ways == {"email": LETTER["email"], "phone": LETTER["phone"]}
    found = actions.search(by=cato, now=NOON, query="01632 960 555")["clients"]
    assert [row["client"] for row in found] == [ada]


def unjoin(desk: Browser) -> Any:
    enquiry = the_enquiry()
    return desk.post(reverse("part_enquiry", args=[enquiry.pk]), {"version": enquiry.version})


def test_it_was_somebody_else_after_all(cato: User, ada: Client, miriam: User) -> None:
    send()
    desk = signed_in(cato)
    join(desk, ada)
    assert unjoin(desk).status_code == 302
    enquiry = the_enquiry()
    assert (enquiry.state, enquiry.client, enquiry.joined_at) == ("talking", None, None)
    assert enquiry.data_key_id != ada.data_key_id
    assert enquiry.words == LETTER["words"]
    assert "argue with everybody" not in letters_of(ada, miriam).text


def test_two_at_the_desk_join_it_once(cato: User, ada: Client) -> None:
    send()
    desk, seen = signed_in(cato), the_enquiry().version
    join(desk, ada)
    told = join(desk, ada, version=seen)
    assert (told.status_code, "Somebody was quicker" in told.text) == (409, True)


def test_while_a_therapist_is_asked_it_cannot_be_joined(
    cato: User, ada: Client, miriam: User
) -> None:
    send()
    told = {"enquiry": the_enquiry(), "by": cato, "now": NOON}
    actions.offer(therapist=miriam.therapist, version=1, **told)
    assert join(signed_in(cato), ada).status_code == 409
    assert the_enquiry().client is None


# ——— somebody whose therapy ended, and who comes again ———


def returns(cato: User, ada: Client, miriam: User) -> Browser:
    """Ada's therapy ended; she wrote again, was joined, and Miriam would like to see her."""
    people.end_care(care=Care.objects.get(), reason="ended", by=miriam, now=NOON)
    visitor = send()
    join(signed_in(cato), ada)
    enquiry = the_enquiry()
    assert (enquiry.state, enquiry.client) == ("received", ada)
    told = {"by": cato, "now": NOON}
    offer = actions.offer(
        enquiry=enquiry, therapist=miriam.therapist, version=enquiry.version, **told
    )
    actions.take(offer=offer, by=miriam, now=NOON)
    return visitor


def test_whoever_returns_goes_on_in_the_record_that_is_there(
    cato: User, ada: Client, miriam: User
) -> None:
    visitor = returns(cato, ada, miriam)
    assert visitor.post(reverse("accept_offer"), YES).status_code == 302
    assert Client.objects.count() == 1
    assert Care.objects.current(NOON).leading().get().reason == "return"
    assert Consent.objects.get().client == ada
    assert the_enquiry().state == "placed"
    assert len(mails_to(LETTER["email"], "people_invitation")) == 1  # an address of the record


def test_no_letter_lets_a_stranger_into_a_record(cato: User, ada: Client, miriam: User) -> None:
    visitor = returns(cato, ada, miriam)
    visitor.post(reverse("accept_offer"), YES | {"email": "somebody@else.example"})
    assert the_enquiry().state == "placed"
    assert not mails_to("somebody@else.example")


def test_another_date_of_birth_is_another_person(cato: User, ada: Client, miriam: User) -> None:
    visitor = returns(cato, ada, miriam)
    told = visitor.post(reverse("accept_offer"), YES | {"date_of_birth": "1992-05-04"})
    assert (told.status_code, "does not match" in told.text) == (409, True)
    assert "1991" not in told.text
    assert not Care.objects.current(NOON).exists()


def test_a_joined_letter_that_ends_takes_no_key_with_it(
    cato: User, ada: Client, miriam: User
) -> None:
    people.end_care(care=Care.objects.get(), reason="ended", by=miriam, now=NOON)
    send()
    join(signed_in(cato), ada)
    told = {"enquiry": the_enquiry(), "version": the_enquiry().version}
    actions.end(act=Act.CLOSE, by=cato, now=NOON, **told)
    tidy(NOON + KEPT * 2)
    assert not Enquiry.objects.exists()
    assert Client.objects.with_keys().get().name == "Ada Byron"


# ——— where the record is ———


def test_a_client_reads_their_own_letter_and_not_what_somebody_wrote_for_them(
    cato: User, ada: Client
) -> None:
    account = person("Ada", Role.CLIENT)
    Client.objects.filter(pk=ada.pk).update(user=account)
    send()
    join(signed_in(cato), ada)
    page = signed_in(account).get(reverse("my_letters")).text
    assert "argue with everybody" in page
    send(whom="refer", their_name="Ada", words="She worries me.")
    second = Enquiry.objects.exclude(client=ada).get()
    told = {"enquiry": second, "client": ada, "version": second.version}
    actions.join(by=cato, now=NOON, **told)
    page = signed_in(account).get(reverse("my_letters")).text
    assert "She worries me." not in page
    assert "Somebody else wrote to us for you on that day." in page


@pytest.mark.parametrize("shared", [True, False])
def test_a_guardian_reads_it_only_where_it_is_shared(cato: User, ada: Client, shared: bool) -> None:
    send()
    join(signed_in(cato), ada)
    gwen = person("Gwen", Role.CLIENT)
    Guardian.objects.create(
        client=ada, user=gwen, name="Gwen", relation="parent", may_see={"enquiry": shared},
        ends_on=NOON.date().replace(year=2027),
    )  # fmt: skip
    assert letters_of(ada, gwen).status_code == (200 if shared else 404)
