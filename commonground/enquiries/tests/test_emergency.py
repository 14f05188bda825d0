"""A6: an owner opens a record in an emergency: a reason, an hour, two who are told, and no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from commonground.core import clock
from commonground.core.models import AuditEvent, Mail
from commonground.enquiries import actions
from commonground.enquiries.models import Enquiry
from commonground.people import actions as people
from commonground.people.models import Client, Opening, Practice, User
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in

from .letters import mails_to, send, the_enquiry

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def oonagh(at: Callable[..., Any]) -> Any:
    cache.clear()
    with at(NOON):
        Practice.objects.create(name="Harbour Street")
        yield person("Oonagh", Role.OWNER)


@pytest.fixture
def ada(oonagh: User) -> Client:
    """Miriam's client, whose letter lies in the record; Eleanor owns the practice as well."""
    person("Eleanor", Role.OWNER)
    client = client_of(person("Miriam", Role.THERAPIST), "Ada Byron")
    send()
    cato = person("Cato", Role.COORDINATOR)
    actions.join(enquiry=the_enquiry(), client=client, version=1, by=cato, now=NOON)
    Mail.objects.all().delete()
    return client


def letters(user: User, client: Client) -> Any:
    return signed_in(user).get(reverse("client_letters", args=[client.pk]))


def opened(user: User, client: Client, reason: str = "She may be in danger.") -> Any:
    return signed_in(user).post(reverse("emergency", args=[client.pk]), {"reason": reason})


def test_an_owner_reads_it_for_an_hour_and_not_a_second_longer(oonagh: User, ada: Client) -> None:
    assert letters(oonagh, ada).status_code == 404  # the control
    assert opened(oonagh, ada).status_code == 302
    assert "argue with everybody" in letters(oonagh, ada).text
    with clock.frozen(NOON + HOUR - SECOND):
        assert letters(oonagh, ada).status_code == 200
    for late in (HOUR, HOUR + SECOND):
        with clock.frozen(NOON + late):
            assert letters(oonagh, ada).status_code == 404


def test_without_a_reason_it_stays_shut(oonagh: User, ada: Client) -> None:
    answer = opened(oonagh, ada, "  ")
    assert (answer.status_code, "Write down why" in answer.text) == (422, True)
    assert not Opening.objects.exists()


def test_twenty_openings_are_twenty_lines_and_forty_notices(oonagh: User, ada: Client) -> None:
    for n in range(20):
        at = NOON + n * (HOUR + SECOND)
        people.open_in_emergency(client=ada, reason=f"Reason {n}.", by=oonagh, now=at)
    assert AuditEvent.objects.filter(verb="people.record.opened").count() == 20
    told = [mail.to for mail in Mail.objects.filter(template="people_opened")]
    assert len(told) == 40 and len(set(told)) == 2
    assert oonagh.email not in told


def test_two_taps_open_it_once(oonagh: User, ada: Client) -> None:
    opened(oonagh, ada)
    opened(oonagh, ada)
    assert (Opening.objects.count(), Mail.objects.count()) == (1, 2)


def test_the_lead_is_told_by_whom_and_why_behind_the_sign_in(oonagh: User, ada: Client) -> None:
    opened(oonagh, ada)
    miriam = User.objects.get(name="Miriam")
    (mail,) = mails_to(miriam.email, "people_opened")
    assert not [word for word in ("Ada", "danger", "Oonagh") if word in mail.subject + mail.body]
    page = signed_in(miriam).get(reverse("openings")).text
    assert "She may be in danger." in page and "Oonagh" in page and "Open until" in page
    other = signed_in(person("Tomas", Role.THERAPIST)).get(reverse("openings")).text
    assert "Nothing was opened so." in other and "danger" not in other


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.SUPERVISOR, Role.COORDINATOR, Role.CLIENT])
def test_nobody_but_an_owner_can(oonagh: User, ada: Client, role: Role) -> None:
    somebody = person("Somebody", role)
    assert opened(somebody, ada).status_code == 404
    with pytest.raises(people.Refused):
        people.open_in_emergency(client=ada, reason="x", by=somebody, now=NOON)


def test_it_opens_one_record_and_for_reading_only(oonagh: User, ada: Client) -> None:
    other = client_of(User.objects.get(name="Miriam"), "Ben Ash")
    opened(oonagh, ada)
    assert letters(oonagh, other).status_code == 404
    assert not Client.objects.in_care_of(oonagh, NOON).exists()  # no note, no process note
    assert not Enquiry.objects.visible_to(oonagh, NOON).exists()  # nothing to write in


def test_where_nothing_was_written_the_page_says_so(oonagh: User) -> None:
    client = client_of(person("Miriam", Role.THERAPIST), "Ben Ash")
    opened(oonagh, client)
    assert "They did not write through the site." in letters(oonagh, client).text
    with clock.frozen(NOON + HOUR):
        assert letters(oonagh, client).status_code == 404


def test_a_role_that_was_taken_away_closes_it_at_once(oonagh: User, ada: Client) -> None:
    opened(oonagh, ada)
    people.revoke_role(user=oonagh, role=Role.OWNER, by=User.objects.get(name="Eleanor"), now=NOON)
    oonagh.refresh_from_db()
    assert not Enquiry.objects.read_by(User.objects.get(pk=oonagh.pk), NOON).exists()


def test_in_a_practice_of_one_nobody_else_has_to_be_told(oonagh: User) -> None:
    client = client_of(person("Miriam", Role.THERAPIST), "Ada Byron")
    User.objects.filter(name="Miriam").update(is_active=False)
    people.open_in_emergency(client=client, reason="Alone.", by=oonagh, now=NOON)
    assert not Mail.objects.filter(template="people_opened").exists()
