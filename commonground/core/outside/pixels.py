"""Uploaded pictures are drawn anew from their pixels; nothing else of the file is kept.

Where a photograph was taken, a script hidden behind the last pixel, a second file glued to the
first: none of it survives, because none of it is pixels.
"""

import io
import uuid
import warnings
from typing import IO, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_EDGE = 3000
KINDS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}


class Drawn(SimpleUploadedFile):
    """A picture that has already been drawn anew here."""


class Refused(Exception):
    """The file cannot be taken; the message says why, to the person who chose it."""


def too_big() -> str:
    """The sentence for a file over the limit."""
    return _(
        "This file is larger than 8 MB. Please make the picture smaller (2000 pixels wide is "
        "plenty) and choose it again."
    )


def too_many_pixels() -> str:
    """The sentence for a picture over the limit."""
    return _(
        "This picture has more than 40 million pixels. Please make it smaller (2000 pixels wide is "
        "plenty) and choose it again."
    )


def not_a_picture() -> str:
    """The sentence for anything that is not one of the three kinds we take."""
    return _(
        "This file could not be read as a picture. Please choose a JPEG, PNG or WebP file; a photo "
        "from a phone can be exported as JPEG."
    )


def redraw(file: IO[bytes], longest: int = LONGEST_EDGE) -> Drawn:
    """The picture in `file`, drawn anew under a random name; at most `longest` pixels long.

    Raises Refused with a sentence for the person who uploaded it.
    """
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise Refused(too_big())
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # counted below
            with Image.open(file, formats=tuple(KINDS)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused(too_many_pixels())
                return _draw(picture, longest)
    except Refused:
        raise
    except Image.DecompressionBombError as bomb:
        raise Refused(too_many_pixels()) from bomb
    except Exception as broken:  # Pillow has no one error for "not a picture"
        raise Refused(not_a_picture()) from broken


def _draw(picture: Any, longest: int) -> Drawn:
    suffix, mime = KINDS[picture.format]
    kind = picture.format
    upright = ImageOps.exif_transpose(picture)
    seen_through = "A" in upright.getbands() or "transparency" in upright.info
    upright = upright.convert("RGBA" if seen_through and kind != "JPEG" else "RGB")
    upright.thumbnail((longest, longest))
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)  # pixels only: a fresh image carries no profile, comment or position
    drawn = io.BytesIO()
    bare.save(drawn, kind, **({} if kind == "PNG" else {"quality": 88}))
    return Drawn(f"{uuid.uuid4().hex}.{suffix}", drawn.getvalue(), mime)
