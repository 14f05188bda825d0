"""A list of earlier scores: read line by line, or refused with what is wrong where.

A line is one measure on one day: its total, or its answers in the order of the form, or both.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from .instrument import Instrument
from .scoring import BadAnswer, score, score_total

MOST = 200
"""Lines in one list."""
EARLIEST = date(1990, 1, 1)
"""No measure here is older; a day before it is a slip of the finger."""
HEAD = ("day", "measure", "total")


@dataclass(frozen=True)
class Row:
    """One measure on one day. `line` counts from 1 with the heading.

    `total` stands alone, with no `answers`; where answers are given, they make the total.
    """

    line: int
    on: date
    instrument: Instrument
    answers: dict[str, int]
    total: int | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line: a code, and the column or value it is about."""

    line: int
    code: str
    about: str = ""


class _Slip(Exception):
    """What is wrong in the line being read."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass
class Read:
    """What was read: everything, or why not."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(text: str, today: date, measures: Iterable[Instrument]) -> Read:
    """Read a list with a heading line; commas, semicolons or tabs between the cells.

    Days are 2026-03-02 or 02/03/2026; a measure is called by its key or name, an answer's column
    by its number on the form. Fault codes: empty, columns, unknown, many, date, measure, total,
    answer, item, sum, nothing, twice.
    """
    found = Read()
    lines = text.lstrip("\ufeff").splitlines()
    if not any(line.strip() for line in lines):
        found.faults.append(Fault(1, "empty"))
        return found
    separator = max("\t;,", key=lines[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    heads = [head.strip().lower() for head in next(reader)]
    missing = [Fault(1, "columns", name) for name in HEAD[:2] if name not in heads]
    strange = [
        Fault(1, "unknown", head[:20]) for head in heads if head not in HEAD and not _number(head)
    ]
    found.faults += missing + strange
    if not found.faults:
        _rows(reader, heads, today, _by_name(measures), found)
    return found


def _rows(
    reader: Iterable[list[str]],
    heads: list[str],
    today: date,
    known: Mapping[str, Instrument],
    found: Read,
) -> None:
    seen: dict[tuple[str, date], int] = {}
    for line, cells in enumerate(reader, 2):
        told = {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}
        if not any(told.values()):
            continue
        if line > MOST + 1:
            found.faults.append(Fault(line, "many", str(MOST)))
            return
        try:
            row = _row(line, told, today, known)
        except _Slip as slip:
            found.faults.append(Fault(line, slip.code, slip.about[:40]))
            continue
        same = (row.instrument.key, row.on)
        if same in seen:
            found.faults.append(Fault(line, "twice", str(seen[same])))
        seen.setdefault(same, line)
        found.rows.append(row)


def _row(line: int, told: dict[str, str], today: date, known: Mapping[str, Instrument]) -> Row:
    """The line as it is meant. Raises _Slip."""
    on = _date(told.get("day", ""))
    if on is None or not EARLIEST <= on <= today:
        raise _Slip("date", told.get("day", ""))
    instrument = known.get(_plain(told.get("measure", "")))
    if instrument is None:
        raise _Slip("measure", told.get("measure", ""))
    answers = dict(_answers(told, instrument))
    written = told.get("total", "")
    total = _number(written, least=0)
    if written and total is None:
        raise _Slip("total", written)
    if not answers and total is None:
        raise _Slip("nothing")
    try:
        made = score(instrument, answers).total if answers else score_total(instrument, total or 0)
    except BadAnswer as error:
        raise _Slip("total", written) from error
    if answers and total is not None and made != total:
        raise _Slip("sum", written)
    return Row(line, on, instrument, answers, None if answers else total)


def _answers(told: dict[str, str], instrument: Instrument) -> Iterator[tuple[str, int]]:
    for head, cell in told.items():
        number = _number(head)
        if not number or not cell:
            continue
        if number > len(instrument.items):
            raise _Slip("item", head)
        item = instrument.items[number - 1]
        value = _number(cell, least=0)
        if value is None or value not in item.values:
            raise _Slip("answer", f"{head}: {cell}")
        yield item.concept, value


def _by_name(measures: Iterable[Instrument]) -> dict[str, Instrument]:
    return {_plain(name): made for made in measures for name in (made.key, made.name)}


def _plain(name: str) -> str:
    """A name as it is compared: PHQ-9, phq9 and “PHQ 9” are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _number(text: str, least: int = 1) -> int | None:
    """A whole number of at most four digits; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and int(text) >= least else None


def _date(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None
