"""The life of an enquiry, as a table: from which state one comes into which, and who may do it.

The verbs ask `after`, the pages ask `possible`, and the drawing in docs/generated is made from
the same lines. What is not in the table does not happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where an enquiry stands."""

    RECEIVED = "received"
    TALKING = "talking"
    OFFERED = "offered"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    DECLINED_BY_THERAPIST = "no_therapist"
    DECLINED_BY_PERSON = "no_person"
    WAITING = "waiting"
    PLACED = "placed"
    SIGNPOSTED = "signposted"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Who(StrEnum):
    """Who does something to it. `person`: whoever holds the secret link; `house`: a job."""

    PERSON = "person"
    COORDINATOR = "coordinator"
    THERAPIST = "therapist"
    HOUSE = "house"


class Act(StrEnum):
    """What can be done. `recognise`: a client who is with nobody now writes again; `join`: one
    who is with somebody; `part`: it was somebody else after all."""

    WRITE = "write"
    ANSWER = "answer"
    OFFER = "offer"
    RECALL = "recall"
    TAKE = "take"
    PASS = "pass"
    ACCEPT = "accept"
    TURN_DOWN = "turn_down"
    LAPSE = "lapse"
    REJOIN = "rejoin"
    PLACE = "place"
    RECOGNISE = "recognise"
    JOIN = "join"
    PART = "part"
    WAIT = "wait"
    SIGNPOST = "signpost"
    WITHDRAW = "withdraw"
    CLOSE = "close"


OVER = frozenset({State.PLACED, State.SIGNPOSTED, State.WITHDRAWN, State.CLOSED})
"""Where nothing more is expected of the practice."""
OPEN = frozenset(State) - OVER
FREE = frozenset(
    {
        State.RECEIVED,
        State.TALKING,
        State.DECLINED_BY_THERAPIST,
        State.DECLINED_BY_PERSON,
        State.WAITING,
    }
)
"""Where no therapist is being asked, so that one can be."""
NEEDS_AN_ANSWER = frozenset({State.RECEIVED, State.DECLINED_BY_THERAPIST, State.DECLINED_BY_PERSON})


@dataclass(frozen=True)
class Line:
    """One line of the table. `into` None: it stays where it is."""

    act: Act
    who: frozenset[Who]
    out_of: frozenset[State]
    into: State | None


def _line(act: Act, who: Who | set[Who], out_of: frozenset[State], into: State | None) -> Line:
    return Line(act, frozenset({who} if isinstance(who, Who) else who), out_of, into)


_S = State
TABLE = (
    _line(Act.WRITE, Who.PERSON, OPEN, None),
    _line(Act.WRITE, Who.PERSON, frozenset({_S.SIGNPOSTED}), _S.TALKING),
    _line(
        Act.ANSWER,
        Who.COORDINATOR,
        frozenset({_S.RECEIVED, _S.DECLINED_BY_THERAPIST, _S.DECLINED_BY_PERSON}),
        _S.TALKING,
    ),
    _line(
        Act.ANSWER,
        Who.COORDINATOR,
        frozenset({_S.TALKING, _S.OFFERED, _S.AGREED, _S.ACCEPTED, _S.WAITING}),
        None,
    ),
    _line(Act.OFFER, {Who.COORDINATOR}, FREE, _S.OFFERED),
    _line(Act.OFFER, Who.HOUSE, frozenset({_S.WAITING}), _S.OFFERED),
    _line(Act.RECALL, Who.COORDINATOR, frozenset({_S.OFFERED, _S.AGREED}), _S.TALKING),
    _line(Act.TAKE, Who.THERAPIST, frozenset({_S.OFFERED}), _S.AGREED),
    _line(Act.PASS, Who.THERAPIST, frozenset({_S.OFFERED}), _S.DECLINED_BY_THERAPIST),
    _line(Act.ACCEPT, Who.PERSON, frozenset({_S.AGREED}), _S.ACCEPTED),
    _line(Act.TURN_DOWN, Who.PERSON, frozenset({_S.AGREED}), _S.DECLINED_BY_PERSON),
    _line(Act.LAPSE, Who.HOUSE, frozenset({_S.OFFERED}), _S.DECLINED_BY_THERAPIST),
    _line(Act.LAPSE, Who.HOUSE, frozenset({_S.AGREED}), _S.DECLINED_BY_PERSON),
    _line(Act.REJOIN, Who.HOUSE, frozenset({_S.DECLINED_BY_THERAPIST}), _S.WAITING),
    _line(Act.PLACE, {Who.PERSON, Who.THERAPIST}, frozenset({_S.ACCEPTED}), _S.PLACED),
    _line(Act.RECOGNISE, Who.COORDINATOR, FREE, None),
    _line(Act.JOIN, Who.COORDINATOR, FREE, _S.PLACED),
    _line(Act.PART, Who.COORDINATOR, FREE, None),
    _line(Act.PART, Who.COORDINATOR, frozenset({_S.PLACED}), _S.TALKING),
    _line(Act.WAIT, Who.COORDINATOR, FREE - {_S.WAITING}, _S.WAITING),
    _line(Act.SIGNPOST, Who.COORDINATOR, FREE, _S.SIGNPOSTED),
    _line(Act.WITHDRAW, Who.PERSON, OPEN, _S.WITHDRAWN),
    _line(Act.CLOSE, Who.COORDINATOR, OPEN, _S.CLOSED),
)


class NotNow(Exception):
    """This cannot be done from where the enquiry stands."""


def after(state: State, act: Act, who: Who) -> State:
    """Where the enquiry stands afterwards. Raises NotNow for what is not in the table."""
    for line in TABLE:
        if line.act == act and who in line.who and state in line.out_of:
            return line.into or state
    raise NotNow(f"{who} cannot {act} while it is {state}.")


def possible(state: State, who: Who) -> frozenset[Act]:
    """What somebody can do from here."""
    return frozenset(line.act for line in TABLE if who in line.who and state in line.out_of)


def drawing() -> Iterator[str]:
    """The table as a state diagram in Mermaid's words: one arrow for each way."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.RECEIVED}"
    for state in State:
        ways: dict[State, list[str]] = {}
        for line in TABLE:
            if state in line.out_of and line.into is not None:
                who = "/".join(sorted(line.who))
                ways.setdefault(line.into, []).append(f"{line.act} ({who})")
        for into, said in ways.items():
            yield f"    {state} --> {into}: {', '.join(said)}"
    for state in State:
        if state in OVER:
            yield f"    {state} --> [*]"
