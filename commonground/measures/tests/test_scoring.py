"""Scoring: exact on every vector, honest about what is missing (trust.md S1, S2)."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonground.measures.instrument import Instrument, Item, Option, Risk
from commonground.measures.scoring import (
    Alert,
    BadAnswer,
    Change,
    Due,
    Endorsed,
    Skipped,
    Why,
    alert_level,
    change,
    due_on,
    score,
    score_total,
    together,
    totals,
)

from .library import FOLDER, GAD7, PHQ9, PHQA, shipped

# The independent scorer: written from the published tables, by position, sharing nothing with the
# house. Nothing below may import from the instrument files.
NINE = [
    "interest",
    "low_mood",
    "sleep",
    "tired",
    "appetite",
    "self_worth",
    "concentration",
    "movement",
    "better_off_dead",
]
SEVEN = ["nervous", "control_worry", "worry", "relaxing", "restless", "irritable", "afraid"]
PHQ_BANDS = ["minimal"] * 5 + ["mild"] * 5 + ["moderate"] * 5
PHQ_BANDS += ["moderately_severe"] * 5 + ["severe"] * 8
GAD_BANDS = ["minimal"] * 5 + ["mild"] * 5 + ["moderate"] * 5 + ["severe"] * 7

YES_NO = Item("serious_thoughts", "?", (Option(0, "No"), Option(1, "Yes")), scored=False)
WITH_YES_NO = replace(
    PHQA, items=(*PHQA.items, YES_NO), risks=(*PHQA.risks, Risk("serious_thoughts"))
)


def independent(vector, bands, cut):
    total = 0
    for answer in vector:
        total += answer
    return total, bands[total], total > cut - 1


def test_all_262144_phq_9_vectors_match_the_independent_scorer() -> None:
    count = 0
    for vector in product(range(4), repeat=9):
        found = score(PHQ9, dict(zip(NINE, vector, strict=True)))
        if (found.total, found.band, found.case) != independent(vector, PHQ_BANDS, 10) or (
            [e.value for e in found.risk] != [v for v in vector[8:] if v]
        ):
            pytest.fail(f"{vector}: {found}")
        count += 1
    assert count == 262_144


def test_all_16384_gad_7_vectors_match_the_independent_scorer() -> None:
    for vector in product(range(4), repeat=7):
        found = score(GAD7, dict(zip(SEVEN, vector, strict=True)))
        assert (found.total, found.band, found.case) == independent(vector, GAD_BANDS, 8)


def test_all_262144_phq_a_vectors_match_the_independent_scorer() -> None:
    teen = [NINE[i] for i in (1, 0, 2, 4, 3, 5, 6, 7, 8)]
    for vector in product(range(4), repeat=9):
        found = score(PHQA, dict(zip(teen, vector, strict=True)))
        if (found.total, found.band, found.case) != independent(vector, PHQ_BANDS, 11):
            pytest.fail(f"{vector}: {found}")


@pytest.mark.parametrize(("who", "names", "limit"), [(PHQ9, NINE, 2), (GAD7, SEVEN, 1)])
def test_every_missing_pattern_has_a_total_only_within_the_limit(who, names, limit) -> None:
    for gone in product((False, True), repeat=len(names)):
        answers = {n: None if out else 1 for n, out in zip(names, gone, strict=True)}
        found = score(who, answers)
        assert found.missing == tuple(n for n, v in answers.items() if v is None)
        assert found.total == (len(names) if sum(gone) <= limit else None)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_every_band_holds_from_its_lowest_to_its_highest_total(name: str) -> None:
    measure = shipped(f"{name}.toml")
    for band in measure.bands:
        for total in range(band.lowest, band.highest + 1):
            if total % measure.multiplier == 0:
                assert score_total(measure, total).band == band.key


WSAS, WHO5, MSPSS = (shipped(f"{key}-1.toml") for key in ("wsas", "who5", "mspss"))


def test_work_that_does_not_apply_is_prorated_and_nothing_else_is() -> None:
    four = {"home": 4, "social_leisure": 5, "private_leisure": 3, "relationships": 4}
    assert (score(WSAS, four).total, score(WSAS, four).prorated) == (20, True)
    assert score(WSAS, {"work": 4} | dict.fromkeys(list(four)[:3], 4)).total is None
    assert score(WSAS, {}).total is None


def test_well_being_is_four_times_the_sum_and_higher_is_better() -> None:
    best = score(WHO5, {item.concept: 5 for item in WHO5.items})
    assert (best.total, best.band, best.case) == (100, "not_low", False)
    assert (score_total(WHO5, 48).case, score_total(WHO5, 52).case) == (True, False)
    assert change(40, 52, WHO5) is Change.IMPROVED
    assert change(52, 40, WHO5) is Change.DETERIORATED
    assert change(40, 48, WHO5) is Change.NONE


def test_support_is_told_as_means_for_the_whole_and_for_each_source() -> None:
    answers = {i.concept: 7 if i.concept.startswith("family") else 4 for i in MSPSS.items}
    found = score(MSPSS, answers)
    assert (found.total, str(found.mean)) == (60, "5.00")
    assert [(p.key, str(p.mean)) for p in found.parts] == [
        ("significant_other", "4.00"), ("family", "7.00"), ("friends", "4.00"),
    ]  # fmt: skip


def test_a_total_from_paper_knows_nothing_of_the_risk_items() -> None:
    found = score_total(PHQ9, 18)
    assert (found.band, found.case, found.risk) == ("moderately_severe", True, ())
    assert found.risk_unanswered == ("better_off_dead",)


@pytest.mark.parametrize(("who", "total"), [(PHQ9, 28), (PHQ9, -1), (PHQ9, True), (WHO5, 50)])
def test_a_total_that_cannot_be_is_refused(who: Instrument, total: int) -> None:
    with pytest.raises(BadAnswer):
        score_total(who, total)


@given(st.lists(st.lists(st.integers(0, 3), min_size=9, max_size=9)))
def test_totals_in_bulk_are_the_totals_one_by_one(rows: list[list[int]]) -> None:
    one_by_one = [score(PHQ9, dict(zip(NINE, row, strict=True))).total for row in rows]
    assert totals(PHQ9, map(bytes, rows)) == one_by_one


def test_a_scorer_that_takes_missing_for_zero_would_be_caught() -> None:
    """The control: the careless total differs from ours on the very first missing pattern."""
    answers: dict[str, int | None] = dict.fromkeys(NINE, 2)
    answers["sleep"] = None
    careless = sum(value or 0 for value in answers.values())
    assert score(PHQ9, answers).total == 18 != careless


def _independent_prorated(answered: list[int], asked: int) -> int:
    exact = Decimal(sum(answered)) * asked / len(answered)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("instrument", "concepts", "allowed"),
    [(PHQ9, NINE, 2), (GAD7, SEVEN, 1), (PHQA, NINE, 2)],
    ids=["PHQ-9", "GAD-7", "PHQ-A"],
)
@settings(max_examples=400)
@given(data=st.data())
def test_missing_items_are_prorated_up_to_the_limit_and_never_beyond(
    instrument: Instrument, concepts: list[str], allowed: int, data: st.DataObject
) -> None:
    one = st.one_of(st.none(), st.integers(0, 3))
    values = data.draw(st.lists(one, min_size=len(concepts), max_size=len(concepts)))
    answers = dict(zip(concepts, values, strict=True))
    if data.draw(st.booleans()):  # leaving a concept out says the same as None
        answers = {concept: value for concept, value in answers.items() if value is not None}
    found = score(instrument, answers)
    answered = [value for value in values if value is not None]
    gone = len(values) - len(answered)
    assert len(found.missing) == gone
    if gone > allowed:
        assert (found.total, found.band, found.case, found.prorated) == (None, None, None, False)
    else:
        assert found.total == _independent_prorated(answered, len(values))
        assert found.prorated is (gone > 0)
        assert found.case is (found.total >= (instrument.caseness or 0))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.sets(st.integers(0, 8), max_size=2))
def test_a_prorated_total_lies_between_the_least_and_the_most_it_could_be(
    vector: list[int], left_out: set[int]
) -> None:
    answers = {c: None if i in left_out else vector[i] for i, c in enumerate(NINE)}
    known = sum(v for v in answers.values() if v is not None)
    total = score(PHQ9, answers).total
    assert total is not None
    assert known <= total <= known + 3 * len(left_out)


@pytest.mark.parametrize(
    ("answered", "total"),
    [([1] * 4 + [2] * 4, 14), ([0] * 4 + [1] * 4, 5), ([0] * 7 + [1], 1), ([3] * 8, 27)],
)
def test_halves_are_rounded_up(answered: list[int], total: int) -> None:
    """12 over 8 of 9 is 13.5, and 4 over 8 of 9 is 4.5: the nearest whole number, halves up."""
    assert score(PHQ9, dict(zip(NINE, answered, strict=False))).total == total


def test_a_missing_item_nine_is_unknown_and_never_a_no() -> None:
    found = score(PHQ9, dict.fromkeys(NINE[:8], 2))
    assert found.risk == ()
    assert found.risk_unanswered == ("better_off_dead",)
    assert found.total == 18


def test_item_nine_counts_even_where_too_much_else_is_missing() -> None:
    found = score(PHQ9, {"better_off_dead": 1})
    assert found.total is None
    assert found.risk == (Endorsed("better_off_dead", 1),)


def test_a_yes_or_no_item_a_practice_adds_alerts_and_adds_nothing() -> None:
    answers = dict.fromkeys(NINE, 0) | {"serious_thoughts": 1}
    found = score(WITH_YES_NO, answers)
    assert (found.total, found.risk) == (0, (Endorsed("serious_thoughts", 1),))
    assert found.risk_unanswered == ()


def test_the_difficulty_item_neither_adds_nor_goes_missing() -> None:
    nothing = score(PHQ9, dict.fromkeys(NINE, 1))
    assert score(PHQ9, dict.fromkeys(NINE, 1) | {"difficulty": 3}) == nothing


@pytest.mark.parametrize("value", [-1, 4, 99, True, 1.0, "1"])
def test_an_answer_that_is_not_offered_is_refused(value: int) -> None:
    with pytest.raises(BadAnswer):
        score(PHQ9, {"sleep": value})


@pytest.mark.parametrize("concept", ["nervous", "Sleep", ""])
def test_an_answer_to_another_question_is_refused(concept: str) -> None:
    with pytest.raises(BadAnswer):
        score(PHQ9, {concept: None})


@pytest.mark.parametrize(
    ("instrument", "first", "last", "expected"),
    [
        (PHQ9, 18, 12, Change.IMPROVED),
        (PHQ9, 18, 13, Change.NONE),
        (PHQ9, 12, 18, Change.DETERIORATED),
        (PHQ9, 12, 17, Change.NONE),
        (GAD7, 13, 9, Change.IMPROVED),
        (GAD7, 13, 10, Change.NONE),
        (GAD7, 9, 13, Change.DETERIORATED),
        (PHQ9, None, 12, None),
        (PHQ9, 18, None, None),
        (PHQA, 16, 6, None),
    ],
)
def test_reliable_change_begins_exactly_at_its_published_size(
    instrument: Instrument, first: int | None, last: int | None, expected: Change | None
) -> None:
    assert change(first, last, instrument) is expected


UP, DOWN, SAME = Change.DETERIORATED, Change.IMPROVED, Change.NONE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([DOWN, DOWN], DOWN),
        ([DOWN, SAME], DOWN),
        ([UP, SAME], UP),
        ([UP, DOWN], SAME),
        ([SAME, SAME], SAME),
        ([DOWN, None], DOWN),
        ([None, None], None),
        ([], None),
    ],
)
def test_one_up_and_one_down_is_no_reliable_change(changes, expected) -> None:
    assert together(changes) is expected


TODAY, LATER = Due.SAME_DAY, Due.NEXT_WORKING_DAY


@pytest.mark.parametrize(
    ("previous", "value", "expected"),
    [
        ([], 0, None),
        ([3], 0, None),
        ([], 1, Alert(1, TODAY, Why.NEW)),
        ([], 3, Alert(3, TODAY, Why.NEW)),
        ([0], 1, Alert(1, TODAY, Why.NEW)),
        ([1, 0], 1, Alert(1, TODAY, Why.NEW)),
        ([None], 1, Alert(1, TODAY, Why.NEW)),
        ([0, None], 1, Alert(1, TODAY, Why.NEW)),
        ([1], 1, Alert(1, LATER, Why.KNOWN)),
        ([1, None], 1, Alert(1, LATER, Why.KNOWN)),
        ([2], 1, Alert(1, LATER, Why.KNOWN)),
        ([3], 1, Alert(1, LATER, Why.KNOWN)),
        ([1], 2, Alert(2, TODAY, Why.RISING)),
        ([2], 2, Alert(2, TODAY, Why.HIGH)),
        ([3], 2, Alert(2, TODAY, Why.HIGH)),
        ([2], 3, Alert(3, TODAY, Why.RISING)),
        ([3], 3, Alert(3, TODAY, Why.HIGH)),
        ([], None, Skipped()),
        ([1], None, Skipped()),
    ],
)
def test_item_nine_is_due_as_the_rule_says(previous, value, expected) -> None:
    assert alert_level(previous, value) == expected


@given(st.lists(st.one_of(st.none(), st.integers(0, 3))), st.integers(1, 3))
def test_no_answer_above_zero_is_ever_without_an_alert(previous, value: int) -> None:
    found = alert_level(previous, value)
    assert isinstance(found, Alert)
    if value >= 2:
        assert found.due is TODAY


def test_the_shipped_files_carry_the_rule_for_item_nine() -> None:
    assert PHQ9.risks[0] == PHQA.risks[0] == Risk("better_off_dead", 1, 2)


def test_a_yes_that_is_already_known_is_due_the_next_working_day() -> None:
    lifetime = WITH_YES_NO.risks[1]
    assert alert_level([], 1, lifetime) == Alert(1, TODAY, Why.NEW)
    assert alert_level([1], 1, lifetime) == Alert(1, LATER, Why.KNOWN)


@pytest.mark.parametrize(
    ("due", "on", "expected"),
    [
        (TODAY, date(2025, 9, 14), date(2025, 9, 14)),
        (LATER, date(2025, 9, 11), date(2025, 9, 12)),
        (LATER, date(2025, 9, 12), date(2025, 9, 15)),
        (LATER, date(2025, 12, 24), date(2025, 12, 29)),
    ],
    ids=["Sunday is today", "Thursday", "Friday", "Christmas"],
)
def test_the_next_working_day_steps_over_weekends_and_closed_days(due, on, expected) -> None:
    closed = {date(2025, 12, 25), date(2025, 12, 26)}
    assert due_on(due, on, closed) == expected
