"""The pages around an account, and the settings of the practice, one file per idea."""

from .account import ActivateApp, AddPasskey, RemovePasskey, enrol, security, sign_out_everywhere
from .clients import client_new, clients_csv
from .practice import (
    crisis_line,
    crisis_line_remove,
    crisis_lines,
    place,
    place_remove,
    places,
    practice,
    practice_edit,
    wording,
)
from .staff import account_change, invitation_withdraw, role_change, staff
from .way_in import home, join, joining, leaving_nothing, on_the_beat, uncover

__all__ = [
    "ActivateApp",
    "AddPasskey",
    "RemovePasskey",
    "account_change",
    "client_new",
    "clients_csv",
    "crisis_line",
    "crisis_line_remove",
    "crisis_lines",
    "enrol",
    "home",
    "invitation_withdraw",
    "join",
    "joining",
    "leaving_nothing",
    "on_the_beat",
    "place",
    "place_remove",
    "places",
    "practice",
    "practice_edit",
    "role_change",
    "security",
    "sign_out_everywhere",
    "staff",
    "uncover",
    "wording",
]
