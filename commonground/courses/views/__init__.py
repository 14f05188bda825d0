from .appointments import my_appointment, my_appointments, my_cancel, my_move, my_whereabouts
from .booking import book_one
from .client import my
from .company import company_agree, school_contact
from .course import course, goal, open_course
from .dates import appointment, appointment_move, appointment_settle, date, series
from .ending import ending, ending_end, ending_undo, follow_up, my_ending
from .first import my_first, my_first_kept
from .focus import (
    focus_leave,
    focus_new,
    focus_stage,
    formulation,
    formulation_agree,
    formulation_edit,
    formulation_share,
    goal_rate,
    my_formulation,
    my_goal,
)
from .guardians import (
    guardian_edit,
    guardian_end,
    guardian_invite,
    guardian_new,
    guardian_review,
    guardian_share,
    guardians,
)
from .hour import agenda, close, finish, note, sign, strategies, summary, techniques
from .in_care import my_clients
from .lately import written_lately
from .measures import client_measures
from .my_course import my_record, my_task, my_timeline, my_wish
from .my_people import my_people, my_person, my_person_new, my_person_place
from .my_sharing import my_guardian, my_piece, my_piece_back, my_sharing
from .opened import opened_record
from .people import people, person, person_new, person_place
from .plan import boundary_move, cover, cover_end, hand_over, plan, prompt_dismiss, sessions_change
from .record import amend, assessment, assessment_keep, medicine, process_note, task, task_told
from .session import session
from .shared import shared
from .sheet_door import worksheet_unlock
from .timeline import event, event_new, link_mood, timeline
from .today import today
from .worksheets import (
    my_safety_plan,
    my_worksheet_begin,
    my_worksheets,
    worksheet,
    worksheet_begin,
    worksheet_read,
    worksheet_remove,
    worksheets,
)

__all__ = [
    "agenda",
    "amend",
    "appointment",
    "appointment_move",
    "appointment_settle",
    "assessment",
    "assessment_keep",
    "book_one",
    "boundary_move",
    "client_measures",
    "close",
    "company_agree",
    "course",
    "cover",
    "cover_end",
    "date",
    "ending",
    "ending_end",
    "ending_undo",
    "event",
    "event_new",
    "finish",
    "focus_leave",
    "focus_new",
    "focus_stage",
    "follow_up",
    "formulation",
    "formulation_agree",
    "formulation_edit",
    "formulation_share",
    "goal",
    "goal_rate",
    "guardian_edit",
    "guardian_end",
    "guardian_invite",
    "guardian_new",
    "guardian_review",
    "guardian_share",
    "guardians",
    "hand_over",
    "link_mood",
    "medicine",
    "my",
    "my_appointment",
    "my_appointments",
    "my_cancel",
    "my_clients",
    "my_ending",
    "my_first",
    "my_first_kept",
    "my_formulation",
    "my_goal",
    "my_guardian",
    "my_move",
    "my_people",
    "my_person",
    "my_person_new",
    "my_person_place",
    "my_piece",
    "my_piece_back",
    "my_record",
    "my_safety_plan",
    "my_sharing",
    "my_task",
    "my_timeline",
    "my_whereabouts",
    "my_wish",
    "my_worksheet_begin",
    "my_worksheets",
    "note",
    "open_course",
    "opened_record",
    "people",
    "person",
    "person_new",
    "person_place",
    "plan",
    "process_note",
    "prompt_dismiss",
    "school_contact",
    "series",
    "session",
    "sessions_change",
    "shared",
    "sign",
    "strategies",
    "summary",
    "task",
    "task_told",
    "techniques",
    "timeline",
    "today",
    "worksheet",
    "worksheet_begin",
    "worksheet_read",
    "worksheet_remove",
    "worksheet_unlock",
    "worksheets",
    "written_lately",
]
