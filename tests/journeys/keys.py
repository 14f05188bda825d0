"""A page walked through with the keyboard alone, each key counted."""

from datetime import date

from playwright.sync_api import Locator, Page, expect

FURTHEST = 200
"""So many times Tab is pressed at most before something counts as out of reach."""


class Keys:
    """Somebody's keyboard: `pressed` counts every key, letters of a word included."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.pressed += len(words)

    def date(self, target: Locator, day: date) -> None:
        """Write a day into its field, in whichever order this browser asks for its parts."""
        self.reach(target)
        self.write(f"{day:%d%m%Y}")
        if target.input_value() != day.isoformat():
            self.press("ArrowLeft", 2)
            self.write(f"{day:%m%d%Y}")
        expect(target).to_have_value(day.isoformat())

    def reach(self, target: Locator) -> None:
        """Tab until `target` has the focus; fails where it cannot be reached."""
        expect(target).to_have_count(1)
        for _ in range(FURTHEST):
            if target.evaluate("it => it === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def follow(self, target: Locator) -> None:
        """Reach a link or a button, and use it."""
        self.reach(target)
        with self.page.expect_navigation():
            self.press("Enter")
