from .alert import Alert
from .assignment import Assignment
from .check_in import CheckIn, Question
from .duty import AlertHours, Duty
from .escalation import Escalation
from .link import Link
from .plan import Plan
from .response import Response

__all__ = [
    "Alert",
    "AlertHours",
    "Assignment",
    "CheckIn",
    "Duty",
    "Escalation",
    "Link",
    "Plan",
    "Question",
    "Response",
]
