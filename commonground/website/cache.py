"""Whatever changes a public page, or a picture on one, makes every kept page void.

The number is raised first, inside the transaction that writes: with its commit the old pages are
gone, and locks are always taken in the same order.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponseBase

from commonground.core import cache

View = Callable[..., HttpResponseBase]

DRAFT_ONLY = {
    "draft_title",
    "has_unpublished_changes",
    "latest_revision",
    "latest_revision_created_at",
    "latest_revision_id",
    "wagtail_admin_comments",
}
"""What a page row takes down about a draft: visitors see nothing of it."""


class Shown(models.QuerySet[Any]):
    """Rows that public pages show: whichever way they change, no kept page outlives them."""

    def update(self, **kwargs: Any) -> int:
        with transaction.atomic():
            if not set(kwargs) <= DRAFT_ONLY:
                cache.bump()
            return super().update(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            cache.bump()
            return super().delete(*args, **kwargs)


class ShownRow(models.Model):
    """A row that public pages show: saving or deleting it voids what was kept."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            fields = kwargs.get("update_fields")
            if fields is None or not set(fields) <= DRAFT_ONLY:
                cache.bump()
            return super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            cache.bump()
            return super().delete(*args, **kwargs)


def in_one_go(view: View, *, moves: bool) -> View:
    """What an editor sends is done wholly or not at all, its audit line included.

    With `moves`, what was kept is void with it whatever the view does: Wagtail moves, reorders
    and deletes rows of its own `Page`, past the methods of ours.
    """

    @wraps(view)
    def whole(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            if moves:
                cache.bump()
            return view(request, *args, **kwargs)

    return whole
