"""The letters that invented people wrote to the invented practice."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from commonground.core import audit, clock
from commonground.enquiries import actions as enquiries
from commonground.enquiries.models import Enquiry
from commonground.people.models import Place, Therapist, User
from commonground.people.roles import Role

from ..enquiries import Letter


@audit.verb("demo.letter.written")
def correspond(*, letter: Letter, by: Any, now: datetime) -> Enquiry:
    """One invented letter and what came of it, by the verbs of the house, hour after hour."""
    at, hour = now - timedelta(hours=letter.hours_ago), timedelta(hours=1)
    cato = User.objects.holding(Role.COORDINATOR).get()
    needs = {"whom": letter.whom, "their_name": letter.their_name, "age": letter.age}
    place = Place.objects.filter(name=letter.needs.get("place", "")).first()
    with clock.frozen(at):
        enquiry, link, _token, _new = enquiries.receive(
            number=uuid4(),
            called=letter.called,
            reach=letter.reach,
            needs=needs | letter.needs | {"place": str(place.pk) if place else ""},
            words=letter.words,
            wished=Therapist.objects.filter(name=letter.therapist).first(),
            source=Enquiry.Source.THERAPIST if letter.therapist else Enquiry.Source.SITE,
            by=audit.VISITOR,
            now=at,
        )
        audit.about(enquiry)
        for n, text in enumerate(letter.answers, 1):
            enquiries.answer(
                enquiry=enquiry,
                text=text,
                version=_version(enquiry),
                by=cato,
                now=at + 3 * n * hour,
            )
        for n, text in enumerate(letter.writes, 1):
            then = at + (3 * n + 2) * hour
            enquiries.write(enquiry=enquiry, text=text, by=enquiries.holder(link), now=then)
    if letter.waits:
        then = at + 8 * hour
        enquiries.wait(enquiry=enquiry, version=_version(enquiry), by=cato, now=then)
    if letter.offer_to:
        offer = enquiries.offer(
            enquiry=enquiry,
            therapist=Therapist.objects.select_related("user").get(name=letter.offer_to),
            version=_version(enquiry),
            shared=letter.shared,
            note=letter.note,
            by=cato,
            now=now - 5 * hour,
        )
        if letter.taken:
            enquiries.take(offer=offer, by=offer.therapist.user, now=now - 2 * hour)
    return enquiry


def _version(enquiry: Enquiry) -> int:
    return int(Enquiry.objects.values_list("version", flat=True).get(pk=enquiry.pk))
