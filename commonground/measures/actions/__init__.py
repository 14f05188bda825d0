"""The verbs of the check-in: asking, answering, handing over, and acting on what was answered."""

from .alerts import (
    AlreadyDone,
    NobodyToTell,
    acknowledge,
    begin_duty,
    end_duty,
    go_on,
    keep_owned,
    owner_of_alerts,
    set_hours,
)
from .answering import AlreadySent, correct, enter_paper, keep_answers, send
from .asking import NoWords, ask, ask_by_plan, begin_plan, end_plan, open_now
from .earlier import import_scores
from .links import WrongBirthday, close_links, hand_over, prove_birthday, send_link

__all__ = [
    "AlreadyDone",
    "AlreadySent",
    "NoWords",
    "NobodyToTell",
    "WrongBirthday",
    "acknowledge",
    "ask",
    "ask_by_plan",
    "begin_duty",
    "begin_plan",
    "close_links",
    "correct",
    "end_duty",
    "end_plan",
    "enter_paper",
    "go_on",
    "hand_over",
    "import_scores",
    "keep_answers",
    "keep_owned",
    "open_now",
    "owner_of_alerts",
    "prove_birthday",
    "send",
    "send_link",
    "set_hours",
]
