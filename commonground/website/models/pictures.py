"""Pictures: described in words, redrawn from their pixels, stored under names nobody can guess."""

import uuid
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet

from commonground.core.outside.pixels import Drawn, redraw

from ..cache import Shown, ShownRow


class Pictures(Shown, ImageQuerySet):
    """Pictures of the public site."""


class Picture(ShownRow, AbstractImage):  # type: ignore[django-manager-missing]
    """A picture of the public site, with the words that stand for it."""

    renditions: Any
    objects: ClassVar[Any] = Pictures.as_manager()
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]

    description = models.CharField(
        _("description"),
        max_length=300,
        help_text=_(
            "What somebody who cannot see the picture should know of it, in one sentence. "
            "Do not begin with “picture of”."
        ),
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def default_alt_text(self) -> str:
        return self.description

    def get_upload_to(self, filename: str) -> str:
        return f"pictures/{uuid.uuid4().hex}{Path(filename).suffix.lower()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises outside.pixels.Refused when a new file is not a picture; forms say so earlier."""
        given: Any = self.file
        if given and not given._committed and not isinstance(given.file, Drawn):
            self.file: Any = redraw(given.file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)


class PictureRendition(AbstractRendition):
    """A picture in one of the sizes that pages ask for; only these are ever sent to visitors."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_size"
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        return f"images/{uuid.uuid4().hex}{Path(filename).suffix.lower()}"
