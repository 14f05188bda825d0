"""What an enquiry sends: that something waits behind a link, never what, nor from what kind of
house. Nothing is sent to a mailbox of which nobody said that it is safe.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from commonground.core.emails import post
from commonground.people.models import Therapist, User
from commonground.people.roles import Role

from .models import Enquiry, Link, Offer


def link_to(token: str, purpose: str = Link.Purpose.THREAD) -> str:
    """The address in a letter."""
    name = "letter" if purpose == Link.Purpose.THREAD else "asked"
    return settings.GROUND_URL + reverse(name, args=[token])


def send_received(enquiry: Enquiry, token: str) -> None:
    """It has arrived, and where the answer will be."""
    _to_them(enquiry, "enquiries_received", token, f"enquiry:{enquiry.pk}:received")


def send_there_is_a_reply(enquiry: Enquiry, now: datetime) -> None:
    """There is a reply: one letter for each state of the conversation, with a link of its own."""
    if not enquiry.mailbox:
        return
    _link, token = Link.make(enquiry=enquiry, purpose=Link.Purpose.THREAD, now=now)
    _to_them(enquiry, "enquiries_reply", token, f"enquiry:{enquiry.pk}:{enquiry.version}")


def ask(enquiry: Enquiry, address: str, purpose: str, now: datetime) -> None:
    """To a parent, or to the person who would come: there is a question for them on a page."""
    link, token = Link.make(enquiry=enquiry, purpose=purpose, now=now)
    post(
        to=address,
        template="enquiries_asked",
        context={"link": link_to(token, purpose)},
        dedupe=f"enquiry:{enquiry.pk}:{link.pk}",
    )


def _to_them(enquiry: Enquiry, template: str, token: str, dedupe: str) -> None:
    if enquiry.mailbox:
        post(to=enquiry.mailbox, template=template, context={"link": link_to(token)}, dedupe=dedupe)


def tell_the_desk(enquiry: Enquiry, what: str, count: int) -> None:
    """To whoever answers letters here: that one waits. Without a coordinator, to the owners."""
    desk = User.objects.holding(Role.COORDINATOR).filter(is_active=True)
    for user in desk or User.objects.holding(Role.OWNER).filter(is_active=True):
        post(
            to=user.email,
            template="enquiries_desk",
            context={"link": settings.GROUND_URL + reverse("enquiries")},
            dedupe=f"enquiry:{enquiry.pk}:{what}:{count}:{user.pk}",
        )


def ask_therapist(offer: Offer, what: str = "asked") -> None:
    """To a therapist: something about an offer waits for them."""
    post(
        to=offer.therapist.user.email,
        template="enquiries_desk",
        context={"link": settings.GROUND_URL + reverse("offer", args=[offer.pk])},
        dedupe=f"offer:{offer.pk}:{what}",
    )


def tell_therapist(offer: Offer) -> None:
    """To a therapist who was asked: the person does not go on. Which one stands on their list."""
    post(
        to=offer.therapist.user.email,
        template="enquiries_desk",
        context={"link": settings.GROUND_URL + reverse("offers")},
        dedupe=f"offer:{offer.pk}:withdrawn",
    )


def tell_lead(enquiry: Enquiry, therapist: Therapist) -> None:
    """To whoever leads somebody's therapy: they have written to the office."""
    post(
        to=therapist.user.email,
        template="enquiries_desk",
        context={"link": settings.GROUND_URL + reverse("client_letters", args=[enquiry.client_id])},
        dedupe=f"enquiry:{enquiry.pk}:joined:{enquiry.version}",
    )
