"""What more than one room asks for in the same way."""

import io
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .outside.pixels import LONGEST_EDGE, Refused, redraw

SENTENCES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.ChoiceField: {"invalid_choice": _("Please choose one of the answers offered.")},
    forms.MultipleChoiceField: {"invalid_choice": _("Please choose from the answers offered.")},
    forms.ModelChoiceField: {"invalid_choice": _("Please choose one of the answers offered.")},
    forms.IntegerField: {"invalid": _("Please write a whole number, in figures.")},
    forms.DateField: {"invalid": _("Please write the date like 23/11/2026.")},
    forms.TimeField: {"invalid": _("Please write the time like 14:30.")},
}
"""What a form says of a slip, where it says nothing of its own: what to do, not what is invalid."""


def speak_kindly() -> None:
    """Give Django's fields the house's own sentences, as the house starts."""
    for field, sentences in SENTENCES.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}


class PictureFile(forms.ImageField):
    """A file that comes out drawn anew from its pixels, or not at all."""

    widget = forms.FileInput

    def __init__(self, *, longest: int = LONGEST_EDGE, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def to_python(self, data: Any) -> Any:
        """The redrawn file. Raises ValidationError with a sentence that says what to do."""
        given = forms.FileField.to_python(self, data)
        if given is None:
            return None
        try:
            return redraw(given.file or io.BytesIO(given.read()), self.longest)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from refusal
