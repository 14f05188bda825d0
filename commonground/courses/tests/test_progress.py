"""Where a course stands, told by Priya's sixteen sessions (domain.md §9)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.progress import (
    Attendance,
    Because,
    Prompt,
    Record,
    progress,
    standing,
)
from commonground.measures.scoring import Change, Due, Why, score

from .priya import (
    ADULT_16,
    CANCELLED,
    DATES,
    FIRST,
    FOLLOW_UP,
    INSTRUMENTS,
    MISSED,
    TABLE,
    gad7,
    instrument,
    phq9,
    protocol,
    up_to,
)


def at(session: int, **more):
    """Her course on the day of a session, once it was held."""
    records = up_to(session, **more)
    on = FOLLOW_UP if more.get("follow_up") else DATES[session - 1]
    return progress(ADULT_16, records, on, instruments=INSTRUMENTS)


def prompts(session: int, **more) -> dict[Because, Prompt]:
    return {prompt.code: prompt for prompt in at(session, **more).because}


@pytest.mark.parametrize(("session", "vector", "depression", "anxiety"), TABLE)
def test_the_vectors_of_the_example_have_its_totals(session, vector, depression, anxiety) -> None:
    assert (phq9(vector).total, gad7(anxiety).total) == (depression, anxiety)


@pytest.mark.parametrize("session", range(1, 17))
def test_on_its_day_each_session_is_n_of_sixteen(session: int) -> None:
    found = at(session)
    assert (found.number, found.sessions, found.held) == (session, 16, session)
    assert found.left == 16 - session


@pytest.mark.parametrize(
    ("session", "phase"), [(1, "initial"), (4, "initial"), (5, "middle"), (12, "middle"),
                           (13, "ending"), (16, "ending")]
)  # fmt: skip
def test_the_phase_follows_the_session(session: int, phase: str) -> None:
    assert at(session).phase.key == phase


# session → the heuristics that speak, by the first letters below
S, N, W = Because.SMALL_FALL, Because.NO_IMPROVEMENT, Because.WORSE_THAN_START


@pytest.mark.parametrize(
    ("session", "speaks"),
    [(1, set()), (5, set()), (6, {S}), (7, {S}), (8, {N}), (9, set()), (12, set()), (16, set())],
)
def test_the_heuristics_speak_where_the_example_says(session: int, speaks: set) -> None:
    assert set(prompts(session)) & {S, N, W} == speaks
    if session > 1:
        assert at(session).on_track is (not speaks)


def test_the_review_prompt_fires_at_session_six_with_its_reason() -> None:
    found = prompts(6)[Because.SMALL_FALL]
    assert (found["first"], found["last"], found["fall_percent"]) == (18, 15, 16.7)
    assert found["session"] == 6


def test_a_fall_of_exactly_a_fifth_is_enough() -> None:
    records = [
        Record(FIRST + timedelta(weeks=n), n + 1, Attendance.ON_TIME, scores={"phq9": phq9(v)})
        for n, v in enumerate(["333330000"] + ["333300000"] * 5)
    ]
    found = progress(ADULT_16, records, records[-1].on, instruments=INSTRUMENTS)
    assert Because.SMALL_FALL not in {p.code for p in found.because}


def test_item_nine_at_session_seven_is_new_again_and_due_the_same_day() -> None:
    found = prompts(7)[Because.RISK_ANSWERED]
    assert (found["value"], found["why"], found["due"]) == (1, Why.NEW, Due.SAME_DAY)


@pytest.mark.parametrize(
    ("session", "why"),
    [(1, Why.NEW), (2, Why.KNOWN), (3, None), (6, None), (7, Why.NEW), (8, None)],
)
def test_item_nine_speaks_only_where_it_was_answered(session: int, why: Why | None) -> None:
    found = prompts(session).get(Because.RISK_ANSWERED)
    assert (found["why"] if found else None) == why


def test_a_skipped_item_nine_is_asked_about_and_not_taken_for_a_no() -> None:
    answers = {i.concept: 1 for i in INSTRUMENTS["phq9"].scored[:8]}
    records = [Record(FIRST, 1, None, scores={"phq9": score(INSTRUMENTS["phq9"], answers)})]
    found = progress(ADULT_16, records, FIRST, instruments=INSTRUMENTS)
    assert [p.code for p in found.because] == [Because.RISK_SKIPPED]


@pytest.mark.parametrize(
    ("session", "change", "recovery"),
    [
        (1, None, None),
        (2, Change.NONE, False),
        (8, Change.NONE, False),
        (9, Change.IMPROVED, False),
        (11, Change.IMPROVED, False),
        (12, Change.IMPROVED, True),
        (16, Change.IMPROVED, True),
    ],
)
def test_improvement_comes_at_session_nine_and_recovery_at_twelve(
    session: int, change: Change | None, recovery: bool | None
) -> None:
    found = at(session).standing
    assert (found.change, found.recovery) == (change, recovery)
    assert found.reliable_recovery is (recovery and change is Change.IMPROVED)


def test_at_the_end_response_yes_and_remission_not_yet() -> None:
    pair = at(16).standing.pair("phq9")
    assert pair is not None
    assert (pair.first, pair.last, pair.response, pair.remission) == (18, 5, True, False)


def test_at_follow_up_remission() -> None:
    found = at(16, follow_up=True)
    pair = found.standing.pair("phq9")
    assert pair is not None
    assert (pair.last, pair.remission) == (4, True)
    assert (found.number, found.held, found.finished) == (16, 16, True)


def test_one_measure_down_and_the_other_up_is_no_reliable_change() -> None:
    records = [
        Record(FIRST, 1, Attendance.ON_TIME, scores={"phq9": phq9("222222222"), "gad7": gad7(8)}),
        Record(DATES[1], 2, None, scores={"phq9": phq9("111111111"), "gad7": gad7(12)}),
    ]
    assert standing(ADULT_16, records, INSTRUMENTS).change is Change.NONE


def test_somebody_who_was_no_case_cannot_recover() -> None:
    records = [
        Record(FIRST, 1, scores={"phq9": phq9("111111100"), "gad7": gad7(7)}),
        Record(DATES[1], 2, scores={"phq9": phq9("000000000"), "gad7": gad7(0)}),
    ]
    found = standing(ADULT_16, records, INSTRUMENTS)
    assert (found.case_first, found.recovery) == (False, None)


def test_recovery_is_not_claimed_while_one_measure_is_missing() -> None:
    records = [
        Record(FIRST, 1, scores={"phq9": phq9("222222222"), "gad7": gad7(13)}),
        Record(DATES[1], 2, scores={"phq9": phq9("000000000")}),
    ]
    assert standing(ADULT_16, records, INSTRUMENTS).recovery is None


def test_before_the_first_session_the_course_stands_at_one() -> None:
    found = progress(ADULT_16, up_to(0), FIRST - timedelta(days=3), instruments=INSTRUMENTS)
    assert (found.number, found.held, found.left, found.on_track) == (1, 0, 15, None)
    assert (found.next_on, found.last_on) == (FIRST, DATES[-1])


def test_without_dates_the_last_day_is_not_known() -> None:
    found = progress(ADULT_16, [], FIRST, instruments=INSTRUMENTS)
    assert (found.number, found.next_on, found.last_on) == (1, None, None)


def test_the_day_before_session_nine_the_course_stands_at_nine() -> None:
    found = progress(ADULT_16, up_to(8), DATES[8] - timedelta(days=1), instruments=INSTRUMENTS)
    assert (found.number, found.held, found.left) == (9, 8, 7)


def test_a_cancelled_meeting_does_not_count() -> None:
    day = replace_from(up_to(9), [Record(CANCELLED, 10, Attendance.CLIENT_CANCELLED)])
    found = progress(ADULT_16, day, CANCELLED, instruments=INSTRUMENTS)
    assert (found.number, found.held) == (10, 9)


def replace_from(records: list[Record], more: list[Record]) -> list[Record]:
    taken = {record.number for record in more}
    return [record for record in records if record.number not in taken] + more


def test_a_missed_session_is_spoken_of_until_the_next_is_held() -> None:
    gone = [*up_to(12), Record(MISSED, attendance=Attendance.DID_NOT_ATTEND)]
    found = progress(ADULT_16, gone, MISSED, instruments=INSTRUMENTS)
    assert {p.code: p for p in found.because}[Because.DID_NOT_ATTEND]["on"] == MISSED
    assert Because.DID_NOT_ATTEND not in prompts(13)


@pytest.mark.parametrize(("session", "until"), [(8, None), (9, 4), (12, 1), (13, None)])
def test_the_ending_is_called_to_mind_from_four_sessions_before(session, until) -> None:
    found = prompts(session).get(Because.ENDING_AHEAD)
    assert (found["sessions_until"] if found else None) == until


def test_a_named_ending_is_not_called_to_mind() -> None:
    assert Because.ENDING_AHEAD not in prompts(9, done=frozenset({"name_ending"}))


def test_required_tasks_of_a_phase_that_is_over_are_counted() -> None:
    done = frozenset(t.key for t in ADULT_16.phases[0].tasks if t.key not in ("focus", "contract"))
    assert Because.TASKS_LEFT_BEHIND not in prompts(4, done=done)
    found = prompts(5, done=done)[Because.TASKS_LEFT_BEHIND]
    assert (found["phase"], found["count"]) == ("initial", 2)
    assert [t.key for t in at(5, done=done).tasks_open] == ["focus", "contract"]


def test_the_ribbon_counts_each_phase_by_itself() -> None:
    assert [(s.phase.key, s.held, len(s.phase)) for s in at(9).stretches] == [
        ("initial", 4, 4),
        ("middle", 5, 8),
        ("ending", 0, 4),
    ]


def test_six_points_above_the_start_is_worse() -> None:
    vectors = ["111111110", "222222110"]
    records = [
        Record(DATES[n], n + 1, Attendance.ON_TIME, scores={"phq9": phq9(v)})
        for n, v in enumerate(vectors)
    ]
    found = progress(ADULT_16, records, DATES[1], instruments=INSTRUMENTS)
    assert found.on_track is False
    assert {p.code for p in found.because} == {Because.WORSE_THAN_START}


def test_jordan_improves_without_a_claim_that_nobody_has_established() -> None:
    teen = instrument("phqa-1.toml")
    totals = [16, 15, 15, 13, 14, 12, 11, 10, 8, 8, 7, 6]
    records = []
    for n, total in enumerate(totals):
        eight = [total // 8 + (i < total % 8) for i in range(8)]
        values = dict(zip([i.concept for i in teen.scored[:8]], eight, strict=True))
        answers = values | {"better_off_dead": 0}
        scores = {"phqa": score(teen, answers)}
        records.append(Record(FIRST + timedelta(weeks=n), n + 1, Attendance.ON_TIME, scores=scores))
    found = progress(
        protocol("ipt-a-12-1.toml"), records, records[-1].on, instruments={"phqa": teen}
    )
    assert [s.case for r in records for s in r.scores.values()].index(False) == 7  # session 8
    assert (found.standing.change, found.standing.recovery) == (None, True)
    assert (found.standing.reliable_recovery, found.on_track) == (None, True)


CODES = st.sampled_from([None, *Attendance])


@given(st.lists(st.tuples(st.integers(0, 400), CODES), max_size=40), st.integers(0, 400))
def test_n_of_n_holds_whatever_is_cancelled_moved_or_missed(meetings, day: int) -> None:
    records = [Record(FIRST + timedelta(days=d), attendance=code) for d, code in meetings]
    on = FIRST + timedelta(days=day)
    found = progress(ADULT_16, records, on, instruments=INSTRUMENTS)
    assert 1 <= found.number <= found.sessions == found.number + found.left
    assert found.held == min(16, sum(r.held for r in records if r.on <= on))
    assert sum(s.held for s in found.stretches) == found.held
    assert found.number in found.phase


@given(st.permutations(up_to(16, follow_up=True)))
def test_the_order_of_the_records_makes_no_difference(shuffled) -> None:
    assert progress(ADULT_16, shuffled, date(2026, 5, 1), instruments=INSTRUMENTS) == progress(
        ADULT_16, up_to(16, follow_up=True), date(2026, 5, 1), instruments=INSTRUMENTS
    )


def test_an_extended_course_keeps_its_count_and_its_ending() -> None:
    found = progress(ADULT_16, up_to(16), DATES[-1], instruments=INSTRUMENTS, sessions=18)
    assert (found.number, found.left, found.finished, found.phase.key) == (16, 2, False, "ending")
    assert found.phase.first == 15


def test_a_session_held_today_is_still_todays_session() -> None:
    early = [replace(r, attendance=Attendance.LATE_SEEN) for r in up_to(1)[:1]]
    found = progress(ADULT_16, early, FIRST, instruments=INSTRUMENTS)
    assert (found.number, found.held) == (1, 1)


def test_a_follow_up_is_no_session_of_the_course() -> None:
    later = Record(FOLLOW_UP, attendance=Attendance.ON_TIME, follow_up=True)
    found = progress(ADULT_16, [*up_to(3)[:3], later], FOLLOW_UP, instruments=INSTRUMENTS)
    assert (found.number, found.held) == (4, 3)


def test_at_a_follow_up_only_being_worse_still_speaks() -> None:
    for vector, speaks in [("222222222", set()), ("333333330", {W})]:
        later = Record(FOLLOW_UP, scores={"phq9": phq9(vector)}, follow_up=True)
        found = progress(ADULT_16, [*up_to(16), later], FOLLOW_UP, instruments=INSTRUMENTS)
        assert {p.code for p in found.because} & {S, N, W} == speaks
