"""B5: a tab that dies while somebody writes loses ten seconds of words at most."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from .steps import become

pytestmark = pytest.mark.journey

DICE = random.Random(5)
LIMIT = 10_000
"""Milliseconds of writing that may be lost."""
WRITE = """(word) => {
  const text = document.querySelector('[data-autosave] textarea')
  text.value += word
  text.dispatchEvent(new Event('input', { bubbles: true }))
}"""
IDLE = "document.querySelector('[data-said]').dataset.state !== 'saving'"


def open_note(page: Page) -> str:
    """The next session of Priya's; returns its address."""
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("session 9 with Priya")).first.click()
    expect(page.get_by_role("textbox", name="Session note")).to_be_visible()
    return page.url


def stand_still(page: Page) -> None:
    """From now on the page's time goes on only where a test lets it: on a slow machine it would
    run ahead of saves that are on their way."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


def write_and_die(page: Page, number: int, steps: int) -> list[tuple[str, int]]:
    """Write without a rest and close the tab in mid-word: each word with how long before the end
    it was written, in milliseconds on the page's own clock."""
    words: list[tuple[str, int]] = []
    now = 0
    for step in range(steps):
        word = f"k{number}w{step}e"
        page.evaluate(WRITE, f" {word}")
        words.append((word, now))
        pause = DICE.choice((300, 700, 1_000, 1_150))
        page.clock.run_for(pause)
        page.wait_for_function(IDLE, polling=20)  # a save that began is let arrive meanwhile
        now += pause
    page.close(run_before_unload=False)
    return [(word, now - at) for word, at in words]


def lost(context: BrowserContext, url: str, tabs: int, *, saves: bool = True) -> list[int]:
    """For each tab that was closed, how old the oldest word was that is gone."""
    ages = []
    for number in range(tabs):
        page = context.new_page()
        stand_still(page)
        if not saves:
            page.route("**/autosave*.js", lambda route: route.abort())
        page.goto(url)
        words = write_and_die(page, number, DICE.randint(18, 32) if saves else 40)
        reader = context.new_page()
        reader.goto(url)
        kept = reader.get_by_role("textbox", name="Session note").input_value()
        reader.close()
        ages.append(max((age for word, age in words if word not in kept), default=0))
    return ages


def test_a_killed_tab_loses_ten_seconds_at_most(
    desk: Page, times: Callable[[int], int], proof: Callable[..., None], visit: Any
) -> None:
    become(desk, "therapist")
    url, tabs = open_note(desk), times(100)
    ages = lost(desk.context, url, tabs)
    assert max(ages) <= LIMIT, ages
    without = lost(desk.context, url, 1, saves=False)
    assert max(without) > LIMIT
    survived = sum(age <= LIMIT for age in ages)
    proof(
        f"B5 killed tabs lose at most 10 s of words (worst {max(ages) / 1000:.1f} s)",
        attempted=tabs,
        survived=survived,
        control=f"without autosave {max(without) / 1000:.0f} s of words were gone",
    )
    outsider = visit()
    become(outsider, "coordinator")
    outsider.goto(url)
    assert "k0w0e" not in outsider.content()


def test_a_save_that_failed_is_tried_again_while_one_writes_on(desk: Page) -> None:
    """However long somebody goes on without a rest: else the next try would wait for one."""
    become(desk, "therapist")
    url, tries = open_note(desk), []

    def fail_once(route: Route) -> None:
        tries.append(route)
        route.abort() if len(tries) == 1 else route.continue_()

    page = desk.context.new_page()
    stand_still(page)
    page.route("**/note/", fail_once)
    page.goto(url)
    write_and_die(page, 500, 12)
    assert len(tries) > 1
    desk.goto(url)
    assert "k500w5e" in desk.get_by_role("textbox", name="Session note").input_value()
