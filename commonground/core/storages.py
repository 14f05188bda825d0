"""Files that are data, not code: released with the house, and the practice's own beside them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings


class Versioned(Protocol):
    """What a released file becomes: known by its key and version, which never change."""

    @property
    def key(self) -> str: ...

    @property
    def version(self) -> int: ...


Made = TypeVar("Made", bound=Versioned)


def released(shipped: Path, own: str, parse: Callable[[str, str], Made]) -> Iterator[Made]:
    """Every file of a kind, as `parse` makes it of text and name: ours, then the practice's.

    `own` is the folder's name in the practice's data. What `parse` raises for a file that cannot be
    used goes through.
    """
    for folder in (shipped, settings.DATA / own):
        for file in sorted(folder.glob("*.toml")):
            yield parse(file.read_text("utf-8"), file.name)


def by_version(made: Iterable[Made]) -> dict[tuple[str, int], Made]:
    """By key and version; where two files make the same one, the first counts."""
    found: dict[tuple[str, int], Made] = {}
    for each in made:
        found.setdefault((each.key, each.version), each)
    return found


def newest(library: Mapping[tuple[str, int], Made]) -> list[Made]:
    """The newest version of each, in the order of their keys."""
    return list({key: library[key, version] for key, version in sorted(library)}.values())
