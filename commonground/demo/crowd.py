"""The other invented clients: thirty-six courses in every phase, two of them ended; no page is
ever empty.

Nobody here exists. Each is sketched from a few words; the house's own verbs then live their weeks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CARERS = (
    ("Magnus Thorne", 8),
    ("Soraya Whitlock", 5),
    ("Gwen Aldous", 4),
    ("Beatriz Falcão", 4),
    ("Daniel Osei", 3),
    ("Tomasz Wren", 3),
    ("Nasreen Malik", 3),
    ("Huw Ansah", 3),
    ("Eleanor Pryce", 3),
)
"""Who carries how many of them; each keeps room for a visitor who looks for somebody."""

NAMES = (
    "Alma Prentice", "Bram Okonjo", "Cleo Marchetti", "Dov Lindgren", "Edda Sorley", "Fynn Abara",
    "Greta Hallam", "Hari Venn", "Isla Corrigan", "Jem Tolland", "Kasia Norwell", "Levi Strand",
    "Mona Ackerby", "Nils Farrow", "Orla Tennick", "Pavel Hurst", "Quin Maddocks", "Rosa Ingleby",
    "Sami Thorold", "Tess Wycombe", "Uma Delacourt", "Vito Renshaw", "Wanda Skerry", "Xan Holloway",
    "Yara Penrose", "Zeb Lockhart", "Ada Culver", "Bo Vickers", "Cora Ashdown", "Dex Marlow",
    "Elsa Pinnock", "Ford Amery", "Gia Thackray", "Hugo Brandreth", "Ines Calloway", "Joss Kemble",
)  # fmt: skip

HELD = (0, 1, 1, 2, 3, 4, 5, 6, 8, 11, 13, 15)
"""How many sessions were held: beginning, middle and ending, three times over."""

ENDED = {
    19: {"way": "completed", "decision": "finish", "weeks_ago": 6,
         "onward": "You have your plan. Ring us when two of your early signs last two weeks.",
         "farewell": "It was good to work with you.", "follow_ups": [{"months": 3}]},
    18: {"way": "dropped_out", "weeks_ago": 3,
         "farewell": "The door stays open. You need not explain anything to come back."},
}  # fmt: skip
"""Whose course has ended, and how: one as agreed, one who stopped coming."""

REVIEW = (
    {"session": 15, "kind": "relapse-plan",
     "answers": {"early": "I stop answering the phone.", "helps": "Going out before ten.",
                 "seek": "My doctor, or the practice."}},
    {"session": 16, "kind": "ending-review",
     "answers": {"then": "Every day was the same.", "changed": "I ask, and I am asked.",
                 "did": "I said what I need."}},
)  # fmt: skip
"""What was written together at an ending that was agreed."""

ASSESSED = {
    "session": 1,
    "criteria": "ICD-11 6A70",
    "diagnosis": "Low mood and loss of interest nearly every day for two months, with poor sleep, "
    "tiredness and guilt. Never a time of too much energy.",
    "other_care": "Their doctor knows that they come.",
    "risk_findings": "Asked about thoughts of death and of harm: none, now or before.",
    "risk_plan": "Asked again each week, whatever the number says.",
    "suits": "yes",
    "suitability": "The low mood began with what happened between people.",
}
"""What was found when they first met."""

LIVES = (
    ("transition", "From the shop floor to the office", "Made supervisor", "work", "Sam", "son"),
    ("grief", "Without my father", "My father died", "loss", "Nell", "sister"),
    ("dispute", "Who decides about the house", "We bought the house", "change", "Ray", "partner"),
    ("transition", "A parent, and myself as well", "Our second child", "change", "Jo", "partner"),
    ("isolation", "A street where I know nobody", "Moved across the country", "change", "Ken",
     "neighbour"),
    ("dispute", "My brother and the care of our mother", "Mother’s fall", "health", "Lou",
     "brother"),
)  # fmt: skip


@dataclass(frozen=True)
class Sketch:
    """One of them: who carries the course, how far it is, and what it is about."""

    number: int
    name: str
    carer: str
    held: int

    @property
    def sessions(self) -> int:
        return 12 if self.number % 3 == 1 and self.held <= 12 else 16

    @property
    def facts(self) -> dict[str, Any]:
        """The story as a file would tell it."""
        call, n = self.name.split()[0], self.number
        return {
            "name": self.name,
            "called": call,
            "age": 21 + 11 * n % 52,
            "pronouns": ("she/her", "he/him", "they/them")[n % 3],
            "email": f"{call.lower()}@clients.example",
            "account": False,
            "carer": self.carer,
            "protocol": f"ipt-adult-{self.sessions}-1",
            "sessions": self.sessions,
            "dated": min(self.held + (0 if self.number in ENDED else 2), self.sessions),
            "time": f"{9 + n % 8:02}:00",
            "days_ahead": n % 5,
            "phone": f"01632 960 {500 + n}",
            "emergency": {"name": LIVES[n % 6][4], "relation": LIVES[n % 6][5],
                          "value": f"01632 960 {600 + n}"},
            "goals": [{"words": "Have one evening that is mine", "baseline": 1 + n % 3,
                       "target": 6}] if self.held >= 4 else [],
            "held": [self._session(at) for at in range(1, self.held + 1)],
        } | ({"ended": ENDED[self.number]} if self.number in ENDED else {})  # fmt: skip

    @property
    def life(self) -> dict[str, Any]:
        """Two people, one event, and the focus once the fourth session was held."""
        area, words, event, kind, who, relation = LIVES[self.number % 6]
        focus: dict[str, Any] = {"session": 4, "area": area, "words": words}
        if area == "dispute":
            focus |= {"stage": "impasse", "person": who}
        return {
            "people": [
                {"name": who, "relation": relation, "bearing": 60, "rings": [1, 2, 1]},
                {"name": "Bea", "relation": "friend", "bearing": 220, "rings": [2, 2, 1]},
            ],
            "events": [{"words": event, "kind": kind, "day": -120, "told": 2}],
            "formulation": {"session": 4, "client_words": words, "people": [who]},
            "foci": [focus],
            "assessed": [ASSESSED],
            "tasks": [self._task(at, who) for at in range(4, self.held + 1)],
            "worksheets": REVIEW if self.number in ENDED else (),
        }

    def _task(self, at: int, who: str) -> dict[str, Any]:
        """What was agreed to be tried after session `at`, and what came of it."""
        done = "yes" if at % 2 else "partly"
        came = {"done": done, "happened": "We talked.", "mood_before": 4, "mood_after": 5}
        return {"session": at, "words": f"Ask {who} for an hour together.", "person": who,
                "came": came}  # fmt: skip

    def _session(self, at: int) -> dict[str, Any]:
        """What was answered before session `at`, falling slowly for most and hardly for some."""
        slow = 1 if self.number % 5 == 4 else 2
        points = max(17 - self.number % 4 - slow * at // 2, 3)
        tasks = {1: ["history_and_diagnosis", "risk_and_safety", "baseline_measures"],
                 2: ["explain_depression", "sick_role", "timeline"], 3: ["inventory"],
                 4: ["focus", "formulation", "contract"], 8: ["mid_course_review"],
                 13: ["name_ending"]}  # fmt: skip
        return {
            "phq9": spread(points, 8) + "0",
            "gad7": spread(max(points - 4, 2), 7),
            "done": ["check_in", "since_last", "link_mood", *tasks.get(at, [])],
            "note": f"Session {at}: worked on what had been agreed.",
            "summary": "We met, and agreed what to try next." if at >= self.held - 1 else "",
        }


def spread(points: int, items: int) -> str:
    """A total as answers from 0 to 3, as even as it can be: 9 over 7 gives "2211111"."""
    each, more = divmod(points, items)
    return "".join(str(min(each + (n < more), 3)) for n in range(items))


def sketches() -> Iterator[Sketch]:
    """Thirty-six of them, always the same."""
    carers = [name for name, many in CARERS for _ in range(many)]
    for number, (name, carer) in enumerate(zip(NAMES, carers, strict=True)):
        held = HELD[number * 5 % len(HELD)]
        yield Sketch(number, name, carer, 16 if held == 15 and number in ENDED else held)
