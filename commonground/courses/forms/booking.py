"""One appointment, booked from the diary."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.people.models import Client
from commonground.scheduling.models import Kind

from .course import Dated

KINDS = [
    (Kind.SESSION, _("A session")),
    (Kind.FIRST, _("A first session")),
    (Kind.OTHER, _("Something else")),
]
OTHERWISE = "otherwise"


class BookOne(Dated):
    """For whom, what for, and one of the free times or any other."""

    client = forms.ChoiceField(
        label=_("For whom"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose for whom it is.")),
    )
    kind = forms.ChoiceField(
        label=_("What for"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=Kind.SESSION,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what it is for.")),
    )
    slot = forms.ChoiceField(
        label=_("When"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the free times, or write another one."),
            "invalid_choice": _("That time is no longer free. Please choose another one."),
        },
    )
    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)
    field_order = ("client", "kind", "slot", "day", "time", "place", "once")

    def __init__(
        self, *args: Any, clients: Iterable[Client], times: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(client.pk): client for client in clients}
        names = sorted((client.called, pk) for pk, client in self.clients.items())
        chosen: Any = self.fields["client"]
        chosen.choices = [("", _("Choose"))] + [(pk, name) for name, pk in names]
        slots: Any = self.fields["slot"]
        slots.choices = [*times, (OTHERWISE, _("Another time"))]
        for name in ("day", "time"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """One of the free times says day, hour and place by itself; another one needs both."""
        given = super().clean()
        slot = given.get("slot")
        if slot and slot != OTHERWISE:
            at, _bar, place = slot.partition("|")
            given["starts_at"] = datetime.fromisoformat(at)
            places: Any = self.fields["place"]
            given["place"] = places.queryset.filter(pk=place).first() if place else None
        elif slot:
            for name in ("day", "time"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, _("Say when it is."))
        return given

    def clean_client(self) -> Client:
        return self.clients[self.cleaned_data["client"]]
