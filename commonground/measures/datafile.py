"""Reading a released data file (TOML) so that whatever is wrong is said with file and line.

Instruments and protocols are data that a practice may add to. A bad file must never score, plan
or alert: it is refused at start, in one sentence that names the file, the line and the reason.
"""

import re
import tomllib
from itertools import pairwise
from typing import NoReturn

Path = tuple[str | int, ...]

_ARRAY = re.compile(r"\s*\[\[\s*([^\]]+?)\s*\]\]")
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class BadFile(ValueError):
    """A data file that cannot be used: `file`, `reason` and, where it is known, `line` (from 1)."""

    def __init__(self, file: str, reason: str, line: int | None = None) -> None:
        self.file, self.reason, self.line = file, reason, line
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {reason}.")


class Table:
    """One table of the file, read key by key; each reader refuses what does not fit."""

    def __init__(self, origin: "_Origin", path: Path, values: dict[str, object]) -> None:
        self._origin, self._path, self._values = origin, path, values
        self._read: set[str] = set()

    def refuse(self, reason: str, key: str | None = None) -> NoReturn:
        """Raise the file's error at the line of `key`, or of this table."""
        path = self._path if key is None else (*self._path, key)
        raise self._origin.error(self._origin.file, reason, self._origin.line(path))

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, shape: str | None = None) -> str:
        """A text that is not empty; `shape` is a regular expression the whole of it must match."""
        value = self._need(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"“{key}” must be a text that is not empty", key)
        if shape is not None and not re.fullmatch(shape, value):
            self.refuse(f"“{key}” cannot be “{value}”", key)
        return value

    def maybe_text(self, key: str, shape: str | None = None) -> str:
        """As `text`, or "" where the key is left out."""
        return self.text(key, shape) if self.has(key) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none empty and none twice; () where the key is left out."""
        value = self._values.get(key, [])
        self._read.add(key)
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.refuse(f"“{key}” must be a list of texts", key)
        if twice := repeated(value):
            self.refuse(f"“{twice}” stands twice in “{key}”", key)
        return tuple(value)

    def whole(self, key: str, low: int, high: int | None = None) -> int:
        """A whole number from `low` to `high`, both included."""
        value = self._need(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(f"“{key}” must be a whole number", key)
        if value < low or (high is not None and value > high):
            span = f"at least {low}" if high is None else f"from {low} to {high}"
            self.refuse(f"“{key}” is {value} and must be {span}", key)
        return value

    def maybe_whole(self, key: str, low: int, high: int | None = None) -> int | None:
        return self.whole(key, low, high) if self.has(key) else None

    def wholes(self, key: str, low: int) -> tuple[int, ...]:
        """A rising list of whole numbers from `low`; () where the key is left out."""
        value = self._values.get(key, [])
        self._read.add(key)
        if not isinstance(value, list) or not all(type(v) is int and v >= low for v in value):
            self.refuse(f"“{key}” must be a list of whole numbers from {low}", key)
        if any(a >= b for a, b in pairwise(value)):
            self.refuse(f"“{key}” must rise", key)
        return tuple(value)

    def flag(self, key: str, otherwise: bool) -> bool:
        value = self._values.get(key, otherwise)
        self._read.add(key)
        if not isinstance(value, bool):
            self.refuse(f"“{key}” must be true or false", key)
        return value

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        value = self._need(key)
        if not isinstance(value, dict):
            self.refuse(f"“{key}” must be a table", key)
        return Table(self._origin, (*self._path, key), value)

    def maybe_table(self, key: str) -> "Table":
        """As `table`, or an empty one where the key is left out."""
        return self.table(key) if self.has(key) else Table(self._origin, self._path, {})

    def tables(self, key: str) -> list["Table"]:
        """A list of tables; empty where the key is left out."""
        value = self._values.get(key, [])
        self._read.add(key)
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.refuse(f"“{key}” must be a list of tables", key)
        return [Table(self._origin, (*self._path, key, i), v) for i, v in enumerate(value)]

    def names(self) -> tuple[str, ...]:
        """The keys of this table, in the order of the file."""
        return tuple(self._values)

    def knows(self, dotted: str) -> bool:
        """Whether a dotted path such as "sessions.max" leads to a value in this table."""
        value: object = self._values
        for part in dotted.split("."):
            if not isinstance(value, dict) or part not in value:
                return False
            value = value[part]
        return True

    def no_more(self) -> None:
        """Refuse keys that nobody read: a misspelt key must not pass for a missing one."""
        for key in self._values:
            if key not in self._read:
                self.refuse(f"“{key}” is not known here", key)

    def _need(self, key: str) -> object:
        self._read.add(key)
        if key not in self._values:
            self.refuse(f"“{key}” is missing")
        return self._values[key]


class _Origin:
    def __init__(self, file: str, lines: dict[Path, int], error: type[BadFile]) -> None:
        self.file, self.lines, self.error = file, lines, error

    def line(self, path: Path) -> int | None:
        """The line of the path or of the nearest table around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def read(text: str, name: str, error: type[BadFile]) -> Table:
    """The whole file as a table. Raises `error` where it is not TOML."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        found = _PLACE.search(str(wrong))
        line = int(found[1]) if found and found[1] else None
        raise error(name, f"not TOML ({_PLACE.sub('', str(wrong)).lower()})", line) from wrong
    return Table(_Origin(name, line_numbers(text), error), (), values)


def read_name(table: Table, name: str) -> tuple[str, int]:
    """Key and version of the file, which must also be its name: `phq9-1.toml` is phq9, 1."""
    key = table.text("key", r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
    version = table.whole("version", 1)
    if name != f"{key}-{version}.toml":
        table.refuse(f"the file must be called {key}-{version}.toml", "key")
    return key, version


def repeated(values: "list[str] | tuple[str, ...]") -> str | None:
    """The first value that stands in the list for a second time."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def line_numbers(text: str) -> dict[Path, int]:
    """Where each table and key begins, for messages only: tomllib keeps no positions."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        was_inside, inside = inside, inside ^ (line.count('"""') % 2 == 1)
        if was_inside:
            continue
        if found := _ARRAY.match(line):
            *outer, last = found[1].split(".")
            path = (*_placed(outer, counts), last)
            counts[path] = counts.get(path, -1) + 1
            here = (*path, counts[path])
            lines[here] = number
        elif found := _TABLE.match(line):
            here = _placed(found[1].split("."), counts)
            lines[here] = number
        elif found := _KEY.match(line):
            lines.setdefault((*here, found[1]), number)
    return lines


def _placed(parts: list[str], counts: dict[Path, int]) -> Path:
    """`phases.tasks` while the third phase is open → ("phases", 2, "tasks")."""
    path: Path = ()
    for part in parts:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return path
