from .asked import offer, offers, pass_on, take
from .calls import call, call_for_them
from .consent import accept, asked, competence, question, thanks
from .desk import (
    answer,
    enquiries,
    enquiry,
    replies,
    reply,
    reply_remove,
    revoke,
    step,
    waiting_list,
)
from .desk import offer as ask
from .emergency import emergency, openings
from .find import figures, find
from .kept import client_letters, my_letters
from .known import join, known, unjoin
from .letter import draft, enquire, forget, sent
from .thread import conversation, leave, letter, turn_away, turn_down, write_again

__all__ = [
    "accept",
    "answer",
    "ask",
    "asked",
    "call",
    "call_for_them",
    "client_letters",
    "competence",
    "conversation",
    "draft",
    "emergency",
    "enquire",
    "enquiries",
    "enquiry",
    "figures",
    "find",
    "forget",
    "join",
    "known",
    "leave",
    "letter",
    "my_letters",
    "offer",
    "offers",
    "openings",
    "pass_on",
    "question",
    "replies",
    "reply",
    "reply_remove",
    "revoke",
    "sent",
    "step",
    "take",
    "thanks",
    "turn_away",
    "turn_down",
    "unjoin",
    "waiting_list",
    "write_again",
]
