"""R2: a copy made under way comes back whole, or not at all."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ..outside import archive

SPRING = "Spring comes."


@pytest.fixture
def house(tmp_path: Path) -> dict[str, Any]:
    """A database with one row (still in its journal) and a picture."""
    data = tmp_path / "data"
    (data / "media" / "images").mkdir(parents=True)
    (data / "media" / "images" / "oak.jpg").write_bytes(b"\xff\xd8")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "ground.sqlite3")}
    writer = sqlite3.connect(database["NAME"])
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE words (text)")
    writer.execute("INSERT INTO words VALUES (?)", [SPRING])
    writer.commit()
    return {"database": database, "media": data / "media", "writer": writer, "data": data}


def back_up(house: dict[str, Any], to: Path) -> dict[str, Any]:
    return archive.make(to, house["database"], house["media"], "2026-03-01T12:00:00+00:00")


def bring_back(house: dict[str, Any], source: Path, *, over: bool) -> list[Path]:
    archive.verify(source, house["database"])
    aside = house["data"] / "replaced"
    return archive.bring_back(source, house["database"], house["media"], aside, over)


def words(house: dict[str, Any]) -> list[str]:
    with closing(sqlite3.connect(house["database"]["NAME"])) as reader:
        return [text for (text,) in reader.execute("SELECT text FROM words")]


def test_a_copy_comes_back(house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    house["writer"].execute("DELETE FROM words")
    house["writer"].commit()
    house["writer"].close()
    (house["media"] / "images" / "oak.jpg").unlink()
    bring_back(house, tmp_path / "copy", over=True)
    assert words(house) == [SPRING]
    assert (house["media"] / "images" / "oak.jpg").read_bytes() == b"\xff\xd8"


def test_a_plain_copy_of_the_file_would_miss_what_is_in_the_journal(
    house: dict[str, Any], tmp_path: Path
) -> None:
    """The control: why a backup is not `cp`."""
    (tmp_path / "plain").write_bytes(Path(house["database"]["NAME"]).read_bytes())
    with closing(sqlite3.connect(tmp_path / "plain")) as reader, pytest.raises(sqlite3.Error):
        reader.execute("SELECT text FROM words")


def test_nobody_else_can_read_a_copy(house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_keys_are_not_part_of_a_copy(house: dict[str, Any], tmp_path: Path) -> None:
    (house["data"] / "keys.json").write_text("{}")
    assert not [name for name in back_up(house, tmp_path / "copy")["files"] if "key" in name]


def test_what_is_there_is_not_overwritten_unasked(house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    with pytest.raises(archive.Refused):
        bring_back(house, tmp_path / "copy", over=False)
    assert words(house) == [SPRING]


def test_what_was_there_is_moved_aside(house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    moved = bring_back(house, tmp_path / "copy", over=True)
    assert {path.name for path in moved} >= {"ground.sqlite3", "media"}
    assert all(path.exists() for path in moved)


def test_an_earlier_copy_is_never_overwritten(house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    with pytest.raises(FileExistsError):
        back_up(house, tmp_path / "copy")


def change(copy: Path) -> None:
    with (copy / "database.sqlite3").open("r+b") as file:
        file.seek(100)
        file.write(b"x")


def add(copy: Path) -> None:
    (copy / "media" / "more.jpg").write_bytes(b"x")


def link(copy: Path) -> None:
    (copy / "media" / "images" / "oak.jpg").unlink()
    (copy / "media" / "images" / "oak.jpg").symlink_to("/etc/hostname")


def remove(copy: Path) -> None:
    (copy / "media" / "images" / "oak.jpg").unlink()


def no_manifest(copy: Path) -> None:
    (copy / "manifest.json").unlink()


def another_database(copy: Path) -> None:
    told = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(told | {"database": "postgresql"}))


@pytest.mark.parametrize("spoil", [change, add, link, remove, no_manifest, another_database])
def test_a_spoiled_copy_is_refused(spoil: Any, house: dict[str, Any], tmp_path: Path) -> None:
    back_up(house, tmp_path / "copy")
    archive.verify(tmp_path / "copy", house["database"])  # the control: untouched, it passes
    spoil(tmp_path / "copy")
    with pytest.raises(archive.Refused):
        archive.verify(tmp_path / "copy", house["database"])
