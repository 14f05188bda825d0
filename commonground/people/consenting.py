"""Who may consent to treatment, by age. The ages are the practice's to set.

England: at 16 and 17 as an adult (Family Law Reform Act 1969 s.8); below that either a young
person found competent for this very decision (Gillick), or somebody with parental
responsibility. Other countries draw the line elsewhere.
"""

from enum import StrEnum

CONSENTS_FROM = 16
"""The age, in whole years, from which somebody consents for themselves, unless set otherwise."""
YOUNGEST_LINE, OLDEST_LINE = 12, 18
"""Between which ages a practice may draw that line."""


class Basis(StrEnum):
    """On what footing a consent stands."""

    OWN = "own"
    GILLICK = "gillick"
    PARENTAL = "parental"


class Way(StrEnum):
    """What is asked of whoever holds the link, so that somebody can begin."""

    OWN = "own"
    YOUNG = "young"
    PARENT = "parent"
    HAND_ON = "hand_on"


def bases(age: int, consents_from: int = CONSENTS_FROM) -> frozenset[Basis]:
    """The footings on which a consent for somebody of this age can stand."""
    if age >= consents_from:
        return frozenset({Basis.OWN})
    return frozenset({Basis.GILLICK, Basis.PARENTAL})


def way(*, age: int, theirs: bool, parent: bool, consents_from: int = CONSENTS_FROM) -> Way:
    """What is asked. `theirs`: the link is in the hands of the person who would come; `parent`:
    in those of a parent. From the age of consent on nobody says yes for somebody else.
    """
    grown = Basis.OWN in bases(age, consents_from)
    if theirs:
        return Way.OWN if grown else Way.YOUNG
    return Way.PARENT if parent and not grown else Way.HAND_ON
