"""What somebody may be looked up by: the words of a name, an address, the digits of a number.

Names and addresses lie encrypted and cannot be searched, so keyed hashes of these tokens lie
beside them (models/trace.py). Only whole words are found: a hash of every beginning would tell a
thief of the database which names begin alike.
"""

import re
import unicodedata
from collections.abc import Iterable

TOO_SHORT = 2
"""Letters; a single initial finds half the practice."""
NUMBER = re.compile(r"[\d\s().+/-]{5,}")


def fold(text: str) -> str:
    """Text as it is compared: without capitals, accents, and marks of direction."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and c.isprintable())


def words(name: str) -> set[str]:
    """The words of a name, each as a token: "Priya O'Nair-Wood" gives priya, onair, wood."""
    parts = re.split(r"[\s,.;/\-‐-―־]+", fold(name).replace("'", "").replace("’", ""))
    return {f"word:{part}" for part in parts if len(part) >= TOO_SHORT}


def address(email: str) -> set[str]:
    """The whole address as one token."""
    plain = fold(email).strip()
    return {f"mail:{plain}"} if "@" in plain else set()


def number(phone: str) -> set[str]:
    """A telephone number as its last nine digits, so that +44 1632 and 01632 meet."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return {f"tel:{digits[-9:]}"} if len(digits) >= 5 else set()


def of(
    *, names: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[str] = ()
) -> set[str]:
    """Every token of one person."""
    found: set[str] = set()
    for kind, values in ((words, names), (address, emails), (number, phones)):
        for value in values:
            found |= kind(value) if value else set()
    return found


def asked(query: str) -> set[str]:
    """The tokens of what somebody types at the desk, all of which must be met."""
    text = query.strip()
    if "@" in text:
        return address(text)
    if NUMBER.fullmatch(text):
        return number(text)
    return words(text)
