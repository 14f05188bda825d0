"""A2: unscope any one queryset of the house, and the matrix must notice."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from commonground.people.models import Caseload, Client
from tests.test_matrix import (
    SCOPES,
    House,
    all_surprises,
    asked,
    cells,
    house,
    laid,
    page_surprises,
    scope_surprises,
    told_a_user,
)

__all__ = ["house", "laid"]

pytestmark = pytest.mark.prove

BEHIND_ANOTHER = {
    # Pages ask these of one course or client that another scope has found already; what they
    # hand out is asked of the scopes themselves.
    "people.Client.visible_to",
    "people.Client.working_together",
    "scheduling.Appointment.visible_to",
    "scheduling.ReminderWish.visible_to",
    "measures.Response.visible_to",
    "courses.Course.visible_to",
    "courses.Session.visible_to",
    "courses.Goal.visible_to",
    "courses.Note.visible_to",
    "courses.Person.visible_to",
    "courses.Closeness.visible_to",
    "courses.Concern.visible_to",
    "courses.LifeEvent.visible_to",
    "courses.MoodLink.visible_to",
    "courses.Focus.visible_to",
    "courses.DisputeStage.visible_to",
    "courses.Formulation.visible_to",
    "courses.Rating.visible_to",
    "courses.Task.visible_to",
    "courses.Task.own",
    "courses.CourseChange.visible_to",
    "courses.Amendment.visible_to",
    "courses.Assessment.visible_to",
    "courses.Medicine.visible_to",
    "courses.Dismissal.visible_to",
    "courses.ProcessNote.visible_to",
}


def unscoped(rows: Any, *_told: Any, **_more: Any) -> Any:
    """The mutant: everything, whoever asks."""
    return rows.all()


def noticed_by_scopes(house: House, model: str = "") -> str | None:
    """The first surprise of a scope, the scopes of a model first."""
    near = sorted(SCOPES, key=lambda scope: scope.model != model)
    return next((s for scope in near for s in scope_surprises(house.scene, scope)), None)


def noticed_by_pages(house: House, subject: str = "") -> str | None:
    """The first surprise of a page or door, the doors of a subject first; nothing that was learnt
    before is believed."""
    house.missing.clear()
    resting = house.refers()
    near = sorted(cells(house.scene), key=lambda cell: cell.door.subject != subject)
    asked = (s for cell in near for s in house.surprises(cell, resting))
    return next(chain(asked, page_surprises(house)), None)


def test_every_unscoped_queryset_is_noticed(
    house: House, monkeypatch: Any, times: Callable[[int], int], proof: Callable[..., None]
) -> None:
    mutants = list(told_a_user())
    doors = times(20) == 20
    survived, by_doors = [], 0
    for label, queryset, name in mutants:
        mutant = f"{label}.{name}"
        with monkeypatch.context() as patch:
            patch.setattr(queryset, name, unscoped)
            seen = noticed_by_scopes(house, label)
            if seen and doors and mutant not in BEHIND_ANOTHER:
                seen = noticed_by_pages(house, label.split(".")[1].lower())
                by_doors += bool(seen)
        if not seen:
            survived.append(mutant)
    assert survived == []
    assert noticed_by_scopes(house) is None
    proof(
        f"A2 every scope of the house unscoped in turn: the matrix notices"
        f"{f', {by_doors} of them through a page' if doors else ''}",
        attempted=len(mutants),
        survived=len(mutants) - len(survived),
        control="with every scope in place, the matrix has no surprise",
    )


def test_the_scopes_pages_rest_on_are_noticed_through_the_pages(
    house: House, monkeypatch: Any
) -> None:
    """One clinical scope each run, through real requests; all of them under `./ground prove`."""
    queryset = next(q for label, q, name in told_a_user() if label == "courses.Course")
    with monkeypatch.context() as patch:
        patch.setattr(queryset, "in_care_of", unscoped)
        assert noticed_by_pages(house, "course")


def test_a_caseload_of_everybody_is_noticed_through_the_pages(
    house: House, monkeypatch: Any
) -> None:
    """The therapist's home and the page of a session rest on it, not on a scope."""
    everybody = frozenset(Client.objects.values_list("pk", flat=True))
    all_of_them = Caseload(everybody, everybody, everybody)
    with monkeypatch.context() as patch:
        patch.setattr(Caseload, "of", lambda *_told: all_of_them)
        assert noticed_by_pages(house, "session")


def test_the_whole_matrix_has_no_surprise(house: House, proof: Callable[..., None]) -> None:
    """All of it on each database when proving; `./ground test` shares it between the two."""
    if len(asked(house)) < len(list(cells(house.scene))):
        pytest.skip("test_matrix asks this share of it already")
    assert list(all_surprises(house)) == []
    proof(
        "A2 actors × objects × verbs × where the id stands",
        attempted=len(asked(house)),
        survived=len(asked(house)),
        control="each of the mutants above is noticed",
    )
