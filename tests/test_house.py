"""The laws of the house, each kept by a test, and each test shown a violation it must see."""

import json
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from tests import laws

ROOT = Path(__file__).resolve().parents[1]
TEXT = {".py", ".html", ".css", ".js", ".txt", ".toml", ".svg", ".md", ".xml", ".webmanifest", ""}
# Served when nothing else works, so without gettext; and the specimens of the style guide.
SPOKEN_AS_THEY_STAND = ("errors/400.html", "errors/500.html", "styleguide.html")
RELEASED = ROOT / "tests" / "released.json"


def read(*folders: str) -> dict[str, str]:
    """Every text file below these folders as path → text."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def house():
    return read("commonground")


@pytest.fixture(scope="module")
def layers():
    drawn = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return next(
        contract["layers"]
        for contract in drawn["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )


def ours():
    return [m for m in apps.get_models() if m.__module__.startswith("commonground.")]


def room(model) -> str:
    return model.__module__.split(".")[1]


# ——— law 1 ———


def test_a_file_is_furniture_or_a_domain_word(house):
    assert laws.impure_words(house) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from django.db import models",
        "import wagtail",
        "from .models import Client",
        "from ..core import clock",
        "import urllib.request",
        "def late():\n    from commonground.core.clock import now",
    ],
)
def test_a_word_that_reaches_for_the_framework_is_seen(planted):
    assert laws.impure_words({"commonground/people/ages.py": planted})


def test_a_word_may_use_the_standard_library_and_other_words():
    assert not laws.impure_words(
        {
            "commonground/people/ages.py": "from datetime import date\nfrom .roles import Role\n"
            "from . import roles",
            "commonground/people/roles.py": "import enum",
        }
    )


@pytest.mark.parametrize(
    "path",
    [
        "commonground/people/models/client.py",
        "commonground/people/actions.py",
        "commonground/core/outside/keyring.py",
        "commonground/core/fields/__init__.py",
        "commonground/website/migrations/0001_initial.py",
        "commonground/people/tests/test_roles.py",
    ],
)
def test_furniture_is_known_by_its_name(path):
    assert not laws.is_word(path)


def test_there_is_one_settings_file_and_config_is_wiring(house):
    assert laws.stray_wiring(house) == []


@pytest.mark.parametrize(
    "path", ["commonground/config/settings_local.py", "commonground/people/settings.py"]
)
def test_a_second_settings_file_is_seen(path):
    assert laws.stray_wiring({path: ""})


# ——— law 2 ———


def lent(model):
    """Names of fields that a third party's abstract model lends to ours (Wagtail's image)."""
    return {
        field.name
        for base in model.__mro__
        if not base.__module__.startswith("commonground.") and hasattr(base, "_meta")
        for field in base._meta.local_fields
    }


def keys_of(models):
    for model in models:
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if not isinstance(field, (ForeignKey, OneToOneField, ManyToManyField)):
                continue
            if field.name in lent(model):
                continue
            target = field.remote_field.model
            if target.__module__.startswith("commonground."):
                related = field.remote_field.related_name
                yield room(model), model.__name__, field.name, room(target), related


def test_foreign_keys_go_down_and_nobody_below_can_look_up(layers):
    assert laws.crossed_floors(keys_of(ours()), laws.floors(layers)) == []


@pytest.mark.parametrize(
    "key",
    [
        ("people", "Client", "page", "website", "+"),
        ("website", "Page", "therapist", "people", None),
        ("website", "Page", "therapist", "people", "pages"),
        ("measures", "Alert", "profile", "directory", "+"),
    ],
)
def test_a_key_that_goes_up_sideways_or_leaves_a_way_back_is_seen(layers, key):
    assert laws.crossed_floors([key], laws.floors(layers))


def test_every_room_stands_on_a_floor(layers):
    rooms = {
        app.name.split(".")[1] for app in apps.get_app_configs() if "commonground." in app.name
    }
    assert rooms <= laws.floors(layers).keys()


def test_no_signal_carries_domain_logic(house):
    assert laws.signals(house) == []


@pytest.mark.parametrize(
    ("path", "planted"),
    [
        ("commonground/people/models/user.py", "from django.db.models.signals import post_save"),
        ("commonground/people/apps.py", "from django.db.models.signals import post_save"),
        ("commonground/people/actions.py", "from django.dispatch import receiver"),
    ],
)
def test_a_signal_is_seen(path, planted):
    assert laws.signals({path: planted})


# ——— law 3 ———


def test_wagtail_is_known_to_the_website_alone(house):
    assert laws.stray_wagtail(house) == []


@pytest.mark.parametrize(
    ("path", "planted"),
    [
        ("commonground/people/models/client.py", "from wagtail.models import Page"),
        ("commonground/demo/actions.py", "def load():\n    from wagtail.models import Site"),
        ("commonground/website/views.py", "from django.contrib.admin import site"),
    ],
)
def test_wagtail_in_another_room_is_seen(path, planted):
    assert laws.stray_wagtail({path: planted})


def test_djangos_admin_is_not_installed():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_no_fact_about_a_client_is_wagtail_content():
    assert (
        laws.clinical_content(
            (m._meta.label, [f"{a.__module__}.{a.__name__}" for a in m.__mro__])
            for m in ours()
            if room(m) != "website"
        )
        == []
    )


def test_a_client_kept_as_a_snippet_is_seen():
    assert laws.clinical_content([("people.Client", ["wagtail.models.RevisionMixin"])])


# ——— law 4 ———


def test_released_data_files_are_never_edited():
    manifest = json.loads(RELEASED.read_text())
    contents = {path: (ROOT / path).read_bytes() for path in manifest if (ROOT / path).is_file()}
    assert laws.edited_releases(manifest, contents) == []


@pytest.mark.parametrize("contents", [{"a.toml": b"edited"}, {}])
def test_an_edited_or_missing_release_is_seen(contents):
    assert laws.edited_releases({"a.toml": "0" * 64}, contents)


# ——— law 5 ———


def test_only_the_clock_reads_the_time(house):
    assert laws.time_readers(house) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils.timezone import now",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.utcnow()",
        "from datetime import date\nday = date.today",
        "import time\ntime.time()",
        "from time import time",
        "from django.db import models\nfield = models.DateTimeField(auto_now_add=True)",
        "from django.db.models.functions import Now",
    ],
)
def test_another_reader_of_the_time_is_seen(planted):
    assert laws.time_readers({"commonground/people/actions.py": planted})


def test_a_template_that_reads_the_time_is_seen():
    assert laws.time_readers({"commonground/templates/public.html": '© {% now "Y" %}'})


def test_measuring_how_long_something_took_is_not_reading_the_time():
    source = "import time\ntime.monotonic()\ntime.sleep(1)"
    assert not laws.time_readers({"commonground/core/outside/supervisor.py": source})


# ——— law 7 (law 6 is in test_routes.py) ———


REACHED_OTHERWISE = {
    "people.Care": "decides who sees; nobody asks it who may",
    "people.Invitation": "found by its token, before there is anybody to see",
    "people.Consent": "reached from a client who was found",
    "people.Contact": "reached from a client who was found",
    "people.Guardian": "reached from a client who was found",
    "people.Trace": "leads to clients, who are asked whether they may be seen",
}


def about_clients():
    from commonground.people.models import Client

    for model in ours():
        if model._meta.label in REACHED_OTHERWISE:
            continue
        direct = any(
            getattr(field.remote_field, "model", None) is Client
            for field in model._meta.get_fields()
            if field.concrete and field.remote_field
        )
        visible = hasattr(model._default_manager, "visible_to")
        yield model._meta.label, direct or model is Client, visible


def test_what_is_about_a_client_is_found_through_visible_to():
    assert laws.open_records(about_clients()) == []


def test_a_record_without_visible_to_is_seen():
    assert laws.open_records([("courses.Note", True, False)])


# ——— manner ———


def test_a_file_of_models_fits_on_400_lines(house):
    assert laws.long_models(house) == []


def test_a_long_file_of_models_is_seen():
    assert laws.long_models({"commonground/people/models.py": "\n" * 401})


# ——— pages ———


def test_no_page_fetches_from_a_foreign_host(house):
    assert laws.foreign_hosts(house) == []


@pytest.mark.parametrize(
    ("path", "planted"),
    [
        ("a.html", '<img src="https://cdn.example.org/a.png">'),
        ("a.html", '<link rel="stylesheet" href="//cdn.example.org/a.css">'),
        ("a.html", '<form action="https://example.org/">'),
        ("a.css", "@import url(https://example.org/a.css);"),
        ("a.js", 'fetch("https://example.org/x")'),
        ("a.js", 'new WebSocket("wss://example.org/x")'),
    ],
)
def test_a_foreign_host_is_seen(path, planted):
    assert laws.foreign_hosts({path: planted})


def test_a_link_to_follow_is_not_a_request():
    assert not laws.foreign_hosts({"a.html": '<a class="x" href="https://www.example.org/">x</a>'})


def test_no_page_carries_inline_style_or_script(house):
    assert laws.inline_code(house) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>go()</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_inline_style_and_script_are_seen(planted):
    assert laws.inline_code({"a.html": planted})


def test_data_for_search_engines_is_not_a_script():
    assert not laws.inline_code({"a.html": '<script type="application/ld+json">{}</script>'})


def test_every_sentence_in_a_template_is_translated(house):
    shown = {
        path: text
        for path, text in house.items()
        if "/templates/" in path and not path.endswith(SPOKEN_AS_THEY_STAND)
    }
    assert laws.untranslated(shown) == []


@pytest.mark.parametrize(
    "planted",
    ["<p>Hello you</p>", '<img alt="A room">', "{% if a %}Yes, please{% endif %}"],
)
def test_a_bare_sentence_is_seen(planted):
    assert laws.untranslated({"a.html": planted})


def test_a_translated_sentence_passes():
    page = (
        '{% translate "Hello" %}<p>{% blocktranslate trimmed %}Hello {{ you }}'
        '{% endblocktranslate %}</p>{# a note #} · <i alt="{% translate "Room" %}"></i>'
    )
    assert laws.untranslated({"a.html": page}) == []


# ——— commits ———


def test_nothing_committed_names_an_index_a_machine_or_unfinished_work():
    written = read("commonground", "docs", "requirements", ".ci")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*.py"), *ROOT.glob("*.toml"), ROOT / "ground"]:
        written[path.name] = path.read_text(encoding="utf-8")
    assert laws.unwanted_lines(written) == []


@pytest.mark.parametrize(
    "planted", ["--index-url https://p" + "ypi.org/simple", "# TO" + "DO later", "/ro" + "ot/.ssh"]
)
def test_an_unwanted_line_is_seen(planted):
    assert laws.unwanted_lines({"requirements/run.txt": planted})


def test_every_requirement_is_pinned_with_a_hash():
    run, test = ((ROOT / "requirements" / f"{name}.txt").read_text() for name in ("run", "test"))
    assert laws.loose_requirements(run, test) == []


def test_a_loose_requirement_is_seen():
    good = "django==5.2.19 \\\n    --hash=sha256:00\n"
    assert laws.loose_requirements("django>=5\n", good)
    assert laws.loose_requirements(good, "")
    assert laws.loose_requirements(good, good) == []
