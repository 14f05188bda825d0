"""B4: two people write about the same thing, in every order there is; nothing is lost unseen."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from commonground.courses import actions
from commonground.courses.actions import Stale
from commonground.courses.models import Note, Person, ProcessNote, Session, Summary, Task
from commonground.people.tests.front_office import NOON

from .carried import Carried, carried

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
ROUNDS = 500
STEPS = 12


@dataclass
class Sheet:
    """Something two people write on: how it is read, and how it is saved."""

    read: Callable[[], tuple[str, int]]
    save: Callable[[str, int], Any]


@dataclass
class Writer:
    """Somebody with a window open: what they last saw there, and which version it was."""

    name: str
    saw: str = ""
    version: int = 0
    seen: set[str] = field(default_factory=set)

    def look(self, sheet: Sheet) -> None:
        self.saw, self.version = sheet.read()
        self.seen.add(self.saw)

    def write(self, sheet: Sheet, words: str) -> bool:
        """Save over what one saw; a refusal shows the other's words, and counts as looking."""
        try:
            sheet.save(words, self.version)
        except Stale as stale:
            theirs = stale.theirs
            self.saw = theirs if isinstance(theirs, str) else next(iter(theirs.values()))
            self.version = stale.version
            self.seen.add(self.saw)
            return False
        self.look(sheet)
        return True


def sheets(priya: Carried, number: int) -> Iterator[Sheet]:
    """A note, a summary, thoughts, a task and a person, none written on yet."""
    session = Session.objects.with_keys().get(course=priya.course, number=number)
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON}

    def words_of(rows: Any) -> tuple[str, int]:
        row = rows.with_keys().filter(session=session).first()
        return (row.text, row.version) if row else ("", 0)

    def task() -> tuple[str, int]:
        row = Task.objects.with_keys().filter(session=session).first()
        return (row.words, row.version) if row else ("", 0)

    who = actions.keep_person(course=priya.course, facts={"name": "Tom", "expects": ""}, **told)

    def person() -> tuple[str, int]:
        row = Person.objects.with_keys().get(pk=who.pk)
        return row.expects, row.version

    at: dict[str, Any] = {"session": session, **told}
    yield Sheet(
        lambda: words_of(Note.objects),
        lambda words, seen: actions.write_note(text=words, version=seen, **at),
    )
    yield Sheet(
        lambda: words_of(Summary.objects),
        lambda words, seen: actions.share_summary(text=words, version=seen, **at),
    )
    yield Sheet(
        lambda: words_of(ProcessNote.objects),
        lambda words, seen: actions.keep_process_note(text=words, version=seen, **at),
    )
    yield Sheet(
        task, lambda words, seen: actions.agree_task(facts={"words": words}, version=seen, **at)
    )
    yield Sheet(
        person,
        lambda words, seen: actions.keep_person(
            course=priya.course, person=who, facts={"expects": words}, version=seen, **told
        ),
    )


def lost(sheet: Sheet, dice: random.Random, round_: int) -> list[str]:
    """Words that were replaced by somebody who had never seen them, over one interleaving."""
    writers = [Writer("one"), Writer("other")]
    for writer in writers:
        writer.look(sheet)
    unseen = []
    for step in range(STEPS):
        writer = dice.choice(writers)
        if dice.random() < 0.3:
            writer.look(sheet)
            continue
        stands, _version = sheet.read()
        words = f"{writer.name} {round_}.{step}"
        if writer.write(sheet, words) and stands and stands not in writer.seen:
            unseen.append(f"{stands} under {words}")
        writer.seen.add(words)
    return unseen


def overwritten(priya: Carried, rounds: int) -> list[str]:
    dice = random.Random(8)
    found: list[str] = []
    for round_ in range(rounds):
        Note.objects.all().delete()
        Summary.objects.all().delete()
        ProcessNote.objects.all().delete()
        Task.objects.all().delete()
        kinds = list(sheets(priya, 1))
        found += lost(kinds[round_ % len(kinds)], dice, round_)
    return found


@pytest.fixture
def priya(at: Any) -> Iterator[Carried]:
    with at(NOON):
        yield carried(weeks=0)


def careless(row: Any, facts: Any, *, version: int | None, by: Any, now: Any) -> Any:
    """The control: whoever saves last wins."""
    for name, value in facts.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return row


def test_nothing_is_overwritten_unseen(
    priya: Carried,
    times: Callable[[int], int],
    proof: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = times(ROUNDS)
    gone = overwritten(priya, rounds)
    assert gone == []
    monkeypatch.setattr("commonground.courses.actions.people.renew", careless)
    monkeypatch.setattr("commonground.courses.actions.record.renew", careless)
    without = overwritten(priya, max(rounds // 5, 20))
    assert without
    proof(
        "B4 interleavings of edits on notes, summaries, thoughts, tasks and people: nothing unseen",
        attempted=rounds,
        survived=rounds - len(gone),
        control=f"without the look at the version {len(without)} texts were replaced unseen",
    )
