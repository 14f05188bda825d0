"""Copies of a practice's data: taken while it runs, checked before they are trusted.

A plain copy of a SQLite file under load is torn in most cases (measured: 37 of 40), so the copy
is made by the database itself: `VACUUM INTO`, or `pg_dump`. Keys are never part of a copy.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
DATABASES = {"sqlite3": "database.sqlite3", "postgresql": "database.pgdump"}


class Refused(Exception):
    """A copy that must not be trusted, or a place that must not be written to."""


def make(folder: Path, database: dict[str, Any], media: Path, made_at: str) -> dict[str, Any]:
    """Copy database and media into the new `folder` and write its manifest, all for the owner only.

    Raises FileExistsError if the folder is there, CalledProcessError if pg_dump fails.
    """
    folder.mkdir(mode=0o700, parents=True)
    kind = kind_of(database)
    target = folder / DATABASES[kind]
    if kind == "sqlite3":
        with closing(sqlite3.connect(database["NAME"], timeout=30)) as source:
            source.execute("VACUUM INTO ?", [str(target)])
    else:
        command = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}"]
        subprocess.run([*command, database["NAME"]], env=_pg(database), check=True)
    if media.is_dir():
        shutil.copytree(media, folder / "media")
    _close(folder)
    files = {str(path.relative_to(folder)): digest(path) for path in _files(folder)}
    manifest = {"made_at": made_at, "database": kind, "files": files}
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def verify(folder: Path, database: dict[str, Any]) -> dict[str, Any]:
    """Read the manifest and compare every file with it. Raises Refused at the first difference."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        told: dict[str, str] = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"{folder} has no readable {MANIFEST}; it is not one of our copies."
        ) from error
    if manifest.get("database") != kind_of(database):
        raise Refused(f"This copy is of {manifest.get('database')}, the practice runs another.")
    if DATABASES[kind_of(database)] not in told:
        raise Refused("This copy holds no database.")
    found = {str(path.relative_to(folder)): path for path in _files(folder)}
    found.pop(MANIFEST, None)
    if odd := sorted(found.keys() ^ told.keys()):
        raise Refused(f"{odd[0]} is missing from this copy or was added to it.")
    for name, path in sorted(found.items()):
        if path.is_symlink() or digest(path) != told[name]:
            raise Refused(f"{name} has changed since the copy was made.")
    return manifest


def bring_back(
    folder: Path, database: dict[str, Any], media: Path, aside: Path, over: bool
) -> list[Path]:
    """Put database and media of a verified copy in place; what was there is moved to `aside`.

    Returns what was moved. Raises Refused if something is there and `over` was not said.
    """
    kind, moved = kind_of(database), []
    present = [path for path in _in_place(database, media) if path.exists()]
    if not over and any(not path.is_dir() or any(path.iterdir()) for path in present):
        raise Refused("There is data here already; say --over to put the copy in its place.")
    if present:
        aside.mkdir(mode=0o700, parents=True)
    for path in present:
        moved.append(aside / path.name)
        path.rename(moved[-1])
    if kind == "sqlite3":
        shutil.copyfile(folder / DATABASES[kind], database["NAME"])
        os.chmod(database["NAME"], 0o600)
    else:
        clean = ["--clean", "--if-exists"] if over else []
        command = ["pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", *clean]
        source = str(folder / DATABASES[kind])
        subprocess.run(
            [*command, f"--dbname={database['NAME']}", source], env=_pg(database), check=True
        )
    if (folder / "media").is_dir():
        shutil.copytree(folder / "media", media)
        _close(media)
    return moved


def kind_of(database: dict[str, Any]) -> str:
    """`sqlite3` or `postgresql`."""
    return str(database["ENGINE"]).rpartition(".")[2]


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _in_place(database: dict[str, Any], media: Path) -> list[Path]:
    if kind_of(database) != "sqlite3":
        return [media]
    file = str(database["NAME"])
    return [Path(file), Path(f"{file}-wal"), Path(f"{file}-shm"), media]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file())


def _close(folder: Path) -> None:
    folder.chmod(0o700)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _pg(database: dict[str, Any]) -> dict[str, str]:
    """The connection told to PostgreSQL's own programs by environment, so no list of processes
    shows the password."""
    options = database.get("OPTIONS", {})
    said = {
        "PGHOST": database.get("HOST") or options.get("host"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGSSLMODE": options.get("sslmode"),
    }
    return os.environ | {name: str(value) for name, value in said.items() if value}
