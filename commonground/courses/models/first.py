"""The first session of a client: whether one is still to be chosen, with whom, and what is kept."""

from datetime import datetime

from commonground.people.models import Care, Client, Therapist
from commonground.scheduling.models import Appointment, Hold, Kind

MET_FOR = (Kind.FIRST, Kind.SESSION)


def first_with(client: Client, now: datetime) -> Therapist | None:
    """With whom a client may book their first session alone; None once any session has a date,
    and while nobody leads their therapy."""
    if Appointment.objects.filter(client=client, kind__in=MET_FOR).standing().exists():
        return None
    lead = Care.objects.current(now).leading().filter(client=client)
    found = lead.select_related("therapist__user").first()
    return found.therapist if found else None


def kept_for(client: Client, now: datetime) -> Hold | None:
    """The time that is kept for a client while they fill in the form."""
    living = Hold.objects.living(now).filter(kept_for=client.pk, kind=Kind.FIRST)
    found: Hold | None = living.select_related("therapist__user", "place").first()
    return found


def booked_before(client: Client, therapist: Therapist) -> Appointment | None:
    """The first session that was booked before a course was opened, still to come."""
    rows = Appointment.objects.planned().filter(client=client, therapist=therapist, kind=Kind.FIRST)
    found: Appointment | None = rows.order_by("starts_at").first()
    return found
