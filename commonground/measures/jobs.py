"""What happens by the clock: alerts find somebody who looks, plans ask, old links go."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from commonground.core import audit
from commonground.core.jobs import every

from . import actions
from .actions.alerts import somebody_new, wrong_hands
from .actions.asking import is_due
from .models import Alert, Link, Plan

log = logging.getLogger(__name__)


@every(minutes=5)
def look_after_alerts(now: datetime) -> None:
    """Every open alert has a living owner, and one that waits too long goes on.

    Each in a transaction of its own, so that one that cannot be moved holds up no other; whatever
    a killed worker leaves is found again in the next five minutes.
    """
    for alert in Alert.objects.unanswered().with_keys():
        if wrong_hands(alert, now):
            _each(actions.keep_owned, alert=alert, now=now)
        elif somebody_new(alert, now):
            Alert.objects.filter(pk=alert.pk, goes_on_at=None).update(goes_on_at=now)
    for alert in Alert.objects.to_go_on(now).with_keys():
        _each(actions.go_on, alert=alert, now=now)


@every(minutes=15)
def follow_plans(now: datetime) -> None:
    """Ask what standing plans have due."""
    for plan in Plan.objects.running(now.date()).select_related("client"):
        if is_due(plan, now):
            _each(actions.ask_by_plan, plan=plan, now=now)


@every(minutes=24 * 60)
def forget_links(now: datetime) -> None:
    """Let go of links that stopped working long ago, as `retention.toml` says."""
    Link.objects.over_for_long(now).delete()


def _each(verb: Callable[..., Any], **told: Any) -> None:
    try:
        verb(by=audit.SYSTEM, **told)
    except Exception as error:  # the next one must not wait for this one to be mended
        log.error("%s failed: %s", verb.__name__, type(error).__name__)
