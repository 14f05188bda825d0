"""Calendars, online rooms and reminders, as people set them up."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import OnlineRoom, ReminderWish
from ..outside import jitsi


class FollowCalendar(forms.Form):
    """The address of a therapist's other calendar."""

    url = forms.CharField(
        label=_("Address of your other calendar"),
        help_text=_(
            "An address that begins with https://, as your calendar program gives it out for "
            "sharing. Only when you are busy is kept, never what it is."
        ),
        max_length=500,
    )

    def clean_url(self) -> str:
        """Refuse what could not be read anyway."""
        url: str = self.cleaned_data["url"].strip()
        if url.startswith("webcal://"):
            url = "https://" + url.removeprefix("webcal://")
        return _https(url)


class MeetOnline(forms.ModelForm):  # type: ignore[type-arg]
    """How a therapist meets people online."""

    class Meta:
        model = OnlineRoom
        fields = ["kind", "url"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"url": _("Needed for a link of your own; it begins with https://.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not jitsi.ready():
            kinds: Any = self.fields["kind"]
            kinds.choices = [(OnlineRoom.Kind.FIXED, OnlineRoom.Kind.FIXED.label)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == OnlineRoom.Kind.FIXED:
            try:
                given["url"] = _https(given.get("url") or "")
            except forms.ValidationError as error:
                self.add_error("url", error)
        return given


class RemindMe(forms.ModelForm):  # type: ignore[type-arg]
    """How a client wishes to be reminded."""

    class Meta:
        model = ReminderWish
        fields = ["channel", "wording", "hours"]
        widgets = {"channel": forms.RadioSelect, "wording": forms.RadioSelect}
        help_texts = {
            "wording": _("Neither ever names anybody, nor says what the appointment is for."),
        }


def _https(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good:
        raise forms.ValidationError(_("Write an address that begins with https://."))
    return url
