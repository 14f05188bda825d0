"""Released files: ours first, the practice's own beside them, the newest told apart."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from .. import storages


@dataclass(frozen=True)
class Made:
    key: str
    version: int
    words: str


def parse(text: str, name: str) -> Made:
    key, _, version = name.removesuffix(".toml").rpartition("-")
    if not text:
        raise ValueError(name)
    return Made(key, int(version), text)


@pytest.fixture
def shipped(tmp_path: Path, settings) -> Path:
    settings.DATA = tmp_path / "practice"
    ours = tmp_path / "ours"
    for folder in (ours, settings.DATA / "sheets"):
        folder.mkdir(parents=True)
        (folder / "one-1.toml").write_text(folder.name)
    (ours / "one-10.toml").write_text("ten")
    (ours / "one-9.toml").write_text("nine")
    (settings.DATA / "sheets" / "two-1.toml").write_text("two")
    return ours


def test_ours_count_where_both_have_one_and_the_practice_may_add(shipped: Path) -> None:
    found = storages.by_version(storages.released(shipped, "sheets", parse))
    assert {id_: made.words for id_, made in found.items()} == {
        ("one", 1): "ours", ("one", 9): "nine", ("one", 10): "ten", ("two", 1): "two",
    }  # fmt: skip


def test_ten_is_newer_than_nine(shipped: Path) -> None:
    found = storages.by_version(storages.released(shipped, "sheets", parse))
    assert [made.words for made in storages.newest(found)] == ["ten", "two"]


def test_a_file_that_cannot_be_used_is_told(shipped: Path) -> None:
    (shipped / "three-1.toml").write_text("")
    with pytest.raises(ValueError, match=r"three-1\.toml"):
        list(storages.released(shipped, "sheets", parse))


def test_a_practice_without_a_folder_of_its_own_has_ours(shipped: Path) -> None:
    assert len(list(storages.released(shipped, "nothing", parse))) == 3
