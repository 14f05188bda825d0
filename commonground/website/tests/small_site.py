"""A small site and the people who come to it, for the tests of this app."""

import io
from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from PIL import Image

from commonground.core import audit
from commonground.people.models import Practice, User
from commonground.website import actions
from commonground.website.models import ApproachPage, HomePage, Picture

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOST = "localhost:8000"
LIST = "/approaches/"
TOLD = {"by": audit.SYSTEM, "now": NOW}


def visitor() -> Client:
    """Somebody who is not signed in."""
    return Client(HTTP_HOST=HOST)


def signed_in(role: str, name: str = "Cato Lindqvist") -> Client:
    """A person of the practice, both factors given."""
    user = User.objects.create_user(f"{role}@example.org", name)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client(HTTP_HOST=HOST)
    client.force_login(user)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()
    return client


def facts(slug: str, **more: Any) -> dict[str, Any]:
    """The plain facts of an approach."""
    name = slug.replace("-", " ").title()
    return {
        "slug": slug,
        "title": name,
        "introduction": f"{name} in two sentences.",
        "teaser": f"{name} in one line.",
        "search_description": f"What {name} is.",
    } | more


def found(*slugs: str) -> HomePage:
    """A practice with a site and these approaches, in this order."""
    Practice.objects.get_or_create(name="Harbour Street Practice")
    first = actions.found_site(home={"title": "Harbour Street Practice"}, **TOLD)
    for slug in slugs:
        actions.add_approach(approach=facts(slug), **TOLD)
    return first


def approach(slug: str) -> ApproachPage:
    return ApproachPage.objects.get(slug=slug)


def address(slug: str) -> str:
    return f"{LIST}{slug}/"


def words(client: Client, path: str) -> str:
    """What somebody reads at this address; empty if there is nothing."""
    response = client.get(path)
    return response.content.decode() if response.status_code == 200 else ""


def image(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (36, 84, 75)).save(out, kind, **options)
    return out.getvalue()


def picture(description: str = "A lamp beside two chairs", **options: Any) -> Picture:
    """A picture in the practice's collection."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("room.jpg", image(**options), "image/jpeg")
    return Picture.objects.create(title="Room", file=file, description=description)
