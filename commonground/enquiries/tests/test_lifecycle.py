"""The table of an enquiry's life: what is in it happens, and nothing else."""

import pytest

from commonground.enquiries.lifecycle import (
    OPEN,
    OVER,
    TABLE,
    Act,
    NotNow,
    State,
    Who,
    after,
    drawing,
    possible,
)

WAYS = [
    (State.RECEIVED, Act.ANSWER, Who.COORDINATOR, State.TALKING),
    (State.RECEIVED, Act.OFFER, Who.COORDINATOR, State.OFFERED),
    (State.OFFERED, Act.TAKE, Who.THERAPIST, State.AGREED),
    (State.OFFERED, Act.PASS, Who.THERAPIST, State.DECLINED_BY_THERAPIST),
    (State.AGREED, Act.ACCEPT, Who.PERSON, State.ACCEPTED),
    (State.AGREED, Act.TURN_DOWN, Who.PERSON, State.DECLINED_BY_PERSON),
    (State.ACCEPTED, Act.PLACE, Who.PERSON, State.PLACED),
    (State.DECLINED_BY_PERSON, Act.WAIT, Who.COORDINATOR, State.WAITING),
    (State.WAITING, Act.OFFER, Who.HOUSE, State.OFFERED),
    (State.OFFERED, Act.ANSWER, Who.COORDINATOR, State.OFFERED),
    (State.TALKING, Act.WITHDRAW, Who.PERSON, State.WITHDRAWN),
]
NO_WAYS = [
    (State.RECEIVED, Act.ACCEPT, Who.PERSON),
    (State.OFFERED, Act.ACCEPT, Who.PERSON),
    (State.OFFERED, Act.TAKE, Who.COORDINATOR),
    (State.AGREED, Act.OFFER, Who.COORDINATOR),
    (State.TALKING, Act.OFFER, Who.HOUSE),
    (State.PLACED, Act.WITHDRAW, Who.PERSON),
    (State.PLACED, Act.CLOSE, Who.COORDINATOR),
    (State.WITHDRAWN, Act.ANSWER, Who.COORDINATOR),
    (State.ACCEPTED, Act.PLACE, Who.COORDINATOR),
]


@pytest.mark.parametrize(("state", "act", "who", "into"), WAYS)
def test_a_step_leads_where_the_table_says(state: State, act: Act, who: Who, into: State) -> None:
    assert after(state, act, who) == into


@pytest.mark.parametrize(("state", "act", "who"), NO_WAYS)
def test_what_is_not_in_the_table_does_not_happen(state: State, act: Act, who: Who) -> None:
    with pytest.raises(NotNow):
        after(state, act, who)
    assert act not in possible(state, who)


def test_no_act_of_one_person_leads_two_ways() -> None:
    for state in State:
        for who in Who:
            for act in possible(state, who):
                lines = [
                    line
                    for line in TABLE
                    if line.act == act and who in line.who and state in line.out_of
                ]
                assert len({line.into or state for line in lines}) == 1


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.RECEIVED}
    for _n in State:
        reached |= {line.into for line in TABLE if line.into and line.out_of & reached}
    assert reached == set(State)
    assert all(possible(state, who) for state in OPEN for who in (Who.PERSON, Who.COORDINATOR))


def test_somebody_who_is_a_client_is_past_this_table() -> None:
    """But for taking apart what the desk joined by mistake."""
    found = {(who, act) for who in Who for act in possible(State.PLACED, who)}
    assert found == {(Who.COORDINATOR, Act.PART)}


def test_only_whoever_wrote_says_yes_for_the_person() -> None:
    assert {who for line in TABLE if line.act == Act.ACCEPT for who in line.who} == {Who.PERSON}


def test_the_drawing_has_an_arrow_for_every_way_that_leads_on() -> None:
    said = "\n".join(drawing())
    for line in TABLE:
        for state in line.out_of if line.into else ():
            assert f"{state} --> {line.into}: " in said
    assert all(f"{state} --> [*]" in said for state in OVER)
