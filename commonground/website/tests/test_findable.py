"""What search engines are told."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings

from commonground.website import actions, schema_org
from commonground.website.tests.small_site import TOLD, address, facts, found, visitor, words

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
pytestmark = pytest.mark.django_db


def told(path):
    data = json.loads(DATA.search(words(visitor(), path))[1])
    return {thing["@type"]: thing for thing in data["@graph"]}


def test_an_approach_is_told_as_a_therapy_with_the_way_to_it():
    found("ipt")
    things = told(address("ipt"))
    assert things["MedicalWebPage"]["about"]["name"] == "Ipt"
    assert things["Organization"]["name"] == "Harbour Street Practice"
    trail = [step["item"] for step in things["BreadcrumbList"]["itemListElement"]]
    assert trail == [
        f"{settings.GROUND_URL}{path}" for path in ("/", "/approaches/", address("ipt"))
    ]


@pytest.mark.parametrize("path", ["/", "/approaches/"])
def test_every_page_says_what_it_is(path):
    found("ipt")
    assert "Organization" in told(path)


def test_a_title_cannot_end_the_data():
    found()
    odd = facts("odd", title='</script><script>alert("x")</script>')
    actions.add_approach(approach=odd, **TOLD)
    assert "<script>alert" not in words(visitor(), address("odd"))
    assert told(address("odd"))["MedicalWebPage"]["name"].startswith("</script>")


def test_a_page_names_its_one_address():
    found("ipt")
    assert f'rel="canonical" href="{settings.GROUND_URL}{address("ipt")}"' in words(
        visitor(), f"{address('ipt')}?from=somewhere"
    )


def test_the_sitemap_lists_what_can_be_read_and_nothing_else():
    found("ipt")
    actions.add_approach(approach=facts("draft"), live=False, **TOLD)
    tree = ElementTree.fromstring(visitor().get("/sitemap.xml").content)
    found_there = [place.text for place in tree.iter() if place.tag.endswith("loc")]
    assert found_there == [
        f"{settings.GROUND_URL}{path}"
        for path in ("/", "/approaches/", address("ipt"), "/therapists/")
    ]
    assert sum(place.tag.endswith("lastmod") for place in tree.iter()) == 3


def test_a_practice_without_a_telephone_does_not_give_an_empty_one():
    assert "telephone" not in schema_org.practice(name="A", url="https://a.example")
