"""What is typed into check-ins: answers, what was done about them, and who is asked what when."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from commonground.people import ages
from commonground.people.models import Client, Contact, Therapist
from commonground.scheduling.models import Appointment

from . import storages
from .escalation import ACROSS_DAYS, WITHIN_THE_DAY, Hours
from .instrument import Instrument, Item
from .models import Alert, Duty, Response

ITEM = "item-"
BY_HAND = "by-hand"


class Answer(forms.Form):
    """One answer; an empty one leaves the question out."""

    answer = forms.IntegerField(
        required=False,
        error_messages={"invalid": _("Choose one of the answers, or leave the question out.")},
    )


class Birthday(forms.Form):
    """The second key to a link that asks for one."""

    born_on = forms.DateField(
        label=_("Your date of birth"),
        help_text=_("So that only you can open this form, even if somebody else reads your mail."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class Acknowledge(forms.Form):
    """Who looked at an alert says what they did."""

    action = forms.ChoiceField(
        label=_("What did you do?"),
        choices=Alert.Action.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you did, so that whoever reads this next knows.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Part of the record. The client does not see it here."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OnDuty(forms.Form):
    """A therapist who looks when nobody else does."""

    therapist = forms.ModelChoiceField(
        label=_("Who"), queryset=Therapist.objects.none(), empty_label=_("Choose a therapist")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["therapist"].queryset = Duty.candidates()  # type: ignore[attr-defined]

    def clean_therapist(self) -> Therapist:
        """Refuse to name somebody twice."""
        named: Therapist = self.cleaned_data["therapist"]
        if Duty.objects.filter(therapist=named, ends_at=None).exists():
            raise forms.ValidationError(_("They are on duty already."))
        return named


class SetHours(forms.Form):
    """How long an alert may wait with somebody before it goes on to the next."""

    first = forms.IntegerField(
        label=_("Due today: hours with whoever has it first"),
        help_text=_(
            "From 1 to 12. Then it goes on to the next person, and always before the day is over."
        ),
    )
    again = forms.IntegerField(
        label=_("Due today: hours with each who comes after"), help_text=_("From 1 to 12.")
    )
    later = forms.IntegerField(
        label=_("Due by the next working day: hours with each who comes after"),
        help_text=_("From 4 to 72. Whoever has it first has until the end of that working day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans = {"first": WITHIN_THE_DAY, "again": WITHIN_THE_DAY, "later": ACROSS_DAYS}
        for name, span in spans.items():
            field, low, high = self.fields[name], span[0], span[-1]
            refusal = _("Give whole hours, from %(low)s to %(high)s.") % {"low": low, "high": high}
            field.validators += [MinValueValidator(low, refusal), MaxValueValidator(high, refusal)]
            field.error_messages |= {"invalid": refusal, "required": refusal}
            field.widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3, "size": 4}
            )

    @property
    def told(self) -> Hours:
        """The hours as the practice wants them."""
        return Hours(**self.cleaned_data)


class AskMeasures(forms.Form):
    """Which measures, and whether now or again and again."""

    measures = forms.MultipleChoiceField(
        label=_("Which measures?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one measure.")},
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[
            ("now", _("Once, now")),
            ("session", _("Before every session, beside what the protocol asks")),
            ("rhythm", _("Every so many days, with or without a session")),
        ],
        initial="now",
        widget=forms.RadioSelect,
    )
    every_days = forms.IntegerField(
        label=_("Every how many days"),
        help_text=_("Only for a rhythm. A new one waits until the last was sent."),
        min_value=1,
        max_value=366,
        required=False,
    )
    begins_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, client: Client, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        age = ages.age(client.born_on, on) if client.born_on else None
        self.fields["measures"].choices = [  # type: ignore[attr-defined]
            (each.key, f"{each.name}, {each.title}" if each.title != each.name else each.name)
            for each in storages.newest()
            if each.has_text and (age is None or each.fits_age(age))
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        bare = given.get("when") == "rhythm" and not given.get("every_days")
        if bare and "every_days" not in self.errors:
            self.add_error("every_days", _("Say after how many days it is asked again."))
        begins = given["begins_on"] = given.get("begins_on") or self.on
        if given.get("ends_on") and given["ends_on"] < begins:
            self.add_error("ends_on", _("This is before it begins."))
        return given


class SendLink(forms.Form):
    """Where a link goes, and whether it asks for the date of birth."""

    address = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)
    asks_birthday = forms.BooleanField(
        label=_("Ask for the date of birth before the form is shown"), required=False, initial=True
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        safe = Contact.objects.with_keys().of(client).own().filter(safe_to_write=True)
        mails = [each.value for each in safe if each.kind == Contact.Kind.EMAIL]
        self.fields["address"].choices = [  # type: ignore[attr-defined]
            *((mail, mail) for mail in mails),
            (BY_HAND, _("Nowhere: show it to me, and I pass it on")),
        ]
        self.fields["address"].initial = mails[0] if mails else BY_HAND
        if client.born_on is None:
            del self.fields["asks_birthday"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("address") == BY_HAND:
            given["address"] = ""
        return {"asks_birthday": False, **given}


class Sheet(forms.Form):
    """A measure item by item, or its total alone; each item's field is named by its concept."""

    total = forms.IntegerField(
        label=_("Total"),
        help_text=_("If only the sum was brought along. What was answered to each stays unknown."),
        required=False,
    )
    remark = forms.CharField(
        label=_("Remark"),
        help_text=_("Part of the record, for whoever reads these answers next."),
        required=False,
        max_length=400,
    )

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        low, high = instrument.lowest, instrument.highest
        self.fields["total"].label = _("Total, %(low)s to %(high)s") % {"low": low, "high": high}
        self.fields["total"].widget.attrs.update(min=low, max=high, step=instrument.multiplier)
        if instrument.has_text:
            for item in instrument.items:
                self.fields[ITEM + item.concept] = _item_field(item)

    def items(self) -> Iterator[Any]:
        """The bound fields of the items, in the order of the form."""
        if self.instrument.has_text:
            yield from (self[ITEM + item.concept] for item in self.instrument.items)

    def clean(self) -> dict[str, Any]:
        """Either items or a total, and one that can be."""
        given = super().clean() or {}
        answers = self._answers(given)
        total = given.get("total")
        if total is not None:
            span = range(
                self.instrument.lowest, self.instrument.highest + 1, self.instrument.multiplier
            )
            if total not in span:
                self.add_error("total", _("This measure cannot have this total. Add it up again."))
            if any(value is not None for value in answers.values()):
                self.add_error("total", _("Give the answers or the total, not both."))
        elif not self.errors and all(value is None for value in answers.values()):
            self.add_error("total", _("Give at least one answer, or the total."))
        return given

    @property
    def told(self) -> dict[str, Any]:
        """What the verbs are told."""
        given = self.cleaned_data
        return {
            "answers": self._answers(given),
            "total": given.get("total"),
            "remark": given["remark"],
        }

    def _answers(self, given: dict[str, Any]) -> dict[str, int | None]:
        concepts = self.instrument.by_concept if self.instrument.has_text else ()
        return {c: given[ITEM + c] for c in concepts if ITEM + c in given}


def _item_field(item: Item) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=item.text,
        choices=[*((str(o.value), o.text) for o in item.options), ("", _("left out"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class Paper(Sheet):
    """What was filled in on paper, when, and before which hour."""

    answered_on = forms.DateField(
        label=_("Filled in on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    appointment = forms.ModelChoiceField(
        label=_("Before which session"),
        queryset=Appointment.objects.none(),
        required=False,
        empty_label=_("Before none of them"),
    )

    field_order = ("answered_on", "appointment")

    def __init__(self, *args: Any, hours: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["answered_on"].initial = on
        self.fields["appointment"].queryset = hours  # type: ignore[attr-defined]
        self.fields["appointment"].label_from_instance = _hour  # type: ignore[attr-defined]

    def clean_answered_on(self) -> date:
        """Refuse a day that has not come, and a year that is a slip of the finger."""
        day: date = self.cleaned_data["answered_on"]
        if day > self.on:
            raise forms.ValidationError(_("This day has not come yet."))
        if day.year < 2000:
            raise forms.ValidationError(_("Look at the year once more."))
        return day

    @property
    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().told | {
            "answered_on": given["answered_on"],
            "appointment": given["appointment"],
        }


class EarlierScores(forms.Form):
    """Lines out of a spreadsheet."""

    lines = forms.CharField(
        label=_("The lines, with the names of the columns above them"),
        help_text=_("Copied out of a spreadsheet or a CSV file; up to 200 lines."),
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Paste the lines here.")},
    )


class Correct(Sheet):
    """What was sent, to be put right."""

    def __init__(self, *args: Any, response: Response, **kwargs: Any) -> None:
        stands: dict[str, Any] = {ITEM + c: str(v) for c, v in response.given().items()}
        if response.total_on_paper:
            stands["total"] = response.total_on_paper
        super().__init__(*args, instrument=response.measure, initial=stands, **kwargs)


def _hour(hour: Appointment) -> str:
    return date_format(localtime(hour.starts_at), "l j F Y, H:i")
