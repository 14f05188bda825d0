"""What a self-check answers: sentences, never a number and never a diagnosis.

An editor has written each indicator with the reason why it speaks for an approach. All that
happens here is that the reasons of what somebody recognises are gathered under the approaches
they speak for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Said(StrEnum):
    """How much somebody recognises of one sentence."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Indicator:
    """One sentence to recognise oneself in; why it matters; which approaches it speaks for."""

    sentence: str
    explains: str
    speaks_for: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """The reasons for this approach, and those for others by their names, in the order asked."""

    here: tuple[str, ...]
    elsewhere: Mapping[str, tuple[str, ...]]

    @property
    def nothing(self) -> bool:
        """Whether nothing that was recognised points anywhere."""
        return not self.here and not self.elsewhere


def heard(indicators: Sequence[Indicator], said: Mapping[int, Said], here: str) -> Heard:
    """Gather the reasons; `said` is by the indicator's place, and what is missing is a no."""
    mine: list[str] = []
    others: dict[str, list[str]] = {}
    for place, indicator in enumerate(indicators):
        if said.get(place, Said.NO) is Said.NO:
            continue
        for approach in indicator.speaks_for:
            (mine if approach == here else others.setdefault(approach, [])).append(
                indicator.explains
            )
    return Heard(tuple(mine), {name: tuple(reasons) for name, reasons in others.items()})


def recognised(indicators: Sequence[Indicator], said: Mapping[int, Said]) -> list[tuple[Said, str]]:
    """The sentences somebody recognises, with how much; what they may take along."""
    return [
        (said[place], indicator.sentence)
        for place, indicator in enumerate(indicators)
        if said.get(place, Said.NO) is not Said.NO
    ]
