"""Worksheets as data: what client and therapist fill in together, field by field.

A practice adds one by laying a file in its data folder; nothing here knows any of them by name but
the plan for hard hours, which is one tap away on every page of a client.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from commonground.measures.datafile import BadFile, Table, read, read_name

from .protocol import FOCI

_WORD = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2,3}(-[A-Z]{2})?"
SAFETY_PLAN = "safety-plan"
RELAPSE_PLAN = "relapse-plan"
ENDING_REVIEW = "ending-review"
PHASES = ("initial", "middle", "ending")
SPARE, MOST = 3, 60
"""Empty rows that are always there to write in, and the most that one sheet holds."""


class BadWorksheet(BadFile):
    """A worksheet file that cannot be used, with file, line and reason."""


class Kind(StrEnum):
    """What is asked for by one field."""

    LINE = "line"
    TEXT = "text"
    PHONE = "phone"
    CHOICE = "choice"
    TICKS = "ticks"
    RATING = "rating"
    DATE = "date"
    PERSON = "person"
    EVENT = "event"
    GOAL = "goal"
    ROWS = "rows"


LINKS = (Kind.PERSON, Kind.EVENT, Kind.GOAL)
"""Fields that name somebody or something of the same course by its id."""
_IN_ROWS = tuple(kind for kind in Kind if kind is not Kind.ROWS)


@dataclass(frozen=True)
class Option:
    key: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question. `options` of a choice; `low` to `high` of a rating, with a word for each end;
    `columns` and `row_label` of rows, with `first` = what the first rows are called."""

    key: str
    kind: Kind
    label: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    low: int = 0
    high: int = 10
    low_label: str = ""
    high_label: str = ""
    columns: tuple["Field", ...] = ()
    row_label: str = ""
    first: tuple[str, ...] = ()

    def column(self, key: str) -> "Field":
        """Raises KeyError for a column that is none."""
        return {column.key: column for column in self.columns}[key]

    def row_name(self, index: int) -> str:
        """What the row with this index, from 0, is called."""
        return self.first[index] if index < len(self.first) else f"{self.row_label} {index + 1}"


@dataclass(frozen=True)
class Worksheet:
    """One frozen version of a worksheet.

    `label` is its name among therapists, `mine` what the client reads. It serves the focus areas
    `foci` (all, where none is named), fits the `strategies` of a focus and the `tasks` of a
    protocol, and belongs to the `phases` named. `assumed` = a default of this project, no fact.
    """

    key: str
    version: int
    label: str
    mine: str
    language: str
    purpose: str
    fields: tuple[Field, ...]
    intro: str = ""
    foci: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.key}-{self.version}"

    @property
    def is_lost(self) -> bool:
        """Its file is not here (any more): what was written cannot be read before it is back."""
        return not self.fields

    def field(self, key: str) -> Field:
        """Raises KeyError for a field that is none."""
        return {each.key: each for each in self.fields}[key]


def lost(key: str, version: int) -> Worksheet:
    """What stands in for a sheet whose file is missing, so that the others can be shown."""
    name = key.replace("-", " ").capitalize()
    return Worksheet(key, version, name, name, language="en", purpose="", fields=())


@dataclass(frozen=True)
class Fitting:
    """A worksheet that suits what is being worked on, and the strategy or task it suits."""

    sheet: Worksheet
    strategy: str = ""
    task: str = ""


def fitting(
    sheets: Iterable[Worksheet], strategies: Sequence[str] = (), tasks: Sequence[str] = ()
) -> tuple[Fitting, ...]:
    """The worksheets for these strategies and tasks, in that order, each once."""
    sheets = list(sheets)
    found: dict[str, Fitting] = {}
    for strategy in strategies:
        for sheet in sheets:
            if strategy in sheet.strategies:
                found.setdefault(sheet.key, Fitting(sheet, strategy=strategy))
    for task in tasks:
        for sheet in sheets:
            if task in sheet.tasks:
                found.setdefault(sheet.key, Fitting(sheet, task=task))
    return tuple(found.values())


# ——— from the file ———


def parse(text: str, name: str, strategies: Collection[str] | None = None) -> Worksheet:
    """The worksheet in a TOML file called `name` (without folder). Raises BadWorksheet.

    `strategies` are those of the focus areas, by id: a file that names another is refused.
    """
    file = read(text, name, BadWorksheet)
    key, version = read_name(file, name)
    sheet = Worksheet(
        key=key,
        version=version,
        label=file.text("label"),
        mine=file.text("mine"),
        language=file.text("language", _LANGUAGE),
        purpose=file.text("purpose"),
        intro=file.maybe_text("intro"),
        foci=_among(file, "foci", FOCI, "none of the focus areas"),
        strategies=_among(file, "strategies", strategies, "no strategy of a focus area"),
        tasks=_among(file, "tasks", None, ""),
        phases=_among(file, "phases", PHASES, "none of the phases"),
        source=file.texts("source"),
        assumed=file.texts("assumed"),
        fields=_fields(file, "fields", tuple(Kind)),
    )
    if not sheet.source:
        file.refuse("“source” must name at least one source", "source")
    for path in sheet.assumed:
        if not file.knows(path):
            file.refuse(f"“{path}” is said to be assumed and is not in the file", "assumed")
    file.no_more()
    return sheet


def _among(file: Table, key: str, known: Collection[str] | None, what: str) -> tuple[str, ...]:
    found = file.texts(key)
    for each in found if known is not None else ():
        if each not in (known or ()):
            file.refuse(f"“{each}” is {what}", key)
    return found


def _fields(table: Table, key: str, kinds: Sequence[Kind]) -> tuple[Field, ...]:
    found: list[Field] = []
    for row in table.tables(key):
        found.append(_field(row, kinds))
        if any(found[-1].key == other.key for other in found[:-1]):
            row.refuse(f"the field “{found[-1].key}” is told twice", "key")
    if not found:
        table.refuse(f"there must be something to fill in: “{key}” is empty", key)
    return tuple(found)


def _field(row: Table, kinds: Sequence[Kind]) -> Field:
    key, kind = row.text("key", _WORD), Kind(row.text("kind", "|".join(kinds)))
    more: dict[str, object] = {}
    if kind in {Kind.CHOICE, Kind.TICKS}:
        more["options"] = _options(row)
    elif kind is Kind.RATING:
        low = row.whole("low", 0, 100)
        more |= {"low": low, "high": row.whole("high", low + 1, 100)}
        more |= {"low_label": row.text("low_label"), "high_label": row.text("high_label")}
    elif kind is Kind.ROWS:
        more["columns"] = _fields(row, "columns", _IN_ROWS)
        more |= {"row_label": row.text("row_label"), "first": row.texts("first")}
    made = Field(key, kind, row.text("label"), row.maybe_text("hint"), **more)  # type: ignore[arg-type]
    row.no_more()
    return made


def _options(row: Table) -> tuple[Option, ...]:
    options: list[Option] = []
    for told in row.tables("options"):
        options.append(Option(told.text("key", _WORD), told.text("label")))
        if any(options[-1].key == other.key for other in options[:-1]):
            told.refuse(f"the option “{options[-1].key}” is told twice", "key")
        told.no_more()
    if len(options) < 2:
        row.refuse("a choice needs at least two options", "options")
    return tuple(options)
