"""C1, C10: what people type lies encrypted, wherever this house writes anything down.

Marked words are typed into every field there is, through the pages as people meet them; then
every byte of the database, its log, every table as text, sessions, cache, mail, files and what
was logged are searched for them.
"""

import importlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit, clock
from commonground.core.emails import post
from commonground.core.fields.encrypted import EncryptedField
from commonground.core.models import Mail
from commonground.courses.models import Course, Piece
from commonground.enquiries import actions as enquiries
from commonground.enquiries.forms import new_stamp
from commonground.enquiries.models import Enquiry, Offer
from commonground.measures.models import Alert, CheckIn
from commonground.people.models import Client, Consent, Contact, Guardian, Practice, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import just_signed_in, person, signed_in
from commonground.scheduling.models import TextMessage

ROOMS = ("people", "scheduling", "measures", "courses", "enquiries")
"""Whose forms hold words about people. The others' words are for everybody to read."""


@dataclass
class Words:
    """Every marked word, by the field it was typed into."""

    typed: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def __call__(self, where: str, shape: str = "{}") -> str:
        mark = f"zq{len(self.typed):02d}xkanarie"
        self.typed[where] = mark
        return shape.format(mark)


# ——— what is known in plain, and why ———

ACCOUNT = {
    "Join.name": "an account's name is read by allauth and Django, which need it in plain",
    "JoinAsClient.name": "the same",
}
"""Words that may lie in `people_user`, and nowhere else."""
NOT_KEPT = {
    "Enquire.website": "a trap for programs: a letter that fills it in is not taken",
    "Enquire.stamp": "a number that we sealed ourselves",
    "Find.who": "hashed and compared, not kept",
    "Ask.therapist": "whom the desk asks: an id",
    "Join.password": "only its hash is kept: people/tests",
    "Uncover.uncover_answer": "compared, not kept",
    "Uncover.uncover_credential": "compared, not kept",
    "AskForCode.email": "an address that is known already, or is not kept",
    "AskForPassword.email": "the same",
    "EarlierScores.lines": "read as numbers and days, which are kept; a word is refused",
    "Sheet.remark": "typed into its two kinds, Paper and Correct",
    "DateSeries.once": "the name of a request, made by the page",
    "BookOne.once": "the same",
    "ShowPiece.session": "which summary is shown: an id",
    "ShowPiece.worksheet": "which worksheet: an id",
    "WhereYouMightBe.whereabouts": "typed into WhereYouWillBe, which it is while it may be left",
}
PUBLISHED = {
    "EditPractice", "EditWording", "EditPlace", "EditCrisisLine", "EditReply", "EditHoliday",
    "EditRoom",
}  # fmt: skip
"""Forms whose words are the practice's own, about nobody."""


def live(words: Words, monkeypatch: Any) -> None:
    """Everybody types into everything."""
    Practice.objects.create(name="Harbour Street")
    oonagh, miriam = person("Oonagh", Role.OWNER), person("Miriam", Role.THERAPIST)
    signed_in(oonagh).post(
        reverse("staff"),
        {"address": words("Invite.address", "{}@practice.example"), "roles": ["therapist"]},
    )
    desk = signed_in(miriam)
    client = admitted(desk, words)
    account = joined(client, words)
    course = opened(desk, client, words)
    worked(desk, account, course, words)
    wrote(words, miriam)
    accepted(words, miriam)
    slips(desk, course, words, monkeypatch)
    ended(desk, course, words)
    without_a_form(client, miriam, words)
    owned(oonagh, client, words)


def owned(oonagh: User, client: Client, words: Words) -> None:
    """An owner opens a record in an emergency, and takes somebody in from a list."""
    owner = signed_in(oonagh)
    reason = {"reason": words("OpenInEmergency.reason")}
    assert owner.post(reverse("emergency", args=[client.pk]), reason).status_code == 302
    row = f"{words('ClientList.text')},1988-05-17,01632 960 777,miriam@practice.example,2025-01-02"
    listed = f"name,date_of_birth,phone,therapist,consent_on,consent_source\n{row}"
    listed += f",{words('people.consent.source')}\n"
    assert owner.post(reverse("clients_csv"), {"text": listed}).status_code == 302


def admitted(desk: Any, words: Words) -> Client:
    told = {
        "name": words("NewClient.name"),
        "preferred_name": words("NewClient.preferred_name"),
        "date_of_birth": "1988-05-17",
        "pronouns": words("NewClient.pronouns"),
        "email": words("NewClient.email", "{}@clients.example"),
        "email_safe": "on",
        "phone": words("NewClient.phone"),
        "emergency_name": words("NewClient.emergency_name"),
        "emergency_relation": words("NewClient.emergency_relation"),
        "emergency_phone": words("NewClient.emergency_phone"),
        "invite": "on",
    }
    assert desk.post(reverse("client_new"), told).status_code == 302
    return Client.objects.with_keys().get()


def joined(client: Client, words: Words) -> User:
    """Accept the invitation by the link in the mail; with it the address becomes an account's."""
    (body,) = (m.body for m in Mail.objects.all() if words.typed["NewClient.email"] in m.to)
    link = re.search(r"/join/([\w-]+)/", body)
    assert link
    words.typed["the link in a mail"] = link[1]
    browser = signed_in(User.objects.create_user("nobody@elsewhere.example", "Nobody"))
    browser.get(link[0])
    browser.post(reverse("joining"), {"name": words("JoinAsClient.name")})
    client.refresh_from_db()
    assert client.user
    return client.user


def opened(desk: Any, client: Client, words: Words) -> Course:
    told = {"protocol": "ipt-adult-16-1", "sessions": "16"}
    desk.post(reverse("open_course", args=[client.pk]), told)
    course = Course.objects.get()
    day = clock.now() + timedelta(days=1)
    dates = {"day": f"{day:%Y-%m-%d}", "time": "10:00", "weeks": "2", "keep": "1"}
    desk.post(reverse("series", args=[course.pk]), dates)
    goal = {"words": words("AgreeGoal.words"), "baseline": "1", "target": "7"}
    desk.post(reverse("goal", args=[course.pk]), goal)
    inventory(desk, course, words)
    return course


def inventory(desk: Any, course: Course, words: Words) -> None:
    """Somebody in the client's life, with every word of the form."""
    told = {f"{name}": words(f"KeepPerson.{name}") for name in (*PERSON, "age", "concern")}
    desk.post(reverse("person_new", args=[course.pk]), {**told, "living": "on"})
    event = {"kind": "loss", "on": "2026-05-04", "precision": "day"}
    told = {name: words(f"KeepEvent.{name}") for name in ("words", "treatment")}
    desk.post(reverse("event_new", args=[course.pk]), event | told)
    for n, area in enumerate(("grief", "transition")):
        focus = {name: words(f"AgreeFocus.{name}") for name in ("words", "reason")}
        told = {"area": area, **{name: f"{mark} {n}" for name, mark in focus.items()}}
        desk.post(reverse("focus_new", args=[course.pk]), told)
    told = {name: words(f"KeepFormulation.{name}") for name in FORMULATION}
    desk.post(reverse("formulation_edit", args=[course.pk]), {**told, "version": "0"})


FORMULATION = (
    "onset", "symptoms", "vulnerabilities", "cycle", "strengths", "narrative", "client_words",
)  # fmt: skip


def filled_in(phone: Any, course: Course, words: Words) -> None:
    """The client writes about somebody, and on a worksheet, and over it; a refusal keeps nothing
    in plain."""
    about = {name: words(f"KeepMyPerson.{name}") for name in (*PERSON, "age")}
    assert phone.post(reverse("my_person_new"), {**about, "living": "on"}).status_code == 302
    phone.post(reverse("my_worksheet_begin"), {"kind": "safety-plan"})
    sheet = reverse("worksheet", args=[course.worksheets.get().pk])
    first = {"signs": words("a worksheet"), "ask-0-other": words("a row of a worksheet")}
    assert phone.post(sheet, first).status_code == 302
    page = phone.get(sheet)
    over = {
        "signs": words("a worksheet written over"),
        "ask-0-number": words("a number on a worksheet"),
    }
    seen = {"seen": page.context["form"]["seen"].value()}
    assert phone.post(sheet, over | seen).status_code == 302
    assert phone.post(sheet, {"signs": words("a worksheet that clashes")}).status_code == 409
    read = phone.get(reverse("worksheet_read", args=[course.worksheets.get().pk])).text
    assert words.typed["a worksheet written over"] in read and words.typed["a worksheet"] in read


def stands_beside(desk: Any, phone: Any, session: Any, words: Words) -> None:
    """Somebody is written down beside the client, who shows them what was said of a session."""
    told = {name: words(f"RecordGuardian.{name}") for name in ("name", "relation")}
    told["email"] = words("RecordGuardian.email", "{}@parents.example")
    url = reverse("guardian_new", args=[session.course.client_id])
    assert desk.post(url, told).status_code == 302
    guardian = Guardian.objects.get()
    phone.post(
        reverse("my_guardian", args=[guardian.pk]), {f"{guardian.pk}-classes": "shared_work"}
    )
    phone.post(reverse("my_piece", args=[guardian.pk]), {"session": session.pk})
    told = {name: words(f"NoteSchoolContact.{name}") for name in ("whom", "said")}
    told |= {"way": "letter", "on": f"{clock.today():%Y-%m-%d}", "agreed": "on"}
    desk.post(reverse("school_contact", args=[session.course_id]), told)
    page = desk.get(reverse("guardians", args=[session.course.client_id])).text
    assert told["said"] in page
    piece = Piece.objects.of(guardian).with_keys().get()
    assert piece.words["lines"] == [["", words.typed["Share.text"]]]


def of_their_own(account: User, words: Words) -> None:
    """The client puts somebody among the people of their life, with every word of their form."""
    told = {f"{name}": words(f"KeepMyPerson.{name}") for name in (*PERSON, "age")}
    new = reverse("my_person_new")
    assert just_signed_in(account).post(new, {**told, "living": "on"}).status_code == 302


def record(desk: Any, course: Course, session: Any, words: Words) -> None:
    """What the therapist keeps beside the note, and what is changed about the plan."""
    thoughts = {"text": words("Think.text"), "version": "0"}
    desk.post(reverse("process_note", args=[session.pk]), thoughts)
    told = {name: words(f"AgreeTask.{name}") for name in ("words", "why", "when", "barrier")}
    desk.post(reverse("task", args=[session.pk]), told)
    came = {"done": "yes", "happened": words("TellTask.happened"), "version": "1"}
    desk.post(reverse("task_told", args=[session.task.pk]), came)
    told = {name: words(f"KeepAssessment.{name}") for name in ASSESSED}
    desk.post(reverse("assessment_keep", args=[course.pk]), {**told, "version": "0"})
    told = {name: words(f"NoteMedicine.{name}") for name in ("name", "dose")}
    desk.post(reverse("medicine", args=[course.pk]),
              {**told, "change": "begun", "on": "2026-05-04"})  # fmt: skip
    desk.post(reverse("sessions_change", args=[course.pk]),
              {"sessions": "17", "reason": words("ChangeSessions.reason")})  # fmt: skip
    moved = {"phase": "initial", "last": "5", "reason": words("MoveBoundary.reason")}
    desk.post(reverse("boundary_move", args=[course.pk]), moved)
    desk.post(reverse("prompt_dismiss", args=[course.pk]),
              {"sign": "x:", "reason": words("Dismiss.reason")})  # fmt: skip


ASSESSED = (
    "history", "criteria", "diagnosis", "other_care", "risk_findings", "risk_plan", "suitability",
)  # fmt: skip
PERSON = (
    "name", "relation", "died_on", "contact_how", "expects", "expected", "satisfying",
    "unsatisfying", "would_change", "since_onset", "mood_link",
)  # fmt: skip


def worked(desk: Any, account: User, course: Course, words: Words) -> None:
    session = course.sessions.select_related("appointment").get(number=1)
    phone = signed_in(account)
    check_in = CheckIn.before(session.appointment)
    for question in check_in.questions:
        url = reverse("check_in", args=[check_in.pk, question.number])
        phone.post(url, {"answer": "1", "seen_help": "1"})
    phone.post(reverse("check_in_review", args=[check_in.pk]))
    answers = {"item-interest": "2", "remark": words("Correct.remark")}
    response = check_in.responses[0]
    desk.post(reverse("answers_correct", args=[response.pk]), answers)
    paper = {"answered_on": f"{clock.today():%Y-%m-%d}", "total": "9"}
    paper["remark"] = words("Paper.remark")
    desk.post(reverse("paper", args=[course.client_id, "wsas"]), paper)
    second = CheckIn.before(course.sessions.get(number=2).appointment)
    shown = desk.post(reverse("check_in_send_link", args=[second.pk]), {"address": "by-hand"})
    words.typed["the link to a form"] = re.search(r"/check-in/link/([\w-]+)/", shown.text)[1]
    guest = Browser()
    guest.get(f"/check-in/link/{words.typed['the link to a form']}/")
    assert guest.get(reverse("guest_question", args=[1])).status_code == 200
    page = desk.get(reverse("client_measures", args=[course.client_id])).text
    assert words.typed["Correct.remark"] in page
    assert words.typed["Paper.remark"] in page
    note = {"text": words("Write.text"), "version": "0"}
    desk.post(reverse("note", args=[session.pk]), note)
    desk.post(reverse("summary", args=[session.pk]), {"text": words("Share.text")})
    record(desk, course, session, words)
    filled_in(phone, course, words)
    of_their_own(account, words)
    stands_beside(desk, phone, session, words)
    wish = {"text": words("WriteWish.text"), "version": "0"}
    phone.post(reverse("my_wish", args=[session.pk]), wish)
    assert words.typed["WriteWish.text"] in desk.get(reverse("session", args=[session.pk])).text
    where = {"whereabouts": words("WhereYouWillBe.whereabouts")}
    phone.post(reverse("my_whereabouts", args=[session.appointment_id]), where)
    url = words("FollowCalendar.url", "https://{}.example/a.ics")
    desk.post(reverse("calendar_follow"), {"url": url})
    online = {"online-kind": "fixed", "online-url": words("MeetOnline.url", "https://{}.example/")}
    desk.post(reverse("meet_online"), online)
    done = {"action": "spoke", "words": words("Acknowledge.words")}
    desk.post(reverse("alert", args=[Alert.objects.get().pk]), done)
    desk.post(reverse("sign_note", args=[session.pk]), note | {"version": "1"})
    desk.post(reverse("amend", args=[session.pk]), {"text": words("Amend.text")})
    for page in ("session", "course"):
        of = session if page == "session" else course
        assert words.typed["AgreeGoal.words"] in desk.get(reverse(page, args=[of.pk])).text
    assert words.typed["Share.text"] in phone.get(reverse("my")).text


def wrote(words: Words, miriam: User) -> None:
    """Somebody gets in touch, is answered, offered a place with Miriam, and does not want it."""
    cato, visitor = signed_in(person("Cato", Role.COORDINATOR)), Browser()
    told = {
        "called": words("Enquire.called"), "whom": "young", "age": "34", "agree": "on",
        "their_name": words("Enquire.their_name"), "email": words("Enquire.email", "{}@x.example"),
        "email_safe": "on", "phone": words("Enquire.phone", "01632 960 {}"), "discreet": "no",
        "words": words("Enquire.words"), "wishes": words("Enquire.wishes"), "language": "en",
        "taken_along": words("Enquire.taken_along"),
    }  # fmt: skip
    visitor.post(reverse("draft"), told)
    assert visitor.post(reverse("enquire"), told).status_code == 422  # no stamp: asked again
    stamp = new_stamp(clock.now() - timedelta(minutes=1))
    assert visitor.post(reverse("enquire"), told | {"stamp": stamp}).status_code == 302
    Browser().post(reverse("draft"), {"words": words("a letter that is never sent")})
    enquiry = Enquiry.objects.get()
    visitor.post(reverse("write_again"), {"text": words("Write.text of enquiries")})

    def act(browser: Any, name: str, pk: Any, **body: Any) -> None:
        enquiry.refresh_from_db()
        answer = browser.post(reverse(name, args=[pk]), body | {"version": enquiry.version})
        assert answer.status_code == 302, answer.text

    act(cato, "answer_enquiry", enquiry.pk, text=words("Answer.text"))
    listed = {
        "headline": "I listen.", "about": "Slowly.", "adults": "on", "young_from": "12",
        "young_to": "17", "online": "on", "languages": ["en"], "capacity": "0", "gender": "own",
        "gender_words": words("EditProfile.gender_words"),
    }  # fmt: skip
    therapist = signed_in(miriam)
    listing = reverse("listing", args=[miriam.therapist.pk])
    assert therapist.post(listing, listed).status_code == 302
    ask = {"therapist": miriam.therapist.pk, "note": words("Ask.note"), "shared": "on"}
    act(cato, "ask_therapist", enquiry.pk, **ask)
    offer = enquiry.offers.live().get()
    assert words.typed["Enquire.words"] in therapist.get(reverse("offer", args=[offer.pk])).text
    act(therapist, "offer_pass", offer.pk, why="times", why_words=words("Pass.why_words"))
    act(cato, "ask_therapist", enquiry.pk, **ask)
    act(therapist, "offer_take", enquiry.offers.live().get().pk)
    visitor.post(reverse("turn_down"), {"text": words("TurnDown.text")})
    page = cato.get(reverse("enquiry", args=[enquiry.pk])).text
    assert words.typed["TurnDown.text"] in page and words.typed["Pass.why_words"] in page


def accepted(words: Words, miriam: User) -> None:
    """Two who are fifteen say yes: a parent consents for one, Miriam judges for the other."""
    young = {"date_of_birth": f"{clock.today().year - 15}-01-01", "agree": "on"}
    name, mail = words("Accept.name"), words("Accept.email")
    mother = {
        "guardian_name": words("Accept.guardian_name"), "how": "parental",
        "guardian_relation": words("Accept.guardian_relation"),
        "guardian_email": f"{words('Accept.guardian_email')}@parents.example",
    }  # fmt: skip
    visitor, _offer = offered(miriam)
    told = young | mother | {"name": name, "email": f"{mail}@own.example"}
    assert visitor.post(reverse("accept_offer"), told).status_code == 302
    (body,) = (m.body for m in Mail.objects.all() if mother["guardian_email"] in m.to)
    link = re.search(r"/question/([\w-]+)/", body)
    assert link
    words.typed["the link to a parent"] = link[1]
    parent = Browser()
    parent.get(link[0])
    agreed = {"guardian_name": words("GuardianAgrees.guardian_name"), "responsible": "on"}
    assert parent.post(reverse("question"), agreed | {"agree": "on"}).status_code == 302

    visitor, offer = offered(miriam)
    told = young | {"name": name, "email": "other@own.example", "how": "gillick"}
    assert visitor.post(reverse("accept_offer"), told).status_code == 302
    judged = {"reasoning": words("Competence.reasoning"), "limits": words("Competence.limits")}
    answer = signed_in(miriam).post(reverse("competence", args=[offer.pk]), judged)
    assert answer.status_code == 302
    visitor, _offer = offered(miriam)  # one who is waited for: their words lie there as well
    assert visitor.post(reverse("accept_offer"), told).status_code == 302


def offered(miriam: User) -> tuple[Browser, Offer]:
    """Somebody of fifteen who was offered Miriam; the browser in which the offer is open."""
    browser = Browser()
    stamp = new_stamp(clock.now() - timedelta(minutes=1))
    told = {"called": "J", "whom": "me", "age": "15", "phone": "01632 960 555", "stamp": stamp}
    more = {"discreet": "no", "language": "en", "agree": "on"}
    assert browser.post(reverse("enquire"), told | more).status_code == 302
    enquiry = Enquiry.objects.latest("received_at")
    by_cato = {"by": User.objects.holding(Role.COORDINATOR).get(), "now": clock.now()}
    offer = enquiries.offer(enquiry=enquiry, therapist=miriam.therapist, version=1, **by_cato)
    enquiries.take(offer=offer, by=miriam, now=clock.now())
    return browser, offer


def ended(desk: Any, course: Course, words: Words) -> None:
    """The course ends, goes on after all, and ends otherwise."""
    end, today = reverse("ending_end", args=[course.pk]), f"{clock.today():%Y-%m-%d}"
    told = {
        "how": "end", "end-way": "completed", "end-decision": "finish", "end-on": today,
        "end-onward": words("EndCourse.onward"), "end-farewell": words("EndCourse.farewell"),
    }  # fmt: skip
    assert desk.post(end, told).status_code == 302
    assert words.typed["EndCourse.onward"] in desk.get(reverse("ending", args=[course.pk])).text
    desk.post(reverse("ending_undo", args=[course.pk]))
    told = {"how": "early", "early-way": "moved", "early-on": today}
    assert desk.post(end, told | {"early-farewell": words("EndEarly.farewell")}).status_code == 302


def slips(desk: Any, course: Course, words: Words, monkeypatch: Any) -> None:
    """What is refused, and what falls over, is written down nowhere either."""
    url = reverse("note", args=[course.sessions.get(number=2).pk])
    desk.post(url, {"text": words("a note that is too long") * 10_000})
    desk.post("/no/such/page/", {"text": words("a page that is missing")})
    desk.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_append", _full)
        assert desk.post(url, {"text": words("a page that falls over")}).status_code == 500
    desk.raise_request_exception = True


def _full(*args: Any, **kwargs: Any) -> None:
    raise OSError("no space left")


def without_a_form(client: Client, miriam: User, words: Words) -> None:
    """Encrypted columns that no page writes yet."""
    post(
        to="somebody@clients.example", template="scheduling_changes", context={},
        dedupe="changes:1", calendar=words("core.mail.calendar", "METHOD:{}"),
    )  # fmt: skip
    TextMessage.objects.create(
        to=words("scheduling.text.to"), body=words("scheduling.text.body"), dedupe_key="text:1",
        created_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    Contact.objects.create(
        client=client, kind="letter", value=words("people.contact.value"),
        note=words("people.contact.note"),
    )  # fmt: skip
    Consent.objects.create(
        client=client, kind="treatment", basis="own", given_on=clock.today(),
        given_by=words("people.consent.given_by"),
        reasoning=words("people.consent.reasoning"), limits=words("people.consent.limits"),
    )  # fmt: skip


# ——— where it is looked for ———


def places(logged: str) -> Iterator[tuple[str, bytes]]:
    """Everything this house has written down, by name."""
    for table in connection.introspection.table_names():
        yield table, table_as_text(table).encode()
    for session in BrowserSession.objects.all():
        yield "a session, opened", repr(session.get_decoded()).encode()
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        for path in sorted(database.parent.glob(f"{database.name}*")):
            yield path.name, path.read_bytes()
    for folder in (settings.DATA, settings.MEDIA_ROOT):
        for path in Path(folder).rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
    yield "what was logged", logged.encode()


def table_as_text(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = cursor.fetchall()
    return "\n".join(
        "\t".join(
            bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v)
            for v in row
        )
        for row in rows
    )


def found(words: Words, logged: str) -> set[tuple[str, str]]:
    """(field, place) for every marked word that lies somewhere in plain."""
    return {
        (where, place)
        for place, content in places(logged)
        for where, mark in words.typed.items()
        if mark.encode() in content
    }


@pytest.fixture
def words(
    transactional_db: None, caplog: Any, capfd: Any, monkeypatch: Any, settings: Any,
    tmp_path: Path,
) -> Iterator[tuple[Words, Callable[[], str]]]:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    told = Words()
    with caplog.at_level(logging.DEBUG):
        live(told, monkeypatch)

    def logged() -> str:
        out, err = capfd.readouterr()
        return caplog.text + out + err

    yield told, logged


def in_files(place: str) -> bool:
    return not re.fullmatch(r"[a-z_]+", place)


def test_nothing_that_was_typed_lies_anywhere_in_plain(words: Any, tmp_path: Path) -> None:
    told, logged = words
    account = {"JoinAsClient.name", "NewClient.email"}
    lies = found(told, logged())
    open_words = {(where, place) for where, place in lies if where not in account}
    assert open_words == set()
    # Whoever has an account is known to the house by name and address: there, and nowhere else.
    tables = {place for where, place in lies if not in_files(place)}
    assert tables <= {"people_user"}
    assert not [place for _, place in lies if place in {"what was logged", "a session, opened"}]
    lies_in_clear(told)


def lies_in_clear(told: Words) -> None:
    """The control: a word written past the encryption is found, in table, file and WAL."""
    Practice.objects.update(strapline=told.typed["Write.text"])
    after = {place for where, place in found(told, "") if where == "Write.text"}
    assert "people_practice" in after
    assert connection.vendor == "postgresql" or any(p.startswith("test.sqlite3") for p in after)
    assert ("Write.text", "what was logged") in found(told, f"saved {told.typed['Write.text']}")


def test_every_encrypted_column_holds_nothing_but_ciphertext(words: Any) -> None:
    _told, _ = words
    empty = []
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if not isinstance(column, EncryptedField) or model._meta.app_label == "vault":
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT "{column.column}" FROM "{model._meta.db_table}" '
                    f'WHERE "{column.column}" IS NOT NULL'
                )
                values = [value for (value,) in cursor.fetchall()]
            assert all(re.fullmatch(r"\d+:[0-9a-f]{32}:[\w=-]+", value) for value in values), column
            if not values:
                empty.append(str(column))
    assert not [name for name in empty if name.split(".")[0] in (*ROOMS, "core", "directory")]


def form_fields() -> Iterator[str]:
    """Every field for words in every form of the rooms about people."""
    for room in ROOMS:
        try:
            module = importlib.import_module(f"commonground.{room}.forms")
        except ModuleNotFoundError:
            continue
        for name, form in vars(module).items():
            ours = isinstance(form, type) and issubclass(form, forms.BaseForm)
            if not ours or not form.__module__.startswith(module.__name__) or name in PUBLISHED:
                continue
            for key, each in form.base_fields.items():
                if isinstance(each, forms.CharField):
                    yield f"{name}.{key}"


def test_every_field_for_words_is_typed_into(words: Any) -> None:
    told, _ = words
    known = set(told.typed) | set(NOT_KEPT) | set(ACCOUNT)
    assert set(form_fields()) - known == set()
