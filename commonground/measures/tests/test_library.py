"""A practice's own folder adds versions and words, and never changes an answer already given."""

import re

import pytest
from django.urls import reverse

from commonground.measures import scoring, storages
from commonground.measures.checks import instruments_can_be_read
from commonground.measures.instrument import BadInstrument
from commonground.measures.models import Alert, Response
from commonground.people.tests.front_office import NOON, signed_in

from .asked import asked
from .library import PHQ9, text_of


@pytest.fixture
def folder(tmp_path, settings):
    settings.DATA = tmp_path
    (tmp_path / "instruments").mkdir()
    storages.library.cache_clear()
    yield tmp_path / "instruments"
    storages.library.cache_clear()


def worded(key: str) -> str:
    text = text_of(f"{key}-1.toml").replace("text_shipped = false", 'stem = "Ours:"')
    for value in range(10):
        text = text.replace(
            f"{{ value = {value} }}", f'{{ value = {value}, text = "ours {value}" }}'
        )
    return text.replace('\noptions = "', '\ntext = "Our words"\noptions = "')


def test_old_answers_stay_what_they_were_when_a_new_version_arrives(folder) -> None:
    text = text_of("phq9-1.toml").replace("version = 1", "version = 2", 1)
    (folder / "phq9-2.toml").write_text(text.replace("caseness = 10", "caseness = 12"))
    answers = {item.concept: 1 for item in PHQ9.scored} | {"sleep": 3}
    old, new = storages.instrument("phq9", 1), storages.latest("phq9")
    assert (old, new.version) == (PHQ9, 2)
    assert [scoring.score(i, answers).case for i in (old, new)] == [True, False]


def test_a_practice_gives_words_to_a_skeleton(folder) -> None:
    assert not storages.latest("wsas").has_text
    (folder / "wsas-1.toml").write_text(worded("wsas"))
    storages.library.cache_clear()
    assert storages.latest("wsas").has_text


def test_words_that_come_with_another_scoring_are_refused(folder) -> None:
    text = worded("wsas").replace("reliable_change = 8", "reliable_change = 2")
    (folder / "wsas-1.toml").write_text(text)
    with pytest.raises(BadInstrument, match="exactly as the one shipped"):
        storages.library()


# ——— a practice's own measure ———

OWN = """
key = "harbour"
version = 1
name = "Harbour"
title = "Two questions of our own"
language = "en"
stem = "In the past month:"
licence = "Ours."
source = ["Written for this test"]

[scoring]
method = "sum"
max_missing = 0
rounding = "half-up"

[options]
often = [{ value = 0, text = "Not at all" }, { value = 1, text = "Often" }]
yes_no = [{ value = 0, text = "No" }, { value = 1, text = "Yes" }]

[[items]]
concept = "company"
text = "Have you had company?"
options = "often"

[[items]]
concept = "serious_thoughts"
text = "Has there been a time when you thought of ending it?"
options = "yes_no"
scored = false

[[risk]]
concept = "serious_thoughts"
alert_from = 1
"""


@pytest.mark.django_db
def test_a_yes_to_a_question_of_the_practices_own_reaches_a_person(folder, at) -> None:
    (folder / "harbour-1.toml").write_text(OWN)
    with at(NOON):
        ada = asked()
        response = ada.next_week(("harbour",))
        ada.keep(response, {"company": 1, "serious_thoughts": 0})
        assert not Alert.objects.exists()
        ada.keep(response, {"serious_thoughts": 1})
        alert = Alert.objects.get()
        assert (alert.owner, alert.due, alert.value) == (ada.theo.therapist, "same_day", 1)
        page = signed_in(ada.theo).get(reverse("alert", args=[alert.pk])).text
        assert "thought of ending it?" in page


@pytest.mark.django_db
def test_what_was_asked_in_one_version_is_answered_in_it(folder, at) -> None:
    with at(NOON):
        ada = asked()
        response = ada.next_week()
        text = text_of("phq9-1.toml").replace("version = 1", "version = 2", 1)
        (folder / "phq9-2.toml").write_text(text.replace("caseness = 10", "caseness = 12"))
        storages.library.cache_clear()
        ada.keep(response, {item.concept: 1 for item in PHQ9.scored} | {"sleep": 3})
        kept, newer = Response.objects.get(), ada.next_week()
    assert (kept.version, kept.score.total, kept.score.case) == (1, 11, True)
    assert newer.version == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 1, text", "value = 2, text", "without a gap"),
        ('concept = "company"', 'concept = "serious_thoughts"', "used twice"),
        ("alert_from = 1", "alert_from = 5", "alert_from"),
        ("[scoring]", "[scoring", ""),
    ],
)
def test_a_bad_file_stops_the_house_with_file_line_and_reason(folder, old, new, said) -> None:
    (folder / "harbour-1.toml").write_text(OWN.replace(old, new))
    (wrong,) = instruments_can_be_read(None)
    assert wrong.is_serious()
    assert wrong.id == "measures.E001"
    assert re.match(r"harbour-1\.toml, line \d+: .+", wrong.msg)
    assert said in wrong.msg


def test_a_good_file_stops_nothing(folder) -> None:
    (folder / "harbour-1.toml").write_text(OWN)
    assert instruments_can_be_read(None) == []
