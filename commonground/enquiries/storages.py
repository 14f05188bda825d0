"""The texts that people agree to, from their files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHELF = Path(__file__).parent / "agreements"


@dataclass(frozen=True)
class Agreement:
    """One text in one version, as it was shown."""

    key: str
    version: int
    language: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def id(self) -> str:
        """What a consent keeps of it: treatment-1."""
        return f"{self.key}-{self.version}"


@cache
def agreement(key: str = "treatment") -> Agreement:
    """The newest version of a text. Raises ValueError if there is none."""
    found = [_read(path) for path in SHELF.glob(f"{key}-*.toml")]
    return max(found, key=lambda each: each.version)


def _read(path: Path) -> Agreement:
    told = tomllib.loads(path.read_text("utf-8"))
    return Agreement(**{**told, "paragraphs": tuple(told["paragraphs"])})
