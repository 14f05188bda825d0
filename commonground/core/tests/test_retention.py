"""Every column about a person has its policy."""

from pathlib import Path

import pytest

from .. import checks, retention

FILE = Path(retention.__file__).parent / "retention.toml"
SAID = '[t]\nemail = { keep = "30 days", on_erasure = "clear", why = "To answer." }\n'


def test_every_column_of_the_house_is_settled() -> None:
    assert retention.unsettled(retention.read(FILE.read_text()), checks.our_columns()) == []


def test_a_new_column_is_missed() -> None:
    """The control of the test above."""
    told = retention.unsettled(retention.read(SAID), {"t.email", "t.diary"})
    assert told == ["t.diary has no policy in core/retention.toml."]


def test_a_column_that_is_gone_is_noticed() -> None:
    assert "gone" in retention.unsettled(retention.read(SAID), set())[0]


def test_what_is_said_can_be_read() -> None:
    policy = retention.read(SAID).policies["t.email"]
    assert (policy.keep, policy.on_erasure, policy.why) == ("30 days", "clear", "To answer.")


@pytest.mark.parametrize(
    "text",
    [
        '[t]\nemail = { keep = "30 days", on_erasure = "clear" }',
        '[t]\nemail = { keep = "30 days", on_erasure = "perhaps", why = "x" }',
        '[t]\nemail = { keep = "", on_erasure = "clear", why = "x" }',
        '[t]\nemail = "30 days"',
        't = "30 days"',
        SAID + 'not_personal = ["email"]',
    ],
)
def test_an_entry_that_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        retention.read(text)
