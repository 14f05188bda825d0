"""Somebody unsure reads: with the keyboard alone, without scripts, and leaves in a hurry."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

IPT = "/approaches/interpersonal-therapy/"
ELSEWHERE = "https://www.bbc.co.uk/weather"
FOCUSED = """() => {
  const on = document.activeElement, box = on.getBoundingClientRect()
  const row = on.closest('h3') && on.closest('.listing, .person')  // there the whole row is marked
  const style = getComputedStyle(row || on)
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2)
  return {
    name: on.innerText.replace(/\\s+/g, ' ').trim(),
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: on.contains(top) || !!top?.contains(on),
  }
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link with these words has the focus, which is visible all the way."""
    for _n in range(80):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        assert focus["marked"] and focus["seen"], f"the focus is lost at {focus['name']!r}"
        if focus["name"] == name:
            return
    raise AssertionError(f"Tab never reaches {name!r} on {page.url}")


def follow(page: Page, link: str, heading: str) -> None:
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_visitor_reads_from_home_to_ipt_to_emdr_and_back_with_the_keyboard_only(desk):
    desk.goto("/")
    home = desk.get_by_role("heading", level=1).inner_text()
    follow(desk, "Read about Interpersonal Therapy", "Interpersonal Therapy")
    follow(desk, "Previous EMDR", "EMDR")
    follow(desk, "Next Interpersonal Therapy", "Interpersonal Therapy")
    follow(desk, "Harbour Street Practice", home)


def test_the_first_tab_skips_to_the_main_text(desk):
    desk.goto(IPT)
    tab_to(desk, "Skip to the main text")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.querySelector('main').contains(document.activeElement)")


def away(page: Page) -> None:
    """Press the way out; the neutral page is played by us, so that nobody is really asked."""
    page.context.route(f"{ELSEWHERE}*", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{ELSEWHERE}*")


def test_quick_exit_leaves_nothing_to_come_back_to(desk, watch):
    desk.goto("/")
    desk.get_by_role("link", name="Read about Interpersonal Therapy").first.click()
    desk.wait_for_url(f"**{IPT}")
    away(desk)
    desk.go_back(wait_until="commit")
    desk.wait_for_url(f"{ELSEWHERE}*")
    assert set(watch.faults) == {f"asked a foreign host: {ELSEWHERE}"}
    watch.faults.clear()


def test_whoever_left_in_a_hurry_can_come_back_on_purpose(desk, watch):
    desk.goto("/")
    away(desk)
    watch.faults.clear()
    desk.goto(IPT)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Interpersonal Therapy")


def test_the_way_out_works_without_scripts(visit, watch):
    page = visit(scripts=False)
    page.goto(IPT)
    away(page)
    watch.faults.clear()


def test_the_whole_public_site_reads_without_scripts(visit: Callable[..., Page]):
    page = visit(scripts=False)
    waiting, read = ["/"], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in read or re.match(r"/(account|demo)/", path):
            continue
        page.goto(path)
        read[path] = page.get_by_role("heading", level=1).inner_text()
        found = page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.pathname)")
        waiting += [path for path in found if not path.endswith((".txt", ".xml"))]
    assert len(read) >= 15 and all(read.values())
