"""Whether two addresses lead to one mailbox, as far as their writing can tell.

A young person's way in must never end in a parent's mailbox, so this errs on the careful side:
capitals, a "+tag", and the dots that some providers ignore make no other mailbox.
"""

DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def mailbox(address: str) -> str:
    """The address as the mailbox it leads to; empty for none."""
    name, _, host = address.strip().casefold().rpartition("@")
    if not name:
        return ""
    name = name.partition("+")[0]
    if host in DOTLESS:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"


def same(one: str, other: str) -> bool:
    """Whether both lead to one mailbox; two empty addresses do not."""
    return bool(mailbox(one)) and mailbox(one) == mailbox(other)
