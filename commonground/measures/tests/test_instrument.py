"""Instrument files: what is shipped is whole, and a bad file is refused with line and reason."""

import pytest

from commonground.measures.instrument import BadInstrument, parse

from .library import FOLDER, GAD7, PHQ9, PHQA, shipped, text_of


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.toml")))
def test_every_shipped_file_is_accepted(name: str) -> None:
    assert f"{shipped(name).id}.toml" == name


@pytest.mark.parametrize(
    ("instrument", "scored", "highest", "caseness", "reliable"),
    [(PHQ9, 9, 27, 10, 6), (GAD7, 7, 21, 8, 4), (PHQA, 9, 27, 11, None)],
)
def test_the_shipped_measures_have_their_published_numbers(
    instrument, scored, highest, caseness, reliable
) -> None:
    assert len(instrument.scored) == scored
    assert (instrument.lowest, instrument.highest) == (0, highest)
    assert (instrument.caseness, instrument.reliable_change) == (caseness, reliable)


def test_option_zero_reads_not_at_all() -> None:
    first = {i.options[0].text for x in (PHQ9, GAD7, PHQA) for i in x.scored}
    assert first == {"Not at all"}


def test_phq_a_asks_the_same_concepts_in_another_order() -> None:
    nine = [i.concept for i in PHQ9.scored]
    teen = [i.concept for i in PHQA.scored]
    assert teen != nine
    assert sorted(teen) == sorted(nine)
    assert [nine.index(c) + 1 for c in teen] == [2, 1, 3, 5, 4, 6, 7, 8, 9]


def test_the_questions_whose_permission_is_unclear_are_not_shipped() -> None:
    assert [r.concept for r in PHQA.risks] == ["better_off_dead"]
    assert len(PHQA.items) == 11


@pytest.mark.parametrize("key", ["wsas", "ucla3", "mspss", "who5"])
def test_a_skeleton_has_not_one_word_of_its_questions(key: str) -> None:
    skeleton = shipped(f"{key}-1.toml")
    assert not skeleton.has_text
    assert skeleton.stem == "" and {item.text for item in skeleton.items} == {""}


def test_wording_in_a_file_that_says_it_has_none_is_refused() -> None:
    text = text_of("wsas-1.toml").replace('concept = "home"', 'concept = "home"\ntext = "Home"')
    with pytest.raises(BadInstrument, match="text_shipped"):
        parse(text, "wsas-1.toml")


@pytest.mark.parametrize(("years", "fits"), [(10, False), (11, True), (17, True), (18, False)])
def test_phq_a_is_for_eleven_to_seventeen(years: int, fits: bool) -> None:
    assert PHQA.fits_age(years) is fits


GOOD = text_of("gad7-1.toml")

BAD = [
    ('key = "gad7"', 'key = "gad8"', "the file must be called gad8-1.toml"),
    ("version = 1", "version = 0", "“version” is 0 and must be at least 1"),
    ("version = 1", "version = true", "“version” must be a whole number"),
    ('name = "GAD-7"', 'nmae = "GAD-7"', "“name” is missing"),
    ('name = "GAD-7"', 'name = "GAD-7"\nextra = 1', "“extra” is not known here"),
    ('name = "GAD-7"', 'name = " "', "“name” must be a text that is not empty"),
    ('language = "en"', 'language = "English"', "“language” cannot be “English”"),
    ('method = "sum"', 'method = "magic"', "“method” cannot be “magic”"),
    ('concept = "worry"', 'concept = "nervous"', "the concept “nervous” is used twice"),
    ('loinc = "69733-4"', 'loinc = "69725-0"', "the LOINC code 69725-0 is used twice"),
    ("value = 2", "value = 4", "must rise by one, without a gap"),
    ("max_missing = 1", "max_missing = 7", "“max_missing” is 7 and must be from 0 to 6"),
    ("caseness = 8", "caseness = 22", "“caseness” is 22 and must be from 0 to 21"),
    ("from = 10\nto = 14", "from = 11\nto = 14", "the band “moderate” must begin at 10"),
    ("from = 15\nto = 21", "from = 15\nto = 20", "the bands must reach the highest total, 21"),
    ('key = "mild"', 'key = "minimal"', "the band “minimal” is used twice"),
    ("[ages]", '[[risk]]\nconcept = "death"\nalert_from = 1\n[ages]', "no item asks about “death”"),
    ("from = 18", "from = 18\nto = 17", "“to” is 17 and must be from 18 to 120"),
    ("[ages]", "[ages", "not TOML"),
]


@pytest.mark.parametrize(("old", "new", "reason"), BAD, ids=[reason for _, _, reason in BAD])
def test_a_bad_file_is_refused_with_its_reason(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInstrument) as refused:
        parse(GOOD.replace(old, new, 1), "gad7-1.toml")
    assert refused.value.file == "gad7-1.toml"
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('concept = "worry"', 'concept = "nervous"'),
        ("caseness = 8", "caseness = 22"),
        ("from = 10\nto = 14", "from = 11\nto = 14"),
        ("[ages]", "[ages"),
        ("frequency = [", "frequency = 3 # ["),
    ],
)
def test_the_refusal_names_the_line(old: str, new: str) -> None:
    text = GOOD.replace(old, new, 1)
    pairs = zip(GOOD.splitlines(), text.splitlines(), strict=True)
    line = next(n for n, (was, now) in enumerate(pairs, 1) if was != now)
    if new == "frequency = 3 # [":
        line += 1  # what follows is no longer TOML: the line after is where it breaks
    with pytest.raises(BadInstrument) as refused:
        parse(text, "gad7-1.toml")
    assert str(refused.value).startswith(f"gad7-1.toml, line {line}: ")


def test_a_scored_item_with_other_options_is_refused() -> None:
    text = text_of("phq9-1.toml").replace("scored = false\n", "")
    text = text.replace('  { value = 3, text = "Extremely difficult" },\n', "")
    with pytest.raises(BadInstrument, match="same options"):
        parse(text, "phq9-1.toml")
