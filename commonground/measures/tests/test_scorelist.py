"""A list of earlier scores: each line as it is meant, or refused with its number and reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonground.measures import storages
from commonground.measures.scorelist import MOST, Fault, read

TODAY = date(2026, 3, 2)
PHQ9 = storages.latest("phq9")


def of(text: str):
    return read(text, TODAY, storages.newest())


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(f.line, f.code, f.about) for f in of(text).faults]


@pytest.mark.parametrize("cell", [",", ";", "\t"])
@pytest.mark.parametrize("day", ["2025-11-03", "03/11/2025"])
@pytest.mark.parametrize("name", ["PHQ-9", "phq9", "phq 9"])
def test_a_total_is_read_however_the_spreadsheet_wrote_it(cell: str, day: str, name: str) -> None:
    (row,) = of(f"\ufeffDay{cell}Measure{cell}Total\n{day}{cell}{name}{cell}17\n").rows
    assert (row.line, row.on, row.instrument.key, row.answers, row.total) == (
        2, date(2025, 11, 3), "phq9", {}, 17,
    )  # fmt: skip


def test_answers_stand_under_the_numbers_of_the_form_and_make_the_total() -> None:
    (row,) = of("day,measure,total,1,2,9\n2025-11-03,PHQ-9,,2,,1").rows
    assert (row.answers, row.total) == ({PHQ9.items[0].concept: 2, "better_off_dead": 1}, None)


def test_number_nine_of_the_adolescent_form_is_its_own() -> None:
    (row,) = of("day,measure,9\n2025-11-03,PHQ-A,1").rows
    assert list(row.answers) == [storages.latest("phqa").items[8].concept]


HEAD = "day,measure,total\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (1, "empty", "")),
        (" \n ", (1, "empty", "")),
        ("day,total\n2025-11-03,3", (1, "columns", "measure")),
        ("day,measure,mood of the day\n", (1, "unknown", "mood of the day")),
        ("day,measure,0\n", (1, "unknown", "0")),
        (HEAD + "2026-03-03,PHQ-9,3", (2, "date", "2026-03-03")),
        (HEAD + "1989-12-31,PHQ-9,3", (2, "date", "1989-12-31")),
        (HEAD + "31/02/2025,PHQ-9,3", (2, "date", "31/02/2025")),
        (HEAD + ",PHQ-9,3", (2, "date", "")),
        (HEAD + "2025-11-03,BDI,3", (2, "measure", "BDI")),
        (HEAD + "2025-11-03,PHQ-9,28", (2, "total", "28")),
        (HEAD + "2025-11-03,PHQ-9,-1", (2, "total", "-1")),
        (HEAD + "2025-11-03,PHQ-9,3.5", (2, "total", "3.5")),
        (HEAD + "2025-11-03,PHQ-9,", (2, "nothing", "")),
        ("day,measure,1\n2025-11-03,PHQ-9,4", (2, "answer", "1: 4")),
        ("day,measure,9\n2025-11-03,PHQ-9,often", (2, "answer", "9: often")),
        ("day,measure,12\n2025-11-03,PHQ-9,1", (2, "item", "12")),
        (
            "day,measure,total,1,2,3,4,5,6,7,8,9\n2025-11-03,PHQ-9,8,1,1,1,1,1,1,1,1,1",
            (2, "sum", "8"),
        ),
    ],
)
def test_a_slip_is_told_with_its_line_and_reason(text: str, fault: tuple[int, str, str]) -> None:
    assert faults(text) == [fault]
    assert of(text).rows == []


def test_every_slip_is_told_at_once_and_good_lines_beside_them_are_known() -> None:
    text = HEAD + "2025-11-03,PHQ-9,17\n2025-11-03,phq9,16\nnever,PHQ-9,3\n\n2025-11-04,BDI,1"
    assert faults(text) == [(3, "twice", "2"), (4, "date", "never"), (6, "measure", "BDI")]


def test_a_list_has_an_end() -> None:
    lines = [f"20{n // 12:02}-{n % 12 + 1:02}-01,PHQ-9,3" for n in range(MOST + 1)]
    assert faults(HEAD + "\n".join(lines)) == [(MOST + 2, "many", str(MOST))]


@given(st.text(max_size=300), st.sampled_from(["", HEAD, "day\tmeasure\t9\n"]))
def test_whatever_is_pasted_is_read_or_refused(text: str, head: str) -> None:
    found = of(head + text)
    assert all(isinstance(fault, Fault) for fault in found.faults)
    assert all(row.on <= TODAY for row in found.rows)
