"""Sessions ten to sixteen of the worked example and the follow-up, on a phone and at a desk.

The first nine sessions are carried by the house's own verbs; from then on two people live the
course on their pages. Figures, prompts and outcomes are those of the worked example.
"""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .steps import become, expect_signed_in, letter
from .test_client import ask_for_code, code_in, give
from .test_course import check_in, walk
from .test_nine_sessions import Beside, finish, prompts

pytestmark = pytest.mark.journey

WREN = "wren@clients.example"
WORDS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
WEEKS = {
    11: ("112211100", "2111111"), 12: ("112112100", "1111111"), 13: ("111111100", "1111110"),
    14: ("121111100", "1111111"), 15: ("111101100", "1111100"), 16: ("011101100", "1111100"),
}  # fmt: skip
CARRY = (
    "from commonground.core import audit, clock; "
    "from commonground.demo import courses, lives; from commonground.demo.actions import carry; "
    "from commonground.demo.actions.practice import CONTENT; "
    "from commonground.people.models import User; clock.fresh(); "
    "file = CONTENT / 'courses/anjali.toml'; facts = dict(courses.read(file).facts); "
    "del facts['ended']; facts |= {'name': 'Wren Asher', 'called': 'Wren', 'email': '"
    + WREN
    + "', "
    "'phone': '01632 960 334', 'time': '00:20', 'days_ahead': 3, 'held': facts['held'][:9]}; "
    "from commonground.people import actions as people; "
    "from commonground.people.roles import Role; "
    "user = User.objects.create_user(facts['email'], '', joined_at=clock.now()); "
    "people.grant_role(user=user, role=Role.CLIENT, by=audit.SYSTEM, now=clock.now()); "
    "carry(story=courses.Story(facts), life=lives.read(CONTENT / 'lives', 'anjali'), "
    "by=audit.SYSTEM, now=clock.now())\n"
)
ANSWER = (
    "from commonground.measures import actions; from commonground.measures.models import CheckIn; "
    "from commonground.people.models import Client; from commonground.core import audit, clock; "
    "clock.fresh(); c = next(c for c in Client.objects.with_keys() if c.called == 'Wren'); "
    "asked = next(one for one in CheckIn.ahead(c, clock.now()) if not one.is_sent); "
    "[actions.keep_answers(response=r, answers=dict(zip([i.concept for i in r.measure.items], "
    "map(int, {told!r}[r.instrument]))), by=audit.SYSTEM, now=clock.now()) "
    "for r in asked.responses]; "
    "actions.send(check_in=asked, by=audit.SYSTEM, now=clock.now())\n"
)


@pytest.fixture
def beside(live: Any) -> Any:
    held = Beside(live.env)
    yield held
    held.close()


def come_in(phone: Page, other: Page) -> None:
    ask_for_code(phone, WREN)
    give(phone, code_in(letter(other, WREN)))
    expect_signed_in(phone)


def score(desk: Page, number: int, phq9: int, gad7: int) -> None:
    """Open the session and see what was answered before it."""
    desk.goto("/today/")
    desk.get_by_role("link", name=re.compile(f"session {number} with Wren")).click()
    expect(desk.get_by_text(f"Session {number} of 16").first).to_be_visible()
    part = desk.get_by_role("region", name="Check-in", exact=True)
    for name, total in (("PHQ-9", phq9), ("GAD-7", gad7)):
        expect(part).to_contain_text(re.compile(rf"\b{total}\s+{name}"))


def sheet(desk: Page, course: str, name: str) -> str:
    """Hand out a worksheet; returns where it lies."""
    desk.goto(f"{course}worksheets/")
    desk.get_by_role("button", name=name, exact=True).first.click()
    expect(desk.get_by_role("heading", name=name)).to_be_visible()
    return desk.url


@pytest.mark.usefixtures("open_all_year")
def test_the_second_half_of_the_worked_example_and_what_came_after(
    visit: Any, beside: Beside, axe: Any, live: Any
) -> None:
    desk, phone = visit(), visit(390, 844, touch=True)
    live.sql("DELETE FROM core_shared_cache")
    beside.do(CARRY)
    become(desk, "therapist")
    walk(desk, 2)  # a weekday of their own: other journeys give the two before it their dates
    desk.goto("/today/")
    desk.get_by_role("link", name="Wren").first.click()
    desk.get_by_role("link", name=re.compile("course|dates", re.I)).first.click()
    course = re.sub(r"(/courses/[0-9a-f-]+/).*", r"\1", desk.url)
    come_in(phone, desk)

    # A child is ill: the client calls the tenth meeting off, and those after it move up.
    expect(phone.get_by_text("session 10 of 16")).to_be_visible()
    phone.get_by_role("link", name="All your appointments").click()
    phone.get_by_role("main").get_by_role("link", name=re.compile("00:20")).first.click()
    phone.get_by_role("button", name="Cancel this appointment").click()
    expect(phone.get_by_text("Cancelled. Your therapist will see it.")).to_be_visible()

    # 10: the check-in is answered on the phone; a decision is looked at together.
    walk(desk, 7)
    phq9 = [WORDS[int(digit)] for digit in "122212100"]
    gad7 = [WORDS[int(digit)] for digit in "2111111"]
    check_in(phone, [*phq9, "Somewhat difficult", *gad7])
    walk(desk, 1)
    score(desk, 10, 11, 8)
    meeting = desk.url
    at = sheet(desk, course, "Decision analysis")
    phone.goto(at)
    phone.get_by_label("What has to be decided?").fill("Whether to train as a lecturer")
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    desk.get_by_label("Who else does it concern most?").select_option("Rohan")
    expect(desk.get_by_label("What has to be decided?")).to_have_value(
        "Whether to train as a lecturer"
    )
    desk.goto(meeting)
    finish(desk, 10, "Decision analysis: whether to train.")

    def week(number: int, phq9: int, gad7: int, days: int = 7) -> None:
        answers = WEEKS[number]
        beside.do(ANSWER.format(told={"phq9": answers[0], "gad7": answers[1]}))
        walk(desk, days)
        score(desk, number, phq9, gad7)

    # 11 and 12: below the cut-off on both measures.
    week(11, 9, 8)
    finish(desk, 11, "She sings with the nurses now. Support map.")
    week(12, 9, 7)
    assert "Review the course together." not in prompts(desk)
    desk.goto(f"{course}ending/")
    expect(desk.get_by_text("reliable recovery")).to_be_visible()
    desk.go_back()
    finish(desk, 12, "Applied; Rohan changes his shifts.")

    # Nobody comes: it is noted, it counts as no session, and the next page says to get in touch.
    walk(desk, 7)
    desk.goto(course)
    dated = desk.get_by_role("listitem").filter(has_text="of session 13")
    dated.get_by_text("Change the date").click()
    dated.get_by_role("link", name="What became of it").click()
    desk.get_by_label("They did not come, without a word").check()
    desk.get_by_role("button", name="Keep this").click()

    # 13: the ending is named, on both sides.
    week(13, 7, 6)
    assert "Get in touch." in prompts(desk)
    desk.get_by_label("Name the ending and count down to it").check()
    phone.goto("/my/ending/")
    expect(phone.get_by_text("3 sessions are left after the present one")).to_be_visible()
    finish(desk, 13, "The ending is named. The dispute is settled.")

    # The two that moved up to no date get theirs.
    desk.goto(course)
    desk.get_by_label("Day", exact=True).first.fill(
        (date.today() + timedelta(days=3 + 7 * 7)).isoformat()
    )
    desk.get_by_label("Time", exact=True).first.fill("00:20")
    desk.get_by_label("How many sessions, one a week").fill("2")
    desk.get_by_role("button", name="Look at these dates").click()
    desk.get_by_role("button", name="Keep these dates").click()
    expect(desk.get_by_text("The dates are kept.")).to_be_visible()

    # 14: a small dip towards the end calls for no review.
    week(14, 8, 7)
    assert "Review the course together." not in prompts(desk)
    finish(desk, 14, "Sad about the ending; a dip is to be expected.")

    # 15: the plan against a relapse is written at home.
    week(15, 6, 5)
    finish(desk, 15, "Relapse plan handed out; circles redrawn.")
    phone.goto("/my/ending/")
    phone.get_by_role("button", name="My plan for staying well").click()
    phone.get_by_role("textbox").first.fill("I stop singing in the kitchen.")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_text("I stop singing in the kitchen.")).to_be_visible()

    # 16: looked back on, and ended as agreed.
    week(16, 5, 5)
    finish(desk, 16, "Ending review. Follow-ups agreed.")
    desk.goto(f"{course}ending/")
    expect(desk.get_by_text("reliable recovery")).to_be_visible()
    expect(desk.get_by_role("row", name=re.compile("PHQ-9 18 5 reliably better"))).to_be_visible()
    expect(desk.get_by_role("row", name=re.compile("GAD-7 13 5 reliably better"))).to_be_visible()
    axe(desk)
    desk.get_by_label("completed as agreed").check()
    desk.get_by_label("finish, with follow-ups").check()
    desk.get_by_label("A few words to keep").fill("You asked for the Sundays. Go on asking.")
    desk.get_by_role("button", name="End the course").click()
    expect(desk.get_by_text("16 of 16 sessions were held.")).to_be_visible()

    # What stays with the client: to read, with the plan for hard hours one tap away.
    phone.goto("/my/")
    expect(phone.get_by_text("Your course ended on")).to_be_visible()
    phone.goto("/my/ending/")
    expect(phone.get_by_text("Go on asking.")).to_be_visible()
    axe(phone)
    phone.get_by_role("navigation", name="Always here").get_by_role("link", name="My plan").click()
    expect(phone.get_by_text("I stop singing. I stay in the car before going in.")).to_be_visible()
    expect(phone.get_by_role("link", name="Write on it")).to_have_count(0)

    # Three months later: 4 and 4.
    after = desk.get_by_role("listitem").filter(has_text="3 months")
    after.get_by_text("Give it a date").click()
    after.get_by_label("Time").fill("00:20")
    after.get_by_role("button", name="Keep this date").click()
    expect(after.get_by_role("link")).to_be_visible()
    walk(desk, 89)
    beside.do(ANSWER.format(told={"phq9": "011100100", "gad7": "1111000"}))
    walk(desk, 4)
    desk.goto(f"{course}ending/")
    expect(desk.get_by_role("row", name=re.compile("PHQ-9 18 4 reliably better"))).to_be_visible()
    expect(desk.get_by_role("row", name=re.compile("GAD-7 13 4 reliably better"))).to_be_visible()
