"""What somebody tells us when they get in touch, and on the page of their conversation; little
of it must be filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from commonground.core import clock
from commonground.core.fields.encrypted import Words
from commonground.directory.matching import OLDEST, YOUNGEST
from commonground.directory.models import Approach, Focus, Gender, Language, Profile
from commonground.people.models import Place

from ..models.message import LONGEST
from .parts import QUICKEST, Line, digits, read_stamp

TRAP = "website"

WHOM = [
    ("me", _("For me")),
    ("young", _("For a young person I look after")),
    ("refer", _("For somebody I am referring, who knows of it")),
]
TIMES = [
    ("morning", _("Mornings")),
    ("afternoon", _("Afternoons")),
    ("evening", _("Evenings")),
    ("weekend", _("Weekends")),
]
WAYS = [("in-person", _("In person")), ("online", _("Online"))]
GENDERS = [
    (Gender.WOMAN, _("A woman")),
    (Gender.MAN, _("A man")),
    (Gender.NON_BINARY, _("A non-binary therapist")),
    ("", _("It does not matter to me")),
]
NO, YES = "no", "yes"


class Enquire(forms.Form):
    """The letter itself."""

    called = Line(
        label=_("What shall we call you?"),
        max_length=80,
        help_text=_("A first name, or any name you like."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Please give us a name to use. It need not be your own.")},
    )
    whom = forms.ChoiceField(
        label=_("Who is this for?"), choices=WHOM, widget=forms.RadioSelect, initial="me"
    )
    their_name = Line(
        label=_("What shall we call the person who would come?"), max_length=80, required=False
    )
    age = forms.IntegerField(
        label=_("How old is the person who would come?"),
        min_value=YOUNGEST,
        max_value=OLDEST,
        help_text=_("Each of our therapists sees certain ages."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Please give the age in years: it decides who can help."),
            "min_value": _("Please give an age between 5 and 110."),
            "max_value": _("Please give an age between 5 and 110."),
        },
    )
    email = Line(
        label=_("Email"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        validators=[EmailValidator(_("This should look like name@example.org."))],
    )
    email_safe = forms.BooleanField(
        label=_("It is safe to write there: nobody else reads it"), required=False
    )
    phone = Line(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    voicemail = forms.BooleanField(label=_("You may leave a message there"), required=False)
    discreet = forms.ChoiceField(
        label=_("If somebody else picks up, may we say who we are?"),
        choices=[(NO, _("No, please just ask for me")), (YES, _("Yes, that is fine"))],
        widget=forms.RadioSelect,
        initial=NO,
    )

    words = Words(
        label=_("What would you like help with?"),
        required=False,
        max_length=LONGEST,
        help_text=_("A sentence is plenty. You will not have to explain everything here."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": _(
                "This is longer than we can take in one letter (6,000 letters). Everything is "
                "still here: please shorten it, and tell us the rest when we talk."
            )
        },
    )
    therapist = forms.ChoiceField(label=_("Is there someone you would like to see?"))
    approach = forms.ChoiceField(label=_("An approach you have in mind"), required=False)
    ways = forms.MultipleChoiceField(
        label=_("How would you like to meet?"),
        choices=WAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.ChoiceField(label=_("Where could you come to?"), required=False)
    times = forms.MultipleChoiceField(
        label=_("When could you come?"),
        choices=TIMES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=Language.choices, initial=Language.ENGLISH
    )
    focus = forms.MultipleChoiceField(
        label=_("Is it about one of these?"),
        choices=Focus.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    step_free = forms.BooleanField(
        label=_("I need a place that can be reached without steps"), required=False
    )
    gender = forms.ChoiceField(
        label=_("Would you feel more at ease with…"),
        choices=GENDERS,
        required=False,
        widget=forms.RadioSelect,
    )
    wishes = Line(
        label=_("Anything we should think of when we suggest somebody?"),
        required=False,
        max_length=400,
        help_text=_("For example: I cannot sit still for long. I find it hard to begin."),
    )
    agree = forms.BooleanField(
        label=_(
            "You may keep what I have written in order to answer me. If we do not go on to meet, "
            "you will delete it six months after we have last been in touch."
        ),
        error_messages={"required": _("We can only answer if we may keep your letter for it.")},
    )
    website = forms.CharField(
        label=_("Leave this empty: it is there to catch programs"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    taken_along = Words(widget=forms.HiddenInput, required=False, max_length=3000)

    def __init__(self, data: Any = None, *, profiles: list[Profile], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        people = [(profile.slug, profile.name) for profile in profiles]
        self.profiles = {profile.slug: profile for profile in profiles}
        ways = [(each.slug, each.name) for each in Approach.objects.all()]
        places = [(str(each.pk), each.name) for each in Place.objects.all()]
        self._offer("therapist", _("Please suggest someone"), people)
        self._offer("approach", _("I do not know yet"), ways)
        self._offer("place", _("Wherever there is room"), places)
        self.fields["therapist"].required = False
        self.number: UUID | None = None

    def _offer(self, name: str, nothing: Any, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", nothing), *choices]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("This field has to stay empty. If your browser filled it in, please clear it.")
            )
        return ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._must_be_reachable(given)
        sealed = read_stamp(given.get("stamp", ""))
        if sealed is None:
            raise ValidationError(
                _("This page was too old. Nothing is lost: please send it again.")
            )
        self.number, shown_at = sealed
        if clock.now() - shown_at < QUICKEST:
            raise ValidationError(_("That was very quick. Please look once more, and send it."))
        return given

    def clean_phone(self) -> str:
        number: str = self.cleaned_data["phone"]
        if number and digits(number) < 5:
            raise ValidationError(_("This looks too short for a telephone number."))
        return number

    def _must_be_reachable(self, given: dict[str, Any]) -> None:
        if "email" in self.errors or "phone" in self.errors:
            return
        if not given.get("email") and not given.get("phone"):
            self.add_error("email", _("Give an email address or a telephone number."))
        elif not given.get("phone") and not given.get("email_safe"):
            self.add_error(
                "email_safe",
                _("Tick this if we may write there, or give us a telephone number instead."),
            )

    @property
    def reach(self) -> dict[str, Any]:
        """The ways to reach them, as they are kept."""
        given = self.cleaned_data
        return {
            "email": given["email"],
            "email_safe": bool(given["email"] and given["email_safe"]),
            "phone": given["phone"],
            "voicemail": bool(given["phone"] and given["voicemail"]),
            "say_who": given["discreet"] == YES,
        }

    @property
    def needs(self) -> dict[str, Any]:
        """What is looked for, as it is kept."""
        given = self.cleaned_data
        kept = (
            "whom", "age", "approach", "ways", "place", "times", "language", "focus", "step_free",
            "gender", "wishes",
        )  # fmt: skip
        told = {name: given[name] for name in kept}
        told["their_name"] = given["their_name"] if given["whom"] != "me" else ""
        if given["taken_along"]:
            told["self_check"] = given["taken_along"]
        return told

    @property
    def wished(self) -> Any:
        """The therapist who was asked for, or None."""
        profile = self.profiles.get(self.cleaned_data["therapist"])
        return profile.therapist if profile else None


class Write(forms.Form):
    """One message, from either side."""

    text = Words(
        label=_("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write a word or two first."),
            "max_length": _("Please shorten this to 6,000 letters. It is all still here."),
        },
    )


class TurnDown(forms.Form):
    """Rather not this therapist; a word about why is welcome and not needed."""

    text = Words(
        label=_("What should we think of when we look again?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BookCall(forms.Form):
    """One of the times that were offered."""

    starts_at = forms.DateTimeField(widget=forms.HiddenInput)

    def clean_starts_at(self) -> datetime:
        return self.cleaned_data["starts_at"].astimezone(UTC)
