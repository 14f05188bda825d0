"""What search engines are told about a page, in the words of schema.org.

Plain values in, plain dictionaries out: nothing about a person who is not on the page itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Thing = dict[str, Any]


def practice(
    *, name: str, url: str, email: str = "", phone: str = "", addresses: Iterable[str] = ()
) -> Thing:
    """The practice itself."""
    about: Thing = {
        "@type": "Organization",
        "@id": f"{url}/#practice",
        "name": name,
        "url": f"{url}/",
    }
    if email:
        about["email"] = email
    if phone:
        about["telephone"] = phone
    if where := list(addresses):
        about["address"] = where
    return about


def trail(steps: Sequence[tuple[str, str]]) -> Thing:
    """The way from the first page to this one, as (title, address)."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": title, "item": address}
            for place, (title, address) in enumerate(steps, start=1)
        ],
    }


def page(*, kind: str, title: str, description: str, url: str, site: str, language: str) -> Thing:
    """A page; `kind` is WebPage, MedicalWebPage, AboutPage or CollectionPage."""
    return {
        "@type": kind,
        "@id": url,
        "url": url,
        "name": title,
        "description": description,
        "inLanguage": language,
        "publisher": {"@id": f"{site}/#practice"},
    }


def therapy(*, name: str, description: str, also: str = "") -> Thing:
    """A way of working, as the subject of its page."""
    about: Thing = {"@type": "MedicalTherapy", "name": name, "description": description}
    if also and also != name:
        about["alternateName"] = also
    return about


def graph(*things: Thing) -> Thing:
    """Several things on one page."""
    return {"@context": "https://schema.org", "@graph": list(things)}
