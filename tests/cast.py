"""The cast of the tests of the whole house: the named people of one practice, and one stranger.

    people = cast()
    browser = signed_in(people.miriam)

They come in the way people do, through the verbs of the front office. Miriam leads Priya's
therapy, Eleanor supervises Miriam; Tomas and his client Wren have nothing to do with either.
"""

from dataclasses import dataclass
from datetime import datetime

from commonground.core import audit, clock
from commonground.people import actions
from commonground.people.models import Client, Practice, Therapist, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

__all__ = ["NOON", "Cast", "cast", "signed_in"]


@dataclass(frozen=True)
class Cast:
    """Everybody, by name; `priya` and `wren` are clients, `priyas_account` is how she signs in."""

    practice: Practice
    oonagh: User
    cato: User
    eleanor: User
    miriam: User
    tomas: User
    priya: Client
    priyas_account: User
    wren: Client
    stranger: User


def cast(now: datetime | None = None) -> Cast:
    """Let everybody in and put each client into the care of their therapist."""
    now = now or clock.now()
    practice = Practice.objects.create(name="Harbour Street")
    miriam = person("Miriam Adeyemi", Role.THERAPIST)
    tomas = person("Tomas Brandt", Role.THERAPIST)
    eleanor = person("Eleanor Pryce", Role.SUPERVISOR, Role.THERAPIST)
    priyas_account = person("Priya Nair", Role.CLIENT)
    priya = client_of(miriam, "Priya Nair")
    Client.objects.filter(pk=priya.pk).update(user=priyas_account)
    priya.refresh_from_db()
    actions.begin_supervision(
        by=audit.SYSTEM,
        now=now,
        supervisor=eleanor,
        therapist=Therapist.objects.get(user=miriam),
    )
    return Cast(
        practice=practice,
        oonagh=person("Oonagh Farrell", Role.OWNER),
        cato=person("Cato Lindqvist", Role.COORDINATOR),
        eleanor=eleanor,
        miriam=miriam,
        tomas=tomas,
        priya=priya,
        priyas_account=priyas_account,
        wren=client_of(tomas, "Wren Calder"),
        stranger=User.objects.create_user("stranger@elsewhere.example", "Somebody Else"),
    )
