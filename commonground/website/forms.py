"""What an editor fills in that Wagtail's own forms do not ask in our words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from commonground.core.forms import PictureFile

from .selfcheck import Indicator, Said


class PictureForm(BaseImageForm):
    """Adding or changing a picture: it needs a description, and is redrawn on the way in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"] = self._our_file(self.fields["file"])

    @staticmethod
    def _our_file(given: WagtailImageField) -> PictureFile:
        return PictureFile(
            label=given.label,
            required=given.required,
            widget=given.widget,
            help_text=_("A JPEG, PNG or WebP file of up to 8 MB."),
        )


SAYS = {
    Said.YES: _("Yes, that is me"),
    Said.PARTLY: _("Partly"),
    Said.NO: _("No"),
}
SAFE, UNSAFE = "safe", "unsafe"


class SelfCheck(forms.Form):
    """How much somebody recognises of each sentence, and first of all whether they are safe."""

    safe = forms.ChoiceField(
        label=_("First of all: are you safe?"),
        help_text=_(
            "Thoughts of ending your life, or somebody who hurts you, come before anything else."
        ),
        choices=[(SAFE, _("I am safe")), (UNSAFE, _("I am not safe, or not sure"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please answer this one. The others you may leave open.")},
    )

    def __init__(self, data: Any = None, *, indicators: Sequence[Indicator], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for place, indicator in enumerate(indicators):
            self.fields[f"s{place}"] = forms.ChoiceField(
                label=indicator.sentence,
                choices=[(said.value, label) for said, label in SAYS.items()],
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def said(self) -> dict[int, Said]:
        """What was answered, by the sentence's place."""
        given = self.cleaned_data
        return {int(k[1:]): Said(v) for k, v in given.items() if k != "safe" and v}

    @property
    def unsafe(self) -> bool:
        """Whether somebody said that they are not safe, or not sure."""
        return bool(self.cleaned_data["safe"] == UNSAFE)
