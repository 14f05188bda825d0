"""What is written beside the note: additions, one's own thoughts, a task, the assessment."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from ..models import Assessment, Course, Medicine, Person, Task
from .unsaid import in_words

AGREED = ("words", "why", "person", "when", "barrier")
TOLD = ("done", "happened", "mood_before", "mood_after")
ASSESSED = (
    "history",
    "criteria",
    "diagnosis",
    "other_care",
    "risk_findings",
    "risk_plan",
    "suits",
    "suitability",
)


class Amend(forms.Form):
    """Added to a signed note."""

    text = Words(
        label=_("Add to the signed note"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence before you add it.")},
    )


class Think(forms.Form):
    """The author's own process note."""

    text = Words(label=_("Process note"), required=False, max_length=40_000, widget=forms.Textarea)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AgreeTask(forms.ModelForm):  # type: ignore[type-arg]
    """The one thing to try, with somebody of this course or alone."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Task
        fields = AGREED

    def __init__(
        self, *args: Any, course: Course, people: Iterable[Person] | None = None, **kwargs: Any
    ) -> None:
        """`people` are those of the course, where the page has read them already."""
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = Person.objects.of(course).with_keys()
        person.label_from_instance = lambda one: one.name
        person.empty_label = _("nobody in particular")
        if people is not None:
            named = [(one.pk, one.name) for one in people]
            person.choices = [("", person.empty_label), *named]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in AGREED}


class TellTask(forms.ModelForm):  # type: ignore[type-arg]
    """What came of it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Task
        fields = TOLD
        widgets = {"happened": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_words(self)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TOLD}


class KeepAssessment(forms.ModelForm):  # type: ignore[type-arg]
    """Therapist-only: what was found in the first sessions."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Assessment
        fields = ASSESSED
        help_texts = {
            "criteria": _("For instance ICD-11 6A70, or DSM-5-TR."),
            "risk_findings": _("Findings in words. No score predicts suicide; none is kept."),
        }

    def __init__(self, *args: Any, cautions: Iterable[str] = (), **kwargs: Any) -> None:
        """`cautions` say for whom the protocol of the course is meant, and for whom it is not."""
        super().__init__(*args, **kwargs)
        in_words(self)
        self.fields["suits"].help_text = escape(" ".join(cautions))
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ASSESSED}


class NoteMedicine(forms.ModelForm):  # type: ignore[type-arg]
    """A medicine, and what changed about it."""

    class Meta:
        model = Medicine
        fields = ("name", "dose", "change", "on")
        widgets = {"on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_words(self)
