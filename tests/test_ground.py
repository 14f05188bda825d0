"""The entry script: any folder, an empty environment, one clear sentence when it cannot."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHELL = shutil.which("dash") or "/bin/sh"
# Stands in for Python in .venv: answers what the script asks, and tells how it was called.
PYTHON = f"""#!/bin/sh
case "$*" in
    *commonground.demo*) echo "  owner  oonagh@harbourstreet.example" ;;
    "-c "*|"- "*) exec {sys.executable} "$@" ;;
    "manage.py make_keys"*) mkdir -p "$GROUND_VAR/demo" ;;
esac
[ "$1" = manage.py ] && echo "$* demo=$GROUND_DEMO url=$GROUND_URL var=$GROUND_VAR" >&2
exit 0
"""


@pytest.fixture
def ground(tmp_path):
    """A copy of the script in a folder of its own, whose requirements are already installed."""
    house = tmp_path / "a house"
    (house / "requirements").mkdir(parents=True)
    (house / "commonground").mkdir()
    (house / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "ground", house)
    python = house / ".venv" / "bin" / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    (house / ".venv" / "stamp-python").touch()
    for name in ("run", "test"):
        (house / "requirements" / f"{name}.txt").write_text(name)
        stamp = subprocess.run(["cksum"], input=name, capture_output=True, text=True, check=True)
        (house / ".venv" / f"stamp-{name}").write_text(stamp.stdout)

    def run(*words: str, **env: str):
        return subprocess.run(
            [SHELL, str(house / "ground"), *words],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=30,
        )

    run.house = house
    return run


def test_help_needs_no_environment_and_no_folder():
    done = subprocess.run(
        [SHELL, str(ROOT / "ground")], cwd="/", env={}, capture_output=True, text=True, check=True
    )
    assert "./ground up" in done.stdout


def test_help_explains_every_variable_the_house_reads():
    text = (ROOT / "ground").read_text()
    read = set()
    for path in (ROOT / "commonground").rglob("*.py"):
        if "tests" not in path.parts:
            read |= set(
                re.findall(
                    r"[\"']((?:GROUND_[A-Z_]+|DATABASE_URL|EMAIL_URL))[\"']", path.read_text()
                )
            )
    explained = set(re.findall(r"^  ([A-Z_]+) {2,}", text, re.M))
    assert read - explained - {"GROUND_DEBUG"} == set()


def test_an_unknown_command_gets_one_sentence(ground):
    done = ground("dance")
    assert done.returncode == 1
    assert done.stderr == 'ground: there is no command "dance"; ./ground help lists them.\n'


def test_a_python_that_does_not_fit_gets_one_sentence(ground):
    done = ground("up", GROUND_PYTHON="/bin/false")
    assert done.returncode == 1
    assert done.stderr.startswith("ground: GROUND_PYTHON (/bin/false) is not a Python 3.11")


def test_a_house_without_any_python_gets_one_sentence(ground):
    shutil.rmtree(ground.house / ".venv")
    done = ground("up", PATH=str(ground.house / "empty") + ":" + str(_tools(ground.house)))
    assert "no Python 3.11 to 3.14" in done.stderr


def _tools(house: Path) -> Path:
    """A folder with the few commands the script needs, and no Python."""
    tools = house / "tools"
    tools.mkdir()
    for name in ("dirname", "cat", "cksum", "rm", "mkdir", "find", "sort", "date", "grep"):
        os.symlink(shutil.which(name) or name, tools / name)
    return tools


def test_the_first_start_loads_the_invented_practice(ground):
    done = ground("up", GROUND_PORT="18431")
    assert "manage.py load_demo --verbosity 0 demo=1" in done.stderr
    assert "  owner  oonagh@" in done.stdout
    assert "manage.py up demo=1 url=http://localhost:18431" in done.stderr


def test_a_relative_data_folder_is_the_callers(ground, tmp_path):
    done = ground("manage", "check", GROUND_VAR="data here")
    assert f"var={tmp_path}/data here" in done.stderr


def test_a_real_practice_is_started_once_it_was_begun(ground):
    practice = ground.house / "var" / "practice"
    practice.mkdir(parents=True)
    (practice / "secret.txt").touch()
    (practice / "keys.json").touch()
    done = ground("up", GROUND_PORT="18432")
    assert "load_demo" not in done.stderr
    assert "manage.py up demo=0" in done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"DATABASE_URL": "postgres://somewhere/practice"},
        {"GROUND_KEYS": "/etc/ground/keys.json"},
        {"GROUND_URL": "https://practice.example"},
    ],
)
def test_the_invented_practice_never_finds_its_way_into_a_real_one(ground, env):
    done = ground("up", GROUND_PORT="18433", **env)
    assert done.returncode == 1
    assert "load_demo" not in done.stderr
    assert "./ground practice begins one" in done.stderr


def test_a_fresh_start_is_refused_for_a_real_practice(ground):
    practice = ground.house / "var" / "practice"
    practice.mkdir(parents=True)
    (practice / "keys.json").touch()
    done = ground("up", "--fresh", GROUND_DEMO="0")
    assert "nothing was touched" in done.stderr
    assert (practice / "keys.json").exists()


def test_a_port_in_use_gets_one_sentence(ground):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        done = ground("up", GROUND_PORT=str(server.getsockname()[1]))
    assert "something already listens" in done.stderr
    assert "manage.py up" not in done.stderr
