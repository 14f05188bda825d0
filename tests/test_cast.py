"""The cast stands as its description says."""

import pytest

from commonground.people.models import Client
from tests.cast import NOON, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(at):
    with at(NOON):
        yield cast(NOON)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("miriam", ["priya"]),
        ("tomas", ["wren"]),
        ("eleanor", ["priya"]),
        ("oonagh", ["priya", "wren"]),
        ("cato", ["priya", "wren"]),
        ("priyas_account", ["priya"]),
        ("stranger", []),
    ],
)
def test_everybody_sees_the_clients_they_should(people, who, whom):
    seen = set(Client.objects.visible_to(getattr(people, who), NOON))
    assert seen == {getattr(people, name) for name in whom}


def test_nobody_but_those_who_care_is_in_the_care_of_a_client(people):
    for name in ("oonagh", "cato", "priyas_account", "stranger", "tomas"):
        assert people.priya not in Client.objects.in_care_of(getattr(people, name), NOON)
