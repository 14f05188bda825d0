"""Why a verb did not do what it was asked."""

from typing import Any

from django.utils.translation import gettext as _


class NotNow(Exception):
    """A step that cannot be taken yet; the message says why, and what to do first."""


class Stale(Exception):
    """Somebody saved in between: `theirs` is what stands there now, a text or fields by name."""

    def __init__(self, theirs: Any, version: int) -> None:
        super().__init__(_("This was changed somewhere else since you opened it."))
        self.theirs, self.version = theirs, version
