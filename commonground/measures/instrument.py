"""A measure as data: what is asked, how it is scored, what its totals mean, what must alert.

Items are keyed by concept, never by position: PHQ-A swaps items that PHQ-9 has in another order,
and an answer must never change its meaning with the form it was given on. A file may come
without wording: it scores totals from paper until a practice adds words it has the right to use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .datafile import BadFile, Table, read, read_name, repeated

_CONCEPT = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_LOINC = r"\d{1,7}-\d"
_ANSWER_CODE = r"LA\d+-\d"
_LANGUAGE = r"[a-z]{2,3}(-[A-Z]{2})?"


class BadInstrument(BadFile):
    """An instrument file that cannot be used, with file, line and reason."""


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen."""

    value: int
    text: str
    loinc: str = ""


@dataclass(frozen=True)
class Item:
    """One question. `scored` is false where the answer is kept but never adds to the total.

    `may_not_apply`: left out, it is taken as not applicable and prorated.
    """

    concept: str
    text: str
    options: tuple[Option, ...]
    scored: bool = True
    loinc: str = ""
    may_not_apply: bool = False

    @cached_property
    def values(self) -> range:
        """The values that may be answered, without a gap."""
        return range(self.options[0].value, self.options[-1].value + 1)


@dataclass(frozen=True)
class Band:
    """A named stretch of totals, both ends included."""

    key: str
    label: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Subscale:
    """Some of the items, summed for themselves; never prorated."""

    key: str
    label: str
    concepts: tuple[str, ...]


@dataclass(frozen=True)
class Risk:
    """A concept whose answer must reach a person.

    An answer of `alert_from` or more alerts. One of `same_day_from` or more is always due the same
    day; None = only when it is new or rising.
    """

    concept: str
    alert_from: int = 1
    same_day_from: int | None = None


@dataclass(frozen=True)
class Instrument:
    """One frozen version of a measure in one language.

    `caseness` and `reliable_change` are None where no value is established; so are
    `response_percent` (fall from the first total) and `remission_below`.
    Ages are whole years, both ends included; None = no limit. `multiplier` turns the sum into the
    total (WHO-5: 4). Where `higher_is_better`, a case is a total at or below `caseness`.
    `reports_mean`: the total is told as the mean of its items.
    """

    key: str
    version: int
    name: str
    title: str
    language: str
    stem: str
    licence: str
    source: tuple[str, ...]
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    max_missing: int
    caseness: int | None = None
    reliable_change: int | None = None
    response_percent: int | None = None
    remission_below: int | None = None
    risks: tuple[Risk, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    loinc_panel: str = ""
    loinc_total: str = ""
    purpose: str = ""
    higher_is_better: bool = False
    multiplier: int = 1
    reports_mean: bool = False
    subscales: tuple[Subscale, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether the questions can be asked; without wording only a total can be entered."""
        texts = [o.text for item in self.items for o in item.options]
        return all([self.stem, *(item.text for item in self.items), *texts])

    @property
    def without_words(self) -> "Instrument":
        """What is asked and how it is scored, without wording, licence and source."""
        bare = tuple(
            replace(item, text="", options=tuple(replace(o, text="") for o in item.options))
            for item in self.items
        )
        return replace(
            self, name="", title="", language="", stem="", licence="", source=(), purpose="",
            items=bare,
            bands=tuple(replace(band, label="") for band in self.bands),
            subscales=tuple(replace(part, label="") for part in self.subscales),
        )  # fmt: skip

    @property
    def id(self) -> str:
        """What an answer stores: key and version, as in `phq9-1`."""
        return f"{self.key}-{self.version}"

    @cached_property
    def by_concept(self) -> Mapping[str, Item]:
        return {item.concept: item for item in self.items}

    @cached_property
    def scored(self) -> tuple[Item, ...]:
        """The items that add up to the total."""
        return tuple(item for item in self.items if item.scored)

    @cached_property
    def lowest(self) -> int:
        """The lowest total there can be."""
        return self.multiplier * sum(item.values[0] for item in self.scored)

    @cached_property
    def highest(self) -> int:
        """The highest total there can be."""
        return self.multiplier * sum(item.values[-1] for item in self.scored)

    @cached_property
    def band_of(self) -> Mapping[int, Band]:
        """The band of each possible total."""
        return {t: band for band in self.bands for t in range(band.lowest, band.highest + 1)}

    def fits_age(self, years: int) -> bool:
        """Whether the measure is meant for somebody of this age in whole years."""
        low = self.age_from is None or years >= self.age_from
        return low and (self.age_to is None or years <= self.age_to)


def parse(text: str, name: str) -> Instrument:
    """The instrument in a TOML file called `name` (without folder, as in `phq9-1.toml`).

    Raises BadInstrument.
    """
    file = read(text, name, BadInstrument)
    key, version = read_name(file, name)
    worded = file.flag("text_shipped", True)
    options = _options(file, worded)
    items = _items(file, options, worded)
    scored = [item for item in items if item.scored]
    if not scored:
        file.refuse("no item is scored")
    if any(item.options != scored[0].options for item in scored):
        file.refuse("all scored items must have the same options", "items")
    scoring, ages, loinc = (
        file.table("scoring"),
        file.maybe_table("ages"),
        file.maybe_table("loinc"),
    )
    multiplier = scoring.maybe_whole("multiplier", 1, 100) or 1
    lowest, highest = (multiplier * sum(i.values[end] for i in scored) for end in (0, -1))
    method = scoring.text("method", "sum|mean")
    higher_is_better = scoring.flag("higher_is_better", False)
    for key_of_a_fall in ("response_percent", "remission_below"):
        if higher_is_better and scoring.has(key_of_a_fall):
            scoring.refuse(f"“{key_of_a_fall}” needs a measure that falls", key_of_a_fall)
    scoring.text("rounding", "half-up")
    age_from = ages.maybe_whole("from", 0, 120)
    instrument = Instrument(
        key=key,
        version=version,
        name=file.text("name"),
        title=file.text("title"),
        language=file.text("language", _LANGUAGE),
        stem=_words(file, "stem", worded),
        licence=file.text("licence"),
        source=file.texts("source"),
        items=items,
        bands=_bands(file, lowest, highest),
        max_missing=scoring.whole("max_missing", 0, len(scored) - 1),
        caseness=scoring.maybe_whole("caseness", lowest, highest),
        reliable_change=scoring.maybe_whole("reliable_change", 1, highest - lowest),
        response_percent=scoring.maybe_whole("response_percent", 1, 100),
        remission_below=scoring.maybe_whole("remission_below", lowest + 1, highest),
        risks=_risks(file, {item.concept: item for item in items}),
        age_from=age_from,
        age_to=ages.maybe_whole("to", age_from or 0, 120),
        loinc_panel=loinc.maybe_text("panel", _LOINC),
        loinc_total=loinc.maybe_text("total", _LOINC),
        purpose=file.maybe_text("purpose"),
        higher_is_better=higher_is_better,
        multiplier=multiplier,
        reports_mean=method == "mean",
        subscales=_subscales(file, {item.concept for item in scored}),
    )
    if not instrument.source:
        file.refuse("“source” must name at least one source", "source")
    for table in (scoring, ages, loinc, file):
        table.no_more()
    return instrument


def _words(table: Table, key: str, worded: bool) -> str:
    """The wording, or "" in a file that says it comes without any."""
    if not worded and table.has(key):
        table.refuse(f"“{key}” is wording, but “text_shipped” is false", key)
    return table.text(key) if worded else ""


def _options(file: Table, worded: bool) -> dict[str, tuple[Option, ...]]:
    table = file.table("options")
    found: dict[str, tuple[Option, ...]] = {}
    for key in table.names():
        rows = table.tables(key)
        options = []
        for row in rows:
            options.append(
                Option(
                    row.whole("value", 0),
                    _words(row, "text", worded),
                    row.maybe_text("loinc", _ANSWER_CODE),
                )
            )
            row.no_more()
        values = [option.value for option in options]
        if len(values) < 2 or values != list(range(values[0], values[0] + len(values))):
            table.refuse(f"the values of the options “{key}” must rise by one, without a gap", key)
        if twice := repeated([option.text for option in options if option.text]):
            table.refuse(f"“{twice}” stands twice in the options “{key}”", key)
        found[key] = tuple(options)
    return found


def _items(file: Table, options: dict[str, tuple[Option, ...]], worded: bool) -> tuple[Item, ...]:
    items: list[Item] = []
    for row in file.tables("items"):
        concept = row.text("concept", _CONCEPT)
        if any(item.concept == concept for item in items):
            row.refuse(f"the concept “{concept}” is used twice", "concept")
        chosen = row.text("options")
        if chosen not in options:
            row.refuse(f"there are no options called “{chosen}”", "options")
        loinc = row.maybe_text("loinc", _LOINC)
        if loinc and any(item.loinc == loinc for item in items):
            row.refuse(f"the LOINC code {loinc} is used twice", "loinc")
        scored = row.flag("scored", True)
        text, may_not_apply = _words(row, "text", worded), row.flag("may_not_apply", False)
        items.append(Item(concept, text, options[chosen], scored, loinc, may_not_apply))
        row.no_more()
    return tuple(items)


def _bands(file: Table, lowest: int, highest: int) -> tuple[Band, ...]:
    bands: list[Band] = []
    start = lowest
    for row in file.tables("bands"):
        key, label = row.text("key", _CONCEPT), row.text("label")
        if any(band.key == key for band in bands):
            row.refuse(f"the band “{key}” is used twice", "key")
        if row.whole("from", lowest, highest) != start:
            row.refuse(f"the band “{key}” must begin at {start}", "from")
        end = row.whole("to", start, highest)
        bands.append(Band(key, label, start, end))
        start = end + 1
        row.no_more()
    if bands and start != highest + 1:
        file.refuse(f"the bands must reach the highest total, {highest}", "bands")
    return tuple(bands)


def _subscales(file: Table, concepts: set[str]) -> tuple[Subscale, ...]:
    parts: list[Subscale] = []
    for row in file.tables("subscales"):
        part = Subscale(row.text("key", _CONCEPT), row.text("label"), row.texts("concepts"))
        if any(other.key == part.key for other in parts):
            row.refuse(f"the subscale “{part.key}” is used twice", "key")
        if not part.concepts or not concepts.issuperset(part.concepts):
            row.refuse(f"the subscale “{part.key}” names an item that is not scored", "concepts")
        parts.append(part)
        row.no_more()
    return tuple(parts)


def _risks(file: Table, items: Mapping[str, Item]) -> tuple[Risk, ...]:
    risks: list[Risk] = []
    for row in file.tables("risk"):
        concept = row.text("concept")
        if concept not in items:
            row.refuse(f"no item asks about “{concept}”", "concept")
        if any(risk.concept == concept for risk in risks):
            row.refuse(f"the risk “{concept}” is given twice", "concept")
        values = items[concept].values
        alert_from = row.whole("alert_from", values[0] + 1, values[-1])
        same_day_from = row.maybe_whole("same_day_from", alert_from, values[-1])
        risks.append(Risk(concept, alert_from, same_day_from))
        row.no_more()
    return tuple(risks)
