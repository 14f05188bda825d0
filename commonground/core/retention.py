"""How long each fact about a person is kept, and what erasure does to it.

The policy is a file that is both published to clients and carried out; this word reads it and
says what it has forgotten.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ON_ERASURE = ("clear", "shred", "delete", "keep")
"""clear: emptied; shred: its key is destroyed; delete: the row goes; keep: see why."""


@dataclass(frozen=True)
class Policy:
    """What is done with one personal column."""

    column: str
    keep: str
    on_erasure: str
    why: str


@dataclass(frozen=True)
class Book:
    """All policies, and the columns that are said to tell nothing of a person."""

    policies: dict[str, Policy]
    not_personal: frozenset[str]


def read(text: str) -> Book:
    """Read the file. Raises ValueError, naming the column, for an entry that says too little."""
    policies: dict[str, Policy] = {}
    plain: set[str] = set()
    for table, entries in tomllib.loads(text).items():
        if not isinstance(entries, dict):
            raise ValueError(f"{table} is not a table of columns.")
        plain |= {f"{table}.{column}" for column in entries.pop("not_personal", [])}
        for column, said in entries.items():
            policies[f"{table}.{column}"] = _policy(f"{table}.{column}", said)
    if twice := plain & policies.keys():
        raise ValueError(f"{min(twice)} is called both personal and not personal.")
    return Book(policies, frozenset(plain))


def _policy(column: str, said: Any) -> Policy:
    if not isinstance(said, dict) or said.keys() != {"keep", "on_erasure", "why"}:
        raise ValueError(f"{column} must say keep, on_erasure and why, and nothing else.")
    if said["on_erasure"] not in ON_ERASURE:
        raise ValueError(f"{column}: on_erasure is one of {', '.join(ON_ERASURE)}.")
    if not all(isinstance(word, str) and word.strip() for word in said.values()):
        raise ValueError(f"{column}: an answer is empty.")
    return Policy(column, **said)


def unsettled(book: Book, columns: Iterable[str]) -> list[str]:
    """One sentence for each column without a policy and each policy without a column."""
    present = set(columns)
    known = book.policies.keys() | book.not_personal
    missing = [f"{column} has no policy in core/retention.toml." for column in present - known]
    surplus = [f"core/retention.toml names {column}, which is gone." for column in known - present]
    return sorted(missing) + sorted(surplus)
