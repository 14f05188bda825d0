"""Verbs of the public site: founding it, adding pages from plain facts, and who may edit it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)

from commonground.core import audit
from commonground.people.roles import EDITORS

from .models import ApproachIndexPage, ApproachPage, CrisisPage, HomePage, OrdinaryPage
from .models.ordinary import CRISIS_SLUG

Facts = Mapping[str, Any]
Block = tuple[str, Any]

INDEX_SLUG = "approaches"
FIRST = "interpersonal-therapy"
"""The approach that the first page leads to, unless an editor chooses another."""
MAY_ON_PAGES = ("add", "change", "publish")
MAY_REDIRECT = ("add", "change", "delete")
MAY_ON_PICTURES = ("add", "change", "choose")


@audit.verb("website.site.founded")
def found_site(*, home: Facts, by: Any, now: datetime) -> HomePage:
    """The first page and the empty list of approaches; an existing site is left as it is.

    `home` holds at least a title; what it leaves out stays empty for an editor to fill.
    """
    first: HomePage | None = HomePage.objects.first()
    if first is None:
        first = _first_page(home)
        _root().add_child(instance=first)
        index = ApproachIndexPage(title=_("Approaches we offer"), slug=INDEX_SLUG)
        first.add_child(instance=index)
        for page in (first, index):
            _publish(page, by)
        _settle(first)
        open_to_editors()
    audit.about(first)
    return first


@audit.verb("website.page.added")
def add_page(*, page: Facts, by: Any, now: datetime, live: bool = True) -> Page:
    """An ordinary page, or the crisis page, from its facts; one that is there already stays."""
    first = HomePage.objects.get()
    crisis = page["slug"] in {CRISIS_SLUG, "crisis-help"}
    slug = CRISIS_SLUG if crisis else page["slug"]
    kind = CrisisPage if crisis else OrdinaryPage
    added: Page | None = kind.objects.child_of(first).filter(slug=slug).first()
    if added is None:
        added = kind(
            title=page["title"],
            slug=slug,
            introduction=page.get("introduction", ""),
            search_description=page.get("search_description", ""),
            body=_body(page.get("body", ())),
            live=live,
        )
        first.add_child(instance=added)
        _publish(added, by)
    audit.about(added)
    return added


@audit.verb("website.approach.added")
def add_approach(*, approach: Facts, by: Any, now: datetime, live: bool = True) -> ApproachPage:
    """An approach, after those that are there; a draft if not `live`. One that exists stays."""
    index = ApproachIndexPage.objects.get()
    added: ApproachPage | None = (
        ApproachPage.objects.child_of(index).filter(slug=approach["slug"]).first()
    )
    if added is None:
        added = _approach(approach)
        added.live = live
        index.add_child(instance=added)
        _publish(added, by)
        if added.slug == FIRST:
            HomePage.objects.filter(featured=None).update(featured=added)
    audit.about(added)
    return added


@audit.verb("website.self_check.set")
def set_self_check(*, approach: Facts, by: Any, now: datetime) -> ApproachPage:
    """Give an approach its self-check, once the approaches it points to are there."""
    index = ApproachIndexPage.objects.get()
    pages = {page.slug: page for page in ApproachPage.objects.child_of(index)}
    page: ApproachPage = pages[approach["slug"]]
    page.self_check = [
        (
            "indicator",
            {
                "sentence": each["sentence"],
                "explains": each["explains"],
                "here": each.get("here", True),
                "others": [pages[slug] for slug in each.get("others", ())],
            },
        )
        for each in approach["self_check"]
    ]
    _publish(page, by)
    audit.about(page)
    return page


@audit.verb("website.page.published")
def record_published(*, page: Page, by: Any, now: datetime) -> None:
    """Write down that a page went out to the public."""
    audit.about(page)


@audit.verb("website.page.unpublished")
def record_unpublished(*, page: Page, by: Any, now: datetime) -> None:
    """Write down that a page was taken back."""
    audit.about(page)


@audit.verb("website.page.deleted")
def record_deleted(*, page: Page, by: Any, now: datetime) -> None:
    """Write down that a page was deleted."""
    audit.about(page)


def open_to_editors() -> None:
    """Give coordinators and owners what editing needs, and nobody else anything.

    Run after every migration and when the site is founded; running it again changes nothing.
    """
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()  # Wagtail's own examples
    ContentType.objects.clear_cache()  # an emptied database leaves it stale
    admin, _new = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    may_enter = _permission(admin, "access_admin")
    redirects = ContentType.objects.get_for_model(Redirect)
    pictures = ContentType.objects.get_for_model(Image)
    pages = ContentType.objects.get_for_model(Page)
    first, everything = HomePage.objects.first(), Collection.get_first_root_node()
    for role in sorted(EDITORS):
        group, _created = Group.objects.get_or_create(name=str(role))
        group.permissions.add(may_enter)
        group.permissions.add(*(_permission(redirects, f"{may}_redirect") for may in MAY_REDIRECT))
        for may in MAY_ON_PICTURES if everything else ():
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=everything, permission=_permission(pictures, f"{may}_image")
            )
        for may in MAY_ON_PAGES if first else ():
            GroupPagePermission.objects.get_or_create(
                group=group, page=first, permission=_permission(pages, f"{may}_page")
            )


def _permission(kind: ContentType, codename: str) -> Permission:
    # Django makes these after every app has migrated, which may be later than now.
    name = codename.replace("_", " ").capitalize()
    return Permission.objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name}
    )[0]


def _root() -> Page:
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    return Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))


def _settle(first: HomePage) -> None:
    """Make `first` what the practice's address answers, and take Wagtail's own welcome away."""
    address = urlsplit(settings.GROUND_URL)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": address.port or (443 if address.scheme == "https" else 80),
            "root_page": first,
            "site_name": first.title,
        },
    )
    for welcome in Page.objects.filter(depth=2).exclude(pk=first.pk):
        if welcome.specific_class is Page:
            welcome.delete()


def _publish(page: Page, by: Any) -> None:
    """Give a new page its first revision, so that its history begins; drafts stay drafts."""
    author = by if isinstance(by, get_user_model()) else None
    revision = page.save_revision(user=author)
    if page.live:
        revision.publish(user=author)


def _first_page(facts: Facts) -> HomePage:
    how, parting = facts.get("how_it_goes", {}), facts.get("parting", {})
    return HomePage(
        title=facts["title"],
        slug="first",
        search_description=facts.get("search_description", ""),
        headline=facts.get("headline") or facts["title"],
        lede=facts.get("lede", ""),
        figure_caption=facts.get("figure_caption", ""),
        figure_description=facts.get("figure_description", ""),
        reasons_heading=facts.get("reasons_heading", ""),
        reasons=[("reason", dict(reason)) for reason in facts.get("reasons", ())],
        how_heading=how.get("heading", ""),
        how_statement=how.get("statement", ""),
        course=[("course", _course(how))] if how.get("phases") else [],
        questions_heading=facts.get("questions_heading", ""),
        questions=[("question", dict(question)) for question in facts.get("questions", ())],
        parting_heading=parting.get("heading", ""),
        parting_text=parting.get("text", ""),
    )


def _approach(facts: Facts) -> ApproachPage:
    rests_on, may_help = facts.get("rests_on", {}), facts.get("may_help", {})
    return ApproachPage(
        title=facts["title"],
        slug=facts["slug"],
        short_title=facts.get("short_title", ""),
        introduction=facts["introduction"],
        teaser=facts["teaser"],
        search_description=facts.get("search_description", ""),
        figure=facts.get("figure", ""),
        figure_caption=facts.get("figure_caption", ""),
        rests_on_heading=rests_on.get("heading", ""),
        rests_on=_prose(rests_on.get("text", ())),
        may_help=[("line", line) for line in may_help.get("lines", ())],
        may_help_note=may_help.get("note", ""),
        sessions=[_meeting(part) for part in facts.get("sessions", ())],
        who_for=_prose(facts.get("who_for", {}).get("text", ())),
        right_support=_prose(facts.get("right_support", {}).get("text", ())),
        sources=[("source", dict(source)) for source in facts.get("sources", ())],
        **facts.get("facts", {}),
    )


def _meeting(part: Facts) -> Block:
    if part["kind"] == "areas":
        return "areas", [dict(area) for area in part["areas"]]
    if part["kind"] == "course":
        return "course", _course(part)
    return "text", _prose(part["text"])


def _body(parts: Iterable[Facts]) -> list[Block]:
    made: dict[str, Any] = {
        "heading": lambda part: part["text"],
        "text": lambda part: _prose(part["text"]),
        "list": lambda part: list(part["items"]),
        "questions": lambda part: [dict(question) for question in part["questions"]],
        "table": lambda part: {"head": part["head"], "rows": part["rows"]},
    }
    return [(part["kind"], made[part["kind"]](part)) for part in parts]


def _course(part: Facts) -> dict[str, Any]:
    return {"caption": part["caption"], "phases": [dict(phase) for phase in part["phases"]]}


def _prose(text: str | Iterable[str]) -> str:
    """Plain paragraphs as the running text Wagtail keeps; anything like a tag stays visible."""
    paragraphs = [text] if isinstance(text, str) else text
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
