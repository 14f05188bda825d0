"""Whether there is room in a diary: the one place that says what fills it.

A client counts once for a therapist: whom they lead, and whoever else has an hour ahead of them.
What later takes up room as well (a series, an hour held for somebody) is added here.
"""

from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from commonground.people.models import Care
from commonground.scheduling.models import Appointment


def kept_clients(now: datetime, therapist: str = "therapist") -> Combinable:
    """How many clients hold a place with the therapist of each row, as an SQL expression."""
    led = Care.objects.current(now).leading()
    ahead = Appointment.objects.filter(state=Appointment.State.PLANNED, ends_at__gt=now)
    not_led = ahead.exclude(
        Exists(led.filter(therapist=OuterRef("therapist"), client=OuterRef("client")))
    )
    return _clients_of(led, therapist) + _clients_of(not_led, therapist)


def _clients_of(rows: QuerySet[Care] | QuerySet[Appointment], therapist: str) -> Combinable:
    own = rows.filter(therapist=OuterRef(therapist)).order_by().values("therapist")
    counted = own.annotate(clients=Count("client", distinct=True)).values("clients")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
