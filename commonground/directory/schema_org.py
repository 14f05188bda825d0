"""What search engines are told of a therapist, in the words of schema.org.

A plain `Person` who works for the practice: `Physician` would claim a profession that most
therapists do not have.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Thing = dict[str, Any]


def person(
    *,
    name: str,
    url: str,
    practice: str,
    site: str,
    title: str = "",
    description: str = "",
    image: str = "",
    languages: Sequence[str] = (),
    places: Iterable[str] = (),
    knows: Sequence[str] = (),
    credentials: Iterable[tuple[str, str]] = (),
) -> Thing:
    """Somebody who gives therapy here; `credentials` are (title, who gave it), verified ones."""
    told: Thing = {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": url,
        "url": url,
        "name": name,
        "worksFor": {"@type": "Organization", "@id": f"{site}/#practice", "name": practice},
    }
    more: Thing = {
        "jobTitle": title,
        "description": description,
        "image": image,
        "knowsLanguage": list(languages),
        "knowsAbout": list(knows),
        "workLocation": [{"@type": "Place", "name": place} for place in places],
        "hasCredential": [_credential(what, giver) for what, giver in credentials],
    }
    return told | {key: value for key, value in more.items() if value}


def _credential(title: str, giver: str) -> Thing:
    told: Thing = {"@type": "EducationalOccupationalCredential", "name": title}
    if giver:
        told["recognizedBy"] = {"@type": "Organization", "name": giver}
    return told
