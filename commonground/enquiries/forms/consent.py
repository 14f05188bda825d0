"""Saying yes to a place that is offered: what is asked of whom."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from commonground.core.fields.encrypted import Words
from commonground.people.consenting import Basis, Way
from commonground.people.mailboxes import same

from .parts import Line

SHARED = [
    ("appointments", _("When and where you meet")),
    ("shared_work", _("What you work on together, and your goals")),
    ("measures", _("Your answers to the questions before a meeting")),
]


class Accept(forms.Form):
    """A yes to a place that is offered. What is asked depends on who holds the link, and on the
    age that the date of birth tells (`way`)."""

    name = Line(
        label=_("Your full name"),
        max_length=120,
        help_text=_("As it should stand on letters and in your record."),
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    email = Line(
        label=_("Your email, to sign in to your own page"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        validators=[EmailValidator(_("This should look like name@example.org."))],
        help_text=_("A mailbox that only you read."),
    )
    how = forms.ChoiceField(
        label=_("Who decides that you begin?"),
        choices=[
            (
                Basis.GILLICK,
                _("I would like to decide this myself. My therapist talks with me about it first."),
            ),
            (Basis.PARENTAL, _("A parent or guardian agrees as well, and I tell you who.")),
        ],
        widget=forms.RadioSelect,
    )
    guardian_name = Line(label=_("The full name of the parent or guardian"), max_length=120)
    guardian_relation = Line(label=_("Who they are to you, such as mother"), max_length=80)
    guardian_email = Line(
        label=_("Their email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        validators=[EmailValidator(_("This should look like name@example.org."))],
        help_text=_("We write only that there is a question for them, and ask it on a page."),
    )
    may_see = forms.MultipleChoiceField(
        label=_("What may they see?"),
        choices=SHARED,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing, unless you tick it. You can change this with your therapist."),
    )
    responsible = forms.BooleanField(label=_("I hold parental responsibility for this child"))
    agree = forms.BooleanField(
        label=_("I have read this, and I agree"),
        error_messages={"required": _("Tick this if you agree. If you would rather not, do not.")},
    )

    ASKS: ClassVar[dict[Way, tuple[str, ...]]] = {
        Way.OWN: ("name", "date_of_birth", "email", "agree"),
        Way.YOUNG: (
            "name", "date_of_birth", "email", "how", "guardian_name", "guardian_relation",
            "guardian_email", "may_see", "agree",
        ),
        Way.PARENT: (
            "name", "date_of_birth", "guardian_name", "guardian_relation", "responsible", "email",
            "agree",
        ),
        Way.HAND_ON: ("email",),
    }  # fmt: skip

    def __init__(
        self, data: Any = None, *, way: Way, today: date, not_to: str = "", **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.way, self.today, self.not_to = way, today, not_to
        for name in set(self.fields) - set(self.ASKS[way]):
            del self.fields[name]
        self.order_fields(list(self.ASKS[way]))
        self._word(way)

    def _word(self, way: Way) -> None:
        """The same questions, put to somebody else."""
        fields = self.fields
        if way is Way.PARENT:
            fields["name"].label = _("The full name of the child")
            fields["guardian_name"].label = _("Your full name")
            fields["guardian_relation"].label = _("Who you are to the child, such as mother")
            fields["email"].label = _("The child’s own email, to sign in to their page")
            fields["email"].help_text = _(
                "Only one that the child alone reads. Leave it empty if there is none: it can wait."
            )
        if way is Way.HAND_ON:
            fields["email"].label = _("The email of the person who would come")
            fields["email"].help_text = _(
                "They decide this themselves. We write only that there is a question for them."
            )
            fields["email"].required = True
        if way is Way.YOUNG:
            fields["email"].required = True
            for name in ("guardian_name", "guardian_relation", "guardian_email"):
                fields[name].required = False

    def clean_date_of_birth(self) -> date:
        born_on: date = self.cleaned_data["date_of_birth"]
        if not date(1900, 1, 1) <= born_on <= self.today:
            raise ValidationError(_("Give a date of birth between 1900 and today."))
        return born_on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        mail = given.get("email", "")
        theirs = _("This must be another mailbox than the parent’s: only the child may read it.")
        if self.way is Way.YOUNG:
            theirs = _("This must be another mailbox than the parent’s: only you may read it.")
        if self.way is not Way.OWN and same(mail, self.not_to):
            self.add_error("email", theirs)
        if self.way is Way.YOUNG and given.get("how") == Basis.PARENTAL:
            self._must_name_a_guardian(given)
            if same(mail, given.get("guardian_email", "")):
                self.add_error("guardian_email", theirs)
        return given

    def _must_name_a_guardian(self, given: dict[str, Any]) -> None:
        asked = {
            "guardian_name": _("Tell us the name of the parent or guardian who agrees."),
            "guardian_relation": _("Tell us who they are to you."),
            "guardian_email": _("We need an email address to ask them."),
        }
        for name, said in asked.items():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, said)

    @property
    def told(self) -> dict[str, Any]:
        """What was said, as it is kept until consent is complete."""
        given = {k: v for k, v in self.cleaned_data.items() if k not in ("agree", "responsible")}
        if "date_of_birth" in given:
            given["date_of_birth"] = given["date_of_birth"].isoformat()
        return given


class GuardianAgrees(forms.Form):
    """The consent of somebody with parental responsibility, whom the young person named."""

    guardian_name = Line(label=_("Your full name"), max_length=120)
    responsible = forms.BooleanField(
        label=_("I hold parental responsibility for this young person"),
        error_messages={"required": _("Only somebody who holds it can consent here.")},
    )
    agree = forms.BooleanField(
        label=_("I have read this, and I agree"),
        error_messages={"required": _("Tick this if you agree. If you would rather not, do not.")},
    )


class Competence(forms.Form):
    """A therapist's judgement that a young person can decide this themselves."""

    reasoning = Words(
        label=_("Why you judge that they can decide this themselves"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What they understand of the treatment, of other ways, and of what may come of it; and "
            "whether they could be moved to tell a parent."
        ),
        error_messages={"required": _("Write down what your judgement rests on.")},
    )
    limits = Words(
        label=_("What you agreed about what stays private"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
