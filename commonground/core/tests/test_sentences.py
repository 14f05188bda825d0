"""Sentences are looked up once for each language, and each language keeps its own."""

from django.utils.safestring import SafeData, mark_safe
from django.utils.translation import gettext, override
from django.utils.translation.trans_real import DjangoTranslation


def test_each_language_keeps_its_own_words() -> None:
    for _ in range(2):
        with override("de"):
            assert gettext("January") == "Januar"
        with override("fr"):
            assert gettext("January") == "janvier"
        with override("en-gb"):
            assert gettext("January") == "January"


def test_what_is_safe_stays_safe_and_makes_nothing_else_so() -> None:
    with override("de"):
        assert isinstance(gettext(mark_safe("February")), SafeData)
        assert not isinstance(gettext("February"), SafeData)


def test_a_sentence_is_looked_up_once() -> None:
    known = DjangoTranslation.gettext
    with override("de"):
        gettext("A sentence that stands in no catalogue")
        before = known.cache_info().hits  # type: ignore[attr-defined]
        gettext("A sentence that stands in no catalogue")
    assert known.cache_info().hits == before + 1  # type: ignore[attr-defined]
