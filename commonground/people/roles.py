"""The roles a person may hold in a practice; one person may hold several."""

from enum import StrEnum


class Role(StrEnum):
    CLIENT = "client"
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    OWNER = "owner"


STAFF = frozenset(Role) - {Role.CLIENT}
"""Everybody who works in the practice: they sign in with two factors."""

EDITORS = frozenset({Role.COORDINATOR, Role.OWNER})
"""Who may edit the public site."""


def works_here(roles: frozenset[Role]) -> bool:
    """Whether any of these roles is one of the practice's own people."""
    return bool(roles & STAFF)


def may_invite(inviter: frozenset[Role], roles: frozenset[Role]) -> bool:
    """Whether somebody holding `inviter` may hand out these roles: never none at all.

    An owner may hand out any; coordinators and therapists let clients in; nobody else invites.
    """
    if not roles:
        return False
    if Role.OWNER in inviter:
        return True
    lets_clients_in = bool(inviter & {Role.COORDINATOR, Role.THERAPIST})
    return lets_clients_in and roles == {Role.CLIENT}
