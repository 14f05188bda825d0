"""The forms of accounts, the practice and its clients."""

from .clients import ClientList, NewClient
from .practice import EditCrisisLine, EditPlace, EditPractice, EditWording
from .staff import Invite, Roles
from .way_in import AskForCode, AskForPassword, Join, JoinAsClient, Uncover

__all__ = [
    "AskForCode", "AskForPassword", "ClientList", "EditCrisisLine", "EditPlace", "EditPractice",
    "EditWording", "Invite", "Join", "JoinAsClient", "NewClient", "Roles", "Uncover",
]  # fmt: skip
