"""Focus, formulation and goals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words

from .. import storages
from ..models import Course, DisputeStage, Focus, Formulation, LifeEvent, Person
from ..protocol import Protocol

FACTS = (
    "onset",
    "symptoms",
    "vulnerabilities",
    "cycle",
    "strengths",
    "narrative",
    "client_words",
    "people",
    "events",
)


class AgreeFocus(forms.Form):
    """One of the protocol's areas; a second needs a reason, a dispute its stage."""

    area = forms.ChoiceField(label=_("Area"), widget=forms.RadioSelect)
    words = Words(label=_("In the client’s words"), max_length=200)
    person = forms.ModelChoiceField(
        label=_("With whom, or about whom"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("nobody in particular"),
    )
    stage = forms.ChoiceField(
        label=_("A dispute: where does it stand?"),
        choices=[("", _("not a dispute")), *DisputeStage.Stage.choices[:3]],
        required=False,
    )
    reason = Words(
        label=_("Why one focus is not enough"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, course: Course, second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book, protocol = storages.handbook(), course.protocol
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            (key, _label(book.area(key).label, key, protocol)) for key in protocol.foci
        ]
        person = self.fields["person"]
        person.queryset = Person.objects.of(course).with_keys()  # type: ignore[attr-defined]
        person.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        if not second:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True


def _label(label: str, key: str, protocol: Protocol) -> Any:
    avoided = key in protocol.foci_avoided
    return _("%(area)s (this protocol avoids it)") % {"area": label} if avoided else label


class StageDispute(forms.Form):
    """Where a dispute stands now."""

    stage = forms.ChoiceField(label=_("Where it stands now"), choices=DisputeStage.Stage.choices)


class KeepFormulation(forms.ModelForm):  # type: ignore[type-arg]
    """A version of the formulation; people and events of its own course."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Formulation
        fields = FACTS
        widgets = {
            "people": forms.CheckboxSelectMultiple,
            "events": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, events = self.fields["people"], self.fields["events"]
        people.queryset = Person.objects.of(course).with_keys()  # type: ignore[attr-defined]
        people.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        told = LifeEvent.objects.filter(course=course).with_keys()
        events.queryset = told  # type: ignore[attr-defined]
        events.label_from_instance = lambda one: one.words  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}


class AgreeWords(forms.Form):
    """Both agree to the version that was read aloud."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Rate(forms.Form):
    """How near a goal is, by the client."""

    value = forms.IntegerField(label=_("Now, 0 to 10"), min_value=0, max_value=10)


class AgreeGoal(forms.Form):
    """A goal in the client's words, rated from 0 to 10."""

    words = forms.CharField(label=_("In the client’s own words"), max_length=300)
    baseline = forms.IntegerField(label=_("Where they are now, 0 to 10"), min_value=0, max_value=10)
    target = forms.IntegerField(
        label=_("Where they hope to be, 0 to 10"), min_value=0, max_value=10
    )
    focus = forms.ModelChoiceField(
        label=_("The focus it belongs to"),
        queryset=Focus.objects.none(),
        required=False,
        empty_label=_("none in particular"),
    )
    person = forms.ModelChoiceField(
        label=_("With whom"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("nobody in particular"),
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, foci = self.fields["person"], self.fields["focus"]
        people.queryset = Person.objects.of(course).with_keys()  # type: ignore[attr-defined]
        people.label_from_instance = lambda one: one.name  # type: ignore[attr-defined]
        foci.queryset = Focus.objects.of(course).current()  # type: ignore[attr-defined]
        foci.label_from_instance = Focus.get_area_display  # type: ignore[attr-defined]
