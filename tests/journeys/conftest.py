"""A browser, a running house, and the eyes of a careful visitor.

Every page opened here is watched: a request to a foreign host, a breach of the content security
policy or an error in a script makes the journey fail at its end, whatever else it was about.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.outside import browser as chromium
from tests.outside import live as running

from .inspector import WCAG, Inspector
from .steps import become

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
HERE = {"localhost", "127.0.0.1"}
PATIENCE = 30_000
"""Milliseconds that a page may take: what counts is that it comes, however busy the machine."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Watch:
    """What went wrong on the pages of one browser context, in sentences."""

    faults: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked(request.url))
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))

    def asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            self.faults.append(f"asked a foreign host: {url}")

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.House]:
    """The invented practice, served at http://localhost:<port>; `live.manage(…)` commands it."""
    with running.house(tmp_path_factory.mktemp("live")) as house:
        yield house


@pytest.fixture(autouse=True)
def _clock_put_right(request: pytest.FixtureRequest) -> Iterator[None]:
    """However far a journey walked in time, and wherever it stopped, the next begins today."""
    yield
    if "live" in request.fixturenames:
        request.getfixturevalue("live").sql("DELETE FROM core_clockshift")


@pytest.fixture
def open_all_year(live: running.House) -> None:
    """No holiday and no leave lies in the weeks that a journey walks through, whatever the date."""
    live.sql("DELETE FROM scheduling_practiceholiday", "DELETE FROM scheduling_timeoff")


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            args=[*chromium.QUIET, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost"],
        )
        yield opened
        opened.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collects faults; the journey fails at its end if there is one."""
    watching = Watch()
    yield watching
    assert watching.faults == []


def arrive(
    chrome: Browser,
    live: running.House,
    watch: Watch,
    width: int = 1280,
    height: int = 900,
    *,
    touch: bool = False,
    dark: bool = False,
    scripts: bool = True,
) -> Page:
    """A page in a fresh browser context of its own, watched; whoever asks closes the context."""
    context = chrome.new_context(
        base_url=live.url,
        viewport={"width": width, "height": height},
        has_touch=touch,
        is_mobile=touch,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(PATIENCE)
    watch.on(context)
    return context.new_page()


@pytest.fixture
def visit(chrome: Browser, live: running.House, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser: `visit(390, 844, touch=True, dark=True, scripts=False)`.

    Each call is somebody else: cookies are not shared.
    """
    pages: list[Page] = []

    def come(*size: int, **more: bool) -> Page:
        pages.append(arrive(chrome, live, watch, *size, **more))
        return pages[-1]

    yield come
    for page in pages:
        page.context.close()


@pytest.fixture
def inspector(chrome: Browser, live: running.House, watch: Watch) -> Iterator[Callable]:
    """Open a browser for somebody who looks at pages: `inspector("client", closely=True)`."""
    opened: list[Inspector] = []

    def inspect(role: str = "", **how: Any) -> Inspector:
        opened.append(Inspector(arrive(chrome, live, watch), **how))
        if role:
            become(opened[-1].page, role)
        return opened[-1]

    yield inspect
    for one in opened:
        one.page.context.close()


@pytest.fixture
def desk(visit: Callable[..., Page]) -> Page:
    """A window on a desk, 1280×900."""
    return visit()


@pytest.fixture
def phone(visit: Callable[..., Page]) -> Page:
    """A phone, 390×844, touched."""
    return visit(390, 844, touch=True)


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on the page as it stands, in sentences."""
    found = Axe().run(page, options={**WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{urlsplit(page.url).path}: {rule['id']} ({rule['impact']}) at {' '.join(node['target'])}"
        f": {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: no barrier on the page as it stands."""

    def check(page: Page) -> None:
        assert barriers(page) == []

    return check


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """`picture(page, "home")`: keep docs/screenshots/home.png when GROUND_SCREENSHOTS is set."""

    def keep(page: Page, name: str) -> None:
        if os.environ.get("GROUND_SCREENSHOTS"):
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")

    return keep
