"""A practice's own protocol: read at start, refused with file, line and reason, kept by version."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from commonground.courses import actions, storages
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person

OURS = (storages.SHIPPED / "ipt-adult-12-1.toml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Where the practice's own protocols lie; the house reads it anew, as at a start."""
    settings.DATA = tmp_path
    (tmp_path / "protocols").mkdir()
    _start()
    yield tmp_path / "protocols"
    _start()


def _start() -> None:
    storages.library.cache_clear()
    storages.agreed.cache_clear()


def lay(folder: Path, version: int = 1, **changes: str) -> None:
    """Put a protocol of our own there: the shipped one of twelve under another key, changed."""
    text = OURS.replace('key = "ipt-adult-12"', 'key = "harbour-12"')
    text = text.replace("version = 1", f"version = {version}", 1)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    (folder / f"harbour-12-{version}.toml").write_text(text, "utf-8")
    _start()


def refused() -> list[str]:
    return [str(found.msg) for found in run_checks() if found.id == "courses.E001"]


def test_a_protocol_of_ones_own_can_be_chosen(folder: Path) -> None:
    lay(folder)
    assert refused() == []
    assert "harbour-12" in {one.key for one in storages.latest()}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("limit = 2", "limit = 3", "limit"),
        ("interval_days = 7", "interval_days = 0", "interval_days"),
        ("from = 4", "from = 5", "must begin at session 4"),
        ('areas = ["grief"', 'areas = ["sorrow"', "sorrow"),
    ],
)
def test_a_bad_file_does_not_start_and_says_where_and_why(
    folder: Path, old: str, new: str, reason: str
) -> None:
    lay(folder, **{old: new})
    line = next(
        n
        for n, words in enumerate((folder / "harbour-12-1.toml").read_text("utf-8").splitlines(), 1)
        if new in words
    )
    (said,) = refused()
    assert said.startswith(f"harbour-12-1.toml, line {line}: ")
    assert reason in said


@pytest.mark.django_db
def test_a_running_course_keeps_the_version_it_was_opened_on(folder: Path, at: Any) -> None:
    lay(folder)
    with at(NOON):
        miriam = person("Miriam", Role.THERAPIST)
        told: dict[str, Any] = {"therapist": miriam.therapist, "by": miriam, "now": NOON}
        first = actions.open_course(
            client=client_of(miriam, "Ada"), protocol=storages.protocol("harbour-12", 1),
            sessions=12, **told,
        )  # fmt: skip
        label = first.protocol.label
        lay(folder, 2, **{label: "Ours, said anew"})
        (newest,) = [one for one in storages.latest() if one.key == "harbour-12"]
        second = actions.open_course(
            client=client_of(miriam, "Bo"), protocol=newest, sessions=12, **told
        )
    assert (first.protocol.version, first.protocol.label) == (1, label)
    assert (second.protocol.version, second.protocol.label) == (2, "Ours, said anew")
    assert first.plan.label == label
