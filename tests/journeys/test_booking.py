"""Hours and dates by the keyboard alone: a client's first session, a therapist's week, a course."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.outside import live as running

from .keys import Keys
from .steps import become, expect_signed_in, letter
from .test_client import ask_for_code, code_in, give

pytestmark = pytest.mark.journey

ARRANGE = """
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo
from django import setup
setup()
from commonground.core import audit, clock
from commonground.courses import actions as courses, storages
from commonground.people.models import Contact, Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of, person
from commonground.scheduling import actions
from commonground.scheduling.models import PracticeHoliday
miriam = Therapist.objects.get(user__email="miriam@harbourstreet.example")
told = {"by": audit.SYSTEM, "now": clock.now()}
"""
ACCEPTED = """
client = client_of(miriam.user, "Jo Marr")
client.user = person("Jo Marr", Role.CLIENT, address="jo@clients.example")
client.save(update_fields=["user"])
"""
A_COURSE = """
client = client_of(miriam.user, "Kit Arlen")
course = courses.open_course(client=client, therapist=miriam, sessions=16,
    protocol=storages.protocol("ipt-adult-16", 1), **told)
first = date.fromisoformat("{first}")
other = client_of(miriam.user, "Lee Voss")
actions.plan(therapist=miriam, client=other, minutes=50, place=None, kind="other",
    starts_at=datetime(first.year, first.month, first.day, 18, 10,
                       tzinfo=ZoneInfo("Europe/London")) + timedelta(days=14), **told)
PracticeHoliday.objects.create(name="Christmas",
    first_on=date(first.year, 12, 24), last_on=date(first.year + 1, 1, 1))
print(course.pk)
"""


def counted(live: running.House, table: str) -> int:
    with closing(sqlite3.connect(f"{live.env['GROUND_VAR']}/demo/ground.sqlite3")) as file:
        (number,) = file.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


# ——— a client's first session ———

CHOOSE = """
- heading "Your first session with Miriam Adeyemi" [level=1]
- region "When could it be?":
  - heading "When could it be?" [level=2]
  - navigation "How you would like to meet"
  - group /\\w+ \\d+ \\w+/:
    - radio /\\d\\d:\\d\\d/
  - paragraph:
    - button "Keep this time for me"
"""
SURE = """
- heading /\\w+ \\d+ \\w+, \\d\\d:\\d\\d/ [level=1]
- region "Shall we keep it?":
  - heading "Shall we keep it?" [level=2]
  - paragraph: /Nobody else can take it until \\d\\d:\\d\\d\\. It is yours once you say yes\\./
  - paragraph:
    - button "Yes, book it"
    - button "Choose another time"
"""
MINE = """
- heading /\\w+ \\d+ \\w+, \\d\\d:\\d\\d/ [level=1]
- region "Where":
  - heading "Where" [level=2]
- paragraph:
  - link "Put it into your calendar"
- region "Another time":
  - heading "Another time" [level=2]
  - group /\\w+ \\d+ \\w+/:
    - radio /\\d\\d:\\d\\d/
  - paragraph:
    - button "Move it to this time"
- region "Call it off":
  - heading "Call it off" [level=2]
  - button "Cancel this appointment"
"""


def test_a_client_books_moves_and_cancels_by_keyboard_on_a_phone(phone, visit, live):
    live.run("-c", ARRANGE + ACCEPTED)
    ask_for_code(phone, "jo@clients.example")
    give(phone, code_in(letter(visit(), "jo@clients.example")))
    expect_signed_in(phone)
    phone.goto("/my/")
    keys, main = Keys(phone), phone.get_by_role("main")

    keys.follow(phone.get_by_role("link", name="Choose a time"))
    expect(main).to_match_aria_snapshot(CHOOSE)
    keys.reach(phone.get_by_role("radio").first)
    keys.press("ArrowDown", 7)
    chosen = phone.get_by_role("radio", checked=True).get_attribute("value")
    keys.follow(phone.get_by_role("button", name="Keep this time for me"))
    expect(main).to_match_aria_snapshot(SURE)
    keys.follow(phone.get_by_role("button", name="Yes, book it"))
    expect(phone.get_by_text("It is yours.")).to_be_visible()
    expect(main).to_match_aria_snapshot(MINE)
    first = phone.get_by_role("heading", level=1).inner_text()

    keys.reach(phone.get_by_role("radio").first)
    keys.press("ArrowDown", 9)
    moved = phone.get_by_role("radio", checked=True).get_attribute("value")
    assert moved != chosen
    keys.follow(phone.get_by_role("button", name="Move it to this time"))
    expect(phone.get_by_text("Moved. You will be expected at the new time.")).to_be_visible()
    keys.follow(phone.get_by_role("link", name=re.compile("Miriam Adeyemi")))
    assert phone.get_by_role("heading", level=1).inner_text() != first
    keys.follow(phone.get_by_role("button", name="Cancel this appointment"))
    expect(phone.get_by_text("Cancelled. Your therapist will see it.")).to_be_visible()
    assert keys.pressed < 260


# ——— a therapist's week ———


@pytest.fixture
def without_hours(live: running.House) -> Iterator[None]:
    """Eleanor has opened nothing yet."""
    whose = """(SELECT t.id FROM people_therapist t JOIN people_user u ON u.id = t.user_id
        WHERE u.email = 'eleanor@harbourstreet.example')"""
    live.sql(f"DELETE FROM scheduling_weeklyhours WHERE therapist_id IN {whose}")
    yield


TWO_MINUTES = 120
SECONDS_A_KEY, SECONDS_A_THOUGHT = 0.5, 2.0
"""What a key takes an unhurried hand, and what it takes to read on before the next question
(the keystroke-level model of Card, Moran and Newell, rounded up)."""


@pytest.mark.usefixtures("without_hours")
def test_a_therapist_opens_their_week_from_nothing_in_two_minutes(desk):
    become(desk, "supervisor")
    desk.goto("/diary/hours/")
    expect(desk.get_by_text("There are no hours yet, so nobody can be booked.")).to_be_visible()
    keys, thoughts = Keys(desk), 0
    form = desk.get_by_role("region", name="Open hours")
    for day in ("Monday", "Tuesday", "Thursday"):
        keys.reach(form.get_by_label(day, exact=True))
        keys.press("Space")
        thoughts += 1
    for label, at in (("From", "0900"), ("To", "1700")):
        keys.reach(form.get_by_label(label, exact=True))
        keys.write(at)
        thoughts += 1
    keys.reach(form.get_by_label(re.compile("^Where")))
    keys.press("ArrowDown")
    keys.follow(form.get_by_role("button", name="Open these hours"))
    thoughts += 2
    expect(desk.get_by_role("main")).to_match_aria_snapshot("""
    - heading "When you work" [level=1]
    - region "The week":
      - region "The week as a drawing"
      - term: Monday
      - definition:
        - list:
          - listitem: /09:00–17:00/
      - term: Tuesday
      - definition
      - term: Thursday
    """)
    assert keys.pressed * SECONDS_A_KEY + thoughts * SECONDS_A_THOUGHT < TWO_MINUTES
    desk.goto("/appointments/new/")
    expect(
        desk.get_by_role("radio", name=re.compile("(Mon|Tue|Thu) .*09:00")).first
    ).to_be_visible()


def test_the_drawing_of_a_week_fills_the_form_in_and_keeps_nothing_by_itself(desk):
    become(desk, "therapist")
    desk.goto("/diary/hours/")
    keys = Keys(desk)
    keys.reach(desk.locator(".week-block").first)
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    keys.press("Shift+ArrowDown")
    keys.press("Enter")
    expect(desk.get_by_label("Day", exact=True)).to_have_value("1")
    expect(desk.get_by_label("From", exact=True)).to_have_value("09:15")
    expect(desk.get_by_label("To", exact=True)).to_have_value("13:30")
    desk.goto("/diary/hours/")
    expect(desk.locator(".week-block").first).to_have_attribute("data-opens", "540")
    saturday = desk.locator(".week-drawing").bounding_box()
    across, down = saturday["width"] / 973, saturday["height"]
    at = saturday["x"] + (48 + 132 * 5 + 60) * across
    desk.mouse.move(at, saturday["y"] + down * 0.28)
    desk.mouse.down()
    desk.mouse.move(at, saturday["y"] + down * 0.5, steps=4)
    desk.mouse.up()
    expect(desk.get_by_role("checkbox", name="Saturday")).to_be_checked()
    expect(desk.get_by_role("checkbox", checked=True)).to_have_count(2)  # and “also online”
    expect(desk.get_by_role("button", name="Open these hours")).to_be_focused()


# ——— a course ———


def test_sixteen_sessions_over_christmas_and_a_clock_change(desk, live):
    """From the first Thursday of October: the clock goes back on the last Sunday of that month."""
    today = date.today()
    october = date(today.year + (today > date(today.year, 9, 20)), 10, 1)
    first = october + timedelta(days=(3 - october.weekday()) % 7)
    course = live.run("-c", ARRANGE + A_COURSE.format(first=first.isoformat())).strip()
    before = counted(live, "scheduling_appointment")
    become(desk, "therapist")
    desk.goto(f"/courses/{course.splitlines()[-1]}/")
    keys = Keys(desk)
    form = desk.locator("form", has=desk.get_by_label("How many sessions, one a week"))
    keys.date(form.get_by_label("Day", exact=True), first)
    keys.reach(form.get_by_label("Time", exact=True))
    keys.write("1800")
    keys.reach(form.get_by_label("How many sessions, one a week"))
    keys.press("Control+a")
    keys.write("16")
    keys.follow(form.get_by_role("button", name="Look at these dates"))

    conflict = first + timedelta(days=14)
    closed = [first + timedelta(days=7 * n) for n in range(18)]
    closed = [
        day for day in closed if date(first.year, 12, 24) <= day <= date(first.year + 1, 1, 1)
    ]
    expect(desk.get_by_text("stepped over: the practice is closed")).to_have_count(len(closed))
    expect(desk.get_by_text("1 day is not free.")).to_be_visible()
    choices = desk.get_by_role("group", name=f"{said(conflict)}, you have somebody then")
    expect(choices).to_match_aria_snapshot("""
    - group:
      - radio /\\w+ \\d+ \\w+, \\d\\d:\\d\\d/
      - radio "Leave this day out, and go on one longer"
    """)
    assert counted(live, "scheduling_appointment") == before  # nothing is written yet
    keys.reach(choices.get_by_role("radio").first)
    keys.press("Space")
    other = choices.get_by_role("radio").first.get_attribute("value")
    keys.follow(desk.get_by_role("button", name="Keep these dates"))
    expect(desk.get_by_text("The dates are kept.")).to_be_visible()
    assert counted(live, "scheduling_appointment") == before + 16
    dates = desk.locator(".dates-when")
    expect(dates).to_have_count(16)
    times = [words for words in dates.all_inner_texts() if "18:00" in words]
    assert len(times) >= 15 and other
    assert clock_changes_between(first, first + timedelta(days=7 * 17))


def said(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def clock_changes_between(first: date, last: date) -> bool:
    """Whether summer time in London ends in between: the last Sunday of October."""
    end = date(first.year, 10, 31)
    end -= timedelta(days=(end.weekday() + 1) % 7)
    return first < end < last
