from .away import away, away_remove, holiday_remove, holidays
from .calendars import (
    calendar_entry,
    calendar_follow,
    calendars,
    feed,
    feed_change,
    meet_online,
    my_reminders,
)
from .diary import desk, diary, diary_day
from .hours import hours, hours_remove, hours_row, my_hours, other_day, other_day_remove, rules
from .rooms import room, room_remove, rooms

__all__ = [
    "away",
    "away_remove",
    "calendar_entry",
    "calendar_follow",
    "calendars",
    "desk",
    "diary",
    "diary_day",
    "feed",
    "feed_change",
    "holiday_remove",
    "holidays",
    "hours",
    "hours_remove",
    "hours_row",
    "meet_online",
    "my_hours",
    "my_reminders",
    "other_day",
    "other_day_remove",
    "room",
    "room_remove",
    "rooms",
    "rules",
]
