"""Two on one sheet: what each wrote is kept, and only the same place is asked about."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.courses import filled, storages
from commonground.courses.worksheet import Kind

SHEET = storages.worksheet("communication-analysis", 1)
PLAN = storages.worksheet("safety-plan", 1)
ONE = {"aim": "To be heard", "exchange": [{"who": "me", "said": "You are late"}, {"said": "…"}]}


def test_blank_rows_at_the_end_are_let_go_and_others_keep_their_places():
    told = {"exchange": [{"said": ""}, {"said": "b"}, {"said": " "}, {}], "aim": ""}
    assert filled.tidy(SHEET, told) == {"exchange": [{}, {"said": "b"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"nobody": "x"},
        {"tried": "perhaps"},
        {"exchange": [{"who": "us"}]},
        {"exchange": "x"},
        {"exchange": [{"said": "x"}] * 61},
        {"person": "Tom"},
        {"aim": "x" * 4001},
    ],
)
def test_what_the_sheet_does_not_ask_is_refused(wrong):
    with pytest.raises((ValueError, KeyError)):
        filled.tidy(SHEET, wrong)


def test_a_rating_is_a_number_in_its_range():
    sheet = storages.worksheet("role-play", 1)
    assert filled.tidy(sheet, {"ready": 0}) == {"ready": 0}
    for wrong in (11, True, "3"):
        with pytest.raises(ValueError):
            filled.tidy(sheet, {"ready": wrong})


def test_two_who_write_in_different_places_both_keep_what_they_wrote():
    seen = filled.stamps(SHEET, ONE)
    theirs = {**ONE, "outcome": "He left"}
    mine = {**ONE, "exchange": [*ONE["exchange"], {"said": "Sorry"}]}
    merged = filled.merge(SHEET, mine, theirs, seen)
    assert merged.clashes == ()
    assert merged.answers["outcome"] == "He left"
    assert merged.answers["exchange"][2] == {"said": "Sorry"}


def test_two_who_write_in_the_same_place_are_both_heard():
    seen = filled.stamps(SHEET, ONE)
    merged = filled.merge(SHEET, {"aim": "Mine"} | ONE | {"aim": "Mine"}, ONE | {"aim": "T"}, seen)
    assert merged.clashes == ("aim",)
    assert merged.answers["aim"] == "T"


def test_who_saw_nothing_replaces_nothing():
    assert filled.merge(SHEET, {"aim": "Mine"}, ONE, {}).clashes == ("aim",)


def test_what_somebody_takes_out_is_gone_unless_the_other_changed_it():
    seen = filled.stamps(SHEET, ONE)
    without = {k: v for k, v in ONE.items() if k != "aim"}
    assert "aim" not in filled.merge(SHEET, without, ONE, seen).answers
    changed = {**ONE, "aim": "Another"}
    assert filled.merge(SHEET, without, changed, seen).clashes == ("aim",)


words = st.sampled_from(["", "a", "b", "c"])
rows = st.lists(st.fixed_dictionaries({"said": words, "felt": words}), max_size=4)
sheets = st.fixed_dictionaries({"aim": words, "outcome": words, "exchange": rows}).map(
    lambda told: filled.tidy(SHEET, told)
)


@given(sheets, sheets, sheets)
def test_no_piece_is_ever_replaced_by_somebody_who_had_not_seen_it(base, mine, theirs):
    seen = filled.stamps(SHEET, base)
    merged = filled.merge(SHEET, mine, theirs, seen)
    was, my, their, now = (filled.pieces(SHEET, each) for each in
                           (base, mine, theirs, merged.answers))  # fmt: skip
    for name in {*was, *my, *their, *now}:
        wrote, other = my.get(name) != was.get(name), their.get(name) != was.get(name)
        if name in merged.clashes:
            assert wrote and other and my.get(name) != their.get(name)
            assert now.get(name) == their.get(name)
        elif wrote:
            assert now.get(name) == my.get(name)
        else:
            assert now.get(name) == their.get(name)


@given(sheets)
def test_pieces_put_together_again_are_the_sheet(told):
    assert filled.whole(SHEET, filled.pieces(SHEET, told)) == told


@given(sheets)
def test_saving_what_stands_there_changes_nothing(told):
    assert filled.merge(SHEET, told, told, {}) == filled.Merged(told, ())


# ——— in words ———

TOM = "7d9f2f6a-4a5f-4b0e-9a55-0f1f4e5b6c7d"


def test_a_sheet_is_read_with_names_and_its_numbers_can_be_rung():
    told: dict[str, Any] = {"ask": [{"who": TOM, "number": "01632 960 311"}], "signs": "Quiet"}
    signs, ask = filled.reading(PLAN, told, {TOM: "Tom"})
    assert (signs.words, ask.head) == ("Quiet", ("Somebody", "Telephone"))
    assert [(c.words, c.href) for c in ask.rows[0].cells] == [
        ("Tom", ""), ("01632 960 311", "tel:01632960311"),
    ]  # fmt: skip
    assert filled.linked(PLAN, told)[Kind.PERSON] == {TOM}


def test_a_list_says_what_a_sheet_is_about():
    assert filled.about(SHEET, {"aim": "To be heard\nat last"}) == "To be heard"
    assert filled.about(SHEET, {}) == ""


def test_what_changed_is_told_in_the_order_of_the_sheet():
    after = {**ONE, "exchange": [{"said": "No"}, {"said": "…"}], "outcome": "x", "aim": "y"}
    assert filled.changed(SHEET, ONE, after) == ("aim", "exchange-0", "outcome")
    label, said = filled.piece_in_words(SHEET, "exchange-0", {"who": "me", "said": "No"}, {})
    assert (label, said) == ("Line by line, line 1", "Who: I\nSaid, and how: No")
