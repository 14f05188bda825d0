"""A protocol read from its file: what a file must hold, and why it is refused."""

from commonground.measures.datafile import Table, read, read_name

from .protocol import FOCI, BadProtocol, EverySession, Part, Phase, Protocol, Rhythm, Task, Watch

_WORD = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2,3}(-[A-Z]{2})?"


def parse(text: str, name: str) -> Protocol:
    """The protocol in a TOML file called `name` (without folder). Raises BadProtocol."""
    file = read(text, name, BadProtocol)
    key, version = read_name(file, name)
    sessions, ages, foci = file.table("sessions"), file.maybe_table("ages"), file.table("focus")
    total = sessions.whole("default", 1, 100)
    low, high = sessions.whole("min", 1, total), sessions.whole("max", total, 100)
    age_from = ages.maybe_whole("from", 0, 120)
    participants = file.texts("participants")
    measures = _measures(file)
    phases = _phases(file, total, low, high, participants)
    protocol = Protocol(
        key=key,
        version=version,
        label=file.text("label"),
        language=file.text("language", _LANGUAGE),
        sessions=total,
        min_sessions=low,
        max_sessions=high,
        minutes=sessions.whole("minutes", 5, 240),
        interval_days=sessions.whole("interval_days", 1, 366),
        focus_limit=foci.whole("limit", 1, 2),
        foci=_foci(foci, "areas"),
        foci_avoided=_foci(foci, "avoid"),
        participants=participants,
        phases=phases,
        every_session=_every_session(file, phases),
        measures=measures,
        watch=_watch(file, measures, total),
        follow_up_months=file.wholes("follow_up_months", 1),
        age_from=age_from,
        age_to=ages.maybe_whole("to", age_from or 0, 120),
        cautions=file.texts("cautions"),
        source=file.texts("source"),
        assumed=file.texts("assumed"),
    )
    _check_half_way(file, protocol)
    if not protocol.source:
        file.refuse("“source” must name at least one source", "source")
    for path in protocol.assumed:
        if not file.knows(path):
            file.refuse(f"“{path}” is said to be assumed and is not in the file", "assumed")
    if "client" not in participants:
        file.refuse("“participants” must name the client", "participants")
    for table in (sessions, ages, foci, file):
        table.no_more()
    return protocol


def _foci(table: Table, key: str) -> tuple[str, ...]:
    found = table.texts(key)
    for area in found:
        if area not in FOCI:
            table.refuse(f"“{area}” is none of the focus areas {', '.join(FOCI)}", key)
    return found


def _phases(
    file: Table, total: int, low: int, high: int, participants: tuple[str, ...]
) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    tasks: list[str] = []
    rows = file.tables("phases")
    start = 1
    for row in rows:
        key = row.text("key", _WORD)
        if any(phase.key == key for phase in phases):
            row.refuse(f"the phase “{key}” is used twice", "key")
        if row.whole("from", 1) != start:
            row.refuse(f"the phase “{key}” must begin at session {start}", "from")
        end = row.whole("to", start, total)
        own = tuple(_task(task, tasks, participants) for task in row.tables("tasks"))
        label, client_label = row.text("label"), row.text("client_label")
        stretches = row.flag("stretches", False)
        phases.append(Phase(key, label, client_label, start, end, own, stretches))
        start = end + 1
        row.no_more()
    if start != total + 1:
        file.refuse(f"the phases must reach session {total}", "phases")
    _check_stretch(file, phases, low, high)
    return tuple(phases)


def _task(row: Table, taken: list[str], participants: tuple[str, ...]) -> Task:
    key = row.text("key", _WORD)
    if key in taken:
        row.refuse(f"the task “{key}” is used twice", "key")
    taken.append(key)
    beside = row.texts("participants")
    for who in beside:
        if who not in participants:
            row.refuse(f"“{who}” does not take part in this protocol", "participants")
    task = Task(
        key,
        row.text("label"),
        row.text("why"),
        row.flag("required", False),
        row.flag("half_way", False),
        beside,
    )
    row.no_more()
    return task


def _check_stretch(file: Table, phases: list[Phase], low: int, high: int) -> None:
    stretching = [phase for phase in phases if phase.stretches]
    if len(stretching) > 1 or (low < high and not stretching):
        file.refuse("exactly one phase must stretch where the number of sessions may vary")
    if low < len(phases):
        file.refuse(f"with {low} sessions some of the {len(phases)} phases would have none left")


def _check_half_way(file: Table, protocol: Protocol) -> None:
    for total in range(protocol.min_sessions, protocol.max_sessions + 1):
        for phase in protocol.phases_for(total):
            for task in phase.tasks:
                if task.half_way and protocol.half_way(total) not in phase:
                    file.refuse(
                        f"with {total} sessions the middle of the course lies outside the phase"
                        f" “{phase.key}”, to which the task “{task.key}” belongs"
                    )


def _every_session(file: Table, phases: tuple[Phase, ...]) -> tuple[EverySession, ...]:
    tasks = {task.key for phase in phases for task in phase.tasks}
    items: list[EverySession] = []
    for row in file.tables("every_session"):
        key = row.text("key", _WORD)
        if key in tasks or any(item.key == key for item in items):
            row.refuse(f"“{key}” is used twice", "key")
        part = Part(row.text("part", "|".join(Part)))
        named = row.texts("phases")
        for phase in named:
            if phase not in [known.key for known in phases]:
                row.refuse(f"there is no phase “{phase}”", "phases")
        items.append(EverySession(key, row.text("label"), row.text("why"), part, named))
        row.no_more()
    return tuple(items)


def _measures(file: Table) -> tuple[Rhythm, ...]:
    found: list[Rhythm] = []
    for row in file.tables("measures"):
        instrument = row.text("instrument", r"[a-z][a-z0-9-]*")
        if any(rhythm.instrument == instrument for rhythm in found):
            row.refuse(f"the measure “{instrument}” is given twice", "instrument")
        every, first = row.whole("every", 1), row.maybe_whole("first", 1) or 1
        found.append(Rhythm(instrument, every, first))
        row.no_more()
    return tuple(found)


def _watch(file: Table, measures: tuple[Rhythm, ...], total: int) -> Watch:
    row = file.table("watch")
    measure = row.text("measure")
    if measure not in [rhythm.instrument for rhythm in measures]:
        row.refuse(f"“{measure}” is not measured in this protocol", "measure")
    watch = Watch(
        measure,
        row.whole("worse_by", 1),
        row.whole("early_session", 2, total),
        row.whole("early_fall_percent", 1, 100),
        row.whole("ending_notice", 1, total),
    )
    row.no_more()
    return watch
