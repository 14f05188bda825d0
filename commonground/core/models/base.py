"""What every row of the house has in common."""

import uuid
from typing import Any

from django.db import models

from ..fields.held import copying
from .plain import Plain


class House(Plain):
    """A row whose id is known before it is saved and never collides between machines."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; what is encrypted is taken over as it lies, unopened."""
        token = copying.set(True)
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            copying.reset(token)
