"""What is written about check-ins and alerts: that something waits, never what or about whom."""

from django.conf import settings
from django.urls import reverse

from commonground.core.emails import post
from commonground.people.models import User

from .models import Alert, Link


def tell_owner(alert: Alert, user: User, step: int = 0) -> None:
    """To whoever has an alert now: sign in and look."""
    post(
        to=user.email,
        template="measures_waiting",
        context={"name": user.get_short_name(), "link": settings.GROUND_URL + reverse("alerts")},
        dedupe=f"alert:{alert.pk}:{step}",
    )


def tell_office(alert: Alert, user: User) -> None:
    """To owners and coordinators: something has been waiting, and nobody else can look."""
    post(
        to=user.email,
        template="measures_alone",
        context={"name": user.get_short_name(), "link": settings.GROUND_URL + reverse("alerts")},
        dedupe=f"alert:{alert.pk}:{alert.escalations.count()}:{user.pk}",
    )


def send_link(link: Link, address: str, url: str) -> None:
    """To a client: the way to one form, which signs in nobody."""
    post(
        to=address,
        template="measures_link",
        context={"link": url, "until": link.expires_at},
        dedupe=f"check-in:{link.pk}",
    )
