"""Saving over what one has seen, and never over what one has not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import ManyToManyField

from .refusals import Stale


def renew(
    row: Any, facts: Mapping[str, Any], *, version: int | None, by: Any, now: datetime
) -> Any:
    """Put `facts` on a row, locked and read afresh; `version` is the one their writer saw.

    Returns the row as it then stands. Raises Stale with the fields that differ when somebody else
    saved in between; whoever would write just what stands there is not kept waiting.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",)).with_keys()
    fresh = rows.get(pk=row.pk)
    theirs = {name: value for name in facts if (value := _now(fresh, name)) != _plain(facts[name])}
    if fresh.version != version and theirs:
        raise Stale(theirs, fresh.version)
    if not theirs:
        return fresh
    for name, value in facts.items():
        if not _is_many(fresh, name):
            setattr(fresh, name, value)
    fresh.version += 1
    fresh.author, fresh.saved_at = by, now
    fresh.save()
    for name, value in facts.items():
        if _is_many(fresh, name):
            getattr(fresh, name).set(value)
    return fresh


def _is_many(row: Any, name: str) -> bool:
    return isinstance(row._meta.get_field(name), ManyToManyField)


def _now(row: Any, name: str) -> Any:
    return set(getattr(row, name).all()) if _is_many(row, name) else getattr(row, name)


def _plain(value: Any) -> Any:
    return set(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value
