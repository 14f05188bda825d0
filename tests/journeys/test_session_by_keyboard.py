"""A therapist's hour by the keyboard and the screen reader's tree alone: an event, a note, and
somebody's place on the circle."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from .keys import Keys
from .steps import become

pytestmark = pytest.mark.journey

EVENT = "Her neighbour moved away"
SINCE = f"""
- heading "Since then" [level=2]
- link "Add an event"
- list:
  - listitem:
    - text: /\\d+ \\w+ {EVENT}/
    - group: /Link it with the mood/
"""
UNSIGNED = """
- heading "Session note" [level=2]
- status: /Saved at \\d\\d:\\d\\d/
- textbox "Session note": They spoke on the stairs.
- text: Part of the record. Your client can ask to read it.
- button "Sign the note"
"""
SIGNED = """
- heading "Session note" [level=2]
- text: Signed
- paragraph: They spoke on the stairs.
"""
LIST = """
- table "The same, as a list":
  - rowgroup:
    - row "In the middle, 4"
    - row /Ilse/
    - row /Finn/
    - row /Marek .* further away, was close stays/
    - row /Gus/
"""


@pytest.fixture
def hour(visit):
    """Miriam's page of today's session with Margaret, and her keyboard."""
    page = visit()
    become(page, "therapist")
    page.goto("/today/")
    keys = Keys(page)
    keys.follow(page.get_by_role("link", name=re.compile("session 3 with Margaret")))
    return page, keys


def test_an_event_is_added_and_linked_with_the_mood_by_keyboard(hour):
    page, keys = hour
    keys.follow(page.get_by_role("link", name="Add an event"))
    keys.reach(page.get_by_label("What happened"))
    keys.write(EVENT)
    keys.reach(page.get_by_label("What kind of event"))
    keys.write("a loss")
    keys.date(page.get_by_label("When", exact=True), date.today() - timedelta(days=1))
    keys.follow(page.get_by_role("button", name="Keep", exact=True))
    expect(page.get_by_text("It stands on the timeline.")).to_be_visible()
    since = page.get_by_role("region", name="Since then")
    expect(since).to_match_aria_snapshot(SINCE)
    keys.reach(since.locator("summary", has_text=EVENT))
    keys.press("Enter")
    keys.follow(since.get_by_role("button", name="lower after it"))
    expect(since.get_by_text("Mood lower after it")).to_be_visible()
    assert keys.pressed < 300


def test_a_note_is_written_and_signed_by_keyboard(hour):
    page, keys = hour
    note = page.get_by_role("region", name="Session note")
    keys.reach(note.get_by_role("textbox"))
    with page.expect_response(lambda answer: answer.url.endswith("/note/")):
        keys.write("They spoke on the stairs.")
    expect(note).to_match_aria_snapshot(UNSIGNED)
    keys.follow(note.get_by_role("button", name="Sign the note"))
    expect(page.get_by_text("The note is signed.")).to_be_visible()
    expect(note).to_match_aria_snapshot(SIGNED)
    assert keys.pressed < 200


def test_somebody_is_placed_on_the_circle_by_keyboard(visit):
    page = visit()
    become(page, "therapist")
    page.goto("/today/")
    keys = Keys(page)
    keys.follow(page.get_by_role("table").get_by_role("link", name=re.compile("^Daniel")))
    keys.follow(page.get_by_role("link", name="People", exact=True))
    marek = page.get_by_role("slider", name="Marek")
    keys.reach(marek)
    expect(marek).to_have_attribute("aria-valuetext", "further out")
    keys.press("ArrowUp")
    said = page.get_by_role("status").filter(has_text="Marek: in the middle. Kept.")
    expect(said).to_be_visible()
    expect(marek).to_have_attribute("aria-valuetext", "in the middle")
    expect(page.get_by_role("table")).to_match_aria_snapshot(LIST)
    expect(marek).to_be_focused()
    assert keys.pressed < 120
