"""What can be shared with a guardian, in the words that everybody reads: the young person, their
therapist beside them, and the guardian."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from commonground.people.models import Guardian
from commonground.people.sharing import SHAREABLE


@dataclass(frozen=True)
class Class:
    """One class: what it is called to the young person and to whoever stands beside them, what is
    shown, and what is not even then."""

    key: str
    label: str
    label_beside: str
    shows: str
    keeps: str


def classes() -> dict[str, Class]:
    """Every class that can be shared, in the order in which they are read."""
    told = (
        Class(
            "identity",
            _("That you come here"),
            _("Their name, and who their therapist is"),
            _("What you are called, and who your therapist is."),
            _("Not your e-mail address or your telephone number."),
        ),
        Class(
            "appointments",
            _("Your appointments"),
            _("Their appointments"),
            _("The day, the time, and how to get there."),
            _("Not whether you came, and nothing of what is said."),
        ),
        Class(
            "enquiry",
            _("What brought you here"),
            _("What brought them here"),
            _("The letters that were written to us before you began, and what we answered."),
            _("Nothing that came after."),
        ),
        Class(
            "measures",
            _("How it is going, as a score"),
            _("How it is going, as a score"),
            _("The total of each check-in, as a line and in words."),
            _("Never a single answer, and never what you wrote beside it."),
        ),
        Class(
            "shared_work",
            _("What you work on"),
            _("What they work on"),
            _(
                "Your focus and your goals in your words, and those summaries and worksheets "
                "that you choose one by one."
            ),
            _("Not your people, your timeline, your notes, or your plan unless you show it."),
        ),
    )
    assert tuple(each.key for each in told) == SHAREABLE
    return {each.key: each for each in told}


def ticks(guardian: Guardian, open_now: Iterable[str], field: Any) -> list[dict[str, Any]]:
    """The classes as boxes to tick: those that are open, or that were just ticked, are."""
    words, ticked = classes(), set(field.value() or ())
    return [
        {
            "said": words[box.data["value"]],
            "box": box,
            "ticked": box.data["value"] in ticked,
            "open": box.data["value"] in open_now,
            "suggested": box.data["value"] in guardian.proposed,
        }
        for box in field
    ]


def decisions(guardian: Guardian) -> list[dict[str, Any]]:
    """What was decided, the newest first, in words."""
    words = classes()
    return [
        {
            "at": one.decided_at,
            "how": one.get_way_display(),
            "open": [words[key].label for key in one.may_see if key in words],
        }
        for one in guardian.decisions.all()
    ]
