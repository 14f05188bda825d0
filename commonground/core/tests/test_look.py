"""What the look promises: one stylesheet, fonts of our own, nothing inline."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from commonground.core.management.commands.build_assets import IMPORT, laid_together
from commonground.core.outside import fonts
from commonground.core.templatetags import look

CSS = settings.HOUSE / "static" / "css"
TEMPLATES = sorted((settings.HOUSE / "templates").rglob("*.html"))
INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=["']|<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))""",
    re.IGNORECASE,
)


def test_every_part_lands_in_its_layer(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("/* why */\n.a { color: red; }\n")
    (tmp_path / "house.css").write_text('@layer base;\n@import url("a.css") layer(base);\n')
    assert (
        laid_together(tmp_path / "house.css")
        == "@layer base;\n@layer base {\n.a { color: red; }\n}\n"
    )


def test_no_component_is_forgotten_by_the_entry() -> None:
    named = {found["path"] for found in IMPORT.finditer((CSS / "house.css").read_text())}
    there = {str(file.relative_to(CSS)) for file in (CSS / "components").glob("*.css")}
    assert there <= named


def test_every_face_of_the_stylesheet_is_cut() -> None:
    asked = set(re.findall(r"fonts/([\w-]+)\.woff2", (CSS / "fonts.css").read_text()))
    assert asked == {Path(name).stem for name in fonts.FACES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_nothing_inline_that_the_policy_would_refuse(template: Path) -> None:
    assert not INLINE.search(template.read_text())


@pytest.mark.parametrize("planted", ['<p style="x">', "<script>x</script>", '<a onclick="x">'])
def test_something_inline_would_be_seen(planted: str) -> None:
    assert INLINE.search(planted)


def test_a_phase_holds_both_its_ends() -> None:
    assert list(look.weeks({"first": 5, "last": 8})) == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("name", "letters"), [("Miriam van der Berg", "MB"), ("Cher", "C"), ("", "")]
)
def test_a_monogram_takes_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert look.initials(name) == letters


def test_a_label_is_never_hidden_in_the_box() -> None:
    class Question(forms.Form):
        name = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Name"}))

    assert "placeholder" not in look.control(Question()["name"])
