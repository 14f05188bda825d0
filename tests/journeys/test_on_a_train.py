"""A worksheet on a train: the connection goes and comes, and not a letter is lost."""

import json
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.outside.live import House

from .steps import become
from .test_visitor import away
from .test_worksheets import begin

pytestmark = pytest.mark.journey

WAITS = "Object.entries(localStorage).filter(([name]) => name.startsWith('kept:'))"
TUNNEL = """globalThis.tunnel = true; const ask = fetch
void (fetch = (...all) => tunnel ? Promise.reject(new TypeError()) : ask(...all))"""
"""What a tab sends with its last breath goes past the browser's way to play that it is offline."""
DICE = random.Random(9)
SECRET = "I never told anybody"


def cut_off(phone: Page) -> None:
    phone.evaluate(TUNNEL)
    phone.context.set_offline(True)


def out_again(phone: Page) -> None:
    phone.evaluate("tunnel = false")
    phone.context.set_offline(False)


def in_a_tunnel(phone: Page, control: Locator, words: str) -> None:
    """The connection goes while somebody writes."""
    cut_off(phone)
    control.press_sequentially(words)
    expect(phone.locator("[data-said]")).to_contain_text("kept on this device")


def closed_and_opened_again(phone: Page) -> Page:
    """The tab dies without a word, and another is opened at the same address."""
    url, context = phone.url, phone.context
    phone.close(run_before_unload=False)
    context.set_offline(False)
    phone = context.new_page()
    phone.goto(url)
    return phone


def test_nothing_typed_in_a_tunnel_is_lost_though_the_tab_is_closed_and_both_wrote(visit, axe):
    phone, desk = visit(390, 844, touch=True), visit()
    become(phone, "client")
    become(desk, "therapist")
    begin(phone, "Trying it out first")
    phone.get_by_label("What is the situation?").fill("At the kitchen table")
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    assert phone.evaluate(WAITS) == []  # what has reached us waits nowhere else

    in_a_tunnel(phone, phone.get_by_label("What is the situation?"), f", in the evening. {SECRET}")
    group = phone.get_by_role("group", name="Try 3", exact=True)
    if not group.is_visible():
        phone.get_by_text("Room for more").first.click()
    group.get_by_label("How it was said").press_sequentially("Softly")
    phone.get_by_role("button", name="Keep", exact=True).click()
    phone.get_by_text("Who can read it here?").click()
    expect(phone.get_by_text("Only you, signed in")).to_be_visible()
    expect(phone.get_by_label("What is the situation?")).to_have_value(re.compile(SECRET))
    axe(phone)
    ((_name, waits),) = phone.evaluate(WAITS)
    assert SECRET not in waits and "situation" not in waits

    desk.goto(phone.url)  # meanwhile, in the same place and in another
    desk.get_by_label("What is the situation?").fill("On the way home")
    desk.get_by_label("Who plays whom?").fill("I am Tom")
    desk.get_by_role("button", name="Keep", exact=True).click()
    expect(desk.get_by_role("main")).to_contain_text("On the way home")

    phone = closed_and_opened_again(phone)
    expect(phone.get_by_text("What you wrote here before the connection went")).to_be_visible()
    expect(phone.get_by_label("What is the situation?")).to_have_value(
        f"At the kitchen table, in the evening. {SECRET}"
    )
    both = phone.get_by_role("group", name="Two texts, and nothing is lost")
    expect(both).to_contain_text("On the way home")
    axe(phone)
    phone.get_by_role("link", name="See both").click()
    expect(both).to_be_in_viewport()
    phone.get_by_role("button", name="Keep", exact=True).click()
    read = phone.get_by_role("main")
    for words in (SECRET, "Softly", "I am Tom"):
        expect(read).to_contain_text(words)
    phone.get_by_text("Who wrote what, and when").click()
    expect(read).to_contain_text("On the way home")
    assert phone.evaluate(WAITS) == []


def test_whoever_leaves_fast_or_signs_out_leaves_no_words_on_the_device(visit, watch):
    phone = visit(390, 844, touch=True, dark=True)
    become(phone, "client")
    begin(phone, "A feeling, and whom to tell")
    url, word = phone.url, "In your own word"
    in_a_tunnel(phone, phone.get_by_label("What was happening?"), "Between two stations")
    out_again(phone)
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")  # by itself

    in_a_tunnel(phone, phone.get_by_label(word), SECRET)
    away(phone)  # nor does a question stand in the way
    watch.faults.clear()
    phone.context.set_offline(False)
    phone.goto(url)
    assert phone.evaluate(WAITS) == []
    expect(phone.get_by_label(word)).to_have_value("")

    in_a_tunnel(phone, phone.get_by_label(word), SECRET)
    phone.close(run_before_unload=False)
    phone = phone.context.new_page()
    phone.context.set_offline(False)
    phone.goto("/my/")
    expect(phone.get_by_text("words that have not reached us yet")).to_be_visible()
    link = phone.get_by_role("link", name="Open the worksheet, and they stand there")
    expect(link).to_have_attribute("href", re.compile(re.escape(urlsplit(url).path)))
    assert len(phone.evaluate(WAITS)) == 1
    phone.get_by_role("button", name="Sign out", exact=True).click()
    expect(phone.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)
    assert phone.evaluate(WAITS) == []


def test_two_tabs_and_whoever_writes_on_too_early_lose_nothing(phone: Page) -> None:
    become(phone, "client")
    begin(phone, "Trying it out first")
    context, url, label = phone.context, phone.url, "What is the situation?"
    phone.get_by_label(label).fill("At home")
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    in_a_tunnel(phone, phone.get_by_label(label), ", one")
    context.set_offline(False)  # the tab is still in its tunnel
    asked: list[str] = []

    def unheard(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    def again(one: Request) -> bool:
        """By itself: whoever left the page open counts as nobody."""
        return one.url.endswith("/unlock/") and one.headers.get("x-poll") == "1"

    context.route("**/unlock/", unheard)
    other = context.new_page()
    other.goto(url)
    other.evaluate(TUNNEL)
    other.get_by_label(label).press_sequentially(", two")
    expect(other.locator("[data-said]")).to_contain_text("kept on this device")
    assert asked == []  # what a living tab has typed is its own
    assert len(phone.evaluate(WAITS)) == 2

    other.close(run_before_unload=False)
    phone = closed_and_opened_again(phone)
    box = phone.get_by_label(label)
    with phone.expect_request(again):
        box.press_sequentially(", three")
    expect(phone.locator("[data-put-back]")).to_be_hidden()
    context.unroute("**/unlock/")
    for words in (", one", ", two", ", three"):
        expect(box).to_have_value(re.compile(words))
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    assert phone.evaluate(WAITS) == []


FULL = """globalThis.works = Storage.prototype.setItem
void (Storage.prototype.setItem = () => { throw new Error('full') })"""


def test_no_tab_promises_what_is_not_so(phone: Page) -> None:
    become(phone, "client")
    begin(phone, "A feeling, and whom to tell")
    said, box = phone.locator("[data-said]"), phone.get_by_label("In your own word")
    in_a_tunnel(phone, box, SECRET)
    phone.evaluate(FULL)
    box.press_sequentially(".")
    expect(said).to_contain_text("Leave this page open")
    phone.evaluate("void (Storage.prototype.setItem = works)")
    box.press_sequentially(".")
    expect(said).to_contain_text("kept on this device")

    phone.context.set_offline(False)
    other = phone.context.new_page()
    other.goto("/my/")
    phone.context.set_offline(True)  # nobody is told of it, and nobody answers
    other.get_by_role("button", name="Sign out", exact=True).click()
    phone.wait_for_function(f"() => {WAITS}.length === 0")
    box.press_sequentially(".")
    expect(said).to_contain_text("Leave this page open")
    assert phone.evaluate(WAITS) == []  # nor does it come back


def test_words_for_a_sheet_that_takes_no_more_writing_can_be_copied(
    phone: Page, live: House, axe: Callable[[Page], None]
) -> None:
    become(phone, "client")
    begin(phone, "A feeling, and whom to tell")
    number = urlsplit(phone.url).path.split("/")[-2].replace("-", "")
    phone.get_by_label("What was happening?").fill("On the way home")
    expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    course = f"id = (SELECT course_id FROM courses_worksheet WHERE id = '{number}')"
    in_a_tunnel(phone, phone.get_by_label("In your own word"), SECRET)
    live.sql(f"UPDATE courses_course SET ended_on = opened_on WHERE {course}")
    try:
        phone = closed_and_opened_again(phone)
        words = phone.get_by_role("textbox", name="Words of yours that have not reached us")
        expect(words).to_have_value(SECRET)
        axe(phone)
        phone.get_by_role("button", name="Delete them from this device").click()
        assert phone.evaluate(WAITS) == []
    finally:
        live.sql(f"UPDATE courses_course SET ended_on = NULL WHERE {course}")


def test_a_browser_that_only_believes_itself_offline_sends_every_form(phone: Page) -> None:
    become(phone, "client")
    phone.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    phone.goto("/my/people/new/")
    phone.locator("input[name=name]").fill("Somebody in the house")
    phone.get_by_role("button", name="Keep", exact=True).click()
    phone.wait_for_url(lambda url: "/new/" not in url)

    begin(phone, "A feeling, and whom to tell")
    said, box = phone.locator("[data-said]"), phone.get_by_label("In your own word")
    phone.route("**/stay*.js", lambda route: route.abort())
    box.fill("Uneasy")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("There is no connection just now")
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        box.fill("Uneasy, still")  # it goes on saving by itself
    expect(said).to_contain_text("Saved at")
    phone.unroute("**/stay*.js")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_text("Last written by you")).to_be_visible()
    expect(phone.get_by_role("main")).to_contain_text("Uneasy, still")


def test_what_was_agreed_once_is_no_answer_to_a_later_question(phone: Page) -> None:
    become(phone, "client")
    begin(phone, "A feeling, and whom to tell")
    said, box = phone.locator("[data-said]"), phone.get_by_label("In your own word")
    clash = {"both": [{"label": "A", "theirs": "B"}]}
    new = {"seen": {"word": "new"}, "version": 9, "theirs": {}, "saved_at": "12:00"}
    answers: list[dict[str, Any]] = [
        {"status": 409, "json": clash | {"seen": {"word": "old"}}},
        {"status": 200, "json": new},
        {"status": 409, "json": clash | {"seen": {"other": "x"}}},
        {"status": 422, "json": {"message": "Enough"}},
    ]
    sent: list[str] = []

    def played(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(parse_qs(route.request.post_data or "")["seen"][0])
        return route.fulfill(**answers.pop(0))

    keep = phone.get_by_role("button", name="Keep", exact=True)
    phone.route(phone.url, played)
    box.fill("One")
    expect(said).to_contain_text("Somebody else wrote")
    phone.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    keep.click()
    expect(said).to_contain_text("Saved at")
    box.fill("Two")
    expect(said).to_contain_text("Somebody else wrote")
    keep.click()
    expect(said).to_contain_text("Enough")
    assert json.loads(sent[-1]) == {"word": "new", "other": "x"}


def test_no_other_form_of_theirs_is_sent_into_the_void(phone, axe):
    become(phone, "client")
    phone.goto("/my/people/new/")
    name = phone.locator("input[name=name]")
    phone.context.set_offline(True)
    name.fill("Somebody on the train")
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("There is no connection just now")
    expect(name).to_have_value("Somebody on the train")
    axe(phone)
    phone.context.set_offline(False)
    expect(phone.get_by_role("alert")).to_have_count(0)


def over(route: Route) -> None:
    """As we answer once the course has ended."""
    if route.request.method == "POST":
        route.fulfill(status=404)
    else:
        route.continue_()


def test_a_sheet_that_can_be_written_on_no_more_leaves_the_words_in_view(phone):
    become(phone, "client")
    begin(phone, "Something to try")
    phone.route(phone.url, over)
    words = phone.get_by_label("What do you want to try?")
    words.fill(SECRET)
    phone.get_by_role("button", name="Keep", exact=True).click()
    expect(phone.locator("[data-said]")).to_contain_text("This could not be saved")
    expect(words).to_have_value(SECRET)
    phone.unroute(phone.url)
    words.fill("")
    phone.get_by_role("button", name="Take this blank sheet away").click()
    expect(phone.get_by_text("Taken away. Nothing was written on it.")).to_be_visible()


WRITE = """([n, words]) => {
  const field = document.querySelectorAll('textarea[maxlength="4000"]')[n]
  field.value += ` ${words}`
  field.dispatchEvent(new Event('input', { bubbles: true }))
  return Date.now()
}"""
HELD = f"since => {WAITS}.some(([_name, held]) => JSON.parse(held).at >= since)"
STANDS = "[...document.querySelectorAll('textarea')].map((one) => one.value).join(' ')"


def in_and_out(phone: Page, number: int, *, held: bool = True) -> tuple[Page, list[str]]:
    """A tunnel in which words are written here and there, and the tab closed in the middle of
    it; returns the new tab and the words of which nothing is left."""
    cut_off(phone)
    words = [f"t{number}w{n}" for n in range(DICE.randint(1, 6))]
    for one in words:
        since = phone.evaluate(WRITE, [DICE.randrange(4), one])
    if held:
        phone.wait_for_function(HELD, arg=since)
    phone = closed_and_opened_again(phone)
    if held:
        expect(phone.locator("[data-put-back]")).to_be_visible()
        expect(phone.locator("[data-said]")).to_contain_text("Saved at")
    stands = phone.evaluate(STANDS).split()
    return phone, [one for one in words if one not in stands]


def test_every_letter_that_was_typed_in_a_tunnel_stands_there_again(
    phone: Page, times: Callable[[int], int], proof: Callable[..., None]
) -> None:
    become(phone, "client")
    begin(phone, "Remembering somebody who died")
    tunnels, lost = times(40), list[str]()
    for number in range(tunnels):
        phone, gone = in_and_out(phone, number)
        lost += gone
    assert lost == []
    phone.context.route("**/kept-here*.js", lambda route: route.abort())
    phone.reload()
    stands = phone.evaluate(STANDS)
    assert all(f"t{number}w0" in stands.split() for number in range(tunnels))  # and we have them
    phone, without = in_and_out(phone, tunnels, held=False)
    assert without
    proof(
        "B5 a worksheet in a tunnel: the tab is closed, and no word is lost",
        attempted=tunnels,
        survived=tunnels,
        control=f"without the device's help all {len(without)} words of one were gone",
    )
