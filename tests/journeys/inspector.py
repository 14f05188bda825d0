"""Somebody who looks at every page, and remembers what would keep somebody else out."""

import os
import re
from collections.abc import Set
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from .closely import by_keyboard, with_large_letters

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
EVERYTHING = {**WCAG, "resultTypes": ["violations"]}
BY_LOOK = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]},
    "resultTypes": ["violations"],
}
IN_BETWEEN = EVERYTHING if os.environ.get("GROUND_PROVE") == "full" else BY_LOOK
LOOKS = (
    (1280, "light", EVERYTHING),
    (1280, "dark", IN_BETWEEN),
    (390, "dark", EVERYTHING),
    (390, "light", IN_BETWEEN),
)
"""In an order in which one thing changes from each to the next: a change is as dear as a check."""
SAMPLE = LOOKS if IN_BETWEEN is EVERYTHING else LOOKS[::2]
"""For pages much like others that are looked at four times."""
Looks = tuple[tuple[int, str, dict[str, object]], ...]
ELSEWHERE = re.compile(r"^/(cms/|media/|account/logout/|.*\.(txt|xml|json|ics)$|.*/download/)")
PATHS = "all => all.map(a => new URL(a.getAttribute('href'), location.origin).pathname)"
"""Where links lead, those drawn in a picture too."""
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/paper/)\w+")
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth)
    .slice(-3).map(e => e.tagName + '.' + e.className)"""


class Inspector:
    """Looks at every page of one person once, and remembers what was wrong on which.

    `closely`: on a phone also with letters twice as large, and with the Tab key alone. `looks`:
    from which windows, and by which rules.
    """

    def __init__(self, page: Page, *, closely: bool = False, looks: Looks = LOOKS) -> None:
        self.page, self.faults, self.seen = page, list[str](), set[str]()
        self.closely, self.looks = closely, looks
        self.scheme, self.size = "", (0, 0)

    def stand(self, width: int, scheme: str = "light", height: int = 900) -> None:
        """Look from a window this wide, in the light or in the dark."""
        if scheme != self.scheme:
            self.page.emulate_media(color_scheme=scheme)
        if (width, height) != self.size:
            self.page.set_viewport_size({"width": width, "height": height})
        self.scheme, self.size = scheme, (width, height)

    def look(self, state: str = "") -> None:
        """Look at the page as it stands."""
        name = f"{urlsplit(self.page.url).path} {state}".strip()  # "blank" before any page
        self.page.evaluate(AXE_SCRIPT)
        for width, scheme, rules in self.looks:
            self.stand(width, scheme)
            found = self.page.evaluate("rules => axe.run(rules)", rules)["violations"]
            self.faults += [
                f"{name}, {scheme}, {width}: {rule['id']} at {node['target']}"
                for rule in found
                for node in rule["nodes"]
            ]
        self.stand(320, height=640)
        for wide in self.page.evaluate(TOO_WIDE):
            self.faults.append(f"{name}, 320: {wide} sticks out")
        if self.closely:
            self.stand(390, height=844)
            self.faults += [f"{name}, large: {one}" for one in with_large_letters(self.page)]
            self.faults += [f"{name}, by keyboard: {one}" for one in by_keyboard(self.page)]
        self.stand(1280)

    def open(self, path: str, state: str = "", status: int = 200) -> None:
        answer = self.page.goto(path)
        if not answer or answer.status != status:
            self.faults.append(f"{path}: answered {answer and answer.status}, not {status}")
        self.look(state)

    def crawl(self, *, leaving_out: Set[str] = frozenset(), within: str = "/") -> None:
        """Look at every page links lead to, `within` these beginnings of a path if they are given;
        of those that differ by number or measure, at one."""
        waiting, tried = [urlsplit(self.page.url).path], set(leaving_out)
        while waiting:
            path = waiting.pop()
            kind = NUMBER.sub("…", path)
            if kind in tried or ELSEWHERE.match(path) or not re.match(within, path):
                continue
            tried.add(kind)
            self.open(path)
            self.seen.add(NUMBER.sub("…", urlsplit(self.page.url).path))
            links = self.page.locator("a[href^='/']")
            waiting += links.evaluate_all(PATHS)

    def send(self, button: str, state: str) -> None:
        """Press a button of the main text and look at what comes."""
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()
        self.look(state)
