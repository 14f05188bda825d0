"""What the page of somebody's letters is handed: plain values, ready to be read."""

from typing import Any

from ..models import Enquiry, Message
from .shown import at_ease_with


def letters(rows: list[Enquiry], *, own: bool) -> list[dict[str, Any]]:
    """Each letter with its conversation, the newest first; one query for all conversations.

    What somebody else wrote about a client is not shown to that client here (`own`): it tells of
    two people, and their therapist goes through it with them.
    """
    said: dict[Any, list[Message]] = {}
    for message in Message.objects.filter(enquiry__in=rows).in_order():
        said.setdefault(message.enquiry_id, []).append(message)
    return [
        {"received_at": each.received_at, "by_somebody_else": True, "hidden": True}
        if own and each.for_somebody_else
        else {
            "received_at": each.received_at,
            "by_somebody_else": each.for_somebody_else,
            "words": each.words,
            "self_check": each.needs.get("self_check", ""),
            "at_ease_with": at_ease_with(each),
            "wishes": each.needs.get("wishes", ""),
            "said": said.get(each.pk, []),
        }
        for each in sorted(rows, key=lambda row: row.received_at, reverse=True)
    ]
