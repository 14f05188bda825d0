"""The invented people of the demo practice: who they are and what they do there.

None of them exists. The clients' stories are the worked examples of the house's own documents.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    """One invented person: `roles` are values of `people.roles.Role`; `part` is what the button
    says that signs in as them, where that is not their first role."""

    name: str
    email: str
    roles: tuple[str, ...]
    title: str = ""
    says: str = ""
    part: str = ""


CAST = (
    Somebody(
        "Oonagh Farrell",
        "oonagh@harbourstreet.example",
        ("owner",),
        says="keeps the accounts, the settings and the practice’s own name",
    ),
    Somebody(
        "Cato Lindqvist",
        "cato@harbourstreet.example",
        ("coordinator",),
        says="edits the public site and answers whoever writes",
    ),
    Somebody(
        "Miriam Adeyemi",
        "miriam@harbourstreet.example",
        ("therapist",),
        title="Interpersonal psychotherapist",
        says="works with adults, in person and online",
    ),
    Somebody(
        "Eleanor Pryce",
        "eleanor@harbourstreet.example",
        ("supervisor", "therapist"),
        title="Consultant psychotherapist and supervisor",
        says="supervises, and sees a few clients of her own",
    ),
    Somebody(
        "Priya Nair",
        "priya@clients.example",
        ("client",),
        says="is half-way through a course; signs in with a code sent by e-mail",
    ),
    Somebody(
        "Jordan Hale",
        "jordan@clients.example",
        ("client",),
        says="is fifteen, and decides what is shown to whoever stands beside them",
        part="young client",
    ),
    Somebody(
        "Dawn Hale",
        "dawn@families.example",
        ("guardian",),
        says="is Jordan’s mother, and sees what Jordan chose to share with her",
    ),
    Somebody(
        "Anjali Menon",
        "anjali@clients.example",
        ("client",),
        says="has finished a course, and keeps what was written",
        part="former client",
    ),
)

PARTS = {person.part or person.roles[0]: person for person in CAST}
"""Whom one can come in as, by what their button says."""

CARER = "Miriam Adeyemi"
"""The therapist whose clients the demo tells of."""


def named_for(role: str) -> Somebody:
    """The person who stands for a role behind the demo's "sign in as" buttons.

    Raises StopIteration when nobody holds it.
    """
    return next(person for person in CAST if role in person.roles)
