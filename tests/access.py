"""Who may see what: the table of the house as data, and every door and scope it is asked about.

`TABLE` says what must be true; `DOORS` and `SCOPES` say where the house offers it. A page may
offer less than the table allows (`made_for`), never more. A later issue adds its rows here, and
the matrix (test_matrix.py) asks all of them; a route with an id that is in no row fails it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Data(StrEnum):
    """The classes of data that are seen and written together."""

    IDENTITY = "contact and identity"
    APPOINTMENTS = "appointments: when, where"
    MEASURES = "check-in answers, scores"
    ALERTS = "alerts"
    SHARED_WORK = "shared work: goals, dates of the course, shared summary"
    UNSHARED = "a summary before it is shared"
    RECORD = "therapist-only: progress note, assessment"
    PROCESS = "a process note, its author's alone"
    PUBLIC_FACE = "what the practice says about itself"
    POLICY = "what the practice stands for: its name, its crisis lines"
    ACCOUNTS = "accounts, roles, retention"
    LISTING = "what a therapist says about themselves in the directory"
    ENQUIRY = "enquiry words: what brings somebody"
    ASKED = "what a therapist is asked: enough to say yes or no"
    REPLIES = "prepared answers of the desk"
    OPENED = "that a record was opened in an emergency, by whom and why"
    PROOF = "that somebody of the practice has seen the proof of a credential"
    HOURS = "when a therapist works, and when they are away"
    CALENDAR = "what the practice shares: holidays and rooms"
    SHARING = "what a young client shares with somebody beside them, and who decided it"


COLUMNS = ("client", "guardian", "lead", "cover", "supervisor", "coordinator", "owner", "self")
CLINICAL = frozenset({"lead", "cover", "supervisor"})
EVERYBODY = frozenset(COLUMNS)

# r read, w write, s only where it is shared with them. A client's alerts are the therapist's;
# `self` is the therapist whom a listing is about, or who is asked whether they would see somebody.
# A process note is its author's alone: here it is the lead who wrote it.
_ROWS = {
    #                   client guardian lead cover superv. coord. owner self
    Data.IDENTITY: ("rw", "s", "rw", "r", "r", "rw", "rw", ""),
    Data.APPOINTMENTS: ("rw", "s", "rw", "rw", "r", "rw", "r", ""),
    Data.MEASURES: ("rw", "s", "rw", "rw", "r", "", "", ""),
    Data.ALERTS: ("", "", "rw", "rw", "r", "", "", ""),
    Data.SHARED_WORK: ("rw", "s", "rw", "r", "r", "", "", ""),
    Data.UNSHARED: ("", "", "rw", "r", "r", "", "", ""),
    Data.RECORD: ("", "", "rw", "r", "r", "", "", ""),
    Data.PROCESS: ("", "", "rw", "", "", "", "", ""),
    Data.PUBLIC_FACE: ("", "", "", "", "", "rw", "rw", ""),
    Data.POLICY: ("", "", "", "", "", "", "rw", ""),
    Data.ACCOUNTS: ("", "", "", "", "", "", "rw", ""),
    Data.LISTING: ("", "", "", "", "", "rw", "rw", "rw"),
    # An offer that shares no words shows none; one that does is in enquiries/tests.
    Data.ENQUIRY: ("rw", "s", "r", "r", "r", "rw", "", ""),
    Data.ASKED: ("", "", "", "", "", "rw", "", "rw"),
    Data.OPENED: ("", "", "r", "", "", "", "rw", ""),
    Data.REPLIES: ("", "", "", "", "", "rw", "", ""),
    Data.PROOF: ("", "", "", "", "", "rw", "rw", ""),
    Data.HOURS: ("", "", "", "", "", "rw", "rw", "rw"),
    Data.CALENDAR: ("", "", "", "", "", "rw", "rw", ""),
    Data.SHARING: ("rw", "s", "rw", "r", "r", "r", "", ""),
}
TABLE = {data: dict(zip(COLUMNS, row, strict=True)) for data, row in _ROWS.items()}


def may(columns: frozenset[str], letter: str, *classes: Data) -> bool:
    """Whether somebody who stands in these columns may read ("r") or write ("w") all of them."""
    return any(
        all(letter in TABLE[data][column].replace("s", "r") for data in classes)
        for column in columns
    )


@dataclass(frozen=True)
class Door:
    """A route with an id in its path, and what lies behind it."""

    name: str
    subject: str
    made_for: frozenset[str]
    reads: tuple[Data, ...] = ()
    writes: Data | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    prefixed: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)
    """Other ids in the path: the name in the route, and what it is the id of."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The same, where it is an id of the same client's."""

    @property
    def shows(self) -> bool:
        """Whether there is something to look at, or only something to post."""
        return bool(self.reads)

    def lets(self, columns: frozenset[str], verb: str) -> bool:
        """Whether the table lets somebody in these columns through with GET or POST."""
        here = columns & self.made_for
        if verb == "POST" and self.writes:
            return may(here, "w", self.writes)
        return self.shows and may(here, "r", *self.reads)


DATE = {"day": "2026-05-04", "time": "16:00", "place": ""}
CHECK_IN = (Data.MEASURES, Data.APPOINTMENTS)
PAGE = (Data.IDENTITY, Data.APPOINTMENTS, Data.MEASURES, Data.SHARED_WORK)
OFFICE = frozenset({"coordinator", "owner"})
MOVERS = frozenset({"lead", "cover", "coordinator"})
ONLY_CLIENT, ONLY_LEAD = frozenset({"client"}), frozenset({"lead"})
ONLY_OWNER = frozenset({"owner"})
ONLY_DESK, ONLY_ASKED = frozenset({"coordinator"}), frozenset({"self"})
SEEN = {"version": "1"}
TREATING = frozenset({"lead", "cover"})
TOGETHER = CLINICAL | {"client"}
PLACE = {"name": "Quay House", "address": "1 Quay", "town": "Harbour", "order": "3"}
LINE = {"country": "GB", "number": "116 123", "scheme": "tel", "label": "Somebody", "order": "1"}
EVENT = {"words": "A row", "kind": "conflict", "on": "2026-05-04", "precision": "day"}
CREDENTIAL = {"title": "IPT training"}
A_CREDENTIAL = {"credential": "credential"}
THEIRS = OFFICE | {"self"}
OPEN = {"opens": "09:00", "closes": "12:00", "online": "on"}
HOLIDAY = {"name": "Closed", "first_on": "2026-12-24", "last_on": "2026-12-26"}

BESIDE = {"name": "Dawn", "relation": "mother"}
SHARED = {"classes": "identity"}
KEEPERS = frozenset({"lead", "coordinator"})

DOORS = (
    Door("guardians", "client", CLINICAL | ONLY_DESK, (Data.IDENTITY, Data.SHARING)),
    Door("guardian_new", "client", KEEPERS, (Data.IDENTITY,), Data.IDENTITY, BESIDE),
    Door("guardian_edit", "guardian", KEEPERS, (Data.IDENTITY,), Data.IDENTITY, BESIDE),
    Door("guardian_invite", "guardian", KEEPERS, (), Data.IDENTITY),
    Door("guardian_share", "guardian", ONLY_LEAD, (), Data.SHARING, SHARED, prefixed=True),
    Door("guardian_review", "guardian", ONLY_LEAD, (), Data.SHARING),
    Door("guardian_end", "guardian", ONLY_LEAD, (), Data.SHARING),
    Door("company_agree", "course", ONLY_LEAD, (), Data.SHARED_WORK, {"part": "some"}),
    Door("school_contact", "course", ONLY_LEAD, (), Data.SHARED_WORK,
         {"way": "call", "on": "2026-03-01", "whom": "A tutor", "said": "Ill.", "agreed": "on"}),
    Door("my_guardian", "guardian", ONLY_CLIENT, (), Data.SHARING, SHARED, prefixed=True),
    Door("my_piece", "guardian", ONLY_CLIENT, (), Data.SHARED_WORK),
    Door("my_piece_back", "piece", ONLY_CLIENT, (), Data.SHARED_WORK),
    Door("open_course", "client", ONLY_LEAD, (Data.IDENTITY,), Data.SHARED_WORK,
         {"protocol": "ipt-adult-16-1", "sessions": "16"}),
    Door("course", "course", CLINICAL, PAGE),
    Door("series", "course", CLINICAL, (), Data.APPOINTMENTS, {**DATE, "weeks": "2", "keep": "1"}),
    Door("goal", "course", CLINICAL, (), Data.SHARED_WORK,
         {"words": "Sleep through", "baseline": "1", "target": "8"}),
    Door("people", "course", CLINICAL, (*PAGE, Data.RECORD)),
    Door("person_new", "course", ONLY_LEAD, (Data.SHARED_WORK,), Data.SHARED_WORK,
         {"name": "Somebody", "living": "on"}),
    Door("person", "person", ONLY_LEAD, (Data.SHARED_WORK, Data.RECORD), Data.SHARED_WORK,
         {"name": "Somebody", "living": "on", "version": "1"}),
    Door("person_place", "person", ONLY_LEAD, (), Data.SHARED_WORK,
         {"as_of": "now", "ring": "2", "version": "1"}),
    Door("my_person", "person", ONLY_CLIENT, (Data.SHARED_WORK,), Data.SHARED_WORK,
         {"name": "Somebody", "living": "on", "version": "1"}),
    Door("my_person_place", "person", ONLY_CLIENT, (), Data.SHARED_WORK,
         {"as_of": "now", "ring": "2", "version": "1"}),
    Door("timeline", "course", CLINICAL, PAGE),
    Door("event_new", "course", ONLY_LEAD, (Data.SHARED_WORK,), Data.SHARED_WORK, EVENT),
    Door("event", "event", ONLY_LEAD, (Data.SHARED_WORK,), Data.SHARED_WORK,
         {**EVENT, "version": "1"}),
    Door("link_mood", "session", ONLY_LEAD, (), Data.SHARED_WORK, {"mood": "lower"},
         own={"event": "event"}),
    Door("formulation", "course", CLINICAL, (*PAGE, Data.UNSHARED)),
    Door("formulation_edit", "course", ONLY_LEAD, (Data.SHARED_WORK, Data.UNSHARED),
         Data.SHARED_WORK, {"client_words": "It began in June.", "version": "1"}),
    Door("formulation_share", "course", ONLY_LEAD, (), Data.SHARED_WORK),
    Door("formulation_agree", "course", ONLY_LEAD, (), Data.SHARED_WORK, {"version": "1"}),
    Door("focus_new", "course", ONLY_LEAD, (Data.SHARED_WORK,), Data.SHARED_WORK,
         {"area": "grief", "words": "Her mother", "reason": "Both."}),
    Door("focus_stage", "focus", ONLY_LEAD, (), Data.SHARED_WORK, {"stage": "settled"}),
    Door("focus_leave", "focus", ONLY_LEAD, (), Data.SHARED_WORK),
    Door("goal_rate", "goal", ONLY_LEAD, (), Data.SHARED_WORK, {"value": "5"}),
    Door("my_goal", "goal", ONLY_CLIENT, (), Data.SHARED_WORK, {"value": "5"}),
    Door("strategies", "session", CLINICAL, (), Data.SHARED_WORK, {"worked": "dispute.options"}),
    Door("techniques", "session", CLINICAL, (), Data.SHARED_WORK, {"used": "role_play"}),
    Door("session", "session", CLINICAL, (*PAGE, Data.RECORD, Data.UNSHARED, Data.ALERTS)),
    Door("session_date", "session", CLINICAL, (), Data.APPOINTMENTS, DATE, prefixed=True),
    Door("agenda", "session", CLINICAL, (), Data.SHARED_WORK, {"done": "check_in"}),
    Door("assessment", "course", CLINICAL, (Data.IDENTITY, Data.RECORD)),
    Door("assessment_keep", "course", ONLY_LEAD, (), Data.RECORD,
         {"history": "Low since June.", "version": "1"}),
    Door("medicine", "course", ONLY_LEAD, (), Data.RECORD,
         {"name": "Sertraline", "change": "begun", "on": "2026-05-04"}),
    Door("plan", "course", ONLY_LEAD, (Data.IDENTITY, Data.SHARED_WORK)),
    Door("sessions_change", "course", ONLY_LEAD, (), Data.SHARED_WORK,
         {"sessions": "18", "reason": "More time."}),
    Door("boundary_move", "course", ONLY_LEAD, (), Data.SHARED_WORK,
         {"phase": "initial", "last": "5", "reason": "More time."}),
    Door("cover", "course", ONLY_LEAD, (), Data.RECORD, {"cover-until": "2026-05-20"}),
    Door("cover_end", "course", ONLY_LEAD, (), Data.RECORD),
    Door("hand_over", "course", ONLY_LEAD, (), Data.RECORD),
    Door("prompt_dismiss", "course", ONLY_LEAD, (), Data.RECORD,
         {"sign": "no_focus:", "reason": "Next week."}),
    Door("amend", "session", ONLY_LEAD, (), Data.RECORD, {"text": "More."}),
    Door("process_note", "session", ONLY_LEAD, (Data.PROCESS,), Data.PROCESS,
         {"text": "My own.", "version": "1"}),
    Door("task", "session", ONLY_LEAD, (), Data.SHARED_WORK, {"words": "Ring her", "version": "1"}),
    Door("task_told", "task", ONLY_LEAD, (), Data.SHARED_WORK, {"done": "yes", "version": "1"}),
    Door("written_lately", "course", TOGETHER, (Data.SHARED_WORK,)),
    Door("worksheets", "course", CLINICAL, PAGE),
    Door("my_wish", "session", ONLY_CLIENT, (), Data.SHARED_WORK, {"text": "The party."}),
    Door("my_task", "task", ONLY_CLIENT, (), Data.SHARED_WORK, {"done": "yes", "version": "1"}),
    Door("ending", "course", CLINICAL, PAGE),
    Door("ending_end", "course", ONLY_LEAD, (), Data.SHARED_WORK,
         {"how": "early", "early-way": "moved", "early-on": "2026-03-01"}),
    Door("ending_undo", "course", ONLY_LEAD, (), Data.SHARED_WORK),
    Door("follow_up", "follow-up", TREATING, (), Data.APPOINTMENTS, DATE, prefixed=True),
    Door("worksheet_begin", "course", ONLY_LEAD, (), Data.SHARED_WORK, {"kind": "affect"}),
    Door("worksheet", "worksheet", TOGETHER, (Data.SHARED_WORK,), Data.SHARED_WORK,
         {"signs": "Cannot sleep."}),
    Door("worksheet_read", "worksheet", TOGETHER, (Data.SHARED_WORK,)),
    Door("worksheet_unlock", "worksheet", TOGETHER, (), Data.SHARED_WORK, {"parcel": "none"}),
    Door("worksheet_remove", "worksheet", TOGETHER, (), Data.SHARED_WORK),
    Door("finish", "session", CLINICAL, (), Data.RECORD, {"text": "More.", "version": "1"}),
    Door("note", "session", CLINICAL, (), Data.RECORD, {"text": "More.", "version": "1"}),
    Door("sign_note", "session", CLINICAL, (), Data.RECORD, {"text": "More.", "version": "1"}),
    Door("summary", "session", CLINICAL, (), Data.SHARED_WORK, {"text": "What we did."}),
    Door("close_session", "session", CLINICAL, (), Data.RECORD),
    Door("alert", "alert", CLINICAL, (Data.MEASURES, Data.ALERTS), Data.ALERTS,
         {"action": "spoke", "words": "By telephone."}),
    Door("check_in", "check-in", ONLY_CLIENT, CHECK_IN, Data.MEASURES, {"answer": "1"},
         more={"number": 2}),
    Door("check_in_all", "check-in", ONLY_CLIENT, CHECK_IN, Data.MEASURES,
         {"phq9.interest": "1"}),
    Door("check_in_review", "check-in", ONLY_CLIENT, CHECK_IN, Data.MEASURES),
    Door("check_in_sent", "check-in", ONLY_CLIENT, CHECK_IN),
    Door("client_measures", "client", CLINICAL, (*CHECK_IN, Data.IDENTITY, Data.SHARED_WORK)),
    Door("measures_ask", "client", TREATING, (Data.IDENTITY,), Data.MEASURES,
         {"measures": "mood", "when": "now"}),
    Door("paper", "client", TREATING, CHECK_IN, Data.MEASURES,
         {"answered_on": "2026-03-01", "total": "9", "remark": ""}, more={"measure": "wsas"}),
    Door("earlier_scores", "client", TREATING, (Data.IDENTITY,), Data.MEASURES,
         {"lines": "day,measure,total\n2025-03-01,WSAS,9"}),
    Door("check_in_open", "check-in", TREATING, (), Data.MEASURES),
    Door("check_in_hand_over", "check-in", TREATING, (), Data.MEASURES),
    Door("check_in_send_link", "check-in", TREATING, (Data.IDENTITY,), Data.MEASURES,
         {"address": "by-hand"}),
    Door("check_in_withdraw", "check-in", TREATING, (), Data.MEASURES),
    Door("answers_correct", "response", TREATING, (Data.MEASURES,), Data.MEASURES,
         {"item-interest": "2", "remark": ""}),
    Door("plan_end", "plan", TREATING, (), Data.MEASURES),
    Door("duty_end", "duty", ONLY_OWNER, (), Data.POLICY),
    Door("my_appointment", "appointment", ONLY_CLIENT, (Data.APPOINTMENTS,)),
    Door("my_move", "appointment", ONLY_CLIENT, (), Data.APPOINTMENTS),
    Door("my_cancel", "appointment", ONLY_CLIENT, (), Data.APPOINTMENTS),
    Door("my_whereabouts", "appointment", ONLY_CLIENT, (), Data.APPOINTMENTS,
         {"whereabouts": "At home."}),
    Door("appointment", "appointment", MOVERS, (Data.IDENTITY, Data.APPOINTMENTS)),
    Door("appointment_move", "appointment", MOVERS, (), Data.APPOINTMENTS, DATE),
    Door("appointment_settle", "appointment", MOVERS, (), Data.APPOINTMENTS,
         {"attendance": "2"}),
    Door("calendar_entry", "appointment", MOVERS | {"client", "guardian"}, (Data.APPOINTMENTS,)),
    Door("place", "place", OFFICE, (Data.PUBLIC_FACE,), Data.PUBLIC_FACE, PLACE),
    Door("place_remove", "place", OFFICE, (), Data.PUBLIC_FACE),
    Door("crisis_line", "crisis line", ONLY_OWNER, (Data.POLICY,), Data.POLICY, LINE),
    Door("crisis_line_remove", "crisis line", ONLY_OWNER, (), Data.POLICY),
    Door("invitation_withdraw", "invitation", ONLY_OWNER, (), Data.ACCOUNTS),
    Door("role_change", "colleague", ONLY_OWNER, (), Data.ACCOUNTS, {"role": "supervisor"},
         more={"verb": "grant"}),
    Door("account_change", "colleague", ONLY_OWNER, (), Data.ACCOUNTS, more={"verb": "close"}),
    Door("listing", "listing", THEIRS, (Data.LISTING,), Data.LISTING),
    Door("listing_preview", "listing", THEIRS, (), Data.LISTING),
    Door("listing_confirm", "listing", THEIRS, (), Data.LISTING),
    Door("credential_new", "listing", THEIRS, (Data.LISTING,), Data.LISTING, CREDENTIAL),
    Door("credential", "listing", THEIRS, (Data.LISTING,), Data.LISTING, CREDENTIAL,
         beside=A_CREDENTIAL),
    Door("hours", "listing", THEIRS, (Data.HOURS,), Data.HOURS, {"days": "1", **OPEN}),
    Door("hours_row", "listing", THEIRS, (Data.HOURS,), Data.HOURS, {"weekday": "2", **OPEN},
         beside={"row": "hours"}),
    Door("hours_remove", "listing", THEIRS, (), Data.HOURS, beside={"row": "hours"}),
    Door("other_day", "listing", THEIRS, (), Data.HOURS, {"day-on": "2026-06-01"}),
    Door("other_day_remove", "listing", THEIRS, (), Data.HOURS, beside={"row": "other day"}),
    Door("booking_rules", "listing", THEIRS, (Data.HOURS,), Data.HOURS),
    Door("away", "listing", THEIRS, (Data.HOURS,), Data.HOURS,
         {"first_on": "2026-06-01", "reason": "leave"}),
    Door("away_remove", "listing", THEIRS, (), Data.HOURS, beside={"row": "time off"}),
    Door("holiday_remove", "holiday", OFFICE, (), Data.CALENDAR),
    Door("room", "room", OFFICE, (Data.CALENDAR,), Data.CALENDAR, {"name": "Blue"}),
    Door("room_remove", "room", OFFICE, (), Data.CALENDAR),
    Door("credential_verify", "listing", THEIRS, (), Data.PROOF, beside=A_CREDENTIAL),
    Door("credential_remove", "listing", THEIRS, (), Data.LISTING, beside=A_CREDENTIAL),
    Door("enquiry", "enquiry", ONLY_DESK, (Data.ENQUIRY,), Data.ENQUIRY),
    Door("answer_enquiry", "enquiry", ONLY_DESK, (), Data.ENQUIRY, {"text": "Hello.", **SEEN}),
    Door("ask_therapist", "enquiry", ONLY_DESK, (), Data.ENQUIRY, SEEN),
    Door("enquiry_step", "enquiry", ONLY_DESK, (), Data.ENQUIRY, SEEN, more={"act": "recall"}),
    Door("call_for_them", "enquiry", ONLY_DESK, (), Data.ENQUIRY),
    Door("known", "enquiry", ONLY_DESK, (Data.ENQUIRY, Data.IDENTITY)),
    Door("join_enquiry", "enquiry", ONLY_DESK, (Data.ENQUIRY, Data.IDENTITY), Data.ENQUIRY, SEEN,
         beside={"client": "known client"}),
    Door("part_enquiry", "enquiry", ONLY_DESK, (), Data.ENQUIRY, SEEN),
    Door("emergency", "client", ONLY_OWNER, (Data.IDENTITY,), Data.OPENED,
         {"reason": "Nobody can be reached."}),
    Door("client_letters", "client", EVERYBODY, (Data.ENQUIRY,)),
    # The opening of the scene was two hours ago; one that stands is in courses/tests/test_opened.
    Door("opened_record", "client", ONLY_OWNER, (Data.MEASURES, Data.SHARED_WORK, Data.RECORD)),
    Door("revoke_links", "enquiry", ONLY_DESK, (), Data.ENQUIRY),
    Door("offer", "offer", ONLY_ASKED, (Data.ASKED,), Data.ASKED),
    Door("offer_take", "offer", ONLY_ASKED, (), Data.ASKED),
    Door("offer_pass", "offer", ONLY_ASKED, (), Data.ASKED, {"why": "times"}),
    Door("competence", "offer", ONLY_ASKED, (), Data.ASKED, {"reasoning": "Weighs it well."}),
    Door("reply", "prepared answer", ONLY_DESK, (Data.REPLIES,), Data.REPLIES,
         {"title": "Hello", "text": "Dear {name}", "order": "1"}),
    Door("reply_remove", "prepared answer", ONLY_DESK, (), Data.REPLIES),
)  # fmt: skip
"""Every route of our own that takes an id in its path."""


@dataclass(frozen=True)
class Page:
    """A page without an id: who is let in by role. What it shows is read for canaries."""

    name: str
    roles: frozenset[str]


STAFF = frozenset({"therapist", "supervisor", "coordinator", "owner"})
PAGES = (
    Page("home", STAFF | {"client", "guardian", "nobody"}),
    Page("shared", frozenset({"guardian"})),
    Page("my_sharing", frozenset({"client"})),
    Page("today", frozenset({"therapist", "supervisor"})),
    Page("my_clients", frozenset({"therapist", "supervisor"})),
    Page("my", frozenset({"client"})),
    Page("my_people", frozenset({"client"})),
    Page("my_person_new", frozenset({"client"})),
    Page("my_formulation", frozenset({"client"})),
    Page("my_timeline", frozenset({"client"})),
    Page("my_record", frozenset({"client"})),
    Page("my_ending", frozenset({"client"})),
    Page("my_worksheets", frozenset({"client"})),
    Page("my_worksheet_begin", frozenset()),
    Page("my_safety_plan", frozenset({"client"})),
    Page("measures", frozenset({"therapist", "supervisor"})),
    Page("alerts", STAFF),
    Page("duty", ONLY_OWNER),
    Page("alert_hours", ONLY_OWNER),
    Page("client_new", frozenset({"therapist", "coordinator"})),
    Page("clients_csv", OFFICE),
    Page("find", OFFICE),
    Page("figures", OFFICE),
    Page("practice", OFFICE),
    Page("practice_edit", ONLY_OWNER),
    Page("wording", OFFICE),
    Page("places", OFFICE),
    Page("place_new", OFFICE),
    Page("crisis_lines", ONLY_OWNER),
    Page("crisis_line_new", ONLY_OWNER),
    Page("staff", ONLY_OWNER),
    Page("my_listing", OFFICE | {"therapist"}),
    Page("listings", OFFICE),
    Page("enquiries", ONLY_DESK),
    Page("waiting_list", ONLY_DESK),
    Page("replies", ONLY_DESK),
    Page("reply_new", ONLY_DESK),
    Page("offers", frozenset({"therapist"})),
    Page("diary", frozenset({"therapist"})),
    Page("diary_day", frozenset({"therapist"})),
    Page("book_one", frozenset({"therapist", "coordinator"})),
    Page("my_hours", frozenset({"therapist"})),
    Page("holidays", OFFICE),
    Page("rooms", OFFICE),
    Page("desk", OFFICE),
    Page("calendars", frozenset({"therapist"})),
    Page("calendar_follow", frozenset()),
    Page("meet_online", frozenset()),
    Page("feed_change", frozenset()),
    Page("my_reminders", frozenset({"client"})),
    Page("openings", frozenset({"therapist", "owner"})),
    Page("my_letters", frozenset({"client"})),
    Page("my_appointments", frozenset({"client"})),
    Page("my_first", frozenset({"client"})),
    Page("my_first_kept", frozenset({"client"})),
)

ELSEWHERE = {
    "cms/": "Wagtail's own pages hold no fact about a client (law 3); its fence is in test_routes",
    "account/": "one's own account only; allauth finds keys through the signed-in person",
    "join/": "a secret link, not an id: people/tests",
    "check-in/": "a secret link, not an id: measures/tests/test_guest.py",
    "demo/": "the invented practice only",
    "media/images/": "public pictures of the site",
    "styleguide/": "the invented practice only",
    "": "public",
}
"""Closed routes that the matrix does not ask, by how they begin, and why."""


@dataclass(frozen=True)
class Scope:
    """A queryset's method that is told a user: whose rows it may hand out, by the table."""

    model: str
    method: str
    data: Data
    letter: str
    made_for: frozenset[str]
    of_client: str = ""
    """How a row leads to its client, where the model's other scopes are about the house."""

    def holds(self, columns: frozenset[str]) -> bool:
        """Whether rows of somebody to whom the user stands in these columns must be in it."""
        return may(columns & self.made_for, self.letter, self.data)


def _scopes() -> Iterator[Scope]:
    yield Scope("people.Client", "visible_to", Data.IDENTITY, "r", EVERYBODY)
    yield Scope("people.Opening", "visible_to", Data.OPENED, "r", frozenset({"lead", "owner"}))
    # An opening of two hours ago lets nobody read anything; one that stands is in enquiries/tests.
    yield Scope("people.Opening", "open_to", Data.OPENED, "r", frozenset())
    yield Scope("people.Client", "opened_to", Data.OPENED, "r", frozenset())
    yield Scope("people.Client", "own", Data.IDENTITY, "r", ONLY_CLIENT)
    yield Scope("people.Client", "working_together", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("scheduling.Appointment", "visible_to", Data.APPOINTMENTS, "r", EVERYBODY)
    yield Scope("scheduling.Appointment", "of_client", Data.APPOINTMENTS, "r", ONLY_CLIENT)
    yield Scope(
        "scheduling.Appointment", "shared_with", Data.APPOINTMENTS, "r", frozenset({"guardian"})
    )
    yield Scope("scheduling.ReminderWish", "visible_to", Data.IDENTITY, "r", EVERYBODY)
    yield Scope("scheduling.Appointment", "movable_by", Data.APPOINTMENTS, "w", MOVERS)
    yield Scope("measures.Response", "visible_to", Data.MEASURES, "r", TOGETHER)
    yield Scope("measures.Response", "treated_by", Data.MEASURES, "w", TREATING)
    yield Scope("measures.Assignment", "visible_to", Data.MEASURES, "r", TOGETHER)
    yield Scope("measures.Assignment", "own", Data.MEASURES, "r", ONLY_CLIENT)
    yield Scope("measures.Assignment", "treated_by", Data.MEASURES, "w", TREATING)
    yield Scope("measures.Plan", "visible_to", Data.MEASURES, "r", CLINICAL)
    yield Scope("measures.Plan", "treated_by", Data.MEASURES, "w", TREATING)
    yield Scope("measures.Link", "visible_to", Data.MEASURES, "r", CLINICAL)
    yield Scope("measures.Escalation", "visible_to", Data.ALERTS, "r", CLINICAL)
    yield Scope("measures.Alert", "visible_to", Data.ALERTS, "r", CLINICAL)
    yield Scope("measures.Alert", "treated_by", Data.ALERTS, "w", CLINICAL)
    yield Scope("courses.Note", "visible_to", Data.RECORD, "r", CLINICAL)
    yield Scope("courses.Goal", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Summary", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Piece", "visible_to", Data.SHARED_WORK, "r", TOGETHER | {"guardian"})
    yield Scope("courses.Piece", "own", Data.SHARED_WORK, "w", ONLY_CLIENT)
    yield Scope("courses.Company", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.SchoolContact", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Person", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Person", "led_by", Data.SHARED_WORK, "w", CLINICAL)
    yield Scope("courses.Person", "own", Data.SHARED_WORK, "w", ONLY_CLIENT)
    yield Scope("courses.Closeness", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Concern", "visible_to", Data.RECORD, "r", CLINICAL)
    for model in ("LifeEvent", "MoodLink", "Focus", "DisputeStage", "Formulation", "Rating"):
        yield Scope(f"courses.{model}", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    for model in ("LifeEvent", "Focus", "Goal"):
        yield Scope(f"courses.{model}", "led_by", Data.SHARED_WORK, "w", CLINICAL)
    yield Scope("courses.Task", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.Task", "led_by", Data.SHARED_WORK, "w", CLINICAL)
    yield Scope("courses.Task", "own", Data.SHARED_WORK, "w", ONLY_CLIENT)
    yield Scope("courses.Worksheet", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    for method in ("written_by", "typed_by"):
        yield Scope("courses.Worksheet", method, Data.SHARED_WORK, "w", TOGETHER)
    yield Scope("courses.WorksheetVersion", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    for model in ("Ending", "FollowUp", "Wish"):
        yield Scope(f"courses.{model}", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    yield Scope("courses.FollowUp", "treated_by", Data.APPOINTMENTS, "w", CLINICAL)
    yield Scope("courses.Session", "own", Data.SHARED_WORK, "w", ONLY_CLIENT)
    yield Scope("courses.CourseChange", "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    for model in ("Amendment", "Assessment", "Medicine", "Dismissal"):
        yield Scope(f"courses.{model}", "visible_to", Data.RECORD, "r", CLINICAL)
    yield Scope("courses.ProcessNote", "visible_to", Data.PROCESS, "r", CLINICAL)
    yield Scope("courses.Goal", "own", Data.SHARED_WORK, "w", ONLY_CLIENT)
    for model in ("courses.Course", "courses.Session"):
        yield Scope(model, "visible_to", Data.SHARED_WORK, "r", TOGETHER)
    for model in ("people.Client", "courses.Course"):
        yield Scope(model, "in_care_of", Data.RECORD, "r", CLINICAL)
    for model in ("people.Client", "courses.Course", "courses.Session"):
        yield Scope(model, "led_by", Data.RECORD, "w", CLINICAL)
        yield Scope(model, "treated_by", Data.APPOINTMENTS, "w", CLINICAL)
    yield Scope("enquiries.Enquiry", "visible_to", Data.ENQUIRY, "r", ONLY_DESK)
    yield Scope("enquiries.Enquiry", "read_by", Data.ENQUIRY, "r", EVERYBODY, "client")
    yield Scope("enquiries.Message", "visible_to", Data.ENQUIRY, "r", ONLY_DESK)
    yield Scope("enquiries.Offer", "visible_to", Data.ASKED, "r", ONLY_ASKED)
    yield Scope("directory.Profile", "visible_to", Data.LISTING, "w", THEIRS)
    yield Scope("directory.Credential", "visible_to", Data.LISTING, "w", THEIRS)


SCOPES = tuple(_scopes())
