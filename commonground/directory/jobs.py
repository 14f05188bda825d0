"""What the directory does by the clock: stay true, ask, and draw the order of the day."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from commonground.core import audit, clock
from commonground.core.jobs import every

from . import actions
from .models import DayOrder, Profile


@every(minutes=1)
def keep_up(now: datetime) -> None:
    """Diaries, accounts and registrations change below: listings follow within the minute."""
    Profile.objects.keep_up(now)
    DayOrder.objects.draw(clock.today())


@every(minutes=60)
def ask_whether_still_right(now: datetime) -> None:
    """Write to therapists whose listing was confirmed 90 days ago, once each time."""
    link = settings.GROUND_URL + reverse("my_listing")
    for profile in Profile.objects.to_be_asked(clock.today())[:500]:
        actions.ask(profile=profile, link=link, by=audit.SYSTEM, now=now)
