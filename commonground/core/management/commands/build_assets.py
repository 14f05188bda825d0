"""Make what the pages need and the repository does not hold: fonts, and one stylesheet out of many.

Everything goes to `settings.ASSETS`, which is one of the static folders. Nothing is made twice: a
stamp keeps the fingerprint of what went in.
"""

import hashlib
import re
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from commonground.core.outside import fonts

IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INDENT = re.compile(r"\n\s*")
ENTRIES = ("house.css", "care.css")
PACKAGES = ("fonttools", "font-source-serif-pro", "font-hanken-grotesk")


def laid_together(entry: Path) -> str:
    """One stylesheet: each imported part in its place and layer, without comments and indentation.

    Parts address files as `../fonts/…`; the result lies one folder deep as well, so the paths
    stay true.
    """

    def part(found: re.Match[str]) -> str:
        text = (entry.parent / found["path"]).read_text()
        return f"@layer {found['layer']} {{\n{text}\n}}" if found["layer"] else text

    whole = IMPORT.sub(part, COMMENT.sub("", entry.read_text()))
    return INDENT.sub("\n", COMMENT.sub("", whole)).strip() + "\n"


class Command(BaseCommand):
    help = "Cut the fonts and lay the stylesheets together (only what has changed)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="make everything anew")

    def handle(self, *args: Any, **options: Any) -> None:
        again = options["again"]
        self.make_fonts(again)
        for name in ENTRIES:
            entry = settings.HOUSE / "static" / "css" / name
            if entry.exists():
                self.make_stylesheet(entry)

    def make_fonts(self, again: bool) -> None:
        folder = settings.ASSETS / "fonts"
        parts = [Path(fonts.__file__).read_text(), *map(version, PACKAGES)]
        mark, stamp = hashlib.sha256("\n".join(parts).encode()).hexdigest(), folder / "stamp.txt"
        if not again and stamp.exists() and stamp.read_text() == mark:
            return
        made = fonts.cut(folder)
        stamp.write_text(mark)
        size = sum(file.stat().st_size for file in made) // 1000
        self.stdout.write(f"fonts: {len(made)} files, {size} kB")

    def make_stylesheet(self, entry: Path) -> None:
        text, target = laid_together(entry), settings.ASSETS / "built" / entry.name
        if target.exists() and target.read_text() == text:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        self.stdout.write(f"{entry.name}: {len(text) // 1000} kB")
