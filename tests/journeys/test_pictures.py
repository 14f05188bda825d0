"""The pictures in README are taken by the house itself: GROUND_SCREENSHOTS=1 takes them anew."""

import os

import pytest

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not os.environ.get("GROUND_SCREENSHOTS"), reason="GROUND_SCREENSHOTS=1 takes the pictures"
    ),
]

PAGES = {
    "home": "/",
    "interpersonal-therapy": "/approaches/interpersonal-therapy/",
    "approaches": "/approaches/",
    "help": "/crisis/",
}


def test_the_pictures_in_readme_show_the_house_as_it_is(visit, picture):
    for page, width in ((visit(1280, 860), 1280), (visit(390, 844), 390)):
        for name, path in PAGES.items():
            page.goto(path)
            page.evaluate("document.fonts.ready")
            picture(page, f"{name}-{width}")
