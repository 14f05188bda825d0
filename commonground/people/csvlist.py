"""A list of clients from a spreadsheet: read line by line, or refused with what is wrong where."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from .ages import age
from .consenting import CONSENTS_FROM
from .mailboxes import mailbox

COLUMNS = (
    "name", "preferred_name", "date_of_birth", "email", "phone", "therapist",
    "consent_on", "consent_by", "consent_source",
)  # fmt: skip
NEEDED = frozenset({"name", "date_of_birth", "therapist"})
MOST = 500
"""Lines in one file."""
LONGEST = 200
"""Letters in one cell."""


@dataclass(frozen=True)
class Row:
    """One client as the file has them; `line` is where, counted from 1 with the heading.

    `consent_on` is when they, or `consent_by` for them, agreed to treatment, and
    `consent_source` where that is written down.
    """

    line: int
    name: str
    date_of_birth: date
    therapist: str
    preferred_name: str = ""
    email: str = ""
    phone: str = ""
    consent_on: date | None = None
    consent_by: str = ""
    consent_source: str = ""

    def consents_alone(self, on: date, consents_from: int) -> bool:
        """Whether they were old enough on that day to consent for themselves."""
        return age(self.date_of_birth, on) >= consents_from


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line: a code, and the column or value it is about."""

    line: int
    code: str
    about: str = ""


@dataclass
class Read:
    """What was read: everything, or why not."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(text: str, today: date, consents_from: int = CONSENTS_FROM) -> Read:
    """Read a list with a heading line; commas or semicolons between the cells.

    Dates are 2001-12-31 or 31/12/2001. Fault codes: empty, columns, many, missing, date, reach,
    long, twice; consent_date for a day that cannot be, consent_day where it is missing, consent_by
    where somebody too young needs a person who consented.
    """
    found = Read()
    lines = text.lstrip("\ufeff").splitlines()
    if not any(line.strip() for line in lines):
        found.faults.append(Fault(1, "empty"))
        return found
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator)
    heads = [(head or "").strip().lower().replace(" ", "_") for head in reader.fieldnames or ()]
    reader.fieldnames = heads
    for column in sorted(NEEDED - set(heads)):
        found.faults.append(Fault(1, "columns", column))
    for column in sorted(set(heads) - set(COLUMNS) - {""}):
        found.faults.append(Fault(1, "unknown", column))
    if found.faults:
        return found
    _rows(reader, today, found, consents_from)
    return found


def _rows(reader: Iterable[dict[str, str]], today: date, found: Read, consents_from: int) -> None:
    seen: dict[tuple[str, date], int] = {}
    for line, cells in enumerate(reader, 2):
        told = {key: (cells.get(key) or "").strip() for key in COLUMNS}
        if not any(told.values()):
            continue
        if line > MOST + 1:
            found.faults.append(Fault(line, "many", str(MOST)))
            return
        row = _row(line, told, today, found, consents_from)
        if row is None:
            continue
        same = (row.name.casefold(), row.date_of_birth)
        if same in seen:
            found.faults.append(Fault(line, "twice", str(seen[same])))
        seen.setdefault(same, line)
        found.rows.append(row)


def _row(
    line: int, told: dict[str, str], today: date, found: Read, consents_from: int
) -> Row | None:
    before = len(found.faults)
    for column in COLUMNS:
        if column in NEEDED and not told[column]:
            found.faults.append(Fault(line, "missing", column))
        if len(told[column]) > LONGEST or "\0" in told[column]:
            found.faults.append(Fault(line, "long", column))
    born_on = _date(told["date_of_birth"])
    if told["date_of_birth"] and (born_on is None or not date(1900, 1, 1) <= born_on <= today):
        found.faults.append(Fault(line, "date", told["date_of_birth"][:20]))
    if not told["email"] and not told["phone"]:
        found.faults.append(Fault(line, "reach"))
    if told["email"] and "@" not in told["email"]:
        found.faults.append(Fault(line, "email", told["email"][:60]))
    if len(found.faults) > before or born_on is None:
        return None
    days = {"date_of_birth": born_on, "consent_on": _date(told["consent_on"])}
    row = Row(line=line, **{**told, **days})  # type: ignore[arg-type]
    wrong = _consent(row, told["consent_on"], today, consents_from)
    if wrong:
        found.faults.append(Fault(line, wrong, told["consent_on"][:20]))
        return None
    return row


def _consent(row: Row, given: str, today: date, consents_from: int) -> str:
    """What is wrong with the consent of a line: a code, or nothing."""
    if not given:
        return "consent_day" if row.consent_by or row.consent_source else ""
    if row.consent_on is None or not row.date_of_birth <= row.consent_on <= today:
        return "consent_date"
    alone = row.consents_alone(row.consent_on, consents_from)
    return "" if alone or row.consent_by else "consent_by"


def to_invite(
    rows: Iterable[Row], today: date, consents_from: int, known: Collection[str]
) -> dict[int, str]:
    """By line, why somebody of a list is not invited; an empty text for whoever is.

    no_mail; young: a mailbox in a list may be a parent’s, and only the young person may have
    the way in; shared: two of the list have it; known: it signs somebody in already.
    """
    told = list(rows)
    boxes = Counter(mailbox(row.email) for row in told)
    return {
        row.line: "no_mail"
        if not row.email
        else "young"
        if not row.consents_alone(today, consents_from)
        else "shared"
        if boxes[mailbox(row.email)] > 1
        else "known"
        if row.email.casefold() in known
        else ""
        for row in told
    }


def _date(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None
