"""What was filled in on a worksheet: kept in pieces, so that two can write on one sheet at once.

A piece is one field, or one row of a field with rows. Whoever saves says what they had seen of each
piece; what they did not touch is left as the other has it, and only where both wrote in the same
piece are both texts laid side by side. Nothing is ever replaced by somebody who had not seen it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from .worksheet import LINKS, MOST, Field, Kind, Worksheet

Answers = Mapping[str, Any]
"""By the key of the field; a field with rows holds a list of the same, by column."""
LONGEST = {Kind.LINE: 300, Kind.TEXT: 4000, Kind.PHONE: 40}
"""How many characters there may be in what is written freely."""


def tidy(sheet: Worksheet, given: Answers) -> dict[str, Any]:
    """The answers as they are kept: without what is blank, in the shape of the sheet.

    Raises ValueError for a field, an option or a shape that the sheet does not have.
    """
    known = {each.key: each for each in sheet.fields}
    if strange := given.keys() - known.keys():
        raise ValueError(f"{sheet.id} has no field “{min(strange)}”.")
    return _row({key: _value(known[key], value) for key, value in given.items()})


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, [])}


def _value(each: Field, value: Any) -> Any:
    if value in ("", None) or value == []:
        return None
    if each.kind is Kind.ROWS:
        return _rows(each, value)
    if each.kind is Kind.TICKS:
        if not isinstance(value, list) or set(value) - {option.key for option in each.options}:
            raise ValueError(f"“{each.key}” cannot be {value!r}.")
        return [option.key for option in each.options if option.key in value]
    if each.kind is Kind.RATING:
        if type(value) is not int or not each.low <= value <= each.high:
            raise ValueError(f"“{each.key}” must be from {each.low} to {each.high}.")
        return value
    if each.kind in LONGEST:
        words = str(value).replace("\r\n", "\n").strip()
        if len(words) > LONGEST[each.kind]:
            raise ValueError(f"“{each.key}” is too long.")
        return words
    if each.kind is Kind.CHOICE and value not in {option.key for option in each.options}:
        raise ValueError(f"“{each.key}” cannot be {value!r}.")
    if each.kind is Kind.DATE:
        return date.fromisoformat(str(value)).isoformat()
    return str(UUID(str(value))) if each.kind in LINKS else str(value)


def _rows(each: Field, value: Any) -> list[dict[str, Any]]:
    """Rows keep their places, blank ones between others too; blank ones at the end are let go."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValueError(f"“{each.key}” holds at most {MOST} rows.")
    rows = [_row({key: _value(each.column(key), v) for key, v in row.items()}) for row in value]
    while rows and not rows[-1]:
        rows.pop()
    return rows


# ——— in pieces ———


def pieces(sheet: Worksheet, answers: Answers) -> dict[str, Any]:
    """What is filled in, by the name of its piece: "when", "exchange-0", "exchange-1" …"""
    found: dict[str, Any] = {}
    for each in sheet.fields:
        value = answers.get(each.key)
        if each.kind is not Kind.ROWS:
            if value not in ("", None, []):
                found[each.key] = value
        else:
            found |= {f"{each.key}-{n}": row for n, row in enumerate(value or []) if row}
    return found


def whole(sheet: Worksheet, parts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that these pieces are of."""
    answers: dict[str, Any] = {}
    for each in sheet.fields:
        if each.kind is not Kind.ROWS:
            if each.key in parts:
                answers[each.key] = parts[each.key]
            continue
        places = {n: row for n in range(MOST) if (row := parts.get(f"{each.key}-{n}"))}
        if places:
            answers[each.key] = [places.get(n, {}) for n in range(max(places) + 1)]
    return answers


def stamp(value: Any) -> str:
    """A short mark of what a piece says, by which its writer proves what they had seen."""
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stamps(sheet: Worksheet, answers: Answers) -> dict[str, str]:
    """What somebody sees who opens the sheet now."""
    return {name: stamp(value) for name, value in pieces(sheet, answers).items()}


@dataclass(frozen=True)
class Merged:
    """What both have written. `clashes` names the pieces in which both wrote differently."""

    answers: dict[str, Any]
    clashes: tuple[str, ...]


def merge(sheet: Worksheet, mine: Answers, theirs: Answers, seen: Mapping[str, str]) -> Merged:
    """Put `mine` on top of what stands there (`theirs`); `seen` is what their writer had before.

    In a clash the answers keep what stands there: nothing is to be saved before somebody chose.
    """
    my, their = pieces(sheet, mine), pieces(sheet, theirs)
    found, clashes = dict(their), []
    for name in {**their, **my}:
        written, stands, had = my.get(name), their.get(name), seen.get(name, "")
        if written == stands or stamp(written) == had:
            continue
        if stamp(stands) != had:
            clashes.append(name)
        elif written is None:
            del found[name]
        else:
            found[name] = written
    return Merged(whole(sheet, found), tuple(clashes))


def changed(sheet: Worksheet, before: Answers, after: Answers) -> tuple[str, ...]:
    """The names of the pieces that are not the same, in the order of the sheet."""
    was, now = pieces(sheet, before), pieces(sheet, after)
    every = {**was, **now}
    order = [each.key for each in sheet.fields]

    def place(name: str) -> tuple[int, int]:
        key, _dash, row = name.partition("-")
        return order.index(key), int(row or 0)

    return tuple(sorted((n for n in every if was.get(n) != now.get(n)), key=place))


def linked(sheet: Worksheet, answers: Answers) -> dict[Kind, set[str]]:
    """The ids of people, events and goals that are named anywhere on the sheet."""
    found: dict[Kind, set[str]] = {kind: set() for kind in LINKS}
    for each in sheet.fields:
        if each.kind in LINKS and answers.get(each.key):
            found[each.kind].add(answers[each.key])
        for row in answers.get(each.key, ()) if each.kind is Kind.ROWS else ():
            for column in each.columns:
                if column.kind in LINKS and row.get(column.key):
                    found[column.kind].add(row[column.key])
    return found


# ——— in words ———


@dataclass(frozen=True)
class Cell:
    """What stands under one column; a telephone number can be rung."""

    head: str
    words: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Line:
    """One field as it is read: `words`, or `rows`, each with the same cells under `head`."""

    field: Field
    words: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def in_words(each: Field, value: Any, names: Mapping[str, str]) -> str:
    """One answer as it is read; `names` says what people, events and goals are called."""
    if value in ("", None) or value == []:
        return ""
    said = {option.key: option.label for option in each.options}
    if each.kind is Kind.TICKS:
        return ", ".join(said[key] for key in value)
    if each.kind is Kind.CHOICE:
        return said[value]
    if each.kind is Kind.RATING:
        return f"{value} / {each.high}"
    if each.kind is Kind.DATE:
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    return names.get(value, "") if each.kind in LINKS else str(value)


def reading(sheet: Worksheet, answers: Answers, names: Mapping[str, str]) -> tuple[Line, ...]:
    """The sheet as it is read and printed: what was filled in, in its order."""
    found = []
    for each in sheet.fields:
        value = answers.get(each.key)
        if each.kind is not Kind.ROWS:
            if words := in_words(each, value, names):
                found.append(Line(each, words))
            continue
        rows = [(n, row) for n, row in enumerate(value or []) if row]
        used = [c for c in each.columns if any(c.key in row for _, row in rows)]
        told = tuple(
            Row(each.row_name(n), tuple(_cell(c, row.get(c.key), names) for c in used))
            for n, row in rows
        )
        if told:
            found.append(Line(each, head=tuple(c.label for c in used), rows=told))
    return tuple(found)


def _cell(column: Field, value: Any, names: Mapping[str, str]) -> Cell:
    words = in_words(column, value, names)
    number = re.sub(r"[^\d+]", "", words) if column.kind is Kind.PHONE else ""
    return Cell(column.label, words, f"tel:{number}" if number else "")


def piece_in_words(
    sheet: Worksheet, name: str, value: Any, names: Mapping[str, str]
) -> tuple[str, str]:
    """A piece as (what it is called, what it says)."""
    key, _dash, row = name.partition("-")
    each = sheet.field(key)
    if each.kind is not Kind.ROWS:
        return each.label, in_words(each, value, names)
    cells = (f"{c.label}: {words}" for c in each.columns
             if (words := in_words(c, (value or {}).get(c.key), names)))  # fmt: skip
    return f"{each.label}, {each.row_name(int(row)).lower()}", "\n".join(cells)


def about(sheet: Worksheet, answers: Answers) -> str:
    """What the sheet is about, for a list: the first words that were written on it."""
    return next(
        (
            str(answers[each.key]).partition("\n")[0][:90]
            for each in sheet.fields
            if each.kind in {Kind.LINE, Kind.TEXT} and answers.get(each.key)
        ),
        "",
    )


def inputs(parts: Mapping[str, Any], names: Iterable[str], sheet: Worksheet) -> dict[str, Any]:
    """What stands in the controls of these pieces, by the name of the control: for a script."""
    found: dict[str, Any] = {}
    for name in names:
        key = name.partition("-")[0]
        each = sheet.field(key)
        value = parts.get(name)
        if each.kind is Kind.ROWS:
            found |= {f"{name}-{c.key}": (value or {}).get(c.key, "") for c in each.columns}
        else:
            found[name] = "" if value is None else value
    return found
