"""The focus areas as data: read once, refused with file, line and reason."""

import pytest

from commonground.courses import storages
from commonground.courses.handbook import BadHandbook, parse

FILE = (storages.HANDBOOK / "ipt-focus-1.toml").read_text("utf-8")


def test_there_are_four_areas_each_with_its_strategies_in_order():
    book = parse(FILE, "ipt-focus-1.toml")
    assert [area.key for area in book.areas] == ["grief", "dispute", "transition", "isolation"]
    assert book.area("transition").strategies[0].id == "transition.old_role"
    assert book.area("dispute").strategies[-1].id == "dispute.restage"


def test_what_is_from_memory_is_marked_so():
    assert "areas" in parse(FILE, "ipt-focus-1.toml").assumed


def test_the_next_strategy_is_the_first_one_not_worked_on():
    area = parse(FILE, "ipt-focus-1.toml").area("grief")
    assert area.next_after({"grief.link"}).id == "grief.sequence"
    assert area.next_after({s.id for s in area.strategies}) is None


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('key = "grief"', 'key = "sorrow"', "cannot be “sorrow”"),
        ('key = "sequence"', 'key = "link"', "told twice"),
        ('label = "Grief"', 'lable = "Grief"', "“label” is missing"),
        ('key = "isolation"', 'key = "grief"', "“grief” is told twice"),
        ('assumed = ["areas"', 'assumed = ["arias"', "is not in the file"),
    ],
)
def test_a_bad_handbook_is_refused_with_its_line(was, becomes, says):
    with pytest.raises(BadHandbook, match=says) as refused:
        parse(FILE.replace(was, becomes, 1), "ipt-focus-1.toml")
    assert refused.value.line
