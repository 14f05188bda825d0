"""The verbs of the front office, and those about whoever stands beside a young client."""

from .accounts import (
    Refused,
    accept_invitation,
    deactivate,
    grant_role,
    invite,
    reactivate,
    revoke_role,
    sign_out_everywhere,
    withdraw_invitation,
)
from .care import begin_care, begin_supervision, end_care, end_supervision, open_in_emergency
from .clients import admit, admit_all, trace
from .guardians import (
    FACTS,
    correct_guardian,
    decide_sharing,
    end_guardian,
    go_on_sharing,
    invite_guardian,
    record_guardian,
    review_guardian,
    suggest_sharing,
)
from .practice import change_practice, open_practice, remove_from_practice

__all__ = [
    "FACTS",
    "Refused",
    "accept_invitation",
    "admit",
    "admit_all",
    "begin_care",
    "begin_supervision",
    "change_practice",
    "correct_guardian",
    "deactivate",
    "decide_sharing",
    "end_care",
    "end_guardian",
    "end_supervision",
    "go_on_sharing",
    "grant_role",
    "invite",
    "invite_guardian",
    "open_in_emergency",
    "open_practice",
    "reactivate",
    "record_guardian",
    "remove_from_practice",
    "review_guardian",
    "revoke_role",
    "sign_out_everywhere",
    "suggest_sharing",
    "trace",
    "withdraw_invitation",
]
