"""B4: client and therapist write on one worksheet, in every order there is; nothing is lost."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from commonground.courses import actions, filled, storages
from commonground.courses.actions import Stale
from commonground.courses.models import Worksheet, WorksheetVersion
from commonground.people.models import User
from commonground.people.tests.front_office import NOON

from .carried import Carried, carried

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
ROUNDS = 500
STEPS = 14
SHEET = storages.worksheet("communication-analysis", 1)
PLACES = ("aim", "outcome", "exchange-0", "exchange-1", "exchange-2")


@dataclass
class Writer:
    """Somebody with the sheet open: what stands on their page, and what they were shown."""

    name: str
    user: User
    page: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    knows: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Open the page afresh: whatever was typed and not kept is given up."""
        there = stands()
        self.page = filled.pieces(SHEET, there)
        self.seen = filled.stamps(SHEET, there)
        self.knows |= words_of(self.page)

    def type(self, place: str, words: str) -> None:
        self.page[place] = {"said": words} if "-" in place else words
        self.knows.add(words)

    def keep(self, at: Any) -> bool:
        """Save the page; a refusal shows the other's words, and from then on they are known."""
        try:
            kept = actions.keep_worksheet(
                worksheet=Worksheet.objects.get(),
                answers=filled.whole(SHEET, self.page),
                seen=self.seen,
                by=self.user,
                now=at,
                draft=random.Random(str(at)).random() < 0.5,
            )
        except Stale as stale:
            self.seen |= {name: filled.stamp(value) for name, value in stale.theirs.items()}
            self.knows |= words_of({n: v for n, v in stale.theirs.items() if v})
            return False
        self.page = filled.pieces(SHEET, kept.worksheet.answers)
        self.seen = filled.stamps(SHEET, kept.worksheet.answers)
        self.knows |= words_of(self.page)
        return True


def stands() -> dict[str, Any]:
    return Worksheet.objects.with_keys().get().answers  # type: ignore[no-any-return]


def words_of(pieces: dict[str, Any]) -> set[str]:
    return {v["said"] if isinstance(v, dict) else v for v in pieces.values()}


def round_of(priya: Carried, dice: random.Random, number: int) -> tuple[list[str], list[str]]:
    """One interleaving: (replaced by somebody who had not seen it, kept once and now nowhere)."""
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON}
    actions.begin_worksheet(course=priya.course, sheet=SHEET, **told)
    writers = [Writer("client", priya.account), Writer("therapist", priya.miriam)]
    unseen, firm = [], set()
    for step in range(STEPS):
        writer = dice.choice(writers)
        if dice.random() < 0.25:
            writer.look()
            continue
        for place in dice.sample(PLACES, dice.randint(1, 2)):
            writer.type(place, f"{writer.name} {number}.{step} {place}")
        before = words_of(filled.pieces(SHEET, stands()))
        knew = set(writer.knows)
        if writer.keep(NOON + timedelta(minutes=step)):
            after = words_of(filled.pieces(SHEET, stands()))
            unseen += [f"{words} by {writer.name}" for words in before - after - knew]
            for words in before - after:
                if words.split()[0] != writer.name:
                    firm.add(words)
    kept = words_of(filled.pieces(SHEET, stands()))
    for version in WorksheetVersion.objects.with_keys():
        kept |= words_of(filled.pieces(SHEET, version.answers))
    return unseen, sorted(firm - kept)


def interleaved(priya: Carried, rounds: int) -> tuple[list[str], list[str]]:
    dice = random.Random(9)
    unseen: list[str] = []
    lost: list[str] = []
    for number in range(rounds):
        replaced, gone = round_of(priya, dice, number)
        unseen += replaced
        lost += gone
        Worksheet.objects.all().delete() if not WorksheetVersion.objects.exists() else away()
    return unseen, lost


def away() -> None:
    """Put this round's sheet aside, so that the next begins on an empty one."""
    from commonground.core.models.guards import lifted

    with lifted():
        WorksheetVersion.objects.all().delete()
        Worksheet.objects.all().delete()


@pytest.fixture
def priya(at: Any) -> Iterator[Carried]:
    with at(NOON):
        yield carried(weeks=0)


def careless(sheet: Any, mine: Any, theirs: Any, seen: Any) -> filled.Merged:
    """The control: whoever saves last wins."""
    return filled.Merged(dict(mine), ())


def test_two_on_one_sheet_overwrite_nothing_unseen_and_lose_no_text(
    priya: Carried,
    times: Callable[[int], int],
    proof: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = times(ROUNDS)
    unseen, lost = interleaved(priya, rounds)
    assert (unseen, lost) == ([], [])
    monkeypatch.setattr(actions.worksheets.filled, "merge", careless)
    without, _lost = interleaved(priya, max(rounds // 5, 20))
    assert without
    monkeypatch.undo()
    monkeypatch.setattr(actions.worksheets, "_still_writing", lambda *told: True)
    _unseen, nowhere = interleaved(priya, max(rounds // 5, 20))
    assert nowhere
    proof(
        "B4 two people on one worksheet: no silent overwrite, no lost text",
        attempted=rounds,
        survived=rounds - len(unseen) - len(lost),
        control=f"last save wins: {len(without)} texts replaced unseen; without earlier versions:"
        f" {len(nowhere)} texts lost",
    )
