"""What the pages of enquiries are handed: plain values, ready to be read."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonground.directory.models import Approach, Focus, Language
from commonground.people.consenting import Basis
from commonground.people.models import Place

from ..forms import GENDERS, TIMES, WAYS, WHOM
from ..lifecycle import State
from ..models import Enquiry, Offer
from ..promise import usual

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def span(time: timedelta) -> str:
    """A stretch of time in words, rounded up: nobody is promised less than it was."""
    if time <= HOUR:
        return _("an hour")
    if time <= 22 * HOUR:
        hours = -(-time // HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = -(-time // DAY)
    return _("a day") if days == 1 else ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def promise(now: datetime) -> str:
    """When an answer usually comes, from what happened lately; empty where too few wrote."""
    found = usual(Enquiry.objects.lately(now), now)
    if found is None or found.half is None:
        return ""
    told = {"half": span(found.half), "most": span(found.most) if found.most else ""}
    if not told["most"]:
        return (
            _(
                "In the last three months, half of those who wrote had an answer within %(half)s; "
                "some have waited much longer."
            )
            % told
        )
    return (
        _(
            "In the last three months, half of those who wrote had an answer within %(half)s, and "
            "nine in ten within %(most)s."
        )
        % told
    )


def particulars(enquiry: Enquiry) -> list[dict[str, str]]:
    """What is looked for, as terms and words, as far as it was told."""
    needs = enquiry.needs
    approach = Approach.objects.filter(slug=needs.get("approach") or "").first()
    place = Place.objects.filter(pk=needs["place"]).first() if needs.get("place") else None
    ways = [str(dict(WAYS)[way]) for way in needs.get("ways", ()) if way in dict(WAYS)]
    times = [str(dict(TIMES)[time]) for time in needs.get("times", ()) if time in dict(TIMES)]
    focus = [str(Focus(area).label) for area in needs.get("focus", ()) if area in Focus.values]
    language = needs.get("language") or ""
    rows = [
        (_("For"), str(dict(WHOM).get(enquiry.whom, ""))),
        (_("Who would come"), str(needs.get("their_name") or "")),
        (_("Age"), "" if enquiry.age is None else str(enquiry.age)),
        (_("Asked for"), enquiry.wished.name if enquiry.wished else ""),
        (_("Approach"), approach.name if approach else ""),
        (_("How"), ", ".join(ways)),
        (_("Where"), place.name if place else ""),
        (_("When"), ", ".join(times)),
        (_("Language"), str(Language(language).label) if language in Language.values else ""),
        (_("It is about"), ", ".join(focus)),
        (_("Getting in"), _("without steps") if needs.get("step_free") else ""),
        (_("More at ease with"), at_ease_with(enquiry)),
        (_("To think of"), str(needs.get("wishes") or "")),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]


def at_ease_with(enquiry: Enquiry) -> str:
    """Whom they asked for, in a word or two; empty where it does not matter to them."""
    asked = enquiry.needs.get("gender")
    return str(dict(GENDERS).get(asked, "")) if asked else ""


def ways(enquiry: Enquiry) -> list[dict[str, str]]:
    """How they may be reached, with the care that each way asks for."""
    reach, found = enquiry.reach, []
    if enquiry.email:
        safe = _("safe to write to") if reach.get("email_safe") else _("not safe: others read it")
        found.append({"term": _("Email"), "text": enquiry.email, "care": safe})
    if enquiry.phone:
        care = [_("a message may be left") if reach.get("voicemail") else _("leave no message")]
        care.append(
            _("you may say who we are") if reach.get("say_who") else _("do not say who we are")
        )
        found.append({"term": _("Telephone"), "text": enquiry.phone, "care": ", ".join(care)})
    return found


def standing(enquiry: Enquiry) -> str:
    """Where it stands, said to the person who wrote."""
    if enquiry.state == State.PLACED and enquiry.joined_at:
        return _("Your message is with the right person here. They will be in touch.")
    return {
        State.RECEIVED: _("Your message has arrived. A person will read it and answer here."),
        State.TALKING: _("We are in touch. What we write to you is below."),
        State.OFFERED: _("We have asked a therapist whether they have a place for you."),
        State.AGREED: _("We can offer you a place. It is yours if you would like it."),
        State.ACCEPTED: _("You have said yes. One more thing is needed before you begin."),
        State.DECLINED_BY_THERAPIST: _("We are looking for the right person for you."),
        State.DECLINED_BY_PERSON: _("Thank you for telling us. We will think again."),
        State.WAITING: _("You are on our waiting list."),
        State.PLACED: _("You are with us now."),
        State.SIGNPOSTED: _("We have suggested somewhere else that may fit better."),
        State.WITHDRAWN: _("You have told us that you do not wish to go on. That is all right."),
        State.CLOSED: _("This conversation is closed."),
    }[State(enquiry.state)]


def asked_about(enquiry: Enquiry) -> list[dict[str, str]]:
    """What a therapist sees before they say yes or no: nothing that names the person."""
    named = {_("Who would come"), _("Asked for")}
    return [row for row in particulars(enquiry) if row["term"] not in named]


def next_step(enquiry: Enquiry, offer: Offer | None) -> str:
    """What is waited for after a yes, said to whoever wrote; empty where nothing is."""
    if enquiry.state != State.ACCEPTED or offer is None:
        return ""
    how = (enquiry.accepting or {}).get("how")
    if how == Basis.GILLICK:
        said = _("%(name)s will talk with you about it first. We will be in touch about a time.")
        return said % {"name": offer.therapist.name}
    if how == Basis.PARENTAL:
        return _("We have asked the person you named. You begin as soon as they agree.")
    return _("We have written to the person who would come. They decide, on a page of their own.")
