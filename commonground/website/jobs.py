"""What the public site does by the clock."""

from datetime import datetime

from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision

from commonground.core import audit
from commonground.core.jobs import every

from . import actions


@every(minutes=1)
def publish_scheduled(now: datetime) -> None:
    """Pages whose hour has come go out; pages whose time is over are taken back.

    Wagtail's own command asks the machine's clock, which does not move with the demo's.
    """
    for page in Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at"):
        _take_back(page, now)
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now)
    for revision in due.order_by("approved_go_live_at"):
        _send_out(revision, now)


def _take_back(page: Page, now: datetime) -> None:
    with transaction.atomic():
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        actions.record_unpublished(page=page, by=audit.SYSTEM, now=now)


def _send_out(revision: Revision, now: datetime) -> None:
    publishing = PublishPageRevisionAction(revision, log_action="wagtail.publish.scheduled")
    publishing.object.go_live_at = None  # it has come, whatever the machine's own clock says
    with transaction.atomic():
        publishing.execute()
        actions.record_published(page=publishing.object, by=audit.SYSTEM, now=now)
