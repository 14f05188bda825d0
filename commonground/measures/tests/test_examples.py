"""The worked examples of the clinical reference: every total and every outcome expected there."""

from commonground.measures.scoring import (
    Change,
    Why,
    alert_level,
    at_caseness,
    change,
    score,
    score_total,
    together,
)

from .library import GAD7, PHQ9, PHQA, shipped

WSAS = shipped("wsas-1.toml")
VECTORS = [
    "233223201",
    "233313201",
    "223313210",
    "223213210",
    "223222210",
    "222213210",
    "233213201",
    "222212200",
    "122212200",
    "122212100",
    "112211100",
    "112112100",
    "111111100",
    "121111100",
    "111101100",
    "011101100",
    "011100100",
]
DEPRESSION = [18, 18, 17, 16, 16, 15, 17, 13, 12, 11, 9, 9, 7, 8, 6, 5, 4]
ANXIETY = [13, 13, 12, 11, 11, 11, 13, 10, 9, 8, 8, 7, 6, 7, 5, 5, 4]
TEEN = [16, 15, 15, 13, 14, 12, 11, 10, 8, 8, 7, 6, 6]


def of(instrument, values):
    concepts = [item.concept for item in instrument.scored]
    return score(instrument, dict(zip(concepts, map(int, values), strict=True)))


def spread(total, items):
    """A vector of our own with the total given: as even as it can be."""
    return [total // items + (n < total % items) for n in range(items)]


PRIYA = [of(PHQ9, vector) for vector in VECTORS]
WORRY = [of(GAD7, spread(total, 7)) for total in ANXIETY]


def test_priyas_answers_come_to_the_totals_given() -> None:
    assert [found.total for found in PRIYA] == DEPRESSION
    assert [found.total for found in WORRY] == ANXIETY


def test_priya_improves_reliably_and_recovers_on_both() -> None:
    changes = [change(18, 5, PHQ9), change(13, 5, GAD7)]
    assert together(changes) is Change.IMPROVED
    assert (PRIYA[0].case, WORRY[0].case) == (True, True)
    assert (PRIYA[15].case, WORRY[15].case) == (False, False)


def test_priya_is_below_on_both_for_the_first_time_at_session_twelve() -> None:
    below = [not (a.case or b.case) for a, b in zip(PRIYA, WORRY, strict=True)]
    assert below.index(True) + 1 == 12


def test_priya_responds_and_remits_only_at_follow_up() -> None:
    assert PHQ9.response_percent is not None and PHQ9.remission_below is not None
    assert round(100 * (18 - 5) / 18) == 72 >= PHQ9.response_percent
    assert [total < PHQ9.remission_below for total in (5, 4)] == [False, True]


def test_priyas_item_nine_is_new_again_at_session_seven() -> None:
    nine = [int(vector[8]) for vector in VECTORS]
    said = [alert_level(nine[:n], value) for n, value in enumerate(nine)]
    alerts = {n + 1: found.why for n, found in enumerate(said) if found is not None}
    assert alerts == {1: Why.NEW, 2: Why.KNOWN, 7: Why.NEW}


def test_priyas_work_and_company_improve_by_totals_from_paper() -> None:
    told = [score_total(WSAS, total) for total in (24, 20, 18, 14, 9, 8)]
    assert [found.band for found in told] == ["high", *["middle"] * 3, "low", "low"]
    assert change(24, 9, WSAS) is Change.IMPROVED


def test_jordan_crosses_the_adolescent_cut_at_session_eight_and_nothing_more_is_claimed() -> None:
    nines = [1, 1] + [0] * 11
    told = [of(PHQA, [*spread(t - nine, 8), nine]) for t, nine in zip(TEEN, nines, strict=True)]
    assert [found.total for found in told] == TEEN
    assert [found.case for found in told].index(False) + 1 == 8
    assert [bool(found.risk) for found in told] == [True, True] + [False] * 11
    assert change(16, 6, PHQA) is None
    assert at_caseness(PHQA, 6) is False
