"""A record put into headings, with what stands under each: for a page, a file, or an emergency."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.formats import date_format

from .. import filled
from ..models import Told, Worksheet


@dataclass(frozen=True)
class Part:
    """One heading with what stands under it: (what it is called, what it says)."""

    title: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    brief: bool = False
    """Whether each line is short enough to stand beside what it is called."""


def written(*lines: tuple[str, str | None]) -> list[tuple[str, str]]:
    """Those lines on which something is written."""
    return [(name, words) for name, words in lines if words]


def scores(told: Told) -> Iterator[tuple[str, str]]:
    """Every measure of a course with its totals, day by day."""
    for key in told.measured:
        chart = told.chart(key)
        said = [
            f"{date_format(row.on, 'j F Y')}: {row.total}"
            for row in chart.rows
            if row.total is not None
        ]
        if said:
            yield chart.name, "\n".join(said)


def sheet_lines(row: Worksheet, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is written on a sheet: what was asked, and the answer."""
    for line in filled.reading(row.sheet, row.answers, names):
        if not line.rows:
            yield line.field.label, line.words
            continue
        told = [
            "; ".join(f"{cell.head}: {cell.words}" for cell in each.cells if cell.words)
            for each in line.rows
        ]
        yield line.field.label, "\n".join(told)


def day(at: datetime | date) -> str:
    """A day in full, as it is read aloud."""
    return date_format(at, "j F Y")
