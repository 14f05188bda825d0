"""Protocol files: phases without a gap, agendas that know what is done, bad files refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.protocol import BadProtocol, Part
from commonground.courses.protocol_file import parse

from .priya import ADULT_16, HOUSE, protocol

NAMES = sorted(path.name for path in (HOUSE / "courses/protocols").glob("*.toml"))
SHIPPED = [protocol(name) for name in NAMES]
EVERY = pytest.mark.parametrize("shipped", SHIPPED, ids=NAMES)


def test_the_protocols_are_shipped() -> None:
    assert {p.key for p in SHIPPED} == {
        "ipt-adult-16", "ipt-adult-12", "ipt-b-8", "ipc-6", "ipt-a-12", "ipt-perinatal-12",
        "ipt-later-life-16", "ipt-maintenance", "ipsrt-20",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "ends", "span", "ages", "measures"),
    [
        ("ipt-adult-16", [4, 12, 16], (12, 20), (18, None), ["phq9", "gad7"]),
        ("ipt-adult-12", [3, 9, 12], (12, 16), (18, None), ["phq9", "gad7"]),
        ("ipt-b-8", [2, 7, 8], (8, 8), (18, None), ["phq9", "gad7"]),
        ("ipt-a-12", [4, 9, 12], (12, 16), (12, 18), ["phqa"]),
        ("ipc-6", [2, 5, 6], (3, 8), (18, None), ["phq9", "gad7"]),
        ("ipt-perinatal-12", [3, 9, 12], (12, 16), (18, None), ["phq9", "gad7"]),
        ("ipt-later-life-16", [4, 12, 16], (12, 20), (65, None), ["phq9", "gad7"]),
        ("ipt-maintenance", [11, 12], (4, 24), (18, None), ["phq9", "gad7"]),
        ("ipsrt-20", [4, 12, 18, 20], (16, 24), (18, None), ["phq9", "gad7"]),
    ],
)
def test_each_protocol_is_laid_out_as_described(key, ends, span, ages, measures) -> None:
    found = next(p for p in SHIPPED if p.key == key)
    assert [phase.last for phase in found.phases] == ends
    assert (found.min_sessions, found.max_sessions) == span
    assert (found.age_from, found.age_to) == ages
    assert [m.instrument for m in found.measures] == measures
    assert found.focus_limit == (1 if key == "ipc-6" else 2)


@EVERY
def test_phases_never_overlap_whatever_number_is_agreed(shipped) -> None:
    for total in range(shipped.min_sessions, shipped.max_sessions + 1):
        covered = [n for p in shipped.phases_for(total) for n in range(p.first, p.last + 1)]
        assert covered == list(range(1, total + 1))


def test_three_sessions_of_counselling_have_a_beginning_a_middle_and_an_end() -> None:
    short = next(p for p in SHIPPED if p.key == "ipc-6").phases_for(3)
    assert [(p.key, p.first, p.last) for p in short] == [
        ("initial", 1, 1), ("middle", 2, 2), ("ending", 3, 3),
    ]  # fmt: skip


@EVERY
def test_every_phase_keeps_a_session_whatever_number_is_agreed(shipped) -> None:
    for total in range(shipped.min_sessions, shipped.max_sessions + 1):
        assert all(len(phase) >= 1 for phase in shipped.phases_for(total))


@EVERY
def test_only_the_phase_that_stretches_takes_up_a_difference(shipped) -> None:
    own = {p.key: len(p) for p in shipped.phases}
    spare = sum(len(p) - 1 for p in shipped.phases if p.stretches)
    least = max(shipped.min_sessions, shipped.sessions - spare)
    for total in range(least, shipped.max_sessions + 1):
        changed = {p.key for p in shipped.phases_for(total) if len(p) != own[p.key]}
        assert changed <= {p.key for p in shipped.phases if p.stretches}


@EVERY
def test_the_phase_of_every_session_is_known(shipped) -> None:
    assert [shipped.phase_of(1).key, shipped.phase_of(shipped.sessions).key] == [
        shipped.phases[0].key,
        shipped.phases[-1].key,
    ]
    for beyond in (0, shipped.sessions + 1):
        with pytest.raises(ValueError, match="no session"):
            shipped.phase_of(beyond)


@EVERY
def test_half_way_is_asked_for_in_the_middle_and_not_before(shipped) -> None:
    half = shipped.half_way()
    if shipped.task("mid_course_review") is None:  # too short, or reviewed each year
        return
    keys = [{item.key for item in shipped.agenda(n)} for n in (half - 1, half)]
    assert ["mid_course_review" in found for found in keys] == [False, True]


@EVERY
def test_a_course_with_moved_boundaries_has_no_gap_and_no_overlap(shipped) -> None:
    """Whatever boundary is moved, to wherever it may be: n of N is always in one phase."""
    for total in {shipped.min_sessions, shipped.sessions, shipped.max_sessions}:
        for phase in shipped.phases_for(total)[:-1]:
            for last in range(total + 1):
                try:
                    agreed = shipped.as_agreed(total, {phase.key: last})
                except ValueError:
                    continue
                covered = [n for p in agreed.phases for n in range(p.first, p.last + 1)]
                assert covered == list(range(1, total + 1))
                assert agreed.phase_of(total).key == shipped.phases[-1].key
                assert {agreed.phase_of(n).key for n in covered} == {p.key for p in shipped.phases}


@EVERY
def test_a_moved_boundary_that_is_none_is_refused(shipped) -> None:
    for ends in ({"nothing": 3}, {shipped.phases[0].key: 0}):
        with pytest.raises(ValueError, match=r"phase"):
            shipped.as_agreed(shipped.sessions, ends)


@EVERY
def test_what_is_assumed_is_named(shipped) -> None:
    assert "watch.early_session" in shipped.assumed


def test_the_number_of_sessions_stays_within_the_protocol() -> None:
    with pytest.raises(ValueError, match="12 to 20 sessions, not 21"):
        ADULT_16.phases_for(21)


def test_every_session_has_both_measures() -> None:
    assert {ADULT_16.measures_due(n) for n in range(1, 17)} == {("phq9", "gad7")}


def test_the_agenda_opens_with_the_check_in_and_closes_with_the_count() -> None:
    keys = [item.key for item in ADULT_16.agenda(1)]
    assert (keys[0], keys[-1]) == ("check_in", "count_down")


def test_the_agenda_follows_the_hour() -> None:
    parts = [item.part for item in ADULT_16.agenda(5)]
    assert parts == sorted(parts, key=list(Part).index)


def test_a_task_done_earlier_leaves_the_agenda() -> None:
    assert "timeline" in {i.key for i in ADULT_16.agenda(2)}
    assert "timeline" not in {i.key for i in ADULT_16.agenda(2, done={"timeline"})}


def test_a_required_task_left_open_is_carried_into_the_next_phase() -> None:
    done = {t.key for t in ADULT_16.phases[0].tasks} - {"contract"}
    carried = [i.key for i in ADULT_16.agenda(5, done) if i.carried]
    assert carried == ["contract"]


def test_an_optional_task_of_an_earlier_phase_is_let_go() -> None:
    assert "role_play" in {i.key for i in ADULT_16.agenda(12)}
    assert "role_play" not in {i.key for i in ADULT_16.agenda(13)}


def test_no_strategy_is_asked_for_before_there_is_a_focus() -> None:
    found = ["focus_strategy" in {i.key for i in ADULT_16.agenda(n)} for n in (4, 5, 13)]
    assert found == [False, True, True]


@given(
    st.integers(1, 16), st.sets(st.sampled_from([t.key for p in ADULT_16.phases for t in p.tasks]))
)
def test_an_agenda_never_names_anything_twice(number: int, done: set[str]) -> None:
    keys = [item.key for item in ADULT_16.agenda(number, done)]
    assert len(keys) == len(set(keys))
    assert not done & set(keys)


GOOD = (HOUSE / "courses/protocols/ipt-adult-16-1.toml").read_text(encoding="utf-8")
BAD = [
    ("from = 5\nto = 12", "from = 6\nto = 12", "the phase “middle” must begin at session 5"),
    ("from = 5\nto = 12", "from = 5\nto = 11", "the phase “ending” must begin at session 12"),
    ("from = 13\nto = 16", "from = 13\nto = 15", "the phases must reach session 16"),
    ("stretches = true\n", "", "exactly one phase must stretch"),
    ("min = 12", "min = 2", "with 2 sessions some of the 3 phases would have none left"),
    ("max = 20", "max = 15", "“max” is 15 and must be from 16 to 100"),
    ("limit = 2", "limit = 3", "“limit” is 3 and must be from 1 to 2"),
    ('"isolation"]', '"loneliness"]', "“loneliness” is none of the focus areas"),
    ('key = "sick_role"', 'key = "timeline"', "the task “timeline” is used twice"),
    ('key = "middle"', 'key = "initial"', "the phase “initial” is used twice"),
    ('phases = ["middle", "ending"]', 'phases = ["end"]', "there is no phase “end”"),
    ('part = "closing"', 'part = "after"', "“part” cannot be “after”"),
    ('measure = "phq9"', 'measure = "phqa"', "“phqa” is not measured in this protocol"),
    ('instrument = "gad7"', 'instrument = "phq9"', "the measure “phq9” is given twice"),
    ('"sessions.max",', '"sessions.most",', "“sessions.most” is said to be assumed"),
    ('participants = ["client"]', 'participants = ["partner"]', "must name the client"),
    ("follow_up_months = [1, 3]", "follow_up_months = [3, 1]", "“follow_up_months” must rise"),
    ('label = "Initial"', 'lable = "Initial"', "“label” is missing"),
    ("required = true", "required = true\nurgent = true", "“urgent” is not known here"),
]


@pytest.mark.parametrize(("old", "new", "reason"), BAD)
def test_a_bad_file_is_refused_with_its_reason(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(BadProtocol) as refused:
        parse(GOOD.replace(old, new, 1), "ipt-adult-16-1.toml")
    assert reason in refused.value.reason
    assert refused.value.file == "ipt-adult-16-1.toml"


def test_the_refusal_of_a_task_names_its_line() -> None:
    text = GOOD.replace('key = "sick_role"', 'key = "explain_depression"')
    line = GOOD.splitlines().index('key = "sick_role"') + 1
    with pytest.raises(BadProtocol) as refused:
        parse(text, "ipt-adult-16-1.toml")
    assert refused.value.line == line


def test_a_review_outside_its_phase_is_refused() -> None:
    text = GOOD.replace('label = "Take the history', 'half_way = true\nlabel = "Take the history')
    with pytest.raises(BadProtocol, match="lies outside the phase “initial”"):
        parse(text, "ipt-adult-16-1.toml")
