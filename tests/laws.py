"""The laws of the house as functions: from sources (path → text) to what breaks a law.

Each answers with sentences, one per breach, and an empty list where all is well. They are pure,
so `test_house.py` can hand them the house as it stands, and a house with a violation planted.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

Sources = Mapping[str, str]

HOUSE = "commonground"
FURNITURE = frozenset(
    {"apps", "models", "views", "forms", "urls", "actions", "emails", "jobs", "checks", "access"}
    | {"audit", "fields", "middleware", "context_processors", "sitemaps", "adapters", "backends"}
    | {"storages", "api", "blocks", "wagtail_hooks", "clock", "cache"}
)
FURNISHED_ROOMS = frozenset({"migrations", "templatetags", "management", "tests", "outside"})
WIRING = frozenset({"settings", "urls", "nav", "wsgi", "apps"})
WORDS_MAY_BORROW = frozenset({"icalendar", "recurring_ical_events"})
# A domain word is handed values; it does not fetch them.
WORLD = frozenset({"http", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "urllib"})


# ——— what kind of file ———


def parts_of(path: str) -> tuple[str, ...]:
    """The rooms on the way to a file, without the house's own name: ('people', 'roles')."""
    return PurePosixPath(path).with_suffix("").parts[1:]


def is_python(path: str) -> bool:
    return path.startswith(f"{HOUSE}/") and path.endswith(".py")


def is_test(path: str) -> bool:
    return "tests" in parts_of(path)


def is_word(path: str) -> bool:
    """Whether the filename says: a domain word, pure Python."""
    parts = parts_of(path)
    if not is_python(path) or len(parts) < 2 or parts[0] == "config":
        return False
    rooms, name = parts[1:-1], parts[-1]
    if FURNISHED_ROOMS.union(FURNITURE).intersection(rooms):
        return False
    return name != "__init__" and name not in FURNITURE


def module_of(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: str, source: str) -> Iterator[tuple[int, str]]:
    """Every module imported in a file, relative ones resolved, as (line, dotted name).

    `from a import b` gives `a.b`, since b may be a module itself.
    """
    package = PurePosixPath(path).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(source, path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{stem}.{alias.name}"


def under(name: str, *roots: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


# ——— law 1: furniture or word ———


def impure_words(sources: Sources) -> list[str]:
    """A domain word imports the standard library and other domain words, nothing else."""
    words = {module_of(path) for path in sources if is_word(path)}
    found = []
    for path in filter(is_word, sources):
        for line, name in imports(path, sources[path]):
            top = name.split(".")[0]
            if top == HOUSE:
                if not under(name, *words):
                    found.append(f"{path}:{line} is a domain word and imports {name}")
            elif top in WORLD or (
                top not in sys.stdlib_module_names and top not in WORDS_MAY_BORROW
            ):
                found.append(f"{path}:{line} is a domain word and imports {name}")
    return found


def stray_wiring(sources: Sources) -> list[str]:
    """`config` holds wiring only, and there is one settings file."""
    found = []
    for path in filter(is_python, sources):
        parts = parts_of(path)
        if parts[0] == "config" and not FURNISHED_ROOMS.intersection(parts):
            if parts[-1] not in WIRING | {"__init__"}:
                found.append(f"{path} is not wiring; config holds nothing else")
        elif "settings" in parts[-1]:
            found.append(f"{path} looks like a second settings file")
    return found


# ——— law 2: floors ———


def floors(layers: Sequence[str]) -> dict[str, int]:
    """The floor of each room, the lowest is 0, from import-linter's own drawing."""
    height = {}
    for floor, layer in enumerate(reversed(layers)):
        for room in layer.split("|"):
            height[room.strip().strip("()")] = floor
    return height


def crossed_floors(
    keys: Iterable[tuple[str, str, str, str, str | None]], height: Mapping[str, int]
) -> list[str]:
    """Foreign keys as (room, model, field, target's room, related_name): down only, named '+'."""
    found = []
    for room, model, field, target, related in keys:
        if room == target:
            continue
        if height[target] >= height[room]:
            found.append(f"{room}.{model}.{field} reaches {target}, which is not below it")
        elif not (related or "").endswith("+"):
            found.append(f"{room}.{model}.{field} crosses a floor: related_name must be '+'")
    return found


SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")


def signals(sources: Sources) -> list[str]:
    """No signals for domain logic: only `apps.py` may wire post_migrate and its like."""
    found = []
    for path in filter(is_python, sources):
        if is_test(path):
            continue
        for line, name in imports(path, sources[path]):
            if not under(name, *SIGNALS):
                continue
            wiring = parts_of(path)[-1] == "apps"
            about_rows = name.endswith(("_save", "_delete", "m2m_changed", ".receiver"))
            if not wiring or about_rows:
                found.append(f"{path}:{line} listens to a signal ({name})")
    return found


# ——— law 3: Wagtail in one wing ———


def stray_wagtail(sources: Sources) -> list[str]:
    """Wagtail is imported by the website and wired in config; Django's admin by nobody."""
    found = []
    for path in filter(is_python, sources):
        for line, name in imports(path, sources[path]):
            if under(name, "wagtail", "modelcluster", "taggit") and parts_of(path)[0] not in {
                "website",
                "config",
            }:
                found.append(f"{path}:{line} imports {name}; only the website knows Wagtail")
            if under(name, "django.contrib.admin"):
                found.append(f"{path}:{line} imports Django's admin")
    return found


def clinical_content(models: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Models below the website as (label, names of all ancestors): none is Wagtail's content."""
    return [
        f"{label} is stored as Wagtail content ({ancestor})"
        for label, ancestors in models
        for ancestor in ancestors
        if ancestor.startswith(("wagtail.", "modelcluster.", "taggit.", "modelsearch."))
    ]


# ——— law 4: released data files ———


def edited_releases(manifest: Mapping[str, str], contents: Mapping[str, bytes]) -> list[str]:
    """Every released data file is there, with the very bytes it was released with."""
    found = []
    for path, fixed in manifest.items():
        if path not in contents:
            found.append(f"{path} was released and is gone")
        elif hashlib.sha256(contents[path]).hexdigest() != fixed:
            found.append(f"{path} was released and has been edited; make a new version instead")
    return found


# ——— law 5: time is a parameter ———

CLOCK = f"{HOUSE}/core/clock.py"
READS_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "ctime"),
}
NAMES_OF_TIME = (
    "django.utils.timezone.now",
    "django.utils.timezone.localdate",
    "django.db.models.functions.Now",
    "time.time",
    "time.time_ns",
)


def time_readers(sources: Sources) -> list[str]:
    """Only core/clock.py reads the time: no datetime.now, no auto_now, no {% now %}."""
    found = []
    for path, source in sources.items():
        if path.endswith((".html", ".txt")) and re.search(r"{%\s*now\b", source):
            found.append(f"{path} reads the time with {{% now %}}")
        if not is_python(path) or path == CLOCK or is_test(path):
            continue
        found += [
            f"{path}:{line} imports {name}"
            for line, name in imports(path, source)
            if name in NAMES_OF_TIME
        ]
        for node in ast.walk(ast.parse(source, path)):
            if isinstance(node, ast.Attribute):
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else None
                owner = node.value.id if isinstance(node.value, ast.Name) else owner
                if (owner, node.attr) in READS_TIME:
                    found.append(f"{path}:{node.lineno} reads the time with {owner}.{node.attr}")
            elif "migrations" in parts_of(path):
                continue  # copies what the models say, Wagtail's included
            elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                found.append(f"{path}:{node.value.lineno} reads the time with {node.arg}")
    return found


# ——— law 6: every route says who may see it ———


def unlisted_routes(census: Iterable[tuple[str, object | None]]) -> list[str]:
    """Routes on which nobody said who may come in."""
    return [f"/{route} says nothing about who may see it" for route, access in census if not access]


# ——— law 7: care decides access ———


def open_records(models: Iterable[tuple[str, bool, bool]]) -> list[str]:
    """Models as (label, is about a client, has visible_to): the first asks for the second."""
    return [
        f"{label} is about a client and has no visible_to(user)"
        for label, clinical, visible in models
        if clinical and not visible
    ]


# ——— the manner of the house ———


def long_models(sources: Sources, limit: int = 400) -> list[str]:
    """A file of models past 400 lines becomes a package."""
    return [
        f"{path} has {len(source.splitlines())} lines"
        for path, source in sources.items()
        if is_python(path) and "models" in parts_of(path) and len(source.splitlines()) > limit
    ]


# ——— what pages carry ———

WITHOUT_COMMENTS = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)
NAMESPACES = re.compile(r"https?://(?:www\.w3\.org|schema\.org|www\.sitemaps\.org)\b[^\s\"'<]*")
LINKS_OUT = re.compile(r"<a\b[^>]*?\bhref=(\"[^\"]*\"|'[^']*')", re.S)
FOREIGN = re.compile(r"(?:https?:|wss?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I)


def foreign_hosts(sources: Sources) -> list[str]:
    """No page, style or script fetches from another host. A link to follow is no request."""
    found = []
    for path, source in sources.items():
        if not path.endswith((".html", ".css", ".js", ".svg", ".webmanifest")):
            continue
        text = NAMESPACES.sub("", WITHOUT_COMMENTS.sub("", source))
        if path.endswith(".html"):
            text = LINKS_OUT.sub("<a", text)
        elif path.endswith((".js", ".css")):
            text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
            text = re.sub(r"(?m)(?:^|\s)// .*$", "", text)
        found += [f"{path} names the host {match[0]}" for match in FOREIGN.finditer(text)]
    return found


INLINE = (
    (re.compile(r"\sstyle\s*=\s*[\"']", re.I), "an inline style"),
    (re.compile(r"<style\b", re.I), "a style element"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.I), "a script"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "an event attribute"),
    (re.compile(r"javascript:", re.I), "a javascript: address"),
)


def inline_code(sources: Sources) -> list[str]:
    """Strict CSP: no style and no script stands inside a page."""
    return [
        f"{path} carries {what}"
        for path, source in sources.items()
        if path.endswith((".html", ".svg"))
        for pattern, what in INLINE
        if pattern.search(WITHOUT_COMMENTS.sub("", source))
    ]


BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.S)
SPOKEN = re.compile(
    r"\s(?:alt|title|placeholder|aria-label|aria-description|aria-roledescription)"
    r"=\"([^\"]*)\"",
    re.I,
)
SILENT = re.compile(r"<(script|style|code|pre|svg:title)\b.*?</\1>", re.S | re.I)


# Tags, entities, and what a block may hold instead of a sentence: attributes or an address.
MARKUP = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&#?\w+;|[\w-]+=\"[^\"]*\"|(?m:^/\S*$)")


def untranslated(sources: Sources) -> list[str]:
    """Every sentence in a template goes through gettext."""
    found = []
    for path, source in sources.items():
        if not path.endswith(".html"):
            continue
        text = BLOCK.sub("", WITHOUT_COMMENTS.sub("", source))
        text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
        spoken = [match[1] for match in SPOKEN.finditer(text)]
        plain = MARKUP.sub("\n", SILENT.sub("", text))
        for sentence in [*spoken, *plain.splitlines()]:
            if re.search(r"[^\W\d_]{2,}", sentence):
                found.append(f"{path}: “{sentence.strip()[:60]}” is not translated")
    return found


# ——— what a commit carries ———

UNWANTED = re.compile(
    r"p[y]pi[.]|p[y]thonhosted|n[p]mjs|r[e]gistry[.]|d[e]b[.]debian|/(?:r[o]ot|f[a]rm)/|"
    r"\bT[O]DO\b|\bF[I]XME\b|\bX{3}\b",
    re.I,
)


def unwanted_lines(sources: Sources) -> list[str]:
    """No index address, no path of one machine, no mark of unfinished work."""
    return [
        f"{path}:{number} carries “{match[0]}”"
        for path, source in sources.items()
        for number, line in enumerate(source.splitlines(), 1)
        if (match := UNWANTED.search(line))
    ]


def loose_requirements(run: str, test: str) -> list[str]:
    """Every package is pinned with a hash, and the tests run on what the practice runs on."""

    def pins(text: str) -> dict[str, str]:
        entries = text.replace("\\\n", " ").splitlines()
        return {
            entry.split("--hash")[0].strip(): entry
            for entry in entries
            if entry.strip() and not entry.startswith("#")
        }

    ours, theirs = pins(run), pins(test)
    found = [
        f"{name} is not pinned with a hash"
        for name, entry in {**ours, **theirs}.items()
        if "==" not in name or "--hash=sha256:" not in entry
    ]
    return found + [
        f"{name} is missing from the test requirements" for name in ours.keys() - theirs
    ]
