"""What is asked about diaries, one file per idea."""

from .calendars import FollowCalendar, MeetOnline, RemindMe
from .hours import (
    AddHours,
    AddOtherDay,
    AddTimeOff,
    ChangeHours,
    EditHoliday,
    EditRoom,
    EditRules,
)

__all__ = [
    "AddHours",
    "AddOtherDay",
    "AddTimeOff",
    "ChangeHours",
    "EditHoliday",
    "EditRoom",
    "EditRules",
    "FollowCalendar",
    "MeetOnline",
    "RemindMe",
]
