"""The check-in as it is asked and answered, the alert as it is acted upon; one file per idea."""

from .alerts import alert, alert_hours, alerts, duty, duty_end
from .client import all_questions, question, review, sent
from .earlier import earlier
from .guest import back, by_link, guest_all, guest_question, guest_review, guest_sent, guest_start
from .library import library
from .staff import ask, correct, end_plan, hand_over, open_now, paper, send_link, withdraw_link

__all__ = [
    "alert",
    "alert_hours",
    "alerts",
    "all_questions",
    "ask",
    "back",
    "by_link",
    "correct",
    "duty",
    "duty_end",
    "earlier",
    "end_plan",
    "guest_all",
    "guest_question",
    "guest_review",
    "guest_sent",
    "guest_start",
    "hand_over",
    "library",
    "open_now",
    "paper",
    "question",
    "review",
    "send_link",
    "sent",
    "withdraw_link",
]
