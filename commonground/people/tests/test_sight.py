"""Who may see whom: the table of `trust.md`, as far as names and contact go."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from commonground.core import audit, clock
from commonground.people import actions
from commonground.people.models import Care, Caseload, Client, Guardian, Supervision, User
from commonground.people.roles import Role

from .front_office import NOON, client_of, person

pytestmark = pytest.mark.django_db


def sees(user: User, at=None) -> set[Client]:
    return set(Client.objects.visible_to(user, at or clock.now()))


def treats(user: User, at=None) -> set[Client]:
    """As a query finds them, and as a list of ids tells of them: the two must agree."""
    now, everybody = at or clock.now(), Client.objects
    found = set(everybody.in_care_of(user, now))
    mine = Caseload.of(user, now)
    assert mine.cared == {client.pk for client in found}
    assert mine.treated == set(everybody.treated_by(user, now).values_list("pk", flat=True))
    assert mine.led == set(everybody.led_by(user, now).values_list("pk", flat=True))
    return found


def supervised(supervisor: User, therapist: User) -> Supervision:
    return actions.begin_supervision(
        by=audit.SYSTEM, now=clock.now(), supervisor=supervisor, therapist=therapist.therapist
    )


def test_a_lead_sees_their_own_clients_and_no_others() -> None:
    theo, tess = person("Theo", Role.THERAPIST), person("Tess", Role.THERAPIST)
    mine, other = client_of(theo), client_of(tess)
    assert treats(theo) == sees(theo) == {mine}
    assert treats(tess) == {other}


def test_strangers_of_every_kind_see_nobody() -> None:
    client_of(person("Theo", Role.THERAPIST))
    stranger = person("Tess", Role.THERAPIST)
    supervisor = person("Sue", Role.SUPERVISOR)
    other_client = person("Carl", Role.CLIENT)
    assert not sees(stranger) and not sees(supervisor) and not sees(other_client)
    assert not Client.objects.visible_to(AnonymousUser(), clock.now())


def test_coordinator_and_owner_see_names_but_treat_nobody() -> None:
    client = client_of(person("Theo", Role.THERAPIST))
    for role in (Role.COORDINATOR, Role.OWNER):
        user = person(role.title(), role)
        assert sees(user) == {client}
        assert not treats(user)


def test_a_supervisor_sees_whom_their_supervisee_leads_while_it_lasts() -> None:
    theo, sue = person("Theo", Role.THERAPIST), person("Sue", Role.SUPERVISOR)
    client = client_of(theo)
    supervision = supervised(sue, theo)
    assert treats(sue) == {client}
    actions.end_supervision(by=sue, now=clock.now(), supervision=supervision)
    assert not treats(sue)


def test_a_supervisor_does_not_see_whom_their_supervisee_only_covers() -> None:
    theo, tess = person("Theo", Role.THERAPIST), person("Tess", Role.THERAPIST)
    sue, client = person("Sue", Role.SUPERVISOR), client_of(theo)
    supervised(sue, tess)
    actions.begin_care(
        by=theo,
        now=clock.now(),
        client=client,
        therapist=tess.therapist,
        part="cover",
        reason="leave",
    )
    assert treats(tess) == {client}
    assert not treats(sue)


def test_care_opens_and_closes_to_the_second(at) -> None:
    with at(NOON):
        theo = person("Theo", Role.THERAPIST)
        client = client_of(theo)
        Care.objects.filter(client=client).update(ends_at=NOON + timedelta(hours=1))
    assert not treats(theo, NOON - timedelta(seconds=1))
    assert treats(theo, NOON) == {client}
    assert treats(theo, NOON + timedelta(minutes=59, seconds=59)) == {client}
    assert not treats(theo, NOON + timedelta(hours=1))


def test_care_counts_only_while_the_role_is_held_and_the_account_open() -> None:
    theo = person("Theo", Role.THERAPIST)
    client_of(theo)
    actions.revoke_role(by=audit.SYSTEM, now=clock.now(), user=theo, role=Role.THERAPIST)
    assert not treats(User.objects.get(pk=theo.pk))
    tess = person("Tess", Role.THERAPIST)
    client_of(tess)
    actions.deactivate(by=audit.SYSTEM, now=clock.now(), user=tess)
    assert not sees(User.objects.get(pk=tess.pk))


def test_a_client_sees_themselves() -> None:
    client, user = client_of(), person("Carl", Role.CLIENT)
    Client.objects.filter(pk=client.pk).update(user=user)
    client_of()
    assert sees(user) == {client}


def test_a_guardian_sees_only_what_is_shared_and_until_the_day_it_ends() -> None:
    client, parent = client_of(), person("Pat", Role.CLIENT)
    guardian = Guardian.objects.create(
        client=client, user=parent, name="Pat", relation="mother", ends_on=date(2026, 3, 2)
    )
    before, after = NOON - timedelta(days=1), NOON
    assert not sees(parent, before)
    guardian.may_see = {"identity": True}
    guardian.save()
    assert sees(parent, before) == {client}
    assert not treats(parent, before)
    assert not sees(parent, after)


def test_what_nobody_may_share_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="never shared"):
        Guardian.objects.seeing("process_notes", NOON)


def test_a_list_of_names_is_one_query(django_assert_num_queries) -> None:
    theo = person("Theo", Role.THERAPIST)
    names = {f"Client {n}" for n in range(4)}
    for name in names:
        client_of(theo, name)
    from commonground.core.fields import forget

    forget()
    theo = User.objects.get(pk=theo.pk)
    assert theo.roles
    with django_assert_num_queries(1):
        rows = Client.objects.in_care_of(theo, clock.now()).with_keys()
        assert {row.name for row in rows} == names
