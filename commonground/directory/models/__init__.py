from .credential import Credential
from .order import DayOrder
from .profile import Profile
from .search import Atlas, Search
from .vocabulary import Approach, Focus, Focused, Gender, Language, Spoken

__all__ = [
    "Approach",
    "Atlas",
    "Credential",
    "DayOrder",
    "Focus",
    "Focused",
    "Gender",
    "Language",
    "Profile",
    "Search",
    "Spoken",
]
