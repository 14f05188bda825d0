"""A change appears at once; what was kept before it is never shown again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from commonground.core import cache as store
from commonground.website import jobs
from commonground.website.models import Picture
from commonground.website.tests.small_site import (
    LIST,
    NOW,
    address,
    approach,
    found,
    picture,
    signed_in,
    visitor,
    words,
)

pytestmark = pytest.mark.django_db
Change = Callable[[], None]


def publish():
    page = approach("ipt")
    page.introduction = "Quite other words."
    page.save_revision().publish()


def unpublish():
    approach("emdr").unpublish()


def unpublish_as_an_editor():
    page = approach("emdr")
    signed_in("coordinator").post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))


def unpublish_in_bulk():
    page = approach("emdr")
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    signed_in("coordinator").post(f"{url}?id={page.pk}")


def delete():
    approach("emdr").delete()


def delete_as_an_editor():
    page = approach("emdr")
    signed_in("coordinator").post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def delete_the_row_alone():
    approach("emdr").page_ptr.delete()


def rename_a_neighbour():
    page = approach("emdr")
    page.title = "Eye Movement Therapy"
    page.save_revision().publish()


def change_a_neighbours_address():
    page = approach("emdr")
    page.slug = "eye-movement"
    page.save_revision().publish()


def move():
    approach("emdr").move(approach("body"), pos="right")


def reorder_as_an_editor():
    page = approach("emdr")
    url = reverse("wagtailadmin_pages:set_page_position", args=[page.pk])
    signed_in("coordinator").post(f"{url}?position=2")


def take_back_by_the_clock():
    page = approach("emdr")
    type(page).objects.filter(pk=page.pk).update(expire_at=NOW)
    visitor().get(address("ipt"))
    jobs.publish_scheduled(NOW + timedelta(minutes=1))


def send_out_by_the_clock():
    page = approach("emdr")
    page.title = "Eye Movement Therapy"
    page.go_live_at = NOW + timedelta(days=40_000)
    page.save_revision().publish()
    jobs.publish_scheduled(NOW + timedelta(days=40_001))


def describe_the_picture_anew():
    shown = Picture.objects.get()
    shown.description = "A window over the harbour"
    shown.save()


def describe_the_picture_anew_as_an_editor():
    shown = Picture.objects.get()
    sent = {"title": shown.title, "description": "A window", "collection": shown.collection_id}
    signed_in("coordinator").post(reverse("wagtailimages:edit", args=[shown.pk]), sent)


def delete_the_picture_as_an_editor():
    signed_in("coordinator").post(reverse("wagtailimages:delete", args=[Picture.objects.get().pk]))


CHANGES = [
    publish,
    unpublish,
    unpublish_as_an_editor,
    unpublish_in_bulk,
    delete,
    delete_as_an_editor,
    delete_the_row_alone,
    rename_a_neighbour,
    change_a_neighbours_address,
    move,
    reorder_as_an_editor,
    take_back_by_the_clock,
    send_out_by_the_clock,
    describe_the_picture_anew,
    describe_the_picture_anew_as_an_editor,
    delete_the_picture_as_an_editor,
]


def small_site() -> None:
    """The page on IPT has a neighbour on each side and a picture."""
    found("emdr", "ipt", "body")
    page = approach("ipt")
    page.picture = picture()
    page.save_revision().publish()


@pytest.fixture(scope="module", autouse=True)
def laid(once: Callable) -> None:
    once(small_site)


@pytest.fixture
def before() -> str:
    """The page on IPT, kept."""
    shown = words(visitor(), address("ipt"))
    assert "A lamp beside two chairs" in shown
    assert words(visitor(), address("ipt")) == shown
    return shown


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_seen_at_once(before: str, change: Change):
    change()
    assert words(visitor(), address("ipt")) != before


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_control_without_the_number_the_old_page_would_be_shown(
    before: str, change: Change, monkeypatch
):
    monkeypatch.setattr(store, "bump", lambda: None)
    change()
    assert words(visitor(), address("ipt")) == before


def test_a_page_that_was_taken_back_is_gone_at_once():
    visitor().get(address("emdr"))
    unpublish()
    assert visitor().get(address("emdr")).status_code == 404


def test_the_old_address_leads_to_the_new_one(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        change_a_neighbours_address()
    assert visitor().get(address("emdr")).headers["Location"] == address("eye-movement")


def test_a_draft_leaves_what_is_kept_alone():
    visitor().get(LIST)
    number = store.find("nothing", False).generation
    page = approach("emdr")
    page.title = "Not yet"
    page.save_revision()
    assert store.find("nothing", False).generation == number
