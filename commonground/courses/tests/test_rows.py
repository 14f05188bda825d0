"""Rows of small things, drawn in one go: every value is escaped, each state is said."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.urls import reverse

from commonground.courses.templatetags.rows import (
    buttons,
    chips,
    course_nav,
    questions,
    settled,
    ticks,
    whys,
)

EVIL = '"><script>alert(1)</script>'
LINE = {"key": "ask", "label": "Ask", "why": "Because.", "done": False, "carried": False,
        "optional": False}  # fmt: skip
COURSE = SimpleNamespace(pk=UUID(int=1), client_id=UUID(int=2))
LABEL = {"name": "when", "id": "id_when", "hidden": False, "label": "When", "value": "",
         "optional": True, "most": 80, "wrong": [], "options": []}  # fmt: skip
NOW = {"number": 5, "state": "now", "url": "/session/5/"}


@pytest.mark.parametrize(
    "drawn",
    [
        ticks([LINE | {"key": EVIL, "label": EVIL}]),
        whys([LINE | {"label": EVIL, "why": EVIL}]),
        chips([(EVIL, EVIL, True)], EVIL),
        buttons([(EVIL, EVIL)], EVIL),
        questions([LABEL | {"id": EVIL, "value": EVIL, "label": EVIL, "wrong": [EVIL]}]),
        questions([LABEL | {"options": [(EVIL, EVIL, True)]}]),
        settled([{"label": EVIL, "state": "care", "words": EVIL}]),
        course_nav(COURSE, None, [{"stones": [NOW | {"url": EVIL}]}], ""),
    ],
)
def test_every_value_is_escaped(drawn: str) -> None:
    assert "<script" not in drawn and '""' not in drawn
    assert "&lt;script&gt;" in drawn  # the control: it is there, as words


def test_a_tick_says_where_it_comes_from() -> None:
    assert "agenda-meta" not in ticks([LINE])
    assert "from before" in ticks([LINE | {"carried": True, "done": True}])
    assert "if it fits" in ticks([LINE | {"optional": True}])
    assert ticks([LINE | {"done": True}]).count(" checked") == 1


def test_what_is_chosen_is_marked() -> None:
    row = [("a", "A", True), ("b", "B", False)]
    assert 'value="a" checked>A' in chips(row, "used") and 'value="b">B' in chips(row, "used")
    select = questions([LABEL | {"options": row}])
    assert '"a" selected>A' in select and '"b">B' in select


def test_a_question_that_was_answered_wrongly_says_so_beside_it() -> None:
    asked = questions([LABEL | {"wrong": ["Too long."], "optional": False, "value": "Soon"}])
    assert '<p class="field-wrong" id="id_when_error">' in asked and "Too long." in asked
    assert 'value="Soon" maxlength="80" required aria-invalid="true"' in asked
    assert 'aria-describedby="id_when_error"' in asked and "if you wish" not in asked
    assert "aria-invalid" not in questions([LABEL]) and "if you wish" in questions([LABEL])
    hidden = questions([LABEL | {"hidden": True, "value": "3"}])
    assert hidden == '<input type="hidden" name="when" value="3">'


def test_the_pages_of_a_course_mark_the_one_that_is_open() -> None:
    nav = course_nav(COURSE, None, [{"stones": [NOW]}], "timeline")
    timeline = reverse("timeline", args=[COURSE.pk])
    assert nav.startswith('<li><a href="/session/5/">Session 5</a></li>')
    assert f'href="{timeline}" aria-current="page"' in nav and nav.count("aria-current") == 1
    assert reverse("client_measures", args=[COURSE.client_id]) in nav


def test_an_open_session_is_the_page_itself() -> None:
    session = SimpleNamespace(pk=UUID(int=3), number=4)
    nav = course_nav(COURSE, session, [{"stones": [NOW]}], "")
    here = reverse("session", args=[session.pk])
    assert f'<a href="{here}" aria-current="page">Session 4</a>' in nav
    assert "Session 5" not in nav and nav.count("aria-current") == 1


def test_a_course_without_a_date_has_no_session_to_lead_to() -> None:
    assert "Session" not in course_nav(COURSE, None, [{"stones": [NOW | {"url": None}]}], "")
