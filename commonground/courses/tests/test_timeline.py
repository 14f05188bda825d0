"""The timeline: one axis in two pieces, every score in its place, and no label over another."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.circle import text_width
from commonground.courses.templatetags.drawing import drawn
from commonground.courses.timeline import (
    Axis,
    Bar,
    Happening,
    Meeting,
    Shape,
    Span,
    Told,
    Words,
    tall,
    wide,
)

from .priya import DATES, FIRST, INSTRUMENTS, TABLE

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EVENTS = [
    (-213, "Tom takes the job in Bristol"),
    (-153, "Leaves post as head of department"),
    (-138, "Move to Bristol"),
    (-96, "Low mood begins, six weeks on"),
    (-9, "Starts part-time cover teaching"),
    (16, "Meera visits for a weekend"),
    (39, "Row with Tom"),
    (52, "Asks Tom for two evenings"),
]


def told(up_to=9, events=EVENTS, **more):
    meetings = [
        Meeting(
            DATES[n - 1],
            n,
            "attended" if n < up_to else "today" if n == up_to else "planned",
            total if n <= up_to else None,
            risk=vector[8] != "0" and n <= up_to,
        )
        for n, vector, total, _ in TABLE
    ]
    happened = [
        Happening(str(n), FIRST + timedelta(days=day), f"day {day}", words, onset=day == -96)
        for n, (day, words) in enumerate(events)
    ]
    spans = [Span("Initial", DATES[0], DATES[3]), Span("Middle", DATES[4], DATES[11])]
    spans.append(Span("Ending", DATES[12], DATES[15], ahead=True))
    facts = {
        "instrument": INSTRUMENTS["phq9"],
        "meetings": meetings,
        "events": happened,
        "phases": spans,
        "bars": [Bar(0, "Role transition", DATES[3]), Bar(1, "Tom: impasse", DATES[3], DATES[7])],
        "today": DATES[up_to - 1],
        "words": Words("Phase", "Focus", months=MONTHS, today="today"),
    }
    return Told(**facts | more)


def named(drawing, name):
    return [shape for shape in drawing.shapes if shape.name.split()[:1] == [name]]


def test_every_score_is_drawn_once_and_the_last_stands_out():
    points = named(wide(told(), width=1216), "point")
    assert len(points) == 9
    assert [p.name for p in points][-1] == "point is-last"


def test_a_risk_item_above_zero_has_a_ring():
    assert len(named(wide(told(), width=1216), "risk-ring")) == 3  # sessions 1, 2 and 7


def test_reliable_improvement_begins_six_below_the_start():
    drawing = wide(told(), width=1216)
    (line,) = named(drawing, "reliable-line")
    assert any(shape.words.startswith("12 ") for shape in named(drawing, "gutter"))
    assert float(line.y) > float(named(drawing, "point")[0].y)


def test_the_names_of_two_lines_stand_apart_however_near_these_are():
    """Caseness is at 10; what is reliable lies 6 below the start, above it, on it or below it."""
    for start in range(6, 28):
        meetings = [Meeting(DATES[n], n + 1, "attended", start) for n in range(2)]
        beside = named(wide(told(meetings=meetings, up_to=2), width=1216), "gutter")
        heights = sorted(float(text.y) for text in beside)
        assert len(heights) == 2 and heights[1] - heights[0] >= 14.9, start


def test_each_year_is_named_where_it_begins():
    old = [(-440, "Arthur goes into hospital"), *EVENTS]
    for drawing in (wide(told(events=old), width=1216), tall(told(events=old))):
        names = [text.words for text in named(drawing, "month")]
        years = [name.split()[1] for name in names if " " in name]
        assert years == sorted(set(years)) and len(years) > 1


def test_labels_of_events_cover_neither_each_other_nor_leave_the_page():
    for width, before in ((1216, 250), (736, 130)):
        boxes = []
        for text in named(wide(told(), width=width, before=before), "event"):
            long = text_width(text.small, 12) + text_width(text.words, 13)
            x = float(text.x)
            a, b = (x - long, x) if text.anchor == "end" else (x, x + long)
            assert a > -2
            assert b <= width + 2
            boxes.append((a, b, float(text.y)))
        for n, (a, b, y) in enumerate(boxes):
            for c, d, z in boxes[n + 1 :]:
                assert b <= c or d <= a or abs(y - z) >= 20


def test_what_is_long_ago_stands_at_the_very_beginning():
    old = [*EVENTS, (-9000, "Her brother dies")]
    axis = Axis(told(events=old), 66, 1100, 250, 26)
    assert axis.at(FIRST - timedelta(days=9000)) == 66


@given(st.lists(st.integers(-4000, 200), min_size=2, max_size=12))
def test_time_never_runs_backwards(days):
    axis = Axis(told(events=[(day, "x") for day in days]), 66, 1100, 250, 26)
    places = [axis.at(FIRST + timedelta(days=day)) for day in sorted(days)]
    assert places == sorted(places)
    assert all(66 <= place <= 1100 for place in places)


def test_without_events_before_it_the_course_has_the_whole_width():
    axis = Axis(told(events=[]), 66, 1100, 250, 26)
    assert not axis.has_before
    assert axis.course == 66


def test_a_course_without_sessions_still_shows_its_life():
    drawing = wide(told(meetings=[], phases=[], bars=[]), width=1216)
    assert len(named(drawing, "event")) == len(EVENTS)
    assert named(tall(told(meetings=[], phases=[], bars=[])), "event")


def test_nothing_at_all_is_empty():
    assert told(meetings=[], events=[]).is_empty


def test_on_a_phone_words_stand_below_each_other():
    drawing = tall(told())
    heights = [float(s.y) for s in drawing.shapes if s.name in {"event", "turning"}]
    assert heights == sorted(heights)
    assert max(heights) < float(drawing.height)


def test_a_missed_session_is_crossed_and_says_why():
    facts = told()
    missed = [*facts.meetings, Meeting(date(2025, 11, 13), None, "missed", word="cancelled")]
    for drawing in (wide(told(meetings=missed), width=1216), tall(told(meetings=missed))):
        assert [s.words for s in named(drawing, "missed-name")] == ["cancelled"]


def test_a_bar_without_end_goes_on_dashed():
    bars = named(wide(told(), width=1216), "focus-bar")
    assert len(bars) == 3
    ahead, worked = (next(b for b in bars if ("ahead" in b.name) == a) for a in (True, False))
    assert bars.index(ahead) < bars.index(worked)
    assert float(ahead.x) < float(worked.x) + float(worked.x2)  # no edge across its name


def test_words_in_a_drawing_are_never_markup() -> None:
    """The drawing is put into the page as it is, so each of its values is escaped on the way."""
    bad = '"><script>x</script>'
    kinds = ("text", "line", "rect", "circle", "path", "polyline")
    values = {name: bad for name in Shape.__dataclass_fields__ if name != "kind"}
    made = drawn([Shape(kind, **values) for kind in kinds], bad)
    assert "<script" not in made
    assert made.count("&lt;script&gt;") > len(kinds)
