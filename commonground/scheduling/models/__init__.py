from . import guards, turn
from .appointment import Appointment, Hold, Kind
from .calendars import BusyTime, ExternalCalendar, Feed, OnlineRoom
from .diaries import Diaries, diaries
from .hours import BookingRules, HoursException, PracticeHoliday, TimeOff, Weekday, WeeklyHours
from .next_free import NextFree
from .reminders import Reminder, Reminders, ReminderWish, TextMessage
from .room import Room
from .series import Series
from .way_in import way_in

__all__ = [
    "Appointment",
    "BookingRules",
    "BusyTime",
    "Diaries",
    "ExternalCalendar",
    "Feed",
    "Hold",
    "HoursException",
    "Kind",
    "NextFree",
    "OnlineRoom",
    "PracticeHoliday",
    "Reminder",
    "ReminderWish",
    "Reminders",
    "Room",
    "Series",
    "TextMessage",
    "TimeOff",
    "Weekday",
    "WeeklyHours",
    "diaries",
    "guards",
    "turn",
    "way_in",
]
