"""`./ground test`, `check`, `prove` and `bench`: what is run, in which order, beside what.

Two lanes run side by side, because two processors are what a small machine has: whichever is free
takes the next step, whose words are shown when it is done. The last line is one a machine can
read: `318 passed, 0 failed, 2 skipped in 214 s`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.outside import browser, live, postgres

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "-q")
BARRIERS = "tests/journeys/test_barriers.py"
KILLED_TABS = "tests/journeys/test_killed_tabs.py"
"""Counted, and minutes long: only `./ground prove` walks there."""
WALKS = {
    "journeys": ("tests/journeys", f"--ignore={BARRIERS}", f"--ignore={KILLED_TABS}"),
    "barriers": (BARRIERS,),
}
LAWS = ("tests/test_house.py", "tests/test_routes.py", "tests/test_ground.py")

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
    ("layout of the code", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    ("floors", (str(BIN / "lint-imports"), "--no-logo")),
    ("laws", (*PYTEST, "-m", "not django_db", *LAWS)),
    ("migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    ("the house's own checks", (PYTHON, "manage.py", "check", "--fail-level", "WARNING")),
    ("drawn documents", (PYTHON, "manage.py", "draw_docs", "--check")),
)
TYPES = ("types", (str(BIN / "mypy"), "--no-error-summary"))


@dataclass
class Run:
    """What this run has come to so far; lanes add to it from several threads."""

    folder: Path
    began: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, text: str) -> None:
        with self.lock:
            print(f"[{time.monotonic() - self.began:4.0f} s] {text}", flush=True)

    def step(
        self,
        name: str,
        command: Iterable[str],
        env: Mapping[str, str] | None = None,
        *,
        quiet: bool = False,
    ) -> bool:
        """Run one command; its words are shown at once, or when it is done if `quiet`."""
        self.say(f"{name} …")
        words = list(command)
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**environment(self.folder), **(env or {})},
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
        nothing_to_run = "pytest" in words and done.returncode == 5
        with self.lock:
            if done.returncode and not nothing_to_run:
                self.broken.append(name)
                print(done.stdout or "", flush=True)
            elif quiet and "pytest" in words:
                print("\n".join((done.stdout or "").rstrip().splitlines()[-1:]), flush=True)
        self.say(f"{name}: {'failed' if name in self.broken else 'good'}")
        return name not in self.broken

    def close(self, what: str) -> int:
        """Print the closing line and answer with the exit code."""
        for line in read(self.folder / "tally.jsonl"):
            self.counts.update({kind: int(str(number)) for kind, number in line.items()})
        failed = self.counts["failed"] + self.counts["error"]
        for name in self.broken:
            print(f"failed: {name}")
        if self.broken and not failed:
            failed = len(self.broken)
        if self.counts["passed"]:
            print(
                f"{self.counts['passed']} passed, {failed} failed, {self.counts['skipped']} skipped"
                f" in {time.monotonic() - self.began:.0f} s"
            )
        else:
            print(f"{what}: {'failed' if self.broken else 'good'}")
        return 1 if self.broken or failed else 0


def environment(folder: Path) -> dict[str, str]:
    """The environment of every step: nothing of the shell's own practice, one place for reports."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GROUND_")}
    for name in ("DATABASE_URL", "EMAIL_URL", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    return {
        **kept,
        "GROUND_VAR": str(folder / "var"),
        "GROUND_DEMO": "0",
        "GROUND_REPORTS": str(folder),
        "PYTHONPATH": str(ROOT),
    }


def read(path: Path) -> list[dict[str, object]]:
    """The lines that tests wrote down during this run."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def check(run: Run) -> None:
    """Everything that needs no database server: under 50 s on two processors."""
    with ThreadPoolExecutor(2) as lanes:
        for each in [lanes.submit(types, run), lanes.submit(checks, run, CHECKS)]:
            each.result()


def types(run: Run) -> None:
    run.step(*TYPES, quiet=True)


def checks(run: Run, each: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    (run.folder / "var" / "assets").mkdir(parents=True, mode=0o700)
    run.step("keys", (PYTHON, "manage.py", "make_keys", "--verbosity", "0"), quiet=True)
    for name, command in each:
        run.step(name, command, quiet=True)


def test(run: Run) -> None:
    """Checks, then the suite on each database, with a twentieth of the proofs, and the journeys,
    which walk through copies of one invented practice.

    What no database can change runs once, on SQLite: the laws too. No lane waits for the other
    but at the end, and the longest steps go first, so that both end together.
    """
    house, tables = run.folder / "house", run.folder / "sqlite"
    with postgres.server() as url, ThreadPoolExecutor(2) as lanes:
        lawless = [check for check in CHECKS if check[0] != "laws"]
        steps: list[Future[object]] = [
            lanes.submit(types, run),
            lanes.submit(checks, run, lawless),
        ]
        building = lanes.submit(live.build, house, 80, tables / "test" / "test.sqlite3")

        def step(name: str, *words: str, **env: str) -> None:
            building.result()
            run.step(name, words, env, quiet=True)

        suite = (*PYTEST, "-m", "not journey")
        apart = (*suite, "--where-it-matters")
        steps += [
            lanes.submit(run.step, "tests on PostgreSQL", apart, {"DATABASE_URL": url}, quiet=True),
            lanes.submit(
                step, "tests on SQLite", *suite, "--reuse-db", GROUND_TEST_VAR=str(tables)
            ),
        ]
        for name, paths in WALKS.items() if may_walk(run) else ():
            walk = (*PYTEST, "-m", "journey", *paths)
            steps.append(
                lanes.submit(step, f"{name} in Chromium", *walk, **{live.BUILT: str(house)})
            )
        for each in steps:
            each.result()


def may_walk(run: Run) -> bool:
    """Whether there is a browser for the journeys; without one they are reported as not run."""
    if browser.find() is not None:
        return True
    run.say("journeys not run: there is no Chromium on this machine")
    if os.environ.get("CI") == "true":
        run.broken.append("journeys (no Chromium)")
    return False


def prove(run: Run) -> None:
    """The safety tests at full counts on both databases; writes docs/generated/proof.md."""
    counted = (*PYTEST, "-m", "prove")
    full = {"GROUND_PROVE": "full"}
    walks = may_walk(run)
    with postgres.server() as url, ThreadPoolExecutor(2) as lanes:
        on_postgres = {**full, "DATABASE_URL": url}
        steps = [
            lanes.submit(run.step, "safety tests on PostgreSQL", counted, on_postgres, quiet=True),
            lanes.submit(run.step, "safety tests on SQLite", counted, full, quiet=True),
        ]
        for name, path in {"barriers in every look": BARRIERS, "killed tabs": KILLED_TABS}.items():
            if walks:
                walk = (*PYTEST, "-m", "journey", path)
                steps.append(lanes.submit(run.step, name, walk, full, quiet=True))
        for each in steps:
            each.result()
    if not run.broken:
        write_proof(read(run.folder / "proofs.jsonl"))
        run.say("docs/generated/proof.md is written")


def write_proof(lines: list[dict[str, object]]) -> None:
    """Draw the table of proofs. Raises ValueError if one of them let something through."""
    rows = []
    for line in sorted(lines, key=lambda line: (str(line["name"]), str(line["database"]))):
        if line["attempted"] != line["survived"]:
            raise ValueError(f"{line['name']}: {line['survived']} of {line['attempted']} survived")
        told = [line["name"], line["database"], line["attempted"], line["survived"]]
        rows.append(f"| {' | '.join(map(str, [*told, line['control']]))} | `{line['test']}` |")
    page = (
        "# What was tried, and what held\n\n"
        "Drawn by `./ground prove`: every safety test at its full count on both databases. The\n"
        "control is the same test with the guard taken away; it must fail, or the test shows\n"
        "nothing. `./ground test` runs a twentieth of each count.\n\n"
        "| what must hold | database | attempted | survived | control | test |\n"
        "|---|---|--:|--:|---|---|\n" + "\n".join(rows) + "\n"
    )
    (ROOT / "docs" / "generated" / "proof.md").write_text(page, encoding="utf-8")


def bench(run: Run) -> None:
    """Every script in tests/bench: each prints its ratio and fails beyond its limit."""
    scripts = sorted((ROOT / "tests" / "bench").glob("[a-z]*.py"))
    if not scripts:
        print("There is nothing to measure yet.")
    for script in scripts:
        run.step(script.stem.replace("_", " "), (PYTHON, "-m", f"tests.bench.{script.stem}"))


COMMANDS = {"check": check, "test": test, "prove": prove, "bench": bench}


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print(f"one of: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    if len(argv) > 1:  # ./ground test commonground/people -k consent
        return subprocess.call([*PYTEST, *argv[1:]], cwd=ROOT)
    folder = Path(tempfile.mkdtemp(prefix="ground-run-"))
    run = Run(folder)
    try:
        COMMANDS[argv[0]](run)
        return run.close(argv[0])
    except KeyboardInterrupt:
        print("stopped")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
