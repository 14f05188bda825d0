"""What the front office lets go of, by the clock."""

from datetime import datetime

from commonground.core import audit
from commonground.core.jobs import every

from . import actions
from .models import Client, Invitation


@every(minutes=24 * 60)
def tidy(now: datetime) -> None:
    """Forget invitations that have been over for as long as `retention.toml` says."""
    Invitation.objects.over_for_long(now).delete()


@every(minutes=60)
def find_everybody(now: datetime) -> None:
    """Let those be found who came in before there was an index, or past it."""
    for client in Client.objects.without_trace().with_keys()[:500]:
        actions.trace(client=client, by=audit.SYSTEM, now=now)
