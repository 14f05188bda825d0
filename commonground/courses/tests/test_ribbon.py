"""The ribbon of a course as it is drawn: large with its stones, and small in a table's cell."""

from datetime import date

from commonground.courses import storages
from commonground.courses.progress import progress
from commonground.courses.templatetags.drawing import phases, stones

HERE = {"number": 5, "state": "now", "ending": False, "last": False, "url": "/session/5/"}


def test_the_stone_of_now_leads_to_its_session_and_says_so():
    drawn = stones([HERE], 5)
    assert '<li class="is-now is-here" aria-current="step"><a href="/session/5/">' in drawn
    assert '<span class="unseen">Session </span>5</a>' in drawn


def test_a_stone_without_a_date_leads_nowhere():
    done = HERE | {"state": "done", "url": None, "ending": True, "last": True}
    drawn = stones([done], None)
    assert drawn.startswith('<li class="is-done is-ending is-last"><span>5</span>')
    assert ", held</span>" in drawn and "<a " not in drawn


def test_an_address_is_escaped():
    assert '"><script>' not in stones([HERE | {"url": '/"><script>'}], None)


def test_the_small_ribbon_has_one_line_for_each_phase_and_ends_where_the_course_is():
    protocol = storages.protocol("ipt-adult-16", 1)
    begun = progress(protocol, [], date(2026, 3, 2), instruments={})
    drawn = phases(begun)
    assert drawn.count("pathLength") == len(begun.stretches)  # nothing is behind them yet
    assert '<rect class="is-now" x="0"' in drawn
