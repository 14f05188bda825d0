"""Priya's course, session by session: the worked example of domain.md §9. She is invented."""

from datetime import date, timedelta
from pathlib import Path

from commonground.courses.progress import Attendance, Record
from commonground.courses.protocol import Protocol
from commonground.courses.protocol_file import parse
from commonground.measures.instrument import Instrument
from commonground.measures.instrument import parse as parse_instrument
from commonground.measures.scoring import Score, score

HOUSE = Path(__file__).parent.parent.parent


def protocol(name: str) -> Protocol:
    return parse((HOUSE / "courses/protocols" / name).read_text(encoding="utf-8"), name)


def instrument(name: str) -> Instrument:
    file = HOUSE / "measures/instruments" / name
    return parse_instrument(file.read_text(encoding="utf-8"), name)


ADULT_16 = protocol("ipt-adult-16-1.toml")
INSTRUMENTS = {"phq9": instrument("phq9-1.toml"), "gad7": instrument("gad7-1.toml")}

FIRST = date(2025, 9, 11)
CANCELLED, MISSED = date(2025, 11, 13), date(2025, 12, 11)
DATES = [FIRST + timedelta(weeks=week) for week in range(9)]
DATES += [date(2025, 11, 20), date(2025, 11, 27), date(2025, 12, 4), date(2025, 12, 18)]
DATES += [date(2026, 1, 8), date(2026, 1, 15), date(2026, 1, 22)]
FOLLOW_UP = date(2026, 4, 23)

# session, PHQ-9 vector, PHQ-9 total, GAD-7 total
TABLE = [
    (1, "233223201", 18, 13),
    (2, "233313201", 18, 13),
    (3, "223313210", 17, 12),
    (4, "223213210", 16, 11),
    (5, "223222210", 16, 11),
    (6, "222213210", 15, 11),
    (7, "233213201", 17, 13),
    (8, "222212200", 13, 10),
    (9, "122212200", 12, 9),
    (10, "122212100", 11, 8),
    (11, "112211100", 9, 8),
    (12, "112112100", 9, 7),
    (13, "111111100", 7, 6),
    (14, "121111100", 8, 7),
    (15, "111101100", 6, 5),
    (16, "011101100", 5, 5),
]


def phq9(vector: str) -> Score:
    items = INSTRUMENTS["phq9"].scored
    return score(
        INSTRUMENTS["phq9"], {i.concept: int(v) for i, v in zip(items, vector, strict=True)}
    )


def gad7(total: int) -> Score:
    """A vector of our own with the total given: as even as it can be."""
    items = INSTRUMENTS["gad7"].scored
    values = [total // 7 + (n < total % 7) for n in range(7)]
    return score(INSTRUMENTS["gad7"], {i.concept: v for i, v in zip(items, values, strict=True)})


def up_to(session: int, *, follow_up: bool = False, done: frozenset[str] = frozenset()):
    """All meetings, held up to and including `session`, planned after it; with its scores."""
    records = []
    for number, vector, _, anxiety in TABLE:
        answered = number <= session
        records.append(
            Record(
                on=DATES[number - 1],
                number=number,
                attendance=Attendance.ON_TIME if answered else None,
                done=done if number == 1 else frozenset(),
                scores={"phq9": phq9(vector), "gad7": gad7(anxiety)} if answered else {},
            )
        )
    if session >= 10:
        records.append(Record(on=CANCELLED, attendance=Attendance.CLIENT_CANCELLED))
    if session >= 13:
        records.append(Record(on=MISSED, attendance=Attendance.DID_NOT_ATTEND))
    if follow_up:
        scores = {"phq9": phq9("011100100"), "gad7": gad7(4)}
        records.append(
            Record(on=FOLLOW_UP, attendance=Attendance.ON_TIME, scores=scores, follow_up=True)
        )
    return records
