"""Worksheets as data: every shipped file can be read, a bad one is refused with its line."""

from pathlib import Path

import pytest

from commonground.courses import checks, storages
from commonground.courses.worksheet import BadWorksheet, Kind, fitting, parse

ALL = sorted(storages.WORKSHEETS.glob("*.toml"))
FILE = (storages.WORKSHEETS / "communication-analysis-1.toml").read_text("utf-8")
NAME = "communication-analysis-1.toml"
KNOWN = frozenset(s.id for area in storages.handbook().areas for s in area.strategies)


def test_all_twelve_sheets_are_there():
    assert [path.name.removesuffix("-1.toml") for path in ALL] == [
        "affect", "between-sessions", "communication-analysis", "decision-analysis",
        "ending-review", "grief-reconstruction", "relapse-plan", "rhythm-diary", "role-play",
        "role-transition", "safety-plan", "support-map",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_a_shipped_sheet_can_be_read_and_says_where_it_comes_from(path):
    sheet = parse(path.read_text("utf-8"), path.name, KNOWN)
    assert sheet.source and sheet.purpose and sheet.mine and sheet.label
    assert sheet.assumed  # the wording is this project's own, and says so


def test_the_plan_for_hard_hours_has_its_six_topics():
    fields = [each.key for each in storages.worksheet("safety-plan", 1).fields]
    topics = ["signs", "alone", "distract", "ask", "professionals", "surroundings"]
    assert [key for key in fields if key in topics] == topics


def test_a_conversation_is_taken_line_by_line():
    columns = [c.key for c in parse(FILE, NAME, KNOWN).field("exchange").columns]
    assert columns == ["who", "said", "felt", "meant", "heard", "could"]


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('kind = "line"', 'kind = "lines"', "“kind” cannot be “lines”"),
        ('key = "when"', 'key = "aim"', "“aim” is told twice"),
        ('key = "felt"', 'key = "said"', "“said” is told twice"),
        ('label = "Line by line"', 'lable = "Line by line"', "“label” is missing"),
        ("dispute.communication", "dispute.shouting", "no strategy of a focus area"),
        ('phases = ["middle"]', 'phases = ["centre"]', "none of the phases"),
        ('foci = ["dispute"', 'foci = ["quarrel"', "none of the focus areas"),
        ("source = [", "sources = [", "“source” must name"),
        ('{ key = "me", label = "I" }, ', "", "at least two options"),
        ('assumed = ["fields"]', 'assumed = ["feelds"]', "is not in the file"),
        ("version = 1", "version = 2", "must be called"),
        ('key = "outcome"\nkind = "text"', 'key = "outcome"\nkind = "rating"', "“low” is missing"),
    ],
)
def test_a_bad_sheet_is_refused_with_file_and_reason(was, becomes, says):
    assert was in FILE
    with pytest.raises(BadWorksheet, match=says) as refused:
        parse(FILE.replace(was, becomes, 1), NAME, KNOWN)
    assert refused.value.file == NAME


def test_a_misspelt_kind_is_refused_with_its_line():
    bad = FILE.replace('key = "when"\nkind = "line"', 'key = "when"\nkind = "lin"', 1)
    with pytest.raises(BadWorksheet) as refused:
        parse(bad, NAME, KNOWN)
    assert bad.splitlines()[refused.value.line - 1] == 'kind = "lin"'


# ——— the practice's own ———

OWN = """key = "a-good-day"
version = 1
label = "A good day"
mine = "A good day"
language = "en"
purpose = "What belongs to one."
source = ["Our own"]

[[fields]]
key = "what"
kind = "text"
label = "What belongs to it?"
"""


@pytest.fixture
def own(settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "worksheets").mkdir()
    storages.worksheets.cache_clear()
    yield tmp_path / "worksheets"
    storages.worksheets.cache_clear()


def test_a_practices_own_sheet_appears_without_code(own: Path):
    (own / "a-good-day-1.toml").write_text(OWN, "utf-8")
    sheet = storages.worksheet("a-good-day", 1)
    assert sheet in storages.newest_worksheets()
    assert sheet.field("what").kind is Kind.TEXT


def test_a_newer_version_is_offered_and_the_older_one_stays_readable(own: Path):
    newer = (storages.WORKSHEETS / "affect-1.toml").read_text("utf-8")
    newer = newer.replace("version = 1", "version = 2", 1)
    (own / "affect-2.toml").write_text(newer, "utf-8")
    assert [s.version for s in storages.newest_worksheets() if s.key == "affect"] == [2]
    assert storages.worksheet("affect", 1).version == 1


def test_a_broken_one_keeps_the_house_from_starting(own: Path):
    broken = OWN.replace('kind = "text"', 'kind = "txt"')
    (own / "a-good-day-1.toml").write_text(broken, "utf-8")
    (error,) = checks.protocols_can_be_read(None)
    assert error.msg.startswith("a-good-day-1.toml, line 11: “kind” cannot be “txt”")


# ——— what fits ———


def test_the_strategy_that_comes_next_suggests_its_sheet_and_then_the_protocol_its_own():
    sheets = storages.newest_worksheets()
    found = fitting(sheets, ["dispute.communication"], ["relapse_plan", "communication_analysis"])
    assert [one.sheet.key for one in found] == ["communication-analysis", "relapse-plan"]
    assert found[0].strategy == "dispute.communication"


def test_nothing_fits_where_nothing_is_worked_on():
    assert fitting(storages.newest_worksheets()) == ()
