from .audit import AuditEvent, AuditHead
from .clock import ClockShift
from .jobs import Tick
from .keys import DataKey
from .mail import Mail
from .pages import Generation, PublicPage

__all__ = [
    "AuditEvent",
    "AuditHead",
    "ClockShift",
    "DataKey",
    "Generation",
    "Mail",
    "PublicPage",
    "Tick",
]
