"""The pages of a course: what they do, whom they do not know, and what they say to a slip."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit
from commonground.core.models import AuditEvent
from commonground.courses.models import Course, Goal, Note, Session, Summary
from commonground.people import actions as people
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in
from commonground.scheduling.models import Appointment

from .carried import MET, TWO_DAYS, Carried, open_course

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def to(name: str, of: Any) -> str:
    return reverse(name, args=[of.pk])


# ——— one hour, from its beginning to its end ———


def test_an_hour_is_prepared_written_signed_shared_and_closed(
    priya: Carried, desk: Browser, at: Any
) -> None:
    priya.check_in()
    session = priya.session()
    page = desk.get(to("session", session))
    assert page.context["results"][0]["score"].total == 8
    desk.post(to("agenda", session), {"done": ["check_in"]})
    desk.post(to("note", session), {"text": "First meeting.", "version": "0"})
    desk.post(to("sign_note", session), {"text": "First meeting.", "version": "1"})
    desk.post(to("summary", session), {"text": "We met."})
    with at(MET):
        answer = signed_in(priya.miriam).post(to("close_session", session))
    assert answer.url == reverse("today")
    session = priya.session()
    assert (session.done, session.is_closed) == (["check_in"], True)
    assert Note.objects.get().is_signed
    assert "We met." in signed_in(priya.account).get(reverse("my")).text


def test_a_course_is_opened_for_a_client_of_ones_own(priya: Carried, desk: Browser) -> None:
    ben = client_of(priya.miriam, "Ben")
    answer = desk.post(to("open_course", ben), {"protocol": "ipt-adult-16-1", "sessions": "14"})
    assert answer.url == to("course", Course.objects.get(client=ben))


def test_dates_are_given_one_a_week(priya: Carried, desk: Browser) -> None:
    told = {"day": "2026-05-04", "time": "10:00", "place": "", "weeks": "3", "keep": "1"}
    assert desk.post(to("series", priya.course), told).url == to("course", priya.course)
    assert priya.course.sessions.filter(appointment__isnull=False).count() == 5


def test_a_goal_is_written_down(priya: Carried, desk: Browser) -> None:
    told = {"words": "Sleep through", "baseline": "1", "target": "7"}
    assert desk.post(to("goal", priya.course), told).url == to("course", priya.course)
    assert Goal.objects.get().words == "Sleep through"


def test_today_lists_todays_sessions_and_the_alert(priya: Carried, desk: Browser) -> None:
    priya.check_in(nine=1)
    Appointment.objects.filter(pk=priya.session().appointment_id).update(
        starts_at=NOON, ends_at=NOON + timedelta(minutes=50)
    )
    page = desk.get(reverse("today"))
    assert [row["number"] for row in page.context["sessions"]] == [1]
    assert len(page.context["alerts"]) == 1
    assert len(page.context["caseload"]) == 1


def test_a_client_sees_where_the_course_stands(priya: Carried) -> None:
    priya.goal()
    page = signed_in(priya.account).get(reverse("my"))
    assert page.context["progress"].number == 1
    assert page.context["check_in"]["state"] == "open"
    assert "Sleep through" in page.text


# ——— strangers ———


def test_another_therapist_finds_nothing_of_it(priya: Carried) -> None:
    tess, session = signed_in(person("Tess", Role.THERAPIST)), priya.session()
    for name in ("session", "session_date", "agenda", "note", "sign_note", "summary",
                 "close_session"):  # fmt: skip
        assert tess.post(to(name, session), {"text": "Mine"}).status_code == 404, name
    for name in ("course", "series", "goal"):
        assert tess.post(to(name, priya.course)).status_code == 404, name
    assert tess.get(to("open_course", priya.priya)).status_code == 404


def test_whoever_covers_gives_dates_and_leaves_the_record_alone(priya: Carried) -> None:
    cora = person("Cora", Role.THERAPIST)
    people.begin_care(
        by=priya.miriam, now=NOON, client=priya.priya, therapist=cora.therapist, part="cover",
        reason="leave",
    )  # fmt: skip
    desk, session = signed_in(cora), priya.session()
    assert desk.get(to("session", session)).status_code == 200
    moved = {f"{session.pk}-day": "2026-05-04", f"{session.pk}-time": "16:00"}
    assert desk.post(to("session_date", session), moved).status_code == 302
    assert desk.post(to("note", session), {"text": "Mine", "version": "0"}).status_code == 404


# ——— both texts, and nothing lost ———


def test_a_stale_note_gives_a_form_both_texts(priya: Carried, desk: Browser) -> None:
    priya.write("Theirs.")
    priya.write("Theirs, later.", 1)
    page = desk.post(to("note", priya.session()), {"text": "Mine.", "version": "1"})
    assert page.status_code == 409
    assert "Theirs, later." in page.text
    assert page.context["note_form"]["text"].value() == "Mine."
    assert page.context["note_form"]["version"].value() == 2
    assert Note.objects.get().text == "Theirs, later."


def test_words_for_a_note_that_is_signed_meanwhile_stand_on_the_page(
    priya: Carried, desk: Browser
) -> None:
    priya.write("Signed words.")
    priya.sign()
    for name in ("note", "sign_note", "finish"):
        page = desk.post(to(name, priya.session()), {"text": "Written since.", "version": "1"})
        assert "Written since.</textarea>" in page.text, name
    assert Note.objects.get().text == "Signed words."


def test_a_stale_note_gives_a_script_both_texts(priya: Carried, desk: Browser) -> None:
    priya.write("Theirs.")
    told = desk.post(to("note", priya.session()), {"text": "Mine.", "version": "0"}, headers=SCRIPT)
    assert (told.status_code, told.json()["theirs"], told.json()["version"]) == (409, "Theirs.", 1)


def test_what_a_refusal_shows_of_the_record_is_a_look_too(priya: Carried, desk: Browser) -> None:
    priya.write("Theirs.")
    before = AuditEvent.objects.count()
    desk.post(to("note", priya.session()), {"text": "Mine.", "version": "0"}, headers=SCRIPT)
    assert AuditEvent.objects.count() == before + 1


def test_signing_a_stale_page_signs_nothing(priya: Carried, desk: Browser) -> None:
    priya.write("Theirs.")
    page = desk.post(to("sign_note", priya.session()), {"text": "Mine.", "version": "0"})
    assert (page.status_code, Note.objects.get().is_signed) == (409, False)
    assert page.context["note_form"]["text"].value() == "Mine."


def test_a_note_that_is_saved_tells_a_script_its_number(priya: Carried, desk: Browser) -> None:
    told = desk.post(
        to("note", priya.session()), {"text": "One.", "version": "0"}, headers=SCRIPT
    ).json()
    assert told["version"] == 1


# ——— slips ———


def wrong_date(desk: Browser, priya: Carried, **told: str) -> Any:
    given = {"day": "2026-05-04", "time": "10:00", "place": "", "weeks": "2"} | told
    return desk.post(to("series", priya.course), given)


SLIPS = [
    ({"day": "2026-03-29", "time": "01:30"}, "clock skips this time"),
    ({"day": "0001-01-01"}, "year"),
    ({"day": "9999-12-31"}, "year"),
    ({"day": "soon"}, "write the date like"),
    ({"time": "25:00"}, "write the time like"),
    ({"weeks": "0"}, "greater than or equal"),
    ({"weeks": "900"}, "less than or equal"),
    ({"place": "00000000-0000-4000-8000-000000000000"}, "one of the answers offered"),
    ({"place": "\x00"}, ""),
]


@pytest.mark.parametrize(("told", "said"), SLIPS, ids=[str(told) for told, _ in SLIPS])
def test_a_slip_in_a_date_comes_back_filled_with_a_sentence(
    priya: Carried, desk: Browser, told: dict[str, str], said: str
) -> None:
    page = wrong_date(desk, priya, **told)
    form = page.context["series_form"]
    assert page.status_code == 200
    assert said in str(form.errors)
    assert form.data["time"] == told.get("time", "10:00")
    assert Appointment.objects.count() == 2


def test_a_taken_hour_for_one_session_comes_back_filled(priya: Carried, desk: Browser) -> None:
    session = priya.session(3)
    at = priya.session().appointment.starts_at
    given = {f"{session.pk}-day": f"{at:%Y-%m-%d}", f"{session.pk}-time": f"{at:%H:%M}"}
    page = desk.post(to("session_date", session), given)
    assert page.status_code == 200
    assert "already have somebody" in page.text
    assert f'value="{at:%H:%M}' in page.text
    assert priya.session(3).appointment is None


@pytest.mark.parametrize("sessions", ["11", "21", "0", "61", "many"])
def test_a_number_of_sessions_outside_the_protocol_comes_back(
    priya: Carried, desk: Browser, sessions: str
) -> None:
    ben = client_of(priya.miriam, "Ben")
    page = desk.post(to("open_course", ben), {"protocol": "ipt-adult-16-1", "sessions": sessions})
    assert page.status_code == 200
    assert page.context["form"].errors["sessions"]
    assert Course.objects.count() == 1


def test_opening_twice_opens_once(priya: Carried, desk: Browser) -> None:
    ben = client_of(priya.miriam, "Ben")
    told = {"protocol": "ipt-adult-16-1", "sessions": "16"}
    desk.post(to("open_course", ben), told)
    again = desk.post(to("open_course", ben), told)
    assert "running course" in again.text
    assert Course.objects.filter(client=ben).count() == 1


def test_a_fourth_goal_comes_back_with_the_reason(priya: Carried, desk: Browser) -> None:
    for words in ("One", "Two", "Three"):
        priya.goal(words)
    told = {"words": "The fourth", "baseline": "1", "target": "7"}
    page = desk.post(to("goal", priya.course), told)
    assert "Three goals are agreed already" in page.text
    assert "The fourth" in page.text


@pytest.mark.parametrize(
    "told",
    [
        {"words": "", "baseline": "1", "target": "7"},
        {"words": "x" * 301, "baseline": "1", "target": "7"},
        {"words": "a\x00b", "baseline": "1", "target": "7"},
        {"words": "Sleep", "baseline": "11", "target": "7"},
        {"words": "Sleep", "baseline": "1", "target": "-1"},
    ],
)
def test_a_goal_that_cannot_be_kept_comes_back(
    priya: Carried, desk: Browser, told: dict[str, str]
) -> None:
    page = desk.post(to("goal", priya.course), told)
    assert page.status_code == 200
    assert page.context["goal_form"].errors
    assert not Goal.objects.exists()


LONG = "a" * 100_000


@pytest.mark.parametrize("text", [LONG, "before\x00after"], ids=["long", "NUL"])
@pytest.mark.parametrize("name", ["note", "sign_note"])
def test_a_note_that_cannot_be_kept_comes_back_whole(
    priya: Carried, desk: Browser, name: str, text: str
) -> None:
    page = desk.post(to(name, priya.session()), {"text": text, "version": "0"})
    assert page.status_code == 200
    assert page.context["note_form"].errors["text"]
    assert page.context["note_form"].data["text"] == text
    assert LONG in page.text or text != LONG
    assert not Note.objects.exists()


def test_a_script_is_told_why_a_note_cannot_be_kept(priya: Carried, desk: Browser) -> None:
    told = desk.post(to("note", priya.session()), {"text": LONG}, headers=SCRIPT)
    assert told.status_code == 422
    assert "40000" in told.json()["message"]


@pytest.mark.parametrize("text", ["", "x" * 4001, "a\x00b"], ids=["empty", "long", "NUL"])
def test_a_summary_that_cannot_be_kept_comes_back(priya: Carried, desk: Browser, text: str) -> None:
    page = desk.post(to("summary", priya.session()), {"text": text})
    assert page.context["summary_form"].errors["text"]
    assert not Summary.objects.exists()


def test_a_session_over_an_open_alert_says_what_comes_first(priya: Carried, desk: Browser) -> None:
    priya.write("One.")
    priya.sign()
    priya.check_in(nine=1)
    page = desk.post(to("close_session", priya.session()), follow=True)
    assert "An alert is open" in page.text
    assert not Session.objects.filter(closed_at__isnull=False).exists()


# ——— every look is a line ———


def looks(priya: Carried, desk: Browser) -> list[tuple[Browser, str]]:
    phone, ben = signed_in(priya.account), client_of(priya.miriam, "Ben")
    return [
        (desk, to("session", priya.session())),
        (desk, to("course", priya.course)),
        (desk, to("open_course", ben)),
        (desk, reverse("today")),
        (phone, reverse("my")),
    ]


def test_every_look_leaves_one_line(priya: Carried, desk: Browser) -> None:
    for browser, url in looks(priya, desk):
        before = AuditEvent.objects.count()
        assert browser.get(url).status_code == 200
        assert AuditEvent.objects.count() == before + 1, url


def test_when_the_audit_cannot_be_written_nothing_is_shown(
    priya: Carried, desk: Browser, monkeypatch: Any
) -> None:
    priya.write("Words of the record.")
    asked = looks(priya, desk)
    monkeypatch.setattr(audit, "_append", _full)
    for browser, url in asked:
        browser.raise_request_exception = False
        page = browser.get(url)
        assert page.status_code == 500, url
        assert "Words of the record" not in page.text
        assert "Priya" not in page.text


def test_a_page_that_asks_for_no_line_would_be_seen(
    priya: Carried, desk: Browser, monkeypatch: Any
) -> None:
    """The control: a page whose look is not recorded leaves no line, and is served all the same."""
    monkeypatch.setattr(audit, "read", lambda **told: None)
    monkeypatch.setattr(audit, "_append", _full)
    assert desk.get(to("session", priya.session())).status_code == 200


def _full(*args: Any, **kwargs: Any) -> None:
    raise OSError("no space left")


def test_a_date_far_ahead_is_kept_in_the_zone_of_the_therapist(
    priya: Carried, desk: Browser
) -> None:
    session = priya.session(3)
    given = {f"{session.pk}-day": "2026-07-06", f"{session.pk}-time": "09:00"}
    desk.post(to("session_date", session), given)
    assert priya.session(3).appointment.starts_at.isoformat() == "2026-07-06T08:00:00+00:00"


def test_a_second_course_would_take_no_hours_of_the_first(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Ben"), priya.miriam)
    assert not other.sessions.filter(appointment__isnull=False).exists()
    assert priya.session().appointment.starts_at == NOON + TWO_DAYS
