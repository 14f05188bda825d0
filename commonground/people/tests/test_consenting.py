"""Who may consent, and whose mailbox it is: words, without a database."""

import pytest

from commonground.people.consenting import Basis, Way, bases, way
from commonground.people.mailboxes import same


@pytest.mark.parametrize(
    ("age", "line", "expected"),
    [
        (15, 16, {Basis.GILLICK, Basis.PARENTAL}),
        (16, 16, {Basis.OWN}),
        (17, 16, {Basis.OWN}),
        (17, 18, {Basis.GILLICK, Basis.PARENTAL}),
        (14, 14, {Basis.OWN}),
    ],
)
def test_the_line_between_own_and_other_consent(age: int, line: int, expected: set) -> None:
    assert bases(age, line) == expected


@pytest.mark.parametrize(
    ("age", "theirs", "parent", "expected"),
    [
        (40, True, False, Way.OWN),
        (16, True, False, Way.OWN),
        (15, True, False, Way.YOUNG),
        (15, False, True, Way.PARENT),
        (16, False, True, Way.HAND_ON),
        (15, False, False, Way.HAND_ON),
        (40, False, False, Way.HAND_ON),
    ],
)
def test_what_is_asked_of_whoever_holds_the_link(
    age: int, theirs: bool, parent: bool, expected: Way
) -> None:
    assert way(age=age, theirs=theirs, parent=parent) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("rae@x.example", "RAE@X.example ", True),
        ("rae+a@x.example", "rae@x.example", True),
        ("r.a.e@gmail.com", "rae@googlemail.com", True),
        ("r.ae@x.example", "rae@x.example", False),
        ("", "", False),
        ("rae@x.example", "", False),
    ],
)
def test_whether_two_addresses_are_one_mailbox(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is expected
