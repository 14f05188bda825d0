"""The shipped instruments, read once for the tests."""

from pathlib import Path

from commonground.measures.instrument import Instrument, parse

FOLDER = Path(__file__).parent.parent / "instruments"


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def shipped(name: str) -> Instrument:
    return parse(text_of(name), name)


PHQ9 = shipped("phq9-1.toml")
GAD7 = shipped("gad7-1.toml")
PHQA = shipped("phqa-1.toml")
