"""The first nine sessions of the worked example: structure, focus, people, events, one page.

The scores are those of the house's worked example. Check-ins are answered through the measures'
own verbs, as if on a phone; everything else is done on the pages, week after week.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.outside.live import ROOT

from .steps import become
from .test_course import give_dates, walk

pytestmark = pytest.mark.journey

WEEKS = {
    1: ("233223201", "2222221"), 2: ("233313201", "2222221"), 3: ("223313210", "2222211"),
    4: ("223213210", "2221211"), 5: ("223222210", "2221211"), 6: ("222213210", "2221211"),
    7: ("233213201", "2222221"), 8: ("222212200", "2111122"), 9: ("122212200", "2111112"),
}  # fmt: skip
BEGIN = """
import sys, django
django.setup()
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""
ANSWER = (
    "from commonground.courses.models import Session; from commonground.measures import actions; "
    "from commonground.measures.models import CheckIn; from commonground.core import audit, clock; "
    "clock.fresh(); "
    "s = next(s for s in Session.objects.with_keys().filter(number={n}) "
    "if s.course.client.called == 'Leela'); c = CheckIn.before(s.appointment); "
    "[actions.keep_answers(response=r, answers=dict(zip([i.concept for i in r.measure.items], "
    "map(int, {told!r}[r.instrument]))), by=audit.SYSTEM, now=clock.now()) for r in c.responses]; "
    "actions.send(check_in=CheckIn.before(s.appointment), by=audit.SYSTEM, now=clock.now())\n"
)


class Beside:
    """A process beside the house, in which verbs are called while journeys walk its pages."""

    def __init__(self, env: dict[str, str]) -> None:
        told = env | {"DJANGO_SETTINGS_MODULE": "commonground.config.settings"}
        self.running = subprocess.Popen(
            [sys.executable, "-c", BEGIN], cwd=ROOT, env=told, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def do(self, line: str) -> None:
        """Run one line of Python there, to its end."""
        assert self.running.stdin and self.running.stdout
        self.running.stdin.write(line)
        self.running.stdin.flush()
        assert self.running.stdout.readline() == "done\n"

    def close(self) -> None:
        assert self.running.stdin
        self.running.stdin.close()
        self.running.wait(timeout=20)


class Phone(Beside):
    """The client's check-ins."""

    def check_in(self, number: int) -> None:
        phq9, gad7 = WEEKS[number]
        self.do(ANSWER.format(n=number, told={"phq9": phq9, "gad7": gad7}))


@pytest.fixture
def phone(live: Any) -> Iterator[Phone]:
    held = Phone(live.env)
    yield held
    held.close()


def begin(page: Page) -> str:
    """Add the client, open the course, give it nine dates; returns the course's address."""
    page.goto("/today/")
    page.get_by_role("link", name="Add a client").click()
    who = page.get_by_role("group", name="Who they are")
    who.get_by_label("Name", exact=True).fill("Leela Varma")
    who.get_by_label("What they would like to be called").fill("Leela")
    who.get_by_label("Date of birth").fill("1988-02-03")
    emergency = page.get_by_role("group", name="Whom to call in an emergency")
    emergency.get_by_label("Name").fill("Mira Varma")
    emergency.get_by_label("Telephone").fill("01632 960 397")
    page.get_by_label("Telephone").first.fill("01632 960 396")
    page.get_by_label("Send an invitation to their own page").uncheck()
    page.get_by_role("button", name="Add them").click()
    page.get_by_label("Interpersonal Therapy, 16 sessions").check()
    page.get_by_role("button", name="Open the course").click()
    give_dates(page, date.today() + timedelta(days=1))
    return page.url.split("?")[0]


def open_session(page: Page, number: int) -> str:
    page.goto("/today/")
    page.get_by_role("link", name=re.compile(f"session {number} with Leela")).click()
    expect(page.get_by_text(f"Session {number} of 16").first).to_be_visible()
    return page.url


def finish(page: Page, number: int, note: str) -> None:
    """Write, sign and close with one button: the end of an hour takes seconds."""
    page.get_by_role("textbox", name="Session note").fill(note)
    page.get_by_role("button", name=f"Sign the note and close session {number}").click()
    expect(page.get_by_text("The note is signed and the session is closed.")).to_be_visible()


def look_at_the_alert(page: Page, back: str) -> None:
    page.get_by_role("link", name="Look at the alert first").click()
    page.get_by_label("I assessed the risk with them").check()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("The alert is closed.")).to_be_visible()
    page.goto(back)


def add_event(page: Page, words: str, kind: str, on: date, *, onset: bool = False) -> None:
    page.get_by_role("link", name="Add an event").click()
    page.get_by_label("What happened").fill(words)
    page.get_by_label("What kind of event").select_option(label=kind)
    page.get_by_label("When", exact=True).fill(on.isoformat())
    if onset:
        page.get_by_label("The low mood began here").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("It stands on the timeline.")).to_be_visible()


def prompts(page: Page) -> str:
    part = page.get_by_role("region", name="Worth a thought")
    return part.inner_text() if part.count() else ""


@pytest.mark.usefixtures("open_all_year")
def test_nine_sessions_of_the_worked_example(desk: Page, phone: Phone, axe: Any) -> None:
    today = date.today()
    become(desk, "therapist")
    course = begin(desk)

    def week(number: int) -> str:
        """The check-in comes in, the week passes, the session is opened."""
        phone.check_in(number)
        walk(desk, 1 if number == 1 else 7)
        return open_session(desk, number)

    # 1: assessment, and passive thoughts: nothing is closed over an open alert.
    page = week(1)
    look_at_the_alert(desk, page)
    finish(desk, 1, "Low since the move. Passive thoughts, no plan; safety plan made.")

    # 2: the timeline; the known answer to item 9 is no new alarm but still looked at.
    page = week(2)
    add_event(desk, "Move to Bristol", "a change", today - timedelta(days=140))
    add_event(desk, "Low mood begins", "health", today - timedelta(days=98), onset=True)
    if desk.get_by_role("link", name="Look at the alert first").count():
        look_at_the_alert(desk, page)
    finish(desk, 2, "Mood fell six weeks after the move, not before.")

    # 3: the inventory; somebody is placed by the keyboard alone.
    page = week(3)
    desk.goto(f"{course}people/")
    desk.get_by_role("link", name="Add the first person").click()
    desk.get_by_label("Name, or what to call them").fill("Tom")
    desk.get_by_label("Who they are").fill("partner")
    desk.get_by_label("Conflict between them").select_option(label="a good deal")
    desk.get_by_role("button", name="Keep", exact=True).click()
    placing = desk.get_by_role("group", name="Now", exact=True)
    placing.get_by_label("close", exact=True).check()
    desk.get_by_role("button", name="Place Tom, now").click()
    tom = desk.get_by_role("slider", name="Tom")
    tom.focus()
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("status").filter(has_text="in the middle. Kept.")).to_be_visible()
    axe(desk)
    desk.goto(page)
    finish(desk, 3, "Twelve people, seven of them far away.")

    # 4: formulation, focus, a second focus with its reason; a third is not offered.
    page = week(4)
    desk.goto(f"{course}formulation/")
    desk.get_by_role("link", name="Begin the formulation").click()
    desk.get_by_label("In the client’s own words").fill("I lost the person I was at work.")
    desk.get_by_role("checkbox", name="Tom").check()
    desk.get_by_role("button", name="Keep the draft").click()
    desk.get_by_role("button", name="Said aloud, and agreed by both").click()
    expect(desk.get_by_text("These words stay as they are.")).to_be_visible()
    desk.get_by_role("link", name="Agree the focus").click()
    desk.get_by_label("Role transition").check()
    desk.get_by_label("In the client’s words").fill("From head of department to cover teacher")
    desk.get_by_role("button", name="Agree this focus").click()
    desk.get_by_role("link", name="A second one, with a reason").click()
    desk.get_by_label("Role dispute").check()
    desk.get_by_label("In the client’s words").fill("The evenings")
    desk.get_by_label("With whom, or about whom").select_option(label="Tom")
    desk.get_by_label("A dispute: where does it stand?").select_option(label="impasse")
    desk.get_by_role("button", name="Agree this focus").click()
    expect(desk.get_by_text("Please fill this in.").first).to_be_visible()
    desk.get_by_label("Why one focus is not enough").fill("The silence keeps it going.")
    desk.get_by_role("button", name="Agree this focus").click()
    expect(desk.get_by_role("link", name="A second one, with a reason")).to_have_count(0)
    axe(desk)
    desk.goto(page)
    finish(desk, 4, "Formulation agreed in her words. Dispute at an impasse.")

    # 5: a strategy of the primary focus is worked on; no prompt asks for a focus.
    give_dates_of_the_rest(desk, course, today)
    page = week(5)
    assert "Agree a focus." not in prompts(desk)
    desk.get_by_label("The old role, good and bad").check()
    finish(desk, 5, "What was lost with the old role.")

    # 6: less than a fifth below the start: a review is worth a thought, never a verdict.
    week(6)
    assert "Review the course together." in prompts(desk)
    assert "less than a fifth: 18 at the start, 15 now" in prompts(desk)
    finish(desk, 6, "The new role: gains and dreads.")

    # 7: a row; item 9 is new again. Event and mood are linked in two taps.
    page = week(7)
    expect(desk.get_by_text("Alert, please look today").first).to_be_visible()
    add_event(desk, "Row with Tom", "a conflict", today + timedelta(days=40))
    desk.get_by_text("Link it with the mood").first.click()
    desk.get_by_role("button", name="lower after it").first.click()
    expect(desk.get_by_text("Mood lower after it")).to_be_visible()
    look_at_the_alert(desk, page)
    finish(desk, 7, "Communication analysis of the row; plan reviewed the same day.")

    # 8: the dispute moves; a task is agreed and words are shared.
    page = week(8)
    desk.goto(f"{course}formulation/")
    desk.get_by_text("Change it").nth(1).click()
    desk.get_by_label("renegotiation").check()
    desk.get_by_role("button", name="Keep this stage").click()
    desk.goto(page)
    desk.get_by_label("Role-play", exact=True).last.check()
    desk.get_by_label("What to try").fill("Ask Tom for two evenings")
    desk.get_by_role("button", name="Keep the task").click()
    expect(desk.get_by_text("Kept. Your client sees it too.")).to_be_visible()
    finish(desk, 8, "Role-played asking for two evenings.")

    # 9: what came of it, and reliable improvement for the first time.
    week(9)
    desk.get_by_text("What came of it?").click()
    desk.get_by_label("Was it tried?").select_option(label="partly")
    desk.get_by_label("What happened").fill("He came late, then apologised.")
    desk.get_by_role("button", name="Keep", exact=True).click()
    expect(desk.get_by_text("He came late, then apologised.").first).to_be_visible()
    expect(desk.get_by_text("Reliable improvement on the start").first).to_be_visible()
    axe(desk)
    desk.goto(f"{course}timeline/")
    expect(desk.locator(".at-wide .point")).to_have_count(9)
    expect(desk.locator(".at-wide .risk-ring")).to_have_count(3)
    axe(desk)


def give_dates_of_the_rest(page: Page, course: str, today: date) -> None:
    """Sessions 5 to 9, at the same hour."""
    page.goto(course)
    page.get_by_label("Day", exact=True).first.fill((today + timedelta(days=29)).isoformat())
    page.get_by_label("Time", exact=True).first.fill("00:10")
    page.get_by_label("How many sessions, one a week").fill("5")
    page.get_by_role("button", name="Look at these dates").click()
    page.get_by_role("button", name="Keep these dates").click()
    expect(page.get_by_text("The dates are kept.")).to_be_visible()
