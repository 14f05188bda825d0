"""Everybody at every door of a listing: whose it is, and editors, come in; nobody else."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from commonground.directory.models import Credential, Profile
from commonground.directory.tests.cards import NOW, enlist, written
from commonground.people.roles import Role
from commonground.people.tests.front_office import person, signed_in

pytestmark = pytest.mark.django_db
EDITORS = {"coordinator", "owner"}
WRITERS = EDITORS | {"self"}
DOORS = {
    "listing": WRITERS,
    "listing_preview": WRITERS,
    "listing_confirm": WRITERS,
    "credential_new": WRITERS,
    "credential": WRITERS,
    "credential_verify": EDITORS,
    "credential_remove": WRITERS,
    "listings": EDITORS,
}
ACTORS = {
    "client": Role.CLIENT,
    "colleague": Role.THERAPIST,
    "supervisor": Role.SUPERVISOR,
    "coordinator": Role.COORDINATOR,
    "owner": Role.OWNER,
}


@pytest.fixture(autouse=True)
def held(at):
    cache.clear()
    with at(NOW):
        yield


def as_it_is() -> list[tuple]:
    """All that is kept, to be compared."""
    rows = [*Profile.objects.order_by("pk"), *Credential.objects.all()]
    return [tuple(getattr(row, each.attname) for each in row._meta.fields) for row in rows]


@pytest.mark.parametrize("actor", ["anonymous", "self", *ACTORS])
def test_each_comes_in_where_they_may_and_changes_nothing_elsewhere(actor):
    profile = enlist()
    proof = Credential.objects.create(profile=profile, title="Accredited")
    sent = written(profile, headline="Changed.") | {"title": "Changed"}
    if actor == "anonymous":
        browser = Client()
    elif actor == "self":
        browser = signed_in(profile.therapist.user)
    else:
        browser = signed_in(person("Somebody Else", ACTORS[actor]))
    for name, writers in DOORS.items():
        ids = [] if name == "listings" else [profile.therapist.pk]
        if name.startswith("credential") and name != "credential_new":
            ids.append(proof.pk)
        before = as_it_is()
        for ask in (browser.get, browser.post):
            answer = ask(reverse(name, args=ids), sent)
            let_in = answer.status_code == 200 or (
                answer.status_code == 302 and "/login/" not in answer.headers["Location"]
            )
            if answer.status_code == 405:  # only ever posted to
                continue
            assert let_in == (actor in writers), (name, answer.status_code)
        assert actor in writers or as_it_is() == before


def test_control_with_rows_for_everybody_a_colleague_would_come_in(monkeypatch):
    profile = enlist()
    proof = Credential.objects.create(profile=profile, title="Accredited")
    everybody = lambda self, user: self.all()  # noqa: E731
    monkeypatch.setattr(type(Profile.objects.all()), "visible_to", everybody)
    monkeypatch.setattr(type(Credential.objects.all()), "visible_to", everybody)
    colleague = signed_in(person("Somebody Else", Role.THERAPIST))
    colleague.post(reverse("credential_remove", args=[profile.therapist.pk, proof.pk]))
    assert not Credential.objects.exists()
