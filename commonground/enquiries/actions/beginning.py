"""From an offer to a client: the first talk, the yes of each, consent, and the record."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from commonground.core import audit, clock
from commonground.directory.suiting import Aspect
from commonground.people import actions as people
from commonground.people import ages, sharing
from commonground.people.consenting import Basis, Way, bases
from commonground.people.models import (
    Client,
    Consent,
    Contact,
    Guardian,
    Practice,
    Sharing,
    Therapist,
    User,
)
from commonground.people.models.care import Part
from commonground.people.roles import Role
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import Appointment

from .. import emails
from ..lifecycle import Act, Who
from ..models import Enquiry, Link, Offer
from ..models.calls import call_of, once
from ..models.suited import offer_of
from ..storages import agreement
from .joining import has
from .standing import (
    Refused,
    cannot,
    held,
    moved,
    step,
)

# ——— talking first ———


@audit.verb("enquiries.call_booked")
def book_call(*, by: Any, now: datetime, enquiry: Enquiry, starts_at: datetime) -> Appointment:
    """Book the introductory call with the therapist who would like to see them.

    Told twice it books once; a call that was booked before is given up for the new time, and a
    time that was given up before can be taken again while it is free.
    """
    row = held(enquiry)
    offer = _offer_of(row, Offer.State.AGREED, now)
    before = call_of(row)
    if before is not None and before.starts_at == starts_at:
        return before
    try:
        if before is not None:
            scheduling.cancel(appointment=before, by_client=True, by=by, now=now)
        made = scheduling.book_call(
            therapist=offer.therapist,
            starts_at=starts_at,
            place=None,
            kept_for=row.pk,
            once=once(row, starts_at),
            by=by,
            now=now,
        )
    except (scheduling.Taken, scheduling.Gone, scheduling.Settled) as taken:
        said = _("This time has just been taken, or is too soon. Please choose another one.")
        raise Refused(said) from taken
    emails.ask_therapist(offer, f"call:{made.pk}")
    return made


# ——— saying yes, and what is needed to begin ———


@audit.verb("enquiries.accepted")
def accept(*, by: Any, now: datetime, enquiry: Enquiry, way: Way, told: Mapping[str, Any]) -> None:
    """Whoever holds the conversation says yes; what else is needed is set going.

    An adult, or a parent of a child below the age of consent, makes the client here and now.
    Otherwise a question goes to whoever must answer it: the person themself, a parent whom they
    name, or the therapist who judges whether they can decide alone.
    """
    row = held(enquiry)
    offer = _offer_of(row, Offer.State.AGREED, now)
    step(row, Act.ACCEPT, Who.PERSON, now)
    moved(offer, Offer.State.ACCEPTED, now)
    _go_on(row, offer, way, dict(told), by, now)


@audit.verb("enquiries.own_yes")
def own_yes(*, by: Any, now: datetime, link: Link, way: Way, told: Mapping[str, Any]) -> None:
    """The person who would come says yes themselves, where somebody else had written."""
    row = held(link.enquiry)
    offer = _offer_of(row, Offer.State.ACCEPTED, now)
    _use_up(link, now)
    _go_on(row, offer, way, dict(told), by, now)


@audit.verb("enquiries.guardian_agreed")
def guardian_agrees(*, by: Any, now: datetime, link: Link, guardian_name: str) -> None:
    """Somebody with parental responsibility consents; the young person becomes a client."""
    row = held(link.enquiry)
    offer = _offer_of(row, Offer.State.ACCEPTED, now)
    _use_up(link, now)
    row.accepting = {**row.accepting, "guardian_name": guardian_name}
    _place(row, offer, Basis.PARENTAL, Who.PERSON, by, now)


@audit.verb("enquiries.competence_recorded")
def record_competence(
    *, by: User, now: datetime, offer: Offer, reasoning: str, limits: str
) -> None:
    """The therapist judges that a young person can decide this themselves."""
    row = held(offer.enquiry)
    if (row.accepting or {}).get("how") != Basis.GILLICK:
        raise Refused(_("Nothing waits for your judgement here."))
    _place(
        row, _offer_of(row, Offer.State.ACCEPTED, now), Basis.GILLICK, Who.THERAPIST, by, now,
        reasoning=reasoning, limits=limits,
    )  # fmt: skip


def _go_on(
    row: Enquiry, offer: Offer, way: Way, told: dict[str, Any], by: Any, now: datetime
) -> None:
    """What follows a yes, by who said it."""
    row.accepting = told
    audit.note(way=str(way))
    if way is Way.OWN:
        return _place(row, offer, Basis.OWN, Who.PERSON, by, now)
    if way is Way.PARENT:
        return _place(row, offer, Basis.PARENTAL, Who.PERSON, by, now)
    row.save(update_fields=["state", "ended_at", "version", "accepting"])
    if way is Way.HAND_ON:
        emails.ask(row, told["email"], Link.Purpose.OWN, now)
    elif told["how"] == Basis.PARENTAL:
        emails.ask(row, told["guardian_email"], Link.Purpose.GUARDIAN, now)
    emails.ask_therapist(offer, "accepted")
    return None


def _place(
    row: Enquiry,
    offer: Offer,
    basis: Basis,
    who: Who,
    by: Any,
    now: datetime,
    *,
    reasoning: str = "",
    limits: str = "",
) -> None:
    """Consent is complete: a client with their key, contacts, care, consent and a way in."""
    told = row.accepting or {}
    _refuse_ages(offer.therapist, date.fromisoformat(told["date_of_birth"]), basis, now)
    step(row, Act.PLACE, who, now)
    client = (
        _returns(row, offer, told, by, now) if row.client else _admitted(row, offer, told, by, now)
    )
    call = call_of(row)
    if call is not None:
        scheduling.join_client(appointment=call, client=client, by=by, now=now)
    guardian = _guardian(client, row, told, now) if basis is Basis.PARENTAL else None
    Consent.objects.create(
        client=client,
        kind=Consent.Kind.TREATMENT,
        basis=basis,
        text_version=agreement().id,
        given_on=clock.day_of(now),
        given_by=told["guardian_name"] if guardian else told["name"],
        guardian=guardian,
        assessor=offer.therapist if basis is Basis.GILLICK else None,
        reasoning=reasoning,
        limits=limits,
    )
    row.client, row.accepting = client, None
    row.save(update_fields=["state", "ended_at", "version", "client", "accepting"])
    row.links.exclude(purpose=Link.Purpose.THREAD).revoke(now)
    audit.note(client=str(client.pk), basis=str(basis), text=agreement().id)
    if told.get("email") and _may_be_invited(row, client, told["email"]):
        _invite(client, told["email"], by, now)
    emails.ask_therapist(offer, "placed")


def _admitted(
    row: Enquiry, offer: Offer, told: Mapping[str, Any], by: Any, now: datetime
) -> Client:
    """Somebody new: their record lies under the key of what they wrote."""
    return people.admit(
        therapist=offer.therapist,
        identity={
            "name": told["name"],
            "preferred_name": row.about,
            "date_of_birth": told["date_of_birth"],
        },
        contacts=_contacts(row, told),
        data_key=row.data_key,
        reason="acceptance",
        by=by,
        now=now,
    )


def _returns(row: Enquiry, offer: Offer, told: Mapping[str, Any], by: Any, now: datetime) -> Client:
    """Somebody whose record is there already: it stays as it is, and somebody leads again."""
    client = row.client
    assert client is not None
    if client.date_of_birth and client.date_of_birth != told["date_of_birth"]:
        raise Refused(_("Something here does not match. Please write to us: we will put it right."))
    try:
        people.begin_care(
            client=client, therapist=offer.therapist, part=Part.LEAD, reason="return", by=by,
            now=now,
        )  # fmt: skip
    except people.Refused as refused:
        raise Refused(str(refused)) from refused
    return client


def _may_be_invited(row: Enquiry, client: Client, address: str) -> bool:
    """Nobody is let into a record that was there before by an address that only a letter gave."""
    if row.joined_at is None:
        return True
    known = list(Contact.objects.of(client).own().with_keys())
    return client.user_id is None and has(known, Contact.Kind.EMAIL, address)


def _invite(client: Client, address: str, by: Any, now: datetime) -> None:
    try:
        people.invite(address=address, roles=[Role.CLIENT], client=client, by=by, now=now)
    except people.Refused as refused:
        raise Refused(str(refused)) from refused


def _contacts(row: Enquiry, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ways to reach them. What a parent or a referrer gave is theirs, not the client's."""
    found: list[dict[str, Any]] = []
    mail = told.get("email") or ("" if row.for_somebody_else else row.mailbox)
    if mail:
        found.append({"kind": Contact.Kind.EMAIL, "value": mail, "safe_to_write": True})
    if row.phone and not row.for_somebody_else:
        safe = bool(row.reach.get("voicemail"))
        found.append(
            {"kind": Contact.Kind.PHONE, "value": row.phone, "safe_to_leave_message": safe}
        )
    if row.whom == "young" and (row.phone or row.email):
        found.append(
            {
                "kind": Contact.Kind.EMERGENCY,
                "value": row.phone or row.email,
                "name": told.get("guardian_name") or row.called,
                "relation": told.get("guardian_relation") or "parent",
            }
        )
    return found


def _guardian(client: Client, row: Enquiry, told: Mapping[str, Any], now: datetime) -> Guardian:
    """Whoever consented; they see what was agreed, until the client comes of age."""
    born_on = date.fromisoformat(told["date_of_birth"])
    made: Guardian = Guardian.objects.create(
        client=client,
        name=told["guardian_name"],
        relation=told["guardian_relation"],
        email=told.get("guardian_email") or row.email,
        holds_parental_responsibility=True,
        may_see=dict.fromkeys(told.get("may_see", ()), True),
        ends_on=sharing.ends_by(born_on, clock.day_of(now), consents_from()),
    )
    made.decisions.create(may_see=list(made.sees), way=Sharing.Way.OWN, decided_at=now)
    return made


def consents_from() -> int:
    """The age from which people consent for themselves in this practice, in whole years."""
    return Practice.line_of_consent()


def _refuse_ages(therapist: Therapist, born_on: date, basis: Basis, now: datetime) -> None:
    """Raises Refused where the therapist does not see this age, or the footing does not fit it."""
    age = ages.age(born_on, clock.day_of(now))
    if not offer_of(therapist).sees(age):
        raise Refused(cannot((Aspect.AGE,)))
    if basis not in bases(age, consents_from()):
        raise Refused(_("With this date of birth somebody else has to say yes."))


def _offer_of(row: Enquiry, state: str, now: datetime) -> Offer:
    """The offer that is under way, as it must stand. Raises Refused if it does not."""
    rows = row.offers.filter(state=state).select_related("therapist__user")
    if state == Offer.State.AGREED:
        rows = rows.filter(expires_at__gt=now)
    found: Offer | None = rows.first()
    if found is None:
        raise Refused(_("This has ended meanwhile: it was taken back, answered, or ran out."))
    return found


def _use_up(link: Link, now: datetime) -> None:
    """Only one answer is taken. Raises Refused for the second."""
    if not Link.objects.usable(now).filter(pk=link.pk).update(used_at=now):
        raise Refused(_("This was answered already."))
