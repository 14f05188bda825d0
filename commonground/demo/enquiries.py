"""The invented letters of the demo, read from their file: who wrote when, and what came of it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Letter:
    """One invented person's enquiry, and how far it has come."""

    called: str
    age: int
    hours_ago: int
    words: str
    whom: str = "me"
    their_name: str = ""
    email: str = ""
    email_safe: bool = False
    phone: str = ""
    voicemail: bool = False
    therapist: str = ""
    needs: dict[str, Any] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    offer_to: str = ""
    note: str = ""
    shared: bool = False
    taken: bool = False
    waits: bool = False

    @property
    def reach(self) -> dict[str, Any]:
        """The ways to reach them, as an enquiry keeps them."""
        return {
            "email": self.email,
            "email_safe": self.email_safe,
            "phone": self.phone,
            "voicemail": self.voicemail,
            "say_who": False,
        }


def read(path: Path) -> tuple[list[Letter], list[dict[str, str]]]:
    """The letters and the prepared answers. Raises TypeError for a line that is not known."""
    told = tomllib.loads(path.read_text("utf-8"))
    letters = [
        Letter(**{**each, "answers": tuple(each.get("answers", ())),
                  "writes": tuple(each.get("writes", ()))})
        for each in told["enquiries"]
    ]  # fmt: skip
    return letters, told["replies"]
