"""Where released protocols and worksheets lie: with the house, and in the practice's own folder."""

from functools import lru_cache, partial
from pathlib import Path

from commonground.core import storages

from .handbook import Handbook
from .handbook import parse as parse_handbook
from .protocol import Protocol
from .protocol_file import parse
from .worksheet import Worksheet
from .worksheet import parse as parse_worksheet

SHIPPED = Path(__file__).parent / "protocols"
HANDBOOK = Path(__file__).parent / "handbook"
WORKSHEETS = Path(__file__).parent / "worksheets"


@lru_cache(maxsize=1)
def library() -> dict[tuple[str, int], Protocol]:
    """Every protocol by key and version, read once per process.

    Raises BadProtocol for a file that cannot be used.
    """
    return storages.by_version(storages.released(SHIPPED, "protocols", parse))


def protocol(key: str, version: int) -> Protocol:
    """The protocol a course was opened on. Raises KeyError if it is not here."""
    return library()[key, version]


def latest() -> list[Protocol]:
    """The newest version of every protocol, in the order of their keys."""
    return storages.newest(library())


@lru_cache(maxsize=1)
def handbook() -> Handbook:
    """The focus areas with their strategies, and the techniques.

    Raises BadHandbook where the file cannot be used.
    """
    file = HANDBOOK / "ipt-focus-1.toml"
    return parse_handbook(file.read_text("utf-8"), file.name)


@lru_cache(maxsize=1000)
def agreed(key: str, version: int, sessions: int, ends: tuple[tuple[str, int], ...]) -> Protocol:
    """The protocol as one course agreed it. Raises KeyError if it is not here."""
    return protocol(key, version).as_agreed(sessions, dict(ends))


@lru_cache(maxsize=1)
def worksheets() -> dict[tuple[str, int], Worksheet]:
    """Every worksheet by key and version, read once per process.

    Raises BadWorksheet for a file that cannot be used.
    """
    known = frozenset(s.id for area in handbook().areas for s in area.strategies)
    knowing = partial(parse_worksheet, strategies=known)
    return storages.by_version(storages.released(WORKSHEETS, "worksheets", knowing))


def worksheet(key: str, version: int) -> Worksheet:
    """The worksheet that was filled in. Raises KeyError if it is not here."""
    return worksheets()[key, version]


def newest_worksheets() -> list[Worksheet]:
    """The newest version of every worksheet, by the name it has among therapists."""
    return sorted(storages.newest(worksheets()), key=lambda sheet: sheet.label)
