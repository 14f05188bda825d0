"""Finding a person whose name lies encrypted, and taking in many from a list."""

import html
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonground.core import audit
from commonground.core.models import AuditEvent, DataKey, Mail
from commonground.people import actions, csvlist, jobs, traces
from commonground.people.models import Care, Client, Consent, Contact, Trace, User
from commonground.people.models.trace import blind
from commonground.people.roles import Role

from .front_office import NOON, client_of, person, signed_in

TODAY = date(2026, 3, 2)


# ——— words ———


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Priya O’Nair-Wood", "onair"),
        ("José Álvarez", "jose alvarez"),
        ("ŁUKASZ Żak", "zak"),
        ("\u202bשירה בן־דוד\u202c", "שירה"),
        ("Rae  Ash", "ASH rae"),
    ],
)
def test_a_name_is_found_by_its_words_however_they_are_written(name: str, asked: str) -> None:
    assert traces.asked(asked) <= traces.words(name)


def test_a_number_is_found_with_and_without_its_country() -> None:
    assert traces.asked("+44 1632 960 311") == traces.number("01632 960311")


def test_a_single_letter_finds_nobody() -> None:
    assert traces.asked("P") == set()


@given(st.text(max_size=60))
def test_no_text_makes_it_fall_over(text: str) -> None:
    assert all(":" in token for token in traces.asked(text))


# ——— the blind index ———


def admitted(therapist: User, **told: str) -> Client:
    told = {"name": "Priya Nair", "email": "priya@c.example", "phone": "01632 960 311"} | told
    contacts = [
        {"kind": Contact.Kind.EMAIL, "value": told["email"]},
        {"kind": Contact.Kind.PHONE, "value": told["phone"]},
        {"kind": Contact.Kind.EMERGENCY, "value": "01632 960 999", "name": "Tom"},
    ]
    return actions.admit(
        therapist=therapist.therapist, contacts=contacts, by=audit.SYSTEM, now=NOON,
        identity={"name": told["name"], "date_of_birth": "1988-05-17"},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["priya", "NAIR Priya", "priya@c.example", "+44 1632 960311"])
def test_a_client_is_found(query: str) -> None:
    miriam = person("Miriam", Role.THERAPIST)
    priya, other = admitted(miriam), admitted(miriam, name="Wren Nair", email="w@c.example",
                                              phone="01632 960 400")  # fmt: skip
    found = set(Client.objects.found_by(query))
    assert priya in found and other not in found


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["priy", "Priya Wood", "tom", "01632 960 999", "", "@"])
def test_nobody_is_found_by_halves_of_words_or_by_somebody_elses_number(query: str) -> None:
    admitted(person("Miriam", Role.THERAPIST))
    assert not Client.objects.found_by(query).exists()


@pytest.mark.django_db
def test_the_index_tells_nothing_without_the_key() -> None:
    admitted(person("Miriam", Role.THERAPIST))
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM people_trace")
        rows = {row[0] for row in cursor.fetchall()}
    assert rows == set(blind(Client.objects.get().tokens))
    plain = {token.encode().hex()[:32] for token in Client.objects.get().tokens}
    assert not rows & plain


@pytest.mark.django_db
def test_a_rotation_of_keys_loses_nobody() -> None:
    from django.core.management import call_command

    admitted(person("Miriam", Role.THERAPIST))
    before = blind(["word:priya"])
    DataKey.objects.house().rewrap()
    call_command("rotate_keys", verbosity=0)
    assert blind(["word:priya"]) == before


@pytest.mark.django_db
def test_whoever_came_in_past_the_index_is_found_within_the_hour() -> None:
    client = client_of(person("Miriam", Role.THERAPIST), "Ada Byron")
    assert not Client.objects.found_by("byron").exists()
    jobs.find_everybody(NOON)
    assert list(Client.objects.found_by("byron")) == [client]


@pytest.mark.django_db
def test_a_changed_name_is_found_and_the_old_one_is_not() -> None:
    client = admitted(person("Miriam", Role.THERAPIST))
    client.name = "Priya Wood"
    client.save()
    actions.trace(client=client, by=audit.SYSTEM, now=NOON)
    assert Client.objects.found_by("wood").exists()
    assert not Client.objects.found_by("nair").exists()
    assert Trace.objects.filter(client=client).count() == 4


@pytest.mark.django_db
def test_at_the_desk_what_is_asked_stands_in_no_address_and_in_no_line() -> None:
    admitted(person("Miriam", Role.THERAPIST))
    desk = signed_in(person("Cato", Role.COORDINATOR))
    page = desk.post(reverse("find"), {"who": "nair"})
    assert "Priya Nair" in page.text and "with" not in page.request["QUERY_STRING"]
    line = AuditEvent.objects.get(verb="enquiries.searched")
    assert line.detail["clients"] == [str(Client.objects.get().pk)]
    assert "nair" not in str(line.detail)


# ——— a list ———

HEAD = "name,preferred_name,date_of_birth,email,phone,therapist\n"
GOOD = HEAD + (
    "Ada Byron,Ada,1988-05-17,ada@c.example,,miriam@practice.example\n"
    "Max Born,,11/12/1990,,01632 960 400,miriam@practice.example\n"
)
FAULTS = [
    ("", "empty", ""),
    ("name,email\n", "columns", "date_of_birth"),
    (HEAD.replace("phone", "mobile"), "unknown", "mobile"),
    (HEAD + ",,1988-05-17,a@c.example,,m\n", "missing", "name"),
    (HEAD + "Ada,,17.5.88,a@c.example,,m\n", "date", "17.5.88"),
    (HEAD + "Ada,,2088-05-17,a@c.example,,m\n", "date", "2088-05-17"),
    (HEAD + "Ada,,1988-05-17,,,m\n", "reach", ""),
    (HEAD + "Ada,,1988-05-17,ada,,m\n", "email", "ada"),
    (HEAD + f"{'A' * 300},,1988-05-17,a@c.example,,m\n", "long", "name"),
    (HEAD + "Ada,,1988-05-17,a@c.example,,m\n" * 2, "twice", "2"),
    (HEAD + "Ada,,1988-05-17,a@c.example,,m\n" * 600, "many", "500"),
]


@pytest.mark.parametrize(("text", "code", "about"), FAULTS)
def test_what_is_wrong_in_a_list_is_told_by_its_line(text: str, code: str, about: str) -> None:
    faults = csvlist.read(text, TODAY).faults
    assert (code, about) in {(fault.code, fault.about) for fault in faults}


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_list_is_read_with_commas_or_semicolons(separator: str) -> None:
    found = csvlist.read("\ufeff" + GOOD.replace(",", separator), TODAY)
    assert found.faults == []
    assert [(row.name, str(row.date_of_birth)) for row in found.rows] == [
        ("Ada Byron", "1988-05-17"),
        ("Max Born", "1990-12-11"),
    ]


def upload(desk: Browser, text: str | bytes) -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return desk.post(reverse("clients_csv"), {"file": SimpleUploadedFile("c.csv", raw)})


@pytest.mark.django_db
def test_everybody_of_a_list_comes_in_and_nobody_is_written_to(at: Callable[..., Any]) -> None:
    person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    before = Mail.objects.count()
    assert upload(desk, GOOD).status_code == 302
    assert {client.name for client in Client.objects.with_keys()} == {"Ada Byron", "Max Born"}
    assert Care.objects.filter(reason="from a list").count() == 2
    assert Client.objects.found_by("born").exists()
    assert Mail.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "Bad,,never,b@c.example,,miriam@practice.example\n", "Line 4: “never” is no date"),
        (GOOD.replace("miriam@", "nobody@"), "Nobody who gives therapy here signs in with"),
        (b"\xff\xfe\x00", "not written in UTF-8"),
        ("a" * 500_001, "larger than a list"),
    ],
)
def test_one_slip_takes_nobody_in(text: Any, said: str) -> None:
    person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    answer = upload(desk, text)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert not Client.objects.exists()


# ——— a list with consent, and with invitations ———

CONSENTED = HEAD.replace("\n", ",consent_on,consent_by,consent_source\n") + (
    "Ada Byron,Ada,1988-05-17,ada@c.example,,miriam@practice.example,2025-02-03,,Folder 3\n"
    "Jo Ash,,2012-01-01,rae@p.example,,miriam@practice.example,2025-02-04,Rae Ash,\n"
    "Max Born,,1990-12-11,,01632 960 400,miriam@practice.example,,,\n"
    "Una Reed,,1990-12-11,both@c.example,,miriam@practice.example,,,\n"
    "Ned Reed,,1990-12-12,Both+x@c.example,,miriam@practice.example,,,\n"
    "Miriam Two,,1990-12-13,miriam@practice.example,,miriam@practice.example,,,\n"
)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("1988-05-17,{0},3.2.25,,", "consent_date"),
        ("1988-05-17,{0},1988-05-16,,", "consent_date"),
        ("1988-05-17,{0},2099-01-01,,", "consent_date"),
        ("1988-05-17,{0},,,Folder 3", "consent_day"),
        ("2012-01-01,{0},2025-02-03,,", "consent_by"),
    ],
)
def test_a_consent_that_cannot_be_is_told(cells: str, code: str) -> None:
    told = cells.format("a@c.example,,m")
    faults = csvlist.read(CONSENTED.partition("\n")[0] + f"\nAda,,{told}\n", TODAY).faults
    assert [fault.code for fault in faults] == [code]


@pytest.mark.django_db
def test_a_list_brings_consent_with_its_day_and_where_it_is_written_down() -> None:
    person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    assert upload(desk, CONSENTED).status_code == 302
    found = {each.given_by: each for each in Consent.objects.with_keys()}
    assert set(found) == {"Ada Byron", "Rae Ash"}
    ada, rae = found["Ada Byron"], found["Rae Ash"]
    assert (str(ada.given_on), ada.basis, ada.source) == ("2025-02-03", "own", "Folder 3")
    assert (rae.basis, rae.client.name) == ("parental", "Jo Ash")


@pytest.mark.django_db
def test_before_anybody_is_invited_the_list_is_looked_over() -> None:
    person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    before = Mail.objects.count()
    raw = SimpleUploadedFile("c.csv", CONSENTED.encode())
    page = desk.post(reverse("clients_csv"), {"file": raw, "invite": "on"})
    assert page.status_code == 200
    assert (Client.objects.count(), Mail.objects.count()) == (0, before)
    assert "1 is invited" in page.text and "consent of 3 February 2025" in page.text
    for why in ("no email", "too young", "has the same email", "signs in with this email already"):
        assert why in page.text
    text = html.unescape(page.text.split('<textarea name="text" hidden>\n')[1].split("</text")[0])
    assert text == CONSENTED
    assert desk.post(reverse("clients_csv"), {"text": text, "invite": "on"}).status_code == 302
    assert Client.objects.count() == 6
    new = Mail.objects.filter(template="people_invitation")
    assert [mail.to for mail in new if "practice" not in mail.to] == ["ada@c.example"]
    assert Mail.objects.count() == before + 1


@pytest.mark.django_db
def test_a_list_that_was_looked_over_is_read_again_as_strictly() -> None:
    person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    told = {"text": CONSENTED.replace("1988-05-17", "never"), "invite": "on"}
    assert desk.post(reverse("clients_csv"), told).status_code == 422
    assert desk.post(reverse("clients_csv"), {"invite": "on"}).status_code == 422
    assert not Client.objects.exists()


@pytest.mark.django_db
def test_the_desk_adds_somebody_by_hand_for_a_therapist() -> None:
    miriam = person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Cato", Role.COORDINATOR))
    told = {"name": "Ada Byron", "date_of_birth": "1988-05-17", "phone": "01632 960 311",
            "therapist": str(miriam.therapist.pk)}  # fmt: skip
    assert desk.post(reverse("client_new"), told).status_code == 302
    assert Care.objects.get().therapist == miriam.therapist
