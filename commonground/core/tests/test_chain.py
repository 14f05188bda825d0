"""The chain on paper: no database, every way to tamper with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import chain
from ..chain import Anchor, Fault, Head, Kind, Line

KEY = b"k" * 32
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def line(**words):
    told = {
        "number": 0,
        "at": NOON,
        "actor_kind": "people.user",
        "actor_id": "ada",
        "verb": "note.signed",
        "object_kind": "courses.note",
        "object_id": "1",
    }
    return Line(**(told | words))


def grown(length=6, key=KEY):
    return chain.extend(key, None, [line(object_id=str(n)) for n in range(length)])


def faults(lines, head, anchors=(), key=KEY):
    return list(chain.verify(key, lines, head, anchors))


def test_an_honest_chain_has_no_fault():
    assert faults(*grown()) == []


def test_nothing_at_all_has_no_fault():
    assert faults([], None) == []


def test_a_chain_that_grew_in_steps_is_the_same_as_one_that_grew_at_once():
    first, head = chain.extend(KEY, None, [line(object_id="0")])
    rest, head = chain.extend(KEY, head, [line(object_id="1"), line(object_id="2")])
    assert (first + rest, head) == grown(3)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + timedelta(microseconds=1)},
        {"actor_kind": "system"},
        {"actor_id": "bob"},
        {"verb": "note.opened"},
        {"object_kind": "courses.task"},
        {"object_id": "99"},
        {"detail": {"role": "owner"}},
    ],
)
def test_a_changed_word_is_found_in_its_line_only(change):
    lines, head = grown()
    lines[2] = replace(lines[2], line=replace(lines[2].line, **change))
    assert faults(lines, head) == [Fault(3, Kind.CHANGED)]


def test_a_deleted_line_is_missed():
    lines, head = grown()
    del lines[2]
    assert Fault(3, Kind.MISSING) in faults(lines, head)


def test_a_deleted_line_is_missed_even_if_the_rest_moves_up():
    lines, head = grown()
    del lines[2]
    for n in range(2, 5):
        lines[n] = replace(lines[n], line=replace(lines[n].line, number=n + 1))
    assert Fault(3, Kind.CHANGED) in faults(lines, head)


def test_two_lines_that_changed_places_are_found():
    lines, head = grown()
    lines[1], lines[2] = (
        replace(lines[2], line=replace(lines[2].line, number=2)),
        replace(lines[1], line=replace(lines[1].line, number=3)),
    )
    assert {f.number for f in faults(lines, head)} >= {2, 3}


def test_a_line_out_of_order_is_found():
    lines, head = grown()
    lines[1], lines[2] = lines[2], lines[1]
    assert Fault(2, Kind.STRAY) in faults(lines, head)


def test_a_line_slipped_in_twice_is_found():
    lines, head = grown()
    lines.insert(3, lines[2])
    assert faults(lines, head) == [Fault(3, Kind.STRAY)]


def test_a_line_sealed_with_another_key_is_found():
    lines, head = grown()
    forged = replace(lines[2].line, actor_id="mallory")
    seal = chain.seal(b"x" * 32, lines[2].previous, forged)
    lines[2] = replace(lines[2], line=forged, seal=seal)
    assert Fault(3, Kind.CHANGED) in faults(lines, head)


def test_a_chain_written_anew_without_the_key_is_found():
    lines, head = grown(key=b"x" * 32)
    assert len(faults(lines, head)) == len(lines) + 1


def test_whoever_has_the_key_can_write_another_past():
    """The control: the key is what the whole thing rests on, and why it lies elsewhere."""
    lines, head = chain.extend(KEY, None, [line(actor_id="mallory") for _ in range(6)])
    assert faults(lines, head) == []


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_cut_tail_is_missed_by_the_head(cut):
    lines, head = grown()
    assert faults(lines[:-cut], head) == [Fault(6, Kind.CUT)]


def test_a_head_written_by_hand_is_found():
    lines, head = grown()
    forged = Head(3, lines[2].seal, head.mac)
    assert faults(lines[:3], forged) == [Fault(0, Kind.FORGED_HEAD)]


def test_lines_without_a_head_are_found():
    assert faults(grown()[0], None) == [Fault(0, Kind.HEADLESS)]


def test_an_old_head_over_a_cut_tail_is_found_by_the_anchor_alone():
    lines, head = grown()
    old = grown(3)[1]
    assert faults(lines[:3], old) == []
    assert faults(lines[:3], old, [Anchor(6, head.seal)]) == [Fault(6, Kind.UNANCHORED)]


def test_an_emptied_chain_is_found_by_the_anchor_alone():
    assert faults([], None, [Anchor(6, "…")]) == [Fault(6, Kind.UNANCHORED)]


def test_anchors_of_an_honest_chain_hold():
    lines, head = grown()
    assert faults(lines, head, [Anchor(each.line.number, each.seal) for each in lines]) == []


def test_two_anchors_that_tell_different_pasts_are_found():
    lines, head = grown()
    anchors = [Anchor(3, lines[2].seal), Anchor(3, "0" * 64)]
    assert faults(lines, head, anchors) == [Fault(3, Kind.UNANCHORED)]


def test_nothing_grows_over_a_forged_head():
    with pytest.raises(ValueError, match="not genuine"):
        chain.extend(KEY, Head(3, "0" * 64, "0" * 64), [line()])


def test_the_same_instant_in_another_zone_is_the_same_line():
    cairo = timezone(timedelta(hours=2))
    assert chain.canonical(line()) == chain.canonical(line(at=NOON.astimezone(cairo)))


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        chain.canonical(line(at=datetime(2026, 3, 2, 12)))


def test_a_boundary_between_two_words_cannot_be_moved():
    assert chain.canonical(line(actor_kind="ab", actor_id="c")) != chain.canonical(
        line(actor_kind="a", actor_id="bc")
    )


@given(
    length=st.integers(1, 8),
    data=st.data(),
)
def test_any_subset_or_order_but_the_true_one_is_found(length, data):
    lines, head = grown(length)
    told = data.draw(st.lists(st.sampled_from(lines), max_size=length + 2))
    assert (faults(told, head) == []) == (told == lines)
