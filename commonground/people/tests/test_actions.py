"""The verbs of the front office: who comes in, what they may do, who looks after whom."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonground.core import audit, clock
from commonground.core.models import AuditEvent, Mail
from commonground.people import actions
from commonground.people.jobs import tidy
from commonground.people.models import Care, Invitation, Practice, Therapist, User
from commonground.people.roles import Role

from .front_office import NOON, PASSWORD, client_of, person

pytestmark = pytest.mark.django_db


def invited(*roles: Role, address: str = "new@practice.example") -> tuple[Invitation, str]:
    return actions.invite(by=audit.SYSTEM, now=clock.now(), address=address, roles=roles)


def accepted(invitation: Invitation, **changes: object) -> User:
    told = {"by": audit.VISITOR, "now": clock.now(), "name": "New", "password": PASSWORD}
    return actions.accept_invitation(invitation=invitation, **(told | changes))[0]


def test_an_invitation_is_mailed_and_its_token_is_kept_nowhere() -> None:
    invitation, link = invited(Role.OWNER)
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert token in Mail.objects.get().body
    assert len(token) >= 43 and token != invitation.token_hash
    assert Invitation.objects.with_token(token) == invitation


def test_the_invited_address_is_encrypted_and_still_found() -> None:
    invited(Role.CLIENT, address="Somebody@Practice.example")
    found = Invitation.objects.for_address("somebody@practice.example ").get()
    assert found.address == "somebody@practice.example"
    assert "somebody" not in found.address_hash


def test_a_second_invitation_makes_the_first_useless() -> None:
    first, _ = invited(Role.OWNER)
    invited(Role.OWNER)
    first.refresh_from_db()
    assert not first.usable(clock.now())


def test_two_open_invitations_for_one_address_cannot_exist() -> None:
    first, _ = invited(Role.OWNER)
    first.pk, first.token_hash = None, "other"
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        first.save(force_insert=True)


def test_an_invitation_runs_out_after_seven_days(at) -> None:
    with at(NOON):
        invitation, _ = invited(Role.OWNER)
    with at(NOON + timedelta(days=7)), pytest.raises(actions.Refused):
        accepted(invitation)
    with at(NOON + timedelta(days=7) - timedelta(seconds=1)):
        assert accepted(invitation).roles == {Role.OWNER}


def test_an_invitation_is_accepted_once() -> None:
    invitation, _ = invited(Role.OWNER)
    accepted(invitation)
    with pytest.raises(actions.Refused):
        accepted(invitation)


def test_a_withdrawn_invitation_lets_nobody_in() -> None:
    invitation, _ = invited(Role.OWNER)
    actions.withdraw_invitation(by=audit.SYSTEM, now=clock.now(), invitation=invitation)
    with pytest.raises(actions.Refused):
        accepted(invitation)
    assert not User.objects.exists()


def test_accepting_never_overwrites_an_account_that_is_there() -> None:
    user = person("Real Name", Role.THERAPIST, address="new@practice.example")
    before = user.password
    invitation, _ = invited(Role.OWNER)
    again = accepted(invitation, name="Thief", password="another long password")
    assert (again.pk, again.name, again.password) == (user.pk, "Real Name", before)
    assert again.roles == {Role.THERAPIST, Role.OWNER}


def test_an_account_with_a_record_is_not_given_another_one() -> None:
    def asked(name: str) -> Invitation:
        return actions.invite(
            by=audit.SYSTEM,
            now=clock.now(),
            address="ours@home.example",
            roles=[Role.CLIENT],
            client=client_of(name=name),
        )[0]

    first = accepted(asked("Ada"))
    second = asked("Ben")
    with pytest.raises(actions.Refused, match="a record already"):
        accepted(second)
    second.refresh_from_db()
    assert first.client.name == "Ada" and second.usable(clock.now())


def test_a_client_is_given_no_password() -> None:
    invitation, _ = invited(Role.CLIENT)
    assert not accepted(invitation).has_usable_password()


def test_a_coordinator_cannot_invite_an_owner() -> None:
    coordinator = person("Cora", Role.COORDINATOR)
    with pytest.raises(actions.Refused):
        actions.invite(by=coordinator, now=clock.now(), address="x@y.example", roles=[Role.OWNER])
    assert not Invitation.objects.for_address("x@y.example").exists()


def test_the_last_owner_can_be_neither_revoked_nor_deactivated() -> None:
    owner = person("Olive", Role.OWNER, Role.COORDINATOR)
    with pytest.raises(actions.Refused):
        actions.revoke_role(by=owner, now=clock.now(), user=owner, role=Role.OWNER)
    with pytest.raises(actions.Refused):
        actions.deactivate(by=owner, now=clock.now(), user=owner)
    owner = User.objects.get(pk=owner.pk)
    assert owner.is_active and Role.OWNER in owner.roles


def test_a_deactivated_owner_does_not_count_as_one() -> None:
    owner, other = person("Olive", Role.OWNER), person("Omar", Role.OWNER)
    actions.deactivate(by=owner, now=clock.now(), user=other)
    with pytest.raises(actions.Refused):
        actions.revoke_role(by=owner, now=clock.now(), user=owner, role=Role.OWNER)


def test_one_of_two_owners_can_leave() -> None:
    owner, other = person("Olive", Role.OWNER), person("Omar", Role.OWNER)
    actions.revoke_role(by=owner, now=clock.now(), user=other, role=Role.OWNER)
    assert Role.OWNER not in User.objects.get(pk=other.pk).roles


def test_every_verb_leaves_one_line_without_a_name() -> None:
    owner = person("Olive", Role.OWNER)
    AuditEvent.objects.count()
    before = AuditEvent.objects.count()
    actions.grant_role(by=owner, now=clock.now(), user=owner, role=Role.THERAPIST)
    line = AuditEvent.objects.latest("number")
    assert AuditEvent.objects.count() == before + 1
    assert line.verb == "people.role.granted"
    assert "Olive" not in str(line.detail)


def test_a_refused_verb_leaves_nothing_behind() -> None:
    owner = person("Olive", Role.OWNER)
    before = AuditEvent.objects.count()
    with pytest.raises(actions.Refused):
        actions.deactivate(by=owner, now=clock.now(), user=owner)
    assert AuditEvent.objects.count() == before


def test_a_therapist_gets_the_row_that_clients_see() -> None:
    assert Therapist.objects.get(user=person("Theo", Role.THERAPIST)).name == "Theo"


def test_a_client_has_one_lead_at_a_time() -> None:
    theo, tess = person("Theo", Role.THERAPIST), person("Tess", Role.THERAPIST)
    client = client_of(theo)
    told = {"client": client, "therapist": tess.therapist, "part": "lead", "reason": "hand-over"}
    with pytest.raises(actions.Refused):
        actions.begin_care(by=theo, now=clock.now(), **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Care.objects.create(
            client=client, therapist=tess.therapist, part="lead", begins_at=clock.now(), reason="x"
        )
    care = Care.objects.get()
    actions.end_care(by=theo, now=clock.now(), care=care, reason="hand-over")
    actions.begin_care(by=theo, now=clock.now(), **told)


def test_nobody_supervises_themselves() -> None:
    theo = person("Theo", Role.THERAPIST, Role.SUPERVISOR)
    with pytest.raises(actions.Refused):
        actions.begin_supervision(
            by=theo, now=clock.now(), supervisor=theo, therapist=theo.therapist
        )


def test_an_invitation_is_forgotten_a_month_after_it_is_over(at) -> None:
    with at(NOON):
        invited(Role.OWNER)
    tidy(NOON + timedelta(days=37))
    assert Invitation.objects.exists()
    tidy(NOON + timedelta(days=37, seconds=1))
    assert not Invitation.objects.exists()


def test_a_practice_begins_once_and_for_its_owner_alone() -> None:
    told = {"by": audit.SYSTEM, "now": clock.now(), "name": "Alder House"}
    link = actions.open_practice(owner_email="olive@practice.example", **told)
    assert Practice.objects.get().name == "Alder House"
    token = link.rstrip("/").rsplit("/", 1)[1]
    accepted(Invitation.objects.with_token(token))
    with pytest.raises(actions.Refused):
        actions.open_practice(owner_email="other@practice.example", **told)


def test_a_second_practice_cannot_be_written() -> None:
    Practice.objects.create(name="Alder House")
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.create(name="Another")
