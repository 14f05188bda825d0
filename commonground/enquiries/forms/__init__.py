"""The forms of getting in touch: the letter, the yes, the desk."""

from .consent import Accept, Competence, GuardianAgrees
from .desk import Answer, Ask, Decide, EditReply, Find, Join, OpenInEmergency, Pass
from .letter import GENDERS, TIMES, TRAP, WAYS, WHOM, BookCall, Enquire, TurnDown, Write
from .parts import Line, new_stamp

__all__ = [
    "GENDERS", "TIMES", "TRAP", "WAYS", "WHOM", "Accept", "Answer", "Ask", "BookCall",
    "Competence", "Decide", "EditReply", "Enquire", "Find", "GuardianAgrees", "Join",
    "Line", "OpenInEmergency", "Pass", "TurnDown", "Write",
    "new_stamp",
]  # fmt: skip
