"""Where the released instruments lie: with the house, and in the practice's own data folder."""

from functools import lru_cache
from pathlib import Path

from commonground.core import storages

from .instrument import BadInstrument, Instrument, parse

SHIPPED = Path(__file__).parent / "instruments"


@lru_cache(maxsize=1)
def library() -> dict[tuple[str, int], Instrument]:
    """Every instrument by key and version; a practice may add some, and give words to a skeleton.

    Released files never change, so they are read once per process.
    Raises BadInstrument for a file that cannot be used.
    """
    found: dict[tuple[str, int], Instrument] = {}
    for made in storages.released(SHIPPED, "instruments", parse):
        shipped = found.setdefault((made.key, made.version), made)
        if not shipped.has_text:
            if made.without_words != shipped.without_words:
                name = f"{made.id}.toml"
                raise BadInstrument(name, "it must score exactly as the one shipped here")
            found[made.key, made.version] = made
    return found


def newest() -> list[Instrument]:
    """The newest version of every measure, by name."""
    return sorted(storages.newest(library()), key=lambda found: found.name)


def instrument(key: str, version: int) -> Instrument:
    """The instrument that an answer was given on. Raises KeyError if it is not here."""
    return library()[key, version]


def latest(key: str) -> Instrument:
    """The newest version of a measure. Raises ValueError if there is none."""
    return max((i for i in library().values() if i.key == key), key=lambda i: i.version)
