"""Who edits the public site, and what the editor is like."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import nested_form_data, streamfield

from commonground.core.models import AuditEvent
from commonground.website import actions
from commonground.website.models import ApproachIndexPage, HomePage, OrdinaryPage
from commonground.website.tests.small_site import (
    TOLD,
    address,
    approach,
    found,
    signed_in,
    visitor,
    words,
)

pytestmark = pytest.mark.django_db
FOREIGN = re.compile(
    r'<(?:script|img|link|iframe|source|form)[^>]*(?:src|href|action)="(https?:)?//'
)


@pytest.fixture
def fees():
    found("emdr", "ipt", "body")
    return actions.add_page(page={"slug": "fees", "title": "Fees"}, **TOLD)


def sent(title, **more):
    return nested_form_data(
        {
            "title": title,
            "slug": "fees",
            "introduction": "",
            "body": streamfield([]),
            "seo_title": "",
            "search_description": "",
        }
        | more
    )


@pytest.mark.parametrize("role", ["coordinator", "owner"])
def test_coordinators_and_owners_may_edit(fees, role):
    assert signed_in(role).get("/cms/").status_code == 200


@pytest.mark.parametrize("role", ["client", "therapist", "supervisor"])
def test_nobody_else_finds_the_editor(fees, role):
    assert signed_in(role).get("/cms/").status_code == 404


def test_a_stranger_is_asked_to_sign_in_at_the_houses_door(fees):
    response = visitor().get("/cms/")
    assert response.headers["Location"].startswith(reverse("account_login"))
    assert visitor().get("/cms/login/").headers["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    "path",
    [
        "/cms/password_reset/",
        "/cms/users/",
        "/cms/users/new/",
        "/cms/groups/",
        "/cms/sites/",
        "/cms/workflows/list/",
        "/cms/redirects/import/",
        "/cms/failwhale/",
        "/documents/",
        "/_util/login/",
    ],
)
def test_what_a_practice_does_not_need_is_not_there(fees, path):
    assert signed_in("owner").get(path).status_code == 404


def test_pictures_are_added_one_at_a_time(fees):
    response = signed_in("owner").get("/cms/images/multiple/add/")
    assert response.headers["Location"] == reverse("wagtailimages:add")


@pytest.mark.parametrize(
    "name",
    ["wagtailadmin_home", "wagtailadmin_account", "wagtailimages:index", "wagtailimages:add"],
)
def test_the_editor_asks_no_foreign_host(fees, name):
    page = signed_in("owner").get(reverse(name), follow=True).content.decode()
    assert not FOREIGN.search(page)


def test_an_editor_publishes_and_visitors_read_it(fees):
    editor = signed_in("coordinator")
    path = reverse("wagtailadmin_pages:edit", args=[fees.pk])
    assert editor.get(path).status_code == 200
    editor.post(path, sent("What it costs") | {"action-publish": "1"})
    assert "What it costs" in words(visitor(), "/fees/")


def test_a_draft_is_for_editors_only(fees):
    path = reverse("wagtailadmin_pages:edit", args=[fees.pk])
    signed_in("coordinator").post(path, sent("What it costs"))
    assert "What it costs" not in words(visitor(), "/fees/")
    assert OrdinaryPage.objects.get(pk=fees.pk).get_latest_revision_as_object().title == (
        "What it costs"
    )


def test_a_preview_shows_the_draft_though_the_page_is_kept(fees):
    editor = signed_in("coordinator")
    assert "What it costs" not in words(visitor(), "/fees/")
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[fees.pk])
    assert editor.post(path, sent("What it costs")).json()["is_valid"]
    shown = editor.get(f"{path}?in_preview_panel=true&mode=")
    assert "What it costs" in shown.content.decode()
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "What it costs" not in words(visitor(), "/fees/")


def test_a_preview_needs_an_editor(fees):
    path = reverse("wagtailadmin_pages:view_draft", args=[fees.pk])
    assert visitor().get(path).status_code == 302
    assert signed_in("therapist").get(path).status_code == 404


def test_pages_the_site_leans_on_cannot_be_taken_away(fees):
    owner = signed_in("owner")
    for page in (HomePage.objects.get(), ApproachIndexPage.objects.get()):
        for verb in ("delete", "unpublish"):
            owner.post(reverse(f"wagtailadmin_pages:{verb}", args=[page.pk]))
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        owner.post(f"{bulk}?id={page.pk}")
        page.refresh_from_db()
        assert page.live


def test_publishing_leaves_a_line_without_a_word_of_the_page(fees):
    path = reverse("wagtailadmin_pages:edit", args=[fees.pk])
    signed_in("coordinator").post(path, sent("What it costs") | {"action-publish": "1"})
    line = AuditEvent.objects.get(verb="website.page.published")
    assert line.object_id == str(fees.pk)
    assert "costs" not in str(vars(line))


def test_deleting_leaves_a_line(fees):
    signed_in("owner").post(reverse("wagtailadmin_pages:delete", args=[fees.pk]))
    line = AuditEvent.objects.get(verb="website.page.deleted")
    assert line.object_id == str(fees.pk)


def test_giving_editors_their_rights_twice_changes_nothing(fees):
    before = GroupPagePermission.objects.count()
    actions.open_to_editors()
    assert GroupPagePermission.objects.count() == before == 6


def test_the_editor_has_its_own_policy_and_the_site_the_strict_one(fees):
    strict = visitor().get("/").headers["Content-Security-Policy"]
    wide = signed_in("owner").get("/cms/").headers["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "'unsafe-inline'" in wide
    assert "http" not in strict + wide


def test_no_page_of_the_site_asks_a_foreign_host(fees):
    told = {"slug": "crisis", "title": "Help right now"}
    actions.add_page(page=told, **TOLD)
    for path in ("/", "/approaches/", address("ipt"), "/fees/", "/crisis/"):
        page = words(visitor(), path).replace(settings.GROUND_URL, "")
        assert page
        assert not FOREIGN.search(page)


def test_an_order_set_by_the_editor_is_what_visitors_follow(fees):
    page = approach("body")
    url = reverse("wagtailadmin_pages:set_page_position", args=[page.pk])
    signed_in("coordinator").post(f"{url}?position=0")
    assert approach("emdr").previous.slug == "body"
