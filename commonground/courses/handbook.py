"""The four focus areas as data: when to choose each, its strategies in order; the techniques."""

from dataclasses import dataclass

from commonground.measures.datafile import BadFile, Table, read, read_name

from .protocol import FOCI

_WORD = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"


class BadHandbook(BadFile):
    """A handbook that cannot be used, with file, line and reason."""


@dataclass(frozen=True)
class Strategy:
    """One step of the work on a focus; `id` is what a session keeps, as in "dispute.options"."""

    id: str
    label: str
    why: str


@dataclass(frozen=True)
class Area:
    """One focus area; `strategies` stand in the order in which they are usually taken."""

    key: str
    label: str
    choose_when: str
    goals: tuple[str, ...]
    strategies: tuple[Strategy, ...]

    def next_after(self, worked: frozenset[str] | set[str]) -> Strategy | None:
        """The first strategy that was not worked on yet; None when all were."""
        return next((each for each in self.strategies if each.id not in worked), None)


@dataclass(frozen=True)
class Technique:
    key: str
    label: str


@dataclass(frozen=True)
class Handbook:
    """One frozen version. `assumed` names what is a default of this project and no fact."""

    key: str
    version: int
    language: str
    areas: tuple[Area, ...]
    techniques: tuple[Technique, ...]
    source: tuple[str, ...]
    assumed: tuple[str, ...]

    def area(self, key: str) -> Area:
        """Raises KeyError for an area that is none."""
        return {area.key: area for area in self.areas}[key]

    def strategy(self, id: str) -> Strategy | None:
        return next((s for area in self.areas for s in area.strategies if s.id == id), None)


def parse(text: str, name: str) -> Handbook:
    """The handbook in a TOML file called `name` (without folder). Raises BadHandbook."""
    file = read(text, name, BadHandbook)
    key, version = read_name(file, name)
    areas: list[Area] = []
    for row in file.tables("areas"):
        areas.append(_area(row))
        if any(areas[-1].key == other.key for other in areas[:-1]):
            row.refuse(f"the area “{areas[-1].key}” is told twice", "key")
    if len(areas) != len(FOCI):
        file.refuse(f"each of the areas {', '.join(FOCI)} must be told", "areas")
    techniques = tuple(_technique(row) for row in file.tables("techniques"))
    handbook = Handbook(
        key,
        version,
        file.text("language"),
        tuple(areas),
        techniques,
        file.texts("source"),
        file.texts("assumed"),
    )
    for path in handbook.assumed:
        if not file.knows(path):
            file.refuse(f"“{path}” is said to be assumed and is not in the file", "assumed")
    file.no_more()
    return handbook


def _area(row: Table) -> Area:
    key = row.text("key", "|".join(FOCI))
    strategies: list[Strategy] = []
    for told in row.tables("strategies"):
        made = Strategy(f"{key}.{told.text('key', _WORD)}", told.text("label"), told.text("why"))
        if any(made.id == other.id for other in strategies):
            told.refuse(f"the strategy “{made.id}” is told twice", "key")
        strategies.append(made)
        told.no_more()
    area = Area(
        key, row.text("label"), row.text("choose_when"), row.texts("goals"), tuple(strategies)
    )
    row.no_more()
    return area


def _technique(row: Table) -> Technique:
    made = Technique(row.text("key", _WORD), row.text("label"))
    row.no_more()
    return made
