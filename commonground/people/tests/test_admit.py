"""Taking a client into one's care by hand."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.core import audit
from commonground.core.models import AuditEvent, Mail
from commonground.people import actions, emails
from commonground.people.models import Care, Client, Contact, Invitation
from commonground.people.roles import Role

from .front_office import NOON, person, signed_in

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Priya Nair",
    "preferred_name": "Priya",
    "date_of_birth": "1988-05-17",
    "pronouns": "she/her",
    "email": "priya@clients.example",
    "email_safe": "on",
    "phone": "01632 960 311",
    "emergency_name": "Meera Nair",
    "emergency_relation": "sister",
    "emergency_phone": "01632 960 388",
    "invite": "on",
}


@pytest.fixture
def desk() -> Browser:
    return signed_in(person("Theo", Role.THERAPIST))


def test_a_client_comes_into_the_care_of_whoever_adds_them(desk: Browser) -> None:
    answer = desk.post(reverse("client_new"), FORM)
    client = Client.objects.with_keys().get()
    assert answer.url == reverse("open_course", args=[client.pk])
    assert (client.called, str(client.born_on)) == ("Priya", "1988-05-17")
    assert Care.objects.get().therapist.user.name == "Theo"
    ways = {way.kind: way for way in Contact.objects.with_keys()}
    assert ways["email"].safe_to_write
    assert not ways["phone"].safe_to_leave_message
    assert (ways["emergency"].name, ways["emergency"].relation) == ("Meera Nair", "sister")


def test_the_invitation_waits_in_the_outbox_and_says_nothing(desk: Browser) -> None:
    desk.post(reverse("client_new"), FORM)
    (mail,) = (each for each in Mail.objects.all() if each.to == "priya@clients.example")
    for word in ("therap", "Priya Nair", "depress", "session"):
        assert word not in mail.subject + mail.body
    assert Invitation.objects.order_by("invited_at").last().client == Client.objects.get()


def test_without_an_invitation_nothing_is_sent(desk: Browser) -> None:
    before = Mail.objects.count()
    desk.post(reverse("client_new"), {k: v for k, v in FORM.items() if k != "invite"})
    assert (Client.objects.count(), Mail.objects.count()) == (1, before)


def test_whoever_accepts_the_invitation_meets_their_own_record() -> None:
    theo = person("Theo", Role.THERAPIST)
    client = actions.admit(
        by=theo, now=NOON, therapist=theo.therapist, identity={"name": "Priya"}, contacts=[],
        invited_at="priya@clients.example",
    )  # fmt: skip
    invitation = Invitation.objects.get(client=client)
    user, _new = actions.accept_invitation(
        by=audit.VISITOR, now=NOON, invitation=invitation, name="P.", password=None
    )
    assert set(Client.objects.own(user)) == {client}


def test_admitting_is_one_transaction(monkeypatch: Any) -> None:
    theo = person("Theo", Role.THERAPIST)
    before = AuditEvent.objects.count()
    monkeypatch.setattr(emails, "send_invitation", _fails)
    with pytest.raises(RuntimeError):
        actions.admit(
            by=theo, now=NOON, therapist=theo.therapist, identity={"name": "Priya"},
            contacts=[{"kind": "phone", "value": "01632"}], invited_at="p@clients.example",
        )  # fmt: skip
    counts = (Client.objects.count(), Contact.objects.count(), Care.objects.count())
    assert (counts, AuditEvent.objects.count()) == ((0, 0, 0), before)


def _fails(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("no outbox")


SLIPS = [
    ({"name": ""}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"date_of_birth": "2099-01-01"}, "date_of_birth"),
    ({"date_of_birth": "1899-12-31"}, "date_of_birth"),
    ({"date_of_birth": "yesterday"}, "date_of_birth"),
    ({"email": "not an address"}, "email"),
    ({"email": "", "phone": ""}, "email"),
    ({"email": ""}, "email"),
    ({"email_safe": ""}, "email_safe"),
    ({"emergency_phone": ""}, "emergency_phone"),
]


@pytest.mark.parametrize(("told", "field"), SLIPS, ids=[str(told) for told, _ in SLIPS])
def test_a_slip_comes_back_filled_and_nobody_is_added(
    desk: Browser, told: dict[str, str], field: str
) -> None:
    given = {key: value for key, value in (FORM | told).items() if value}
    page = desk.post(reverse("client_new"), given)
    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert "01632 960 388" in page.text or field == "emergency_phone"
    assert not Client.objects.exists()


@pytest.mark.parametrize("role", [Role.CLIENT, Role.SUPERVISOR, Role.OWNER])
def test_only_therapists_and_the_desk_take_somebody_in(role: Role) -> None:
    answer = signed_in(person("Sam", role)).post(reverse("client_new"), FORM)
    assert answer.status_code == 404
    assert not Client.objects.exists()


def test_the_desk_names_the_therapist_who_takes_somebody_in() -> None:
    miriam = person("Miriam", Role.THERAPIST)
    desk = signed_in(person("Sam", Role.COORDINATOR))
    assert desk.post(reverse("client_new"), FORM).context["form"].errors["therapist"]
    assert not Client.objects.exists()
    desk.post(reverse("client_new"), FORM | {"therapist": str(miriam.therapist.pk)})
    assert Client.objects.get().care.get().therapist == miriam.therapist
