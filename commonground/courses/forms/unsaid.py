"""What stands in a list of choices before anything is chosen: words, never a row of dashes."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


def in_words(form: forms.BaseForm) -> None:
    """Name the empty choice of every list of a form: to be chosen, or not said."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            choices: list[Any] = list(cast(Any, field.choices))
            named = [(value, label) for value, label in choices if value not in ("", None)]
            if len(named) < len(choices):
                empty = _("choose one") if field.required else _("not said")
                field.choices = [("", empty), *named]
