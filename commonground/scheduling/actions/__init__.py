"""The verbs of a diary, one file per idea."""

from .booking import cancel, move, plan, settle, tell_whereabouts
from .calendars import follow, make_feed, meet_online, read_external, revoke_feed, unfollow
from .holding import book, book_call, hold, join_client, prolong, release
from .hours import keep_row, open_weekly, put_away, take_away
from .keeping import Gone, Settled, Taken, wait_for
from .reminders import remind, resend_texts, send_text, tell_changes, wish
from .several import Planned, book_series

__all__ = [
    "Gone",
    "Planned",
    "Settled",
    "Taken",
    "book",
    "book_call",
    "book_series",
    "cancel",
    "follow",
    "hold",
    "join_client",
    "keep_row",
    "make_feed",
    "meet_online",
    "move",
    "open_weekly",
    "plan",
    "prolong",
    "put_away",
    "read_external",
    "release",
    "remind",
    "resend_texts",
    "revoke_feed",
    "send_text",
    "settle",
    "take_away",
    "tell_changes",
    "tell_whereabouts",
    "unfollow",
    "wait_for",
    "wish",
]
