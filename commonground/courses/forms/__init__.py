"""What is typed into a course, one file per idea."""

from .booking import BookOne
from .company import AgreeCompany, NoteSchoolContact
from .course import Dated, DateSeries, OpenCourse, Share, Write
from .dates import PickTime, SettleAppointment, WhereYouMightBe, WhereYouWillBe
from .ending import EndCourse, EndEarly
from .event import KeepEvent, LinkMood
from .focus import AgreeFocus, AgreeGoal, AgreeWords, KeepFormulation, Rate, StageDispute
from .guardian import ChooseShared, RecordGuardian, ReviewAccess, ShowPiece, SuggestShared
from .person import KeepMyPerson, KeepPerson, PlacePerson
from .plan import ChangeSessions, CoverLeave, Dismiss, EndCover, HandOver, MoveBoundary
from .record import AgreeTask, Amend, KeepAssessment, NoteMedicine, TellTask, Think
from .wish import WriteWish
from .worksheet import BeginWorksheet, FillWorksheet

__all__ = [
    "AgreeCompany",
    "AgreeFocus",
    "AgreeGoal",
    "AgreeTask",
    "AgreeWords",
    "Amend",
    "BeginWorksheet",
    "BookOne",
    "ChangeSessions",
    "ChooseShared",
    "CoverLeave",
    "DateSeries",
    "Dated",
    "Dismiss",
    "EndCourse",
    "EndCover",
    "EndEarly",
    "FillWorksheet",
    "HandOver",
    "KeepAssessment",
    "KeepEvent",
    "KeepFormulation",
    "KeepMyPerson",
    "KeepPerson",
    "LinkMood",
    "MoveBoundary",
    "NoteMedicine",
    "NoteSchoolContact",
    "OpenCourse",
    "PickTime",
    "PlacePerson",
    "Rate",
    "RecordGuardian",
    "ReviewAccess",
    "SettleAppointment",
    "Share",
    "ShowPiece",
    "StageDispute",
    "SuggestShared",
    "TellTask",
    "Think",
    "WhereYouMightBe",
    "WhereYouWillBe",
    "Write",
    "WriteWish",
]
