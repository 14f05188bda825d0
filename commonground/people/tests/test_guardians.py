"""Whoever stands beside a young client: how they come in, what is opened to them, and when it falls
shut. C6: an estranged parent, midnight before a birthday, 29 February."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from commonground.core import audit, clock
from commonground.core.models import AuditEvent
from commonground.people import actions, sharing
from commonground.people.models import Client, Consent, Guardian, Invitation, Practice, User
from commonground.people.roles import STAFF, Role, may_invite, works_here
from commonground.people.sharing import SHAREABLE

from .front_office import NOON, client_of, person

pytestmark = pytest.mark.django_db

FIFTEEN = "2010-06-01"
SIXTEEN_ON = date(2026, 6, 1)


@pytest.fixture
def theo(at: Callable[..., Any]) -> Any:
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        yield person("Theo", Role.THERAPIST)


@pytest.fixture
def jo(theo: User) -> Client:
    """Fifteen, with a page of their own."""
    client = client_of(theo, "Jo")
    client.user, client.date_of_birth = person("Jo", Role.CLIENT, address="jo@own.example"), FIFTEEN
    client.save()
    return client


def beside(client: Client, by: User, **facts: Any) -> Guardian:
    told = {"name": "Dawn", "relation": "mother", "email": "dawn@home.example"} | facts
    return actions.record_guardian(client=client, by=by, now=clock.now(), **told)


def joined(guardian: Guardian, by: User) -> User:
    invitation, _link = actions.invite_guardian(guardian=guardian, by=by, now=clock.now())
    user, _new = actions.accept_invitation(
        by=audit.VISITOR, now=clock.now(), invitation=invitation, name="Dawn", password=None
    )
    return user


def decide(guardian: Guardian, *classes: str, by: User | None = None) -> None:
    """A minute after whatever was decided before."""
    now = clock.now() + timedelta(minutes=guardian.decisions.count())
    who = by or guardian.client.user
    actions.decide_sharing(guardian=guardian, classes=classes, by=who, now=now)
    guardian.refresh_from_db()


# ——— the words ———


@pytest.mark.parametrize(
    ("born", "on", "ends"),
    [
        ("2010-06-01", "2026-03-02", "2026-06-01"),  # sixteen comes first
        ("2010-06-01", "2026-05-31", "2026-06-01"),  # the day before
        ("2010-06-01", "2026-06-01", "2028-06-01"),  # sixteen today: then eighteen
        ("2010-06-01", "2028-06-01", "2029-06-01"),  # of age: a year, no birthday decides
        ("2008-02-29", "2026-02-28", "2026-03-01"),  # born on a day that this year has not
        ("2012-02-29", "2026-03-02", "2028-02-29"),  # and on the day itself where it is there
        (None, "2026-03-02", "2027-03-02"),  # nobody knows: a year
    ],
)  # fmt: skip
def test_access_falls_shut_on_the_next_birthday_that_changes_who_decides(
    born: str | None, on: str, ends: str
) -> None:
    known = date.fromisoformat(born) if born else None
    assert sharing.ends_by(known, date.fromisoformat(on), 16) == date.fromisoformat(ends)


def test_what_is_never_shared_cannot_be_opened() -> None:
    for what in ("process_notes", "record", "notes", "alerts"):
        with pytest.raises(ValueError, match="can be shared"):
            sharing.opened((), (what,))
    assert sharing.chosen({"record": True, "identity": True, "measures": "yes"}) == ("identity",)


def test_a_guardian_works_nowhere_and_is_nobodys_client() -> None:
    assert Role.GUARDIAN not in STAFF
    assert not works_here(frozenset({Role.GUARDIAN}))
    for inviter in (Role.COORDINATOR, Role.THERAPIST):
        assert may_invite(frozenset({inviter}), frozenset({Role.GUARDIAN}))
        both = frozenset({Role.GUARDIAN, Role.THERAPIST})
        assert not may_invite(frozenset({inviter}), both)
    assert not may_invite(frozenset({Role.SUPERVISOR}), frozenset({Role.GUARDIAN}))


# ——— coming in ———


def test_somebody_is_written_down_and_nothing_is_shown(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo, ends_on=date(2030, 1, 1))
    assert (guardian.ends_on, guardian.shown(NOON), guardian.user) == (SIXTEEN_ON, (), None)
    assert beside(jo, theo, email="", ends_on=date(2026, 4, 1)).ends_on == date(2026, 4, 1)


def test_they_come_in_by_an_invitation_beside_the_client_and_never_as_them(
    theo: User, jo: Client
) -> None:
    guardian = beside(jo, theo)
    dawn = joined(guardian, theo)
    guardian.refresh_from_db()
    assert (guardian.user, dawn.roles) == (dawn, {Role.GUARDIAN})
    assert not Client.objects.own(dawn).exists()
    assert not Client.objects.visible_to(dawn, NOON).exists()
    with pytest.raises(actions.Refused, match="account already"):
        actions.invite_guardian(guardian=guardian, by=theo, now=NOON)


@pytest.mark.parametrize("address", ["jo@own.example", "JO+x@own.example"])
def test_the_clients_own_mailbox_is_no_guardians(theo: User, jo: Client, address: str) -> None:
    with pytest.raises(actions.Refused, match="own"):
        beside(jo, theo, email=address)


def test_a_guardian_is_never_let_into_the_record_as_the_client(theo: User) -> None:
    client = client_of(theo, "Jo")
    guardian = beside(client, theo)
    dawn = joined(guardian, theo)
    Guardian.objects.filter(pk=guardian.pk).update(email=None)  # the address is no longer known
    invitation, _ = actions.invite(
        address=dawn.email, roles=[Role.CLIENT], client=client, by=theo, now=NOON
    )
    with pytest.raises(actions.Refused, match="cannot become"):
        actions.accept_invitation(
            by=audit.VISITOR, now=NOON, invitation=invitation, name="", password=None
        )
    client.refresh_from_db()
    assert client.user is None


def test_an_invitation_leads_nowhere_once_the_access_has_ended(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo)
    invitation, _ = actions.invite_guardian(guardian=guardian, by=theo, now=NOON)
    actions.end_guardian(guardian=guardian, by=theo, now=NOON)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    Invitation.objects.update(withdrawn_at=None)
    with pytest.raises(actions.Refused, match="no longer leads"):
        actions.accept_invitation(
            by=audit.VISITOR, now=NOON, invitation=invitation, name="", password=None
        )


def test_another_address_withdraws_the_open_invitation(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo)
    invitation, _ = actions.invite_guardian(guardian=guardian, by=theo, now=NOON)
    facts = {"name": "Dawn", "relation": "mother", "email": "dawn@new.example"}
    actions.correct_guardian(guardian=guardian, by=theo, now=NOON, **facts)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at
    with pytest.raises(actions.Refused, match="sooner"):
        actions.correct_guardian(
            guardian=guardian, ends_on=date(2028, 1, 1), by=theo, now=NOON, **facts
        )


# ——— the agreement ———


def test_the_young_person_opens_narrows_and_shuts_it(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo)
    dawn = joined(guardian, theo)
    decide(guardian, "identity", "appointments")
    assert guardian.shown(NOON) == ("identity", "appointments")
    assert set(Client.objects.visible_to(dawn, NOON)) == {jo}
    decide(guardian, "appointments")
    assert not Client.objects.visible_to(dawn, NOON).exists()
    decide(guardian)
    assert guardian.shown(NOON) == ()
    told = [(one.way, one.decided_by, one.may_see) for one in guardian.decisions.all()][::-1]
    assert [what for *_, what in told] == [["identity", "appointments"], ["appointments"], []]
    assert {(way, by) for way, by, _ in told} == {("own", jo.user)}
    line = AuditEvent.objects.filter(verb="people.sharing.decided").order_by("number").first()
    assert line and line.actor_id == str(jo.user_id)
    assert line.detail["open"] == ["identity", "appointments"]


@pytest.mark.parametrize("who", ["theo", "dawn"])
def test_nobody_else_opens_anything(theo: User, jo: Client, who: str) -> None:
    guardian = beside(jo, theo)
    dawn = joined(guardian, theo)
    with pytest.raises(actions.Refused, match="Only the young person"):
        decide(guardian, *SHAREABLE, by={"theo": theo, "dawn": dawn}[who])
    guardian.refresh_from_db()
    assert guardian.may_see == {}


def test_what_a_therapist_would_open_waits_for_the_young_persons_yes(
    theo: User, jo: Client
) -> None:
    guardian = beside(jo, theo)
    decide(guardian, "identity", "appointments")
    told: dict[str, Any] = {"guardian": guardian, "by": theo, "now": NOON + timedelta(minutes=5)}
    # `said` opens nothing where they have a page of their own on which to say it.
    assert actions.suggest_sharing(classes=["appointments", "measures"], said=True, **told)
    guardian.refresh_from_db()
    assert (guardian.shown(NOON), guardian.proposed) == (("appointments",), ["measures"])
    assert guardian.asks(NOON)
    assert guardian.decisions.first().way == "narrowed"
    decide(guardian, "appointments", "measures")
    assert (guardian.shown(NOON), guardian.proposed) == (("appointments", "measures"), [])


def test_without_a_page_of_their_own_the_yes_is_written_down(theo: User) -> None:
    client = client_of(theo, "Kit")
    guardian = beside(client, theo)
    told: dict[str, Any] = {"guardian": guardian, "by": theo, "now": NOON}
    with pytest.raises(actions.Refused, match="Ask first"):
        actions.suggest_sharing(classes=["identity"], **told)
    actions.suggest_sharing(classes=["identity"], said=True, **told)
    guardian.refresh_from_db()
    assert guardian.shown(NOON) == ("identity",)
    assert guardian.decisions.get().way == "room"


def test_an_estranged_parent_loses_it_at_once(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo)
    dawn = joined(guardian, theo)
    decide(guardian, *SHAREABLE)
    actions.end_guardian(guardian=guardian, by=theo, now=NOON)
    guardian.refresh_from_db()
    assert (guardian.shown(NOON), guardian.may_see) == ((), {})
    assert not any(Guardian.objects.seeing(what, NOON).exists() for what in SHAREABLE)
    assert not Client.objects.visible_to(dawn, NOON).exists()
    assert not guardian.needs_review(NOON)
    with pytest.raises(actions.Refused):
        decide(guardian, "identity")


# ——— birthdays ———

MIDNIGHT = datetime(2026, 5, 31, 23, 0, tzinfo=UTC)
"""The first instant of 1 June in London, where it is summer; in Greenwich it is still May."""


def test_it_falls_shut_at_midnight_by_the_practices_own_clock(theo: User, jo: Client) -> None:
    guardian = beside(jo, theo)
    dawn = joined(guardian, theo)
    decide(guardian, *SHAREABLE)
    before = MIDNIGHT - timedelta(seconds=1)
    assert guardian.shown(before) == SHAREABLE
    assert guardian.shown(MIDNIGHT) == ()
    for what in SHAREABLE:
        assert Guardian.objects.seeing(what, before).exists()
        assert not Guardian.objects.seeing(what, MIDNIGHT).exists()
        assert not Client.objects.visible_to(dawn, MIDNIGHT, shared=what).exists()


def test_the_therapist_is_asked_six_weeks_before_and_until_it_is_decided(
    theo: User, jo: Client
) -> None:
    guardian = beside(jo, theo)
    near = datetime(2026, 4, 20, 12, tzinfo=UTC)
    assert not guardian.needs_review(near)  # nothing is open to anybody
    decide(guardian, "appointments")
    assert not guardian.needs_review(near - timedelta(days=1))
    for day in (near, MIDNIGHT, MIDNIGHT + timedelta(days=400)):
        assert guardian.needs_review(day)
        assert list(Guardian.objects.to_review(day)) == [guardian]
    actions.review_guardian(guardian=guardian, review="ends", by=theo, now=near)
    guardian.refresh_from_db()
    assert not guardian.needs_review(MIDNIGHT)
    assert not Guardian.objects.to_review(MIDNIGHT)


@pytest.mark.parametrize("review", ["ends", "ask", ""])
def test_no_review_prolongs_it(theo: User, jo: Client, at: Any, review: str) -> None:
    guardian = beside(jo, theo)
    decide(guardian, "appointments")
    if review:
        near = MIDNIGHT - timedelta(days=20)
        actions.review_guardian(guardian=guardian, review=review, by=theo, now=near)
        guardian.refresh_from_db()
    assert (guardian.ends_on, guardian.shown(MIDNIGHT)) == (SIXTEEN_ON, ())
    assert guardian.may_go_on(MIDNIGHT) is (review == "ask")
    if review != "ask":
        with at(MIDNIGHT), pytest.raises(actions.Refused, match="Talk about it"):
            decide(guardian, "appointments")


def test_it_goes_on_by_their_own_yes_once_they_are_of_age(theo: User, jo: Client, at: Any) -> None:
    guardian = beside(jo, theo)
    decide(guardian, *SHAREABLE)
    near = MIDNIGHT - timedelta(days=20)
    actions.review_guardian(guardian=guardian, review="ask", by=theo, now=near)
    with at(MIDNIGHT):
        guardian.refresh_from_db()
        with pytest.raises(actions.Refused, match="there themselves"):
            actions.go_on_sharing(guardian=guardian, classes=["identity"], by=theo, now=clock.now())
        decide(guardian, "appointments")
        assert (guardian.ends_on, guardian.shown(MIDNIGHT)) == (
            date(2028, 6, 1), ("appointments",),
        )  # fmt: skip
        consent = Consent.objects.with_keys().get(kind="sharing")
        assert (consent.basis, consent.given_by, consent.given_on) == ("own", "Jo", SIXTEEN_ON)
        assert guardian.decisions.first().way == "of_age"
        assert not guardian.needs_review(MIDNIGHT)
    eighteen = datetime(2028, 5, 20, tzinfo=UTC)
    assert guardian.needs_review(eighteen)  # and it is looked at again before the next one


def test_without_a_page_of_their_own_somebody_of_age_says_it_in_the_room(
    theo: User, at: Any
) -> None:
    client = client_of(theo, "Kit")
    client.date_of_birth = FIFTEEN
    client.save()
    guardian = beside(client, theo)
    told: dict[str, Any] = {"guardian": guardian, "by": theo}
    actions.suggest_sharing(classes=["identity"], said=True, now=NOON, **told)
    actions.review_guardian(review="ask", now=MIDNIGHT - timedelta(days=9), **told)
    with at(MIDNIGHT):
        actions.go_on_sharing(classes=["identity"], now=MIDNIGHT, **told)
        guardian.refresh_from_db()
        assert guardian.shown(MIDNIGHT) == ("identity",)
