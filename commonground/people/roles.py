"""The roles a person may hold in a practice; one person may hold several."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    GUARDIAN = "guardian"
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    OWNER = "owner"


OUTSIDE = frozenset({Role.CLIENT, Role.GUARDIAN})
"""Those who come to the practice, for themselves or beside somebody."""

STAFF = frozenset(Role) - OUTSIDE
"""Everybody who works in the practice: they sign in with two factors."""

EDITORS = frozenset({Role.COORDINATOR, Role.OWNER})
"""Who may edit the public site."""


def works_here(roles: frozenset[Role]) -> bool:
    """Whether any of these roles is one of the practice's own people."""
    return bool(roles & STAFF)


def may_invite(inviter: frozenset[Role], roles: frozenset[Role]) -> bool:
    """Whether somebody holding `inviter` may hand out these roles: never none at all.

    An owner may hand out any; coordinators and therapists let clients in and whoever stands beside
    one; nobody else invites.
    """
    if not roles:
        return False
    if Role.OWNER in inviter:
        return True
    lets_in = bool(inviter & {Role.COORDINATOR, Role.THERAPIST})
    return lets_in and len(roles) == 1 and roles <= OUTSIDE
