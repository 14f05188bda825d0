"""What an invented client told of their life, as its file tells it: people, events, focus."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commonground.courses.worksheet import Kind, Worksheet

DATES = ("onset", "now", "hoped")


def read(folder: Path, name: str) -> dict[str, Any]:
    """The life of one client; nothing where there is no file of that name."""
    file = folder / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def rings(told: dict[str, Any]) -> dict[str, int]:
    """Where somebody stands at the three dates, leaving out where they do not."""
    return {date: ring for date, ring in zip(DATES, told["rings"], strict=True) if ring}


def with_ids(sheet: Worksheet, answers: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The answers of a worksheet with the ids of people where their names stand."""
    found = dict(answers)
    for each in sheet.fields:
        if each.kind is Kind.PERSON and each.key in found:
            found[each.key] = ids[found[each.key]]
        them = [column.key for column in each.columns if column.kind is Kind.PERSON]
        if each.key in found and them:
            found[each.key] = [
                {key: ids[v] if key in them else v for key, v in row.items()}
                for row in found[each.key]
            ]
    return found
