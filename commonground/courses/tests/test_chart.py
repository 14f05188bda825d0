"""The score chart: every point in its place, no line through what was not measured."""

import itertools
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.chart import Chart, Cutoff, Mark, Reading, Summary, chart, summary
from commonground.measures.scoring import Change, score, score_total

from .priya import DATES, FIRST, FOLLOW_UP, INSTRUMENTS, TABLE, instrument, phq9

PHQ9, GAD7 = INSTRUMENTS["phq9"], INSTRUMENTS["gad7"]
UNKNOWN = score(PHQ9, {"better_off_dead": 1})


def readings(upto: int) -> list[Reading]:
    return [Reading(DATES[n - 1], phq9(v), n) for n, v, _, _ in TABLE[:upto]]


def drawn(found: list[Reading], **more) -> Chart:
    return chart(PHQ9, found, sessions=16, **more)


def test_four_sessions_make_four_points_on_one_line() -> None:
    found = drawn(readings(4))
    assert [p.total for p in found.points] == [18, 18, 17, 16]
    assert found.lines == (" ".join(f"{p.x},{p.y}" for p in found.points),)


def test_a_higher_total_stands_higher_and_a_later_session_further_right() -> None:
    points = drawn(readings(16)).points
    assert [float(p.x) for p in points] == sorted(float(p.x) for p in points)
    by_total = sorted(points, key=lambda p: p.total)
    assert [float(p.y) for p in by_total] == sorted((float(p.y) for p in points), reverse=True)


def test_the_bands_cover_the_plot_without_a_sliver() -> None:
    found = drawn([])
    bands = found.bands
    assert float(bands[0].y) + float(bands[0].height) == pytest.approx(float(found.bottom), abs=0.1)
    for below, above in itertools.pairwise(bands):
        assert float(above.y) + float(above.height) == pytest.approx(float(below.y), abs=0.11)
    assert float(bands[-1].y) == float(found.top)


def test_a_point_at_a_threshold_lies_on_its_line() -> None:
    found = drawn(readings(9))
    assert found.reliable is not None
    assert (found.reliable.total, found.reliable.y) == (12, found.points[-1].y)
    assert found.reliable.x1 == found.points[0].x


def test_caseness_crosses_the_whole_plot() -> None:
    found = drawn([])
    assert found.caseness is not None
    assert (found.caseness.total, found.caseness.x1, found.caseness.x2) == (
        10,
        found.left,
        found.right,
    )


@pytest.mark.parametrize("vector", ["111110000", "000000000"])
def test_where_no_reliable_fall_is_possible_no_line_is_drawn(vector: str) -> None:
    assert drawn([Reading(FIRST, phq9(vector), 1)]).reliable is None


def test_the_ticks_are_the_edges_of_the_bands() -> None:
    assert [t.label for t in drawn([]).scores] == ["0", "5", "10", "15", "20", "27"]
    assert [t.label for t in chart(GAD7, [], sessions=16).scores] == ["0", "5", "10", "15", "21"]


@pytest.mark.parametrize(
    ("width", "labels"),
    [
        (340, ["1", "4", "6", "8", "10", "12", "14", "16"]),
        (720, [str(n) for n in range(1, 17)]),
        (200, ["1", "8", "12", "16"]),
    ],
)
def test_session_numbers_appear_where_they_have_room(width: int, labels: list[str]) -> None:
    ticks = drawn([], width=width).sessions
    assert len(ticks) == 16
    assert [t.label for t in ticks if t.label] == labels


def test_a_session_without_a_total_breaks_the_line_and_is_shown() -> None:
    found = readings(5)
    found[2] = Reading(DATES[2], UNKNOWN, 3)
    made = drawn(found)
    assert [len(line.split()) for line in made.lines] == [2, 2]
    assert [(g.session, g.risk) for g in made.gaps] == [(3, True)]


def test_a_session_that_was_never_asked_breaks_the_line_too() -> None:
    found = [reading for reading in readings(5) if reading.session != 3]
    assert [len(line.split()) for line in drawn(found).lines] == [2, 2]


def test_a_follow_up_stands_apart() -> None:
    made = drawn([*readings(16), Reading(FOLLOW_UP, phq9("011100100"))])
    steps = [float(b.x) - float(a.x) for a, b in zip(made.points, made.points[1:], strict=False)]
    assert steps[-1] > 2 * steps[0]
    assert len(made.lines[0].split()) == 16
    assert float(made.points[-1].x) < float(made.right)


def test_item_nine_is_marked_on_its_point() -> None:
    marked = [p.session for p in drawn(readings(8)).points if p.risk]
    assert marked == [1, 2, 7]


def test_the_first_and_last_value_are_always_written() -> None:
    shown = [p.session for p in drawn(readings(9)).points if p.shows_value]
    assert shown == [1, 9]
    assert all(p.shows_value for p in drawn(readings(9), width=720).points)


def test_the_table_says_all_that_the_drawing_says() -> None:
    rows = drawn(readings(9)).rows
    last = rows[-1]
    assert [r.total for r in rows] == [t for _, _, t, _ in TABLE[:9]]
    assert (last.session, last.on, last.band, last.case) == (9, DATES[8], "moderate", True)
    assert (last.difference, last.change) == (-6, Change.IMPROVED)
    assert (rows[0].difference, rows[0].change) == (None, None)
    assert [r.session for r in rows if r.risk] == [1, 2, 7]


def test_an_unknown_total_is_an_unknown_row() -> None:
    row = drawn([*readings(1), Reading(DATES[1], UNKNOWN, 2)]).rows[1]
    assert (row.total, row.band, row.difference, row.risk) == (None, None, None, True)


def test_an_empty_course_has_a_chart_without_points() -> None:
    made = drawn([])
    assert (made.points, made.lines, made.rows, made.first, made.last) == ((), (), (), None, None)


@pytest.mark.parametrize(
    "found",
    [
        [Reading(FIRST, phq9("000000000"), 17)],
        [Reading(FIRST, phq9("000000000"), 0)],
        [Reading(FIRST, phq9("000000000"), 1), Reading(DATES[1], phq9("000000000"), 1)],
    ],
)
def test_what_cannot_be_placed_is_refused(found: list[Reading]) -> None:
    with pytest.raises(ValueError, match="at most one reading"):
        drawn(found)


@given(
    totals=st.lists(st.one_of(st.none(), st.integers(0, 27)), max_size=20),
    follow_ups=st.integers(0, 4),
    width=st.integers(160, 1400),
    height=st.integers(100, 700),
)
def test_everything_lies_within_the_plot(totals, follow_ups, width, height) -> None:
    found = []
    for n, total in enumerate(totals, start=1):
        vector = "".join(str(min(3, max(0, (total or 0) - 3 * i))) for i in range(9))
        one = UNKNOWN if total is None else phq9(vector)
        found.append(Reading(FIRST + timedelta(weeks=n), one, n))
    later = [FIRST + timedelta(weeks=60 + n) for n in range(follow_ups)]
    found += [Reading(on, phq9("111111111")) for on in later]
    made = chart(PHQ9, found, sessions=20, width=width, height=height)
    assert made == chart(PHQ9, found[::-1], sessions=20, width=width, height=height)
    for point in made.points:
        assert float(made.left) <= float(point.x) <= float(made.right)
        assert float(made.top) <= float(point.y) <= float(made.bottom)
    assert len(made.points) + len(made.gaps) == len(made.rows) == len(found)


def test_where_higher_is_better_the_shading_reaches_up_from_a_rise() -> None:
    who5 = instrument("who5-1.toml")
    found = chart(who5, [Reading(FIRST, score_total(who5, 40), 1)], sessions=16)
    assert found.reliable is not None
    assert (found.reliable.total, found.reliable_edge) == (50, found.top)


# ——— between sessions, marks, and one sentence for all of it ———

WHO5, MOOD = instrument("who5-1.toml"), instrument("mood-1.toml")
DAYS = dict(enumerate(DATES[:16], start=1))


def test_what_was_asked_between_two_sessions_lies_between_them_by_its_day() -> None:
    on = DATES[0] + (DATES[1] - DATES[0]) / 2
    between = Reading(on, score_total(PHQ9, 17))
    found = drawn([*readings(2), between], dates=DAYS)
    first, middle, second = (float(point.x) for point in found.points)
    assert middle == pytest.approx((first + second) / 2, abs=4)
    assert first < middle < second
    assert len(found.lines) == 1
    assert [row.between for row in found.rows] == [False, True, False]


def test_what_came_after_the_course_stands_apart_behind_a_gap() -> None:
    after = Reading(FOLLOW_UP, score_total(PHQ9, 4))
    found = drawn([*readings(16), after], dates=DAYS)
    assert not found.rows[-1].between
    assert float(found.points[-1].x) > float(found.sessions[-1].at)
    assert f"{found.points[-1].x}," not in found.lines[-1]


def test_marks_stand_on_their_days_in_order() -> None:
    marks = [Mark(DATES[3], "A new job"), Mark(DATES[1], "Moved house")]
    found = drawn(readings(4), dates=DAYS, marks=marks)
    assert [(m.number, m.label) for m in found.marks] == [(1, "Moved house"), (2, "A new job")]
    assert [m.x for m in found.marks] == [found.points[1].x, found.points[3].x]


@pytest.mark.parametrize("days", [-400, -1, 0, 900])
def test_a_mark_of_any_day_stays_in_the_drawing(days: int) -> None:
    mark = Mark(DATES[0] + timedelta(days=days), "Long ago, or ahead")
    (marker,) = drawn(readings(3), dates=DAYS, marks=[mark]).marks
    assert 0 <= float(marker.x) <= 340


def told(who, *totals: int) -> Summary | None:
    rows = [Reading(FIRST + timedelta(days=n), score_total(who, t)) for n, t in enumerate(totals)]
    return summary(who, rows)


@pytest.mark.parametrize(
    ("who", "totals", "change", "cutoff"),
    [
        (PHQ9, (18, 9), Change.IMPROVED, Cutoff.FIRST_TIME_OUT),
        (PHQ9, (18, 9, 8), Change.IMPROVED, Cutoff.OUT),
        (PHQ9, (18, 9, 10), Change.IMPROVED, Cutoff.IN_AGAIN),
        (PHQ9, (18, 13), Change.NONE, Cutoff.IN),
        (PHQ9, (12, 18), Change.DETERIORATED, Cutoff.IN),
        (PHQ9, (4,), None, Cutoff.OUT),
        (PHQ9, (12,), None, Cutoff.IN),
        (WHO5, (36, 60), Change.IMPROVED, Cutoff.FIRST_TIME_OUT),
        (WHO5, (60, 36), Change.DETERIORATED, Cutoff.IN_AGAIN),
        (WHO5, (36, 44), Change.NONE, Cutoff.IN),
        (MOOD, (3, 7), None, None),
    ],
)
def test_the_summary_says_what_changed_in_the_direction_of_the_measure(
    who, totals, change, cutoff
) -> None:
    found = told(who, *totals)
    assert found is not None
    assert (found.first, found.last) == (totals[0], totals[-1])
    assert (found.change, found.cutoff) == (change, cutoff)


def test_where_nothing_has_a_total_there_is_no_summary() -> None:
    assert summary(PHQ9, [Reading(FIRST, UNKNOWN, 1)]) is None


@pytest.mark.parametrize(
    ("who", "totals", "said"),
    [
        (PHQ9, (18, 9), "9 now: reliably better, below the cut-off for the first time."),
        (WHO5, (36, 60), "60 now: reliably better, above the cut-off for the first time."),
        (WHO5, (60, 36), "36 now: reliably worse, at or below the cut-off again."),
        (MOOD, (3, 7), "3 at the start, 7 now."),
    ],
)
def test_the_sentence_reads_as_people_would_say_it(who, totals, said) -> None:
    rows = [Reading(FIRST + timedelta(days=n), score_total(who, t), n + 1)
            for n, t in enumerate(totals)]  # fmt: skip
    page = render_to_string("courses/parts/chart.html", {"chart": chart(who, rows, sessions=16)})
    assert said in " ".join(page.split())


def test_a_mark_says_when_as_exactly_as_it_is_known() -> None:
    marks = [Mark(DATES[1], "Moved house", "Mar 2026"), Mark(DATES[3], "A new job")]
    found = drawn(readings(4), dates=DAYS, marks=marks)
    assert [m.when for m in found.marks] == ["Mar 2026", ""]


def test_numbers_of_marks_are_never_written_over_each_other() -> None:
    same = [Mark(DATES[1], "One"), Mark(DATES[1], "Two"), Mark(DATES[2], "Three")]
    found = drawn(readings(4), dates=DAYS, marks=same, width=680)
    assert [m.flag for m in found.marks] == ["1, 2", "", "3"]
    crowded = drawn(readings(4), dates=DAYS, marks=same, width=160)
    assert [m.flag for m in crowded.marks] == ["1, 2, 3", "", ""]
