from .care import PARTS, Care, Supervision
from .client import Caseload, Client
from .consent import Consent
from .contact import Contact
from .guardian import Guardian, Sharing
from .invitation import Invitation
from .opening import Opening
from .practice import CrisisLine, Place, Practice
from .therapist import Therapist
from .trace import Trace
from .user import User

__all__ = [
    "PARTS",
    "Care",
    "Caseload",
    "Client",
    "Consent",
    "Contact",
    "CrisisLine",
    "Guardian",
    "Invitation",
    "Opening",
    "Place",
    "Practice",
    "Sharing",
    "Supervision",
    "Therapist",
    "Trace",
    "User",
]
