"""Draw docs/generated from the code, so that it can never tell yesterday's story.

`--check` draws nothing and fails with the names of the pages that are stale.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Field, Model

from commonground.core import retention
from commonground.core.access import Access, census
from commonground.courses import storages as courses
from commonground.courses import worksheet
from commonground.enquiries import lifecycle
from commonground.measures import instrument, storages

DRAWN = "\n*Drawn from the code by `./ground manage draw_docs`; edits here are lost.*\n"
WORDS_FOR = {
    "public": "everybody",
    "public_page": "everybody; kept whole in the cache",
    "signed_in": "whoever is signed in",
    "working": "whoever works here",
    "demo_only": "everybody, in the demo only",
    "closed": "nobody",
}
GATHERED = "cms/"
"""The routes of Wagtail's editor come by the hundred: they are counted, not listed."""


def layers() -> list[str]:
    """The floors from the top down, as import-linter keeps them."""
    house = tomllib.loads((settings.ROOT / "pyproject.toml").read_text())
    contracts = house["tool"]["importlinter"]["contracts"]
    return list(next(c["layers"] for c in contracts if c["type"] == "layers"))


def first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0].replace("|", "\\|")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"


def who(access: Access | None) -> str:
    if access is None:
        return "**nobody said**"
    return WORDS_FOR.get(access.kind) or ", ".join(sorted(access.roles))


def routes() -> str:
    """Every way into the house and who may take it."""
    listed: list[tuple[str, ...]] = []
    gathered: Counter[str] = Counter()
    for route, access in census():
        if route.startswith(GATHERED):
            gathered[who(access)] += 1
        else:
            listed.append((f"`/{route}`".replace("|", "\\|"), who(access)))
    listed += [(f"`/{GATHERED}…` ({n} routes)", name) for name, n in sorted(gathered.items())]
    return f"# Every route and who may see it\n{DRAWN}\n" + table(("route", "who"), listed)


def modules(room: Path) -> Iterator[tuple[str, str]]:
    """The files of one room with the first sentence each says of itself."""
    for path in sorted(room.rglob("*.py")):
        inside = path.relative_to(room)
        if {"tests", "migrations", "__pycache__"} & set(inside.parts):
            continue
        said = first_line(ast.get_docstring(ast.parse(path.read_text())))
        if said and inside.name != "__init__.py":
            yield inside.as_posix(), said


def floors() -> str:
    """The house from the top down, and what each file is for."""
    page = [f"# The floors, and what lies where\n{DRAWN}"]
    page.append("Imports and foreign keys go down only; rooms on one line are strangers.\n")
    rooms = []
    page.append("```")
    for layer in layers():
        names = [name.strip().strip("()") for name in layer.split("|")]
        built = [name for name in names if (settings.HOUSE / name / "__init__.py").exists()]
        if built:
            page.append(" | ".join(built))
        rooms += built
    page.append("```\n")
    for room in rooms:
        page.append(f"## {room}\n")
        page.append(table(("file", "what it is"), [*modules(settings.HOUSE / room)]))
    return "\n".join(page)


def kind(field: "Field[Any, Any]") -> str:
    target = getattr(field.remote_field, "model", None)
    name = type(field).__name__
    return f"{name} → {target._meta.label}" if target else name


def models() -> str:
    """Every table of ours in one sentence, with its columns."""
    page = [f"# What is kept\n{DRAWN}"]
    for model in sorted(ours(), key=lambda model: model._meta.label):
        page.append(f"## {model._meta.label}\n\n{first_line(model.__doc__)}\n")
        fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
        page.append(table(("field", "kind"), [(field.name, kind(field)) for field in fields]))
    return "\n".join(page)


def ours() -> Iterator[type[Model]]:
    return (m for m in apps.get_models() if m.__module__.startswith("commonground."))


def kept() -> str:
    """How long each personal column is kept."""
    book = retention.read((settings.HOUSE / "core" / "retention.toml").read_text())
    rows = [
        (f"`{policy.column}`", policy.keep, policy.on_erasure, policy.why.replace("|", "\\|"))
        for _, policy in sorted(book.policies.items())
    ]
    head = ("column", "kept", "on erasure", "why")
    return f"# How long each personal fact is kept\n{DRAWN}\n" + table(head, rows)


def instruments() -> str:
    """Every measure shipped here: how it is scored, on whose word, and under which licence."""
    page = [f"# The measures\n{DRAWN}"]
    for path in sorted(storages.SHIPPED.glob("*.toml")):
        found = instrument.parse(path.read_text("utf-8"), path.name)
        bands = ", ".join(f"{b.label} {b.lowest}–{b.highest}" for b in found.bands)
        facts = [
            ("for", found.purpose),
            ("wording", "shipped" if found.has_text else "not shipped; a total can be entered"),
            ("total", f"{found.lowest}–{found.highest}"),
            ("better is", "higher" if found.higher_is_better else "lower"),
            ("bands", bands or "none"),
            ("caseness", "none" if found.caseness is None else str(found.caseness)),
            ("reliable change", str(found.reliable_change or "none established")),
            ("items that may be missing", str(found.max_missing)),
            ("alerts", ", ".join(risk.concept for risk in found.risks) or "none"),
            ("licence", found.licence),
            *(("source", source) for source in found.source),
        ]
        page.append(f"## {found.name} ({found.id})\n\n{found.title}\n")
        page.append(table(("what", "value"), facts))
    return "\n".join(page)


def enquiries() -> str:
    """The life of an enquiry: who brings it from where to where."""
    chart = "\n".join(lifecycle.drawing())
    page = [f"# The life of an enquiry\n{DRAWN}", f"```mermaid\n{chart}\n```\n"]
    rows = [
        (
            str(line.act),
            ", ".join(sorted(line.who)),
            ", ".join(state for state in lifecycle.State if state in line.out_of),
            str(line.into or "stays where it is"),
        )
        for line in lifecycle.TABLE
    ]
    return "\n".join([*page, table(("what", "who", "from", "to"), rows)])


def worksheets() -> str:
    """Every worksheet shipped here: what it asks, what it fits, on whose word."""
    page = [f"# The worksheets\n{DRAWN}"]
    page.append(
        "A practice adds its own by laying a file of the same shape in the folder `worksheets` of"
        " its data; a bad one is refused at start with file, line and reason.\n"
    )
    for path in sorted(courses.WORKSHEETS.glob("*.toml")):
        found = worksheet.parse(path.read_text("utf-8"), path.name)
        facts = [
            ("the client reads", found.mine),
            ("for", found.purpose),
            ("focus areas", ", ".join(found.foci) or "any"),
            ("fits the strategies", ", ".join(found.strategies) or "none in particular"),
            ("fits the tasks", ", ".join(found.tasks) or "none in particular"),
            ("phases", ", ".join(found.phases) or "any"),
            *(("source", source) for source in found.source),
        ]
        page.append(f"## {found.label} ({found.id})\n")
        page.append(table(("what", "value"), facts))
        rows = []
        for each in found.fields:
            rows.append((each.label, str(each.kind)))
            rows += [(f"… {column.label}", str(column.kind)) for column in each.columns]
        page.append(table(("it asks", "as"), rows))
    return "\n".join(page)


PAGES = {
    "routes.md": routes,
    "floors.md": floors,
    "models.md": models,
    "retention.md": kept,
    "instruments.md": instruments,
    "worksheets.md": worksheets,
    "enquiries.md": enquiries,
}


class Command(BaseCommand):
    help = "Draw docs/generated from the code; --check only says whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = settings.ROOT / "docs" / "generated"
        stale = []
        for name, draw in PAGES.items():
            page, path = draw().rstrip() + "\n", folder / name
            if path.exists() and path.read_text(encoding="utf-8") == page:
                continue
            stale.append(name)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(page, encoding="utf-8")
        if stale and check:
            raise CommandError(f"Stale: {', '.join(stale)}. ./ground manage draw_docs draws them.")
        self.stdout.write(f"drawn: {', '.join(stale)}" if stale else "docs/generated is up to date")
