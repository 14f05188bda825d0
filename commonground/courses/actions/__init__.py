"""The verbs of a course, one file per idea."""

from .booking import book_one
from .company import agree_company, note_school_contact
from .course import (
    agree_goal,
    close_session,
    finish_session,
    open_course,
    share_summary,
    sign_note,
    tick_agenda,
    write_note,
)
from .dates import (
    call_off,
    close_ranks,
    date_series,
    date_sessions,
    give_date,
    move,
    proposal,
    settle,
)
from .ending import date_follow_up, end_course, go_on
from .events import keep_event, link_mood
from .first import book_first, hold_first
from .focus import (
    agree_focus,
    agree_formulation,
    keep_formulation,
    leave_focus,
    rate_goal,
    share_formulation,
    stage_dispute,
    use_techniques,
    work_strategies,
)
from .people import keep_person, place_person
from .plan import (
    LEAVE,
    change_sessions,
    cover_leave,
    dismiss_prompt,
    end_cover,
    hand_over,
    move_boundary,
)
from .record import (
    agree_task,
    amend_note,
    keep_assessment,
    keep_process_note,
    note_medicine,
    tell_task,
)
from .refusals import NotNow, Stale
from .sharing import decide_sharing, end_guardian, show_piece, suggest_sharing, take_back
from .wishes import keep_wish
from .worksheets import Kept, begin_worksheet, keep_worksheet, remove_worksheet

__all__ = [
    "LEAVE",
    "Kept",
    "NotNow",
    "Stale",
    "agree_company",
    "agree_focus",
    "agree_formulation",
    "agree_goal",
    "agree_task",
    "amend_note",
    "begin_worksheet",
    "book_first",
    "book_one",
    "call_off",
    "change_sessions",
    "close_ranks",
    "close_session",
    "cover_leave",
    "date_follow_up",
    "date_series",
    "date_sessions",
    "decide_sharing",
    "dismiss_prompt",
    "end_course",
    "end_cover",
    "end_guardian",
    "finish_session",
    "give_date",
    "go_on",
    "hand_over",
    "hold_first",
    "keep_assessment",
    "keep_event",
    "keep_formulation",
    "keep_person",
    "keep_process_note",
    "keep_wish",
    "keep_worksheet",
    "leave_focus",
    "link_mood",
    "move",
    "move_boundary",
    "note_medicine",
    "note_school_contact",
    "open_course",
    "place_person",
    "proposal",
    "rate_goal",
    "remove_worksheet",
    "settle",
    "share_formulation",
    "share_summary",
    "show_piece",
    "sign_note",
    "stage_dispute",
    "suggest_sharing",
    "take_back",
    "tell_task",
    "tick_agenda",
    "use_techniques",
    "work_strategies",
    "write_note",
]
