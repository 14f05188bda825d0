"""Third parties are never found: whoever stands in somebody's inventory is read on the pages of
that course, and no search of the house knows them, by name or by alias.

Everybody looks in every way there is. What they are answered must be, to the word, what somebody is
answered who looks for a name that nobody has.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from modelsearch.index import Indexed

from commonground.core import audit, clock
from commonground.courses import actions as courses
from commonground.courses.models import Course, Person
from commonground.directory.models import Profile
from commonground.people import actions as people
from commonground.people.models import Client
from commonground.website import actions as website
from tests.access import PAGES, Data
from tests.cast import NOON, signed_in
from tests.scene import Scene, lay

ALIAS, NOBODY = "Quillon Bexhill", "Zephan Druxton"
"""Somebody in Priya's inventory, and a name of the same shape that nobody has."""
WAYS = {"q", "query", "search", "name", "who", "words"}
"""What a search that nobody has drawn a form for might call its question."""
ROOMS = ("people", "scheduling", "measures", "courses", "enquiries")


class Forms(HTMLParser):
    """What can be typed into the forms of a page that are sent with GET: where to, and its name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: set[tuple[str, str]] = set()
        self.to = ""
        self.open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        told = dict(attrs)
        if tag == "form":
            self.open = told.get("method", "get").lower() == "get"
            self.to = told.get("action", "")
        elif tag == "input" and self.open and told.get("type", "text") in {"text", "search"}:
            self.lines.add((self.to, told.get("name", "")))

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"


def visible(page: str, word: str) -> str:
    """What a page says, without what was asked."""
    plain = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", page)
    for part in (word, *word.split()):
        plain = re.sub(re.escape(part), "", plain, flags=re.I)
    return " ".join(plain.split())


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    """The house, with one person more in Priya's inventory."""
    with clock.frozen(NOON):
        scene = lay(NOON)
        course = Course.objects.with_keys().get(pk=scene.about("course", "priya"))
        told: dict[str, Any] = {"by": scene.cast.miriam, "now": NOON}
        facts = {"name": ALIAS, "relation": "the friend whom nobody may know of"}
        one = courses.keep_person(course=course, facts=facts, **told)
        event = {"words": f"Rang {ALIAS}", "kind": "good", "on": NOON.date(), "people": [one]}
        courses.keep_event(course=course, facts=event, **told)
        priya = Client.objects.with_keys().get(pk=scene.about("client", "priya"))
        people.trace(client=priya, **told)
        website.found_site(home={"title": "Harbour Street"}, by=audit.SYSTEM, now=NOON)
        call_command("update_index", verbosity=0)
        yield scene


@pytest.fixture
def browsers(scene: Scene) -> dict[str, Browser]:
    who = ("anonymous", "miriam", "tomas", "cato", "oonagh", "priya")
    users = {name: scene.actors[name] for name in who}
    return {name: signed_in(user) if user else Browser() for name, user in users.items()}


def addresses() -> list[str]:
    """Every page without an id, those that anybody may read, and those of the editor."""
    mine = [reverse(page.name) for page in PAGES]
    editor = [reverse(f"wagtail{name}") for name in ("admin_home", "admin_pages:search")]
    return [*mine, reverse("therapists"), "/", *editor]


def open_to(browser: Browser) -> dict[str, str]:
    """The pages that somebody can read, by their addresses."""
    answers = {address: browser.get(address) for address in addresses()}
    return {
        address: answer.text
        for address, answer in answers.items()
        if answer.status_code == 200 and not answer.streaming
    }


def asked(browser: Browser, url: str, names: set[str], post: bool = False) -> tuple[str, str]:
    """What the house says to the alias, and to a name that nobody has."""
    said = []
    for word in (ALIAS, NOBODY):
        told = dict.fromkeys(names, word)
        answer = browser.post(url, told) if post else browser.get(url, told)
        said.append(visible(answer.text, word))
    return said[0], said[1]


def found_at_the_desk(browser: Browser) -> bool:
    alias, nobody = asked(browser, reverse("find"), {"who"}, post=True)
    return alias != nobody


def found_in_the_directory(browser: Browser) -> bool:
    alias, nobody = asked(browser, reverse("therapists"), {"q"})
    return alias != nobody


def test_nobody_finds_whoever_stands_in_an_inventory(browsers: dict[str, Browser]) -> None:
    seen: set[str] = set()
    for name, browser in browsers.items():
        pages = open_to(browser)
        lines = {(to or url, line) for url, page in pages.items() for to, line in Forms(page).lines}
        ways = WAYS | {line for _, line in lines}
        for url, names in [*((url, ways) for url in pages), *((to, {line}) for to, line in lines)]:
            alias, nobody = asked(browser, url, names)
            assert alias == nobody, f"{name}: {url} by {names}"
        seen |= {to for to, _ in lines}
    assert {reverse("therapists"), reverse("wagtailadmin_pages:search_results")} <= seen


def test_nobody_finds_them_at_the_desk(scene: Scene, browsers: dict[str, Browser]) -> None:
    for name in ("cato", "oonagh"):
        assert not found_at_the_desk(browsers[name])
        hers = {"who": scene.marks["priya", Data.IDENTITY]}
        answer = browsers[name].post(reverse("find"), hers).text
        assert str(scene.about("client", "priya")) in answer, name  # and the client is


def test_no_model_about_people_is_in_a_search_index(scene: Scene) -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    assert len(ours) > 40
    assert [model for model in ours if issubclass(model, Indexed)] == []
    (index,) = [model for model in apps.get_models() if model.__name__ == "IndexEntry"]
    held = index._default_manager.values_list("content_type__app_label", flat=True)
    assert set(held) and not set(held) & set(ROOMS)


def test_control_a_desk_that_looks_into_inventories_is_seen(
    browsers: dict[str, Browser], monkeypatch: Any
) -> None:
    def careless(rows: Any, query: str) -> Any:
        them = [one for one in Person.objects.all().with_keys() if query in one.name]
        return rows.filter(pk__in=[one.course.client_id for one in them])

    monkeypatch.setattr(type(Client.objects.all()), "found_by", careless)
    assert found_at_the_desk(browsers["cato"])


def test_control_a_directory_that_looks_into_inventories_is_seen(
    browsers: dict[str, Browser], monkeypatch: Any
) -> None:
    def careless(rows: Any, words: str) -> Any:
        them = [one for one in Person.objects.all().with_keys() if words in one.name]
        return rows if them else rows.none()

    Profile.objects.update(shown_until="2027-01-01")
    monkeypatch.setattr(type(Profile.objects.all()), "saying", careless)
    assert found_in_the_directory(browsers["anonymous"])
