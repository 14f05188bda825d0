"""What somebody has typed so far and not sent."""

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonground.core.fields import EncryptedJSONField
from commonground.core.models.base import House
from commonground.people.models.invitation import digest

LASTS = timedelta(hours=24)


class Drafts(models.QuerySet["Draft"]):
    def living(self, now: datetime) -> "Drafts":
        return self.filter(saved_at__gt=now - LASTS)

    def stale(self, now: datetime) -> "Drafts":
        """Those that nobody came back to within a day."""
        return self.filter(saved_at__lte=now - LASTS)

    def with_token(self, token: str, now: datetime) -> "Draft | None":
        """The draft of this browser, if it began one today."""
        return self.living(now).filter(token_hash=digest(token)).first() if token else None

    def keep(self, token: str, words: dict[str, Any], now: datetime) -> tuple["Draft", str]:
        """Keep what was typed; returns the draft and its token, a new one where there was none."""
        draft = self.with_token(token, now)
        if draft is None:
            token = secrets.token_urlsafe(32)
            draft = Draft(token_hash=digest(token))
        draft.words, draft.saved_at = words, now
        draft.save()
        return draft, token

    def forget(self, token: str) -> int:
        """Delete this browser's draft."""
        return self.filter(token_hash=digest(token)).delete()[0] if token else 0


class Draft(House):
    """An unsent enquiry, kept for a day for the browser that holds its token and for no other."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    words: Any = EncryptedJSONField(_("typed so far"), label="enquiries.draft.words", key="house")
    saved_at = models.DateTimeField(editable=False, db_index=True)

    objects: ClassVar[Any] = Drafts.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return f"draft {str(self.pk)[:8]}"
