from . import guards
from .amendment import Amendment, ProcessNote
from .assessment import Assessment, Medicine
from .change import CourseChange, Dismissal
from .company import Company, SchoolContact
from .course import Course
from .ending import Ending, FollowUp
from .event import LifeEvent, MoodLink
from .focus import DisputeStage, Focus
from .formulation import Formulation
from .goal import Goal, Rating
from .note import Note, Summary
from .person import Closeness, Concern, Person
from .piece import Piece
from .reading import tell
from .session import Session
from .task import Task
from .told import Told
from .wish import Wish
from .worksheet import Worksheet, WorksheetVersion

__all__ = [
    "Amendment",
    "Assessment",
    "Closeness",
    "Company",
    "Concern",
    "Course",
    "CourseChange",
    "Dismissal",
    "DisputeStage",
    "Ending",
    "Focus",
    "FollowUp",
    "Formulation",
    "Goal",
    "LifeEvent",
    "Medicine",
    "MoodLink",
    "Note",
    "Person",
    "Piece",
    "ProcessNote",
    "Rating",
    "SchoolContact",
    "Session",
    "Summary",
    "Task",
    "Told",
    "Wish",
    "Worksheet",
    "WorksheetVersion",
    "guards",
    "tell",
]
