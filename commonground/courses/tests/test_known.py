"""What is known beside the meetings: no focus, one at rest, a protocol that does not suit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.progress import Attendance, Because, Known, Record, progress

from .priya import ADULT_16, DATES, FIRST, INSTRUMENTS, up_to

HELD = [Attendance.ON_TIME, Attendance.LATE_SEEN]
UNHELD = [a for a in Attendance if a not in HELD]


def codes(session, known, protocol=ADULT_16):
    found = progress(
        protocol, up_to(session), DATES[session - 1], instruments=INSTRUMENTS, known=known
    )
    return {prompt.code for prompt in found.because}


@pytest.mark.parametrize(
    ("session", "foci", "asked"), [(4, 0, False), (5, 0, True), (5, 1, False), (9, None, False)]
)
def test_a_focus_is_asked_for_when_the_first_phase_is_over(session, foci, asked):
    assert (Because.NO_FOCUS in codes(session, Known(foci=foci))) == asked


@pytest.mark.parametrize(("worked", "asked"), [(6, True), (7, False), (9, False), (None, False)])
def test_a_primary_focus_at_rest_is_worth_a_thought(worked, asked):
    known = Known(foci=2, worked=worked)
    assert (Because.FOCUS_RESTING in codes(9, known)) == asked


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        (Known(age=17), True),
        (Known(age=18), False),
        (Known(age=None), False),
        (Known(suits="no"), True),
        (Known(suits="with_care"), False),
    ],
)
def test_a_protocol_that_does_not_suit_is_said(known, asked):
    assert (Because.UNSUITABLE in codes(1, known)) == asked


def test_too_old_for_a_protocol_of_the_young_is_said_too():
    young = replace(ADULT_16, age_from=12, age_to=18)
    assert Because.UNSUITABLE in codes(1, Known(age=19), young)
    assert Because.UNSUITABLE not in codes(1, Known(age=18), young)


def meetings(attended):
    return [
        Record(on=FIRST + timedelta(weeks=week), number=None, attendance=attendance)
        for week, attendance in enumerate(attended)
    ]


@given(st.lists(st.sampled_from(list(Attendance)), max_size=24), st.integers(12, 20))
def test_n_of_n_is_true_whatever_was_missed_cancelled_or_agreed_anew(attended, total):
    """Only what was held counts, and the course is never beyond its end."""
    on = FIRST + timedelta(weeks=len(attended))
    agreed = ADULT_16.as_agreed(total)
    found = progress(agreed, meetings(attended), on, instruments=INSTRUMENTS)
    held = sum(a in HELD for a in attended)
    assert found.held == min(held, total)
    assert found.number == min(held + 1, total)
    assert found.left == total - found.number
    assert found.number in found.phase
    assert sum(stretch.held for stretch in found.stretches) == found.held


@given(st.lists(st.sampled_from(list(Attendance)), max_size=24))
def test_a_missed_session_counts_only_where_the_contract_says_so(attended):
    on = FIRST + timedelta(weeks=len(attended))
    told = (meetings(attended), on)
    strict = progress(
        ADULT_16, *told, instruments=INSTRUMENTS, known=Known(missed_counts=True)
    ).held
    kind = progress(ADULT_16, *told, instruments=INSTRUMENTS).held
    missed = sum(a in {Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN} for a in attended)
    assert strict == min(kind + missed, 16)
