"""No page keeps a client out, nor whoever stands beside them: each as `test_barriers` looks at it,
and closely: on a phone with letters twice as large, and by keyboard alone.

Sheets and people are many of one kind, so outside the full proof they are looked at twice: on a
desk in the light, on a phone in the dark.
"""

import re
from pathlib import Path

import pytest

from commonground.courses import worksheet

from .inspector import SAMPLE
from .test_on_a_train import in_a_tunnel
from .test_worksheets import begin

pytestmark = pytest.mark.journey

THEIRS = r"/(my|shared|home|worksheets|letters)/"
SHEETS = sorted(
    path.stem.rsplit("-", 1)[0]
    for path in (Path(worksheet.__file__).parent / "worksheets").glob("*.toml")
)


@pytest.mark.parametrize(
    ("role", "among"),
    [
        ("client", {"/my/", "/my/formulation/", "/my/appointments/…/", "/worksheets/…/"}),
        ("young client", {"/my/sharing/", "/my/people/"}),
        ("former client", {"/my/ending/", "/my/record/", "/worksheets/…/read/"}),
        ("guardian", {"/shared/"}),
    ],
)
def test_no_page_keeps_a_client_or_a_guardian_out(inspector, role, among):
    seen_already = role == "client"  # by every look, in `test_barriers`
    one = inspector(role, closely=True, looks=() if seen_already else SAMPLE)
    one.crawl(within=THEIRS)
    assert one.faults == []
    assert among <= one.seen


def test_no_worksheet_keeps_a_client_out(inspector, live):
    one = inspector("client", closely=True, looks=SAMPLE)
    begun = []
    for kind in SHEETS:
        one.page.goto("/my/worksheets/")
        one.page.locator(f"button[name=kind][value={kind}]").first.click()
        one.page.wait_for_url(re.compile("/worksheets/[0-9a-f-]{36}/"))
        one.look(kind)
        begun.append(one.page.url.split("/")[-2].replace("-", ""))
    live.sql(*(f"DELETE FROM courses_worksheet WHERE id = '{each}'" for each in begun))
    assert one.faults == []
    assert len(begun) >= 12


def test_no_tunnel_keeps_a_client_out(inspector, live):
    one = inspector("client", closely=True, looks=SAMPLE)
    begin(one.page, "My week’s rhythm")
    sheet = one.page.url.split("/")[-2].replace("-", "")
    in_a_tunnel(one.page, one.page.locator("textarea").first, "Up at seven")
    one.look("in a tunnel")
    live.sql(f"DELETE FROM courses_worksheet WHERE id = '{sheet}'")
    assert one.faults == []


@pytest.mark.parametrize("role", ["client", "former client"])
def test_nobody_in_a_clients_life_keeps_them_out(inspector, role):
    one = inspector(role, closely=True, looks=SAMPLE)
    one.open("/my/people/")
    one.open(one.page.locator(".people-table a").first.evaluate("a => a.href"), "with one open")
    if role == "client":
        one.page.get_by_role("link", name="Write about them").click()
        one.look()
        one.open("/my/people/new/")
        one.send("Keep", "with nothing typed")
    assert one.faults == []


def test_what_is_kept_of_a_client_keeps_their_therapist_out_nowhere(inspector):
    one = inspector("therapist", looks=SAMPLE)
    one.page.goto("/today/")
    one.page.locator(".caseload a", has_text="Priya").first.click()
    course = re.sub(r"^.*(/courses/[^/]+/).*$", r"\1", one.page.url)
    one.open(f"{course}people/")
    one.open(one.page.locator(".people-table a").first.evaluate("a => a.href"), "with one open")
    one.page.get_by_role("link", name="Write about them").click()
    one.look()
    one.open(f"{course}timeline/")
    one.page.locator("main a[href^='/events/']").first.click()
    one.look()
    assert one.faults == []


BLANK = (
    "<html lang='en'><title>x</title><style>button {{ padding-block: 10px }}</style>"
    "<main><h1>x</h1>{}</main></html>"
)
"""A page with something planted in it."""


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("<p>Words</p><p><button>A button</button></p>", ""),
        ("<div style='width: 13rem'>A box</div>", "large: div. sticks out"),
        ("<p style='height: 1.5rem; overflow: hidden'>A line</p>", ""),
        ("<p style='height: 24px; overflow: hidden'>A line</p>", "large: p. is clipped"),
        ("<button style='width: 20px'>x</button>", "is too small"),
        ("<button tabindex='-1'>Out of reach</button>", "Tab does not reach"),
        ("<button style='outline: none'>Unlit</button>", "the focus does not show"),
        (
            "<button>Under it</button><div style='position: fixed; inset: 0; background: white'>",
            "something covers",
        ),
    ],
)
def test_what_is_in_the_way_is_seen(inspector, planted, said):
    one = inspector(closely=True, looks=())
    one.page.set_content(BLANK.format(planted))
    one.look()
    assert [fault for fault in one.faults if not said or said not in fault] == []
    assert bool(one.faults) == bool(said)
