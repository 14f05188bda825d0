"""A worksheet on its way: handed out, filled in by both, kept in every version, read."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from commonground.core.models import AuditEvent
from commonground.courses import actions, filled, storages
from commonground.courses.models import Course, LifeEvent, Worksheet, WorksheetVersion
from commonground.people.roles import Role
from commonground.people.tests.front_office import (
    NOON,
    client_of,
    just_signed_in,
    person,
    signed_in,
)

from .carried import Carried, open_course
from .test_queries import cost

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}
SHEET = storages.worksheet("communication-analysis", 1)


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


@pytest.fixture
def phone(priya: Carried) -> Browser:
    return just_signed_in(priya.account)


def begun(priya: Carried, key: str = "communication-analysis") -> Worksheet:
    sheet = next(s for s in storages.newest_worksheets() if s.key == key)
    return actions.begin_worksheet(course=priya.course, sheet=sheet, by=priya.miriam, now=NOON)


def written(priya: Carried, answers: dict[str, Any], **more: Any) -> Worksheet:
    """What Miriam writes who has seen what stands there."""
    there = Worksheet.objects.with_keys().filter(version__gt=0).first() or begun(priya)
    seen = more.pop("seen", filled.stamps(there.sheet, there.answers))
    told = {"by": priya.miriam, "now": NOON} | more
    return actions.keep_worksheet(worksheet=there, answers=answers, seen=seen, **told).worksheet


def url(name: str, of: Any) -> str:
    return reverse(name, args=[of.pk])


def typed(browser: Browser, sheet: Worksheet, **more: str) -> dict[str, str]:
    """What a browser sends that opened the sheet now and typed `more`."""
    form = browser.get(url("worksheet", sheet)).context["form"]
    told = {b.html_name: b.value() for b in form if b.value() not in (None, "", [])}
    return told | more


# ——— from its file to paper ———


def test_a_sheet_is_handed_out_filled_in_at_home_and_read_in_the_hour(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    answer = desk.post(url("worksheet_begin", priya.course), {"kind": "communication-analysis"})
    sheet = Worksheet.objects.get()
    assert answer.url == url("worksheet", sheet)
    waiting = phone.get(reverse("my_worksheets"))
    assert "How a conversation went" in waiting.text and "nothing written yet" in waiting.text
    told = typed(phone, sheet, aim="To be heard", **{"exchange-0-said": "You are late"})
    answer = phone.post(url("worksheet", sheet), told)
    assert answer.url == url("worksheet_read", sheet)
    page = desk.get(answer.url).text
    assert "To be heard" in page and "You are late" in page and "Last written by Priya" in page


@pytest.mark.parametrize("sheet", storages.newest_worksheets(), ids=lambda sheet: sheet.key)
def test_every_sheet_becomes_a_form_is_kept_and_read(
    priya: Carried, phone: Browser, sheet: Any
) -> None:
    who = actions.keep_person(course=priya.course, facts={"name": "Tom"}, by=priya.miriam, now=NOON)
    priya.goal()
    facts = {"words": "The move", "kind": "change", "on": NOON.date(), "precision": "month"}
    event = actions.keep_event(course=priya.course, facts=facts, by=priya.miriam, now=NOON)
    phone.post(reverse("my_worksheet_begin"), {"kind": sheet.key})
    made = Worksheet.objects.get()
    form = phone.get(url("worksheet", made)).context["form"]
    told = {}
    for name, field in form.fields.items():
        options = [key for key, _label in getattr(field, "choices", []) if key]
        told[name] = options[0] if options else "2026-05-04"
        if type(field).__name__ == "IntegerField":
            told[name] = str(field.min_value + 1)
    told["seen"] = form["seen"].value()
    assert phone.post(url("worksheet", made), told).status_code == 302
    made.refresh_from_db()
    assert set(made.answers) == {each.key for each in sheet.fields}
    kinds = {f.kind for each in sheet.fields for f in (each, *each.columns)}
    assert list(made.people.all()) == ([who] if "person" in kinds else [])
    assert list(made.events.all()) == ([event] if "event" in kinds else [])
    assert made.goals.count() == ("goal" in kinds)
    again = phone.get(url("worksheet", made)).context["form"]
    assert FillsTheSame(again, told)
    lines = phone.get(url("worksheet_read", made)).context["lines"]
    assert [line.field.key for line in lines] == [each.key for each in sheet.fields]


def FillsTheSame(form: Any, told: dict[str, Any]) -> bool:
    """Whether the form comes back with what was typed."""

    def plain(value: Any) -> str:
        return str(value[0] if isinstance(value, list) else value)

    return all(plain(form[n].value()) == plain(v) for n, v in told.items() if n != "seen")


def test_a_slip_comes_back_with_a_sentence_and_everything_typed(
    priya: Carried, phone: Browser
) -> None:
    sheet = begun(priya, "role-play")
    told = typed(phone, sheet, situation="At the door", ready="12")
    page = phone.post(url("worksheet", sheet), told)
    assert page.status_code == 200
    assert page.context["form"].errors["ready"]
    assert "At the door" in page.text and 'value="12"' in page.text
    assert Worksheet.objects.get().is_blank


def test_rows_that_are_full_give_way_to_more(priya: Carried, phone: Browser) -> None:
    sheet = begun(priya)
    rows = {f"exchange-{n}-said": f"line {n}" for n in range(3)}
    answer = phone.post(url("worksheet", sheet), typed(phone, sheet, more="exchange", **rows))
    assert answer.url == f"{url('worksheet', sheet)}#exchange"
    form = phone.get(url("worksheet", sheet)).context["form"]
    assert form["exchange-5-said"].value() is None
    assert form["exchange-2-said"].value() == "line 2"


# ——— versions ———


def test_what_somebody_writes_over_is_kept_with_who_and_when(priya: Carried) -> None:
    written(priya, {"aim": "One"})
    written(priya, {"aim": "Two"}, by=priya.account, now=NOON + timedelta(hours=1))
    (version,) = WorksheetVersion.objects.with_keys()
    assert (version.answers, version.author, version.saved_at) == (
        {"aim": "One"}, priya.miriam, NOON,
    )  # fmt: skip


def test_what_is_saved_while_one_types_is_one_version(priya: Carried) -> None:
    for minute, aim in enumerate(["T", "To", "To be"]):
        written(priya, {"aim": aim}, draft=True, now=NOON + timedelta(minutes=minute))
    assert WorksheetVersion.objects.count() == 0
    written(priya, {"aim": "To be heard"}, draft=True, now=NOON + timedelta(minutes=11))
    assert [row.answers for row in WorksheetVersion.objects.with_keys()] == [{"aim": "To be"}]
    written(priya, {"aim": "Hers"}, draft=True, by=priya.account, now=NOON + timedelta(minutes=12))
    assert WorksheetVersion.objects.count() == 2


def test_an_earlier_version_is_never_changed(priya: Carried) -> None:
    written(priya, {"aim": "One"})
    written(priya, {"aim": "Two"})
    with pytest.raises(IntegrityError), transaction.atomic():
        WorksheetVersion.objects.update(number=9)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM courses_worksheetversion")


def test_who_wrote_what_stands_under_the_sheet(priya: Carried, phone: Browser) -> None:
    written(priya, {"aim": "One"})
    sheet = written(priya, {"aim": "One", "outcome": "He left"}, by=priya.account)
    newest, oldest = phone.get(url("worksheet_read", sheet)).context["history"]
    assert (newest["by"], newest["pieces"]) == (priya.account, [("How did it end?", "He left")])
    assert oldest["pieces"] == [("What did you want from this conversation?", "One")]


# ——— two at once ———


def test_two_who_write_in_different_places_lose_nothing(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    sheet = written(priya, {"aim": "One"})
    hers, his = typed(phone, sheet, outcome="He left"), typed(desk, sheet, unsaid="I miss you")
    phone.post(url("worksheet", sheet), hers)
    told = desk.post(url("worksheet", sheet), his, headers=SCRIPT).json()
    assert told["theirs"] == {"outcome": "He left"}
    sheet.refresh_from_db()
    assert sheet.answers == {"aim": "One", "outcome": "He left", "unsaid": "I miss you"}


def test_two_in_the_same_place_see_both_texts_and_choose(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    sheet = written(priya, {"aim": "One"})
    hers, his = typed(phone, sheet, aim="Hers"), typed(desk, sheet, aim="His")
    desk.post(url("worksheet", sheet), his)
    page = phone.post(url("worksheet", sheet), hers)
    assert page.status_code == 409
    assert "His" in page.text and page.context["form"]["aim"].value() == "Hers"
    again = {b.html_name: b.value() for b in page.context["form"] if b.value()}
    assert phone.post(url("worksheet", sheet), again).status_code == 302
    sheet.refresh_from_db()
    assert sheet.answers["aim"] == "Hers"
    assert {"aim": "His"} in [row.answers for row in WorksheetVersion.objects.with_keys()]


def test_a_script_is_told_both_texts(priya: Carried, desk: Browser, phone: Browser) -> None:
    sheet = written(priya, {"aim": "One"})
    hers = typed(phone, sheet, aim="Hers")
    written(priya, {"aim": "His"})
    answer = phone.post(url("worksheet", sheet), hers, headers=SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["both"] == [
        {"label": "What did you want from this conversation?", "theirs": "His"}
    ]
    hers["seen"] = json.dumps(json.loads(hers["seen"]) | answer.json()["seen"])
    assert phone.post(url("worksheet", sheet), hers, headers=SCRIPT).status_code == 200


def test_whether_somebody_else_wrote_is_a_number_a_name_and_no_reading(
    priya: Carried, phone: Browser
) -> None:
    sheet = written(priya, {"aim": "One"})
    before = AuditEvent.objects.count()
    answer = phone.get(url("worksheet", sheet), headers=SCRIPT)
    told = {"version": 1, "said": "Miriam wrote here at 12:00."}
    assert (answer.json(), AuditEvent.objects.count()) == (told, before)


# ——— whose ———


def test_nobody_of_another_course_is_ever_named(priya: Carried, phone: Browser) -> None:
    other = open_course(client_of(priya.miriam, "Wren Calder"), priya.miriam)
    told: dict[str, Any] = {"by": priya.miriam, "now": NOON}
    stranger = actions.keep_person(course=other, facts={"name": "Stranger"}, **told)
    actions.keep_person(course=priya.course, facts={"name": "Tom"}, **told)
    sheet = begun(priya)
    page = phone.post(url("worksheet", sheet), typed(phone, sheet, person=str(stranger.pk)))
    assert page.context["form"].errors["person"]
    with pytest.raises(actions.NotNow):
        written(priya, {"person": str(stranger.pk)})
    event = LifeEvent.objects.create(
        course=other, words="x", kind="loss", on=NOON.date(), author=priya.miriam, saved_at=NOON
    )
    with pytest.raises(actions.NotNow):
        written(priya, {"event": str(event.pk)})
    assert Worksheet.objects.get().is_blank
    assert Worksheet.people.through.objects.count() == 0


def test_whoever_is_named_on_a_sheet_leads_to_it(
    priya: Carried, desk: Browser, phone: Browser
) -> None:
    told: dict[str, Any] = {"course": priya.course, "by": priya.miriam, "now": NOON}
    tom = actions.keep_person(facts={"name": "Tom"}, **told)
    row = actions.keep_event(
        facts={"words": "The move", "kind": "change", "on": NOON.date(), "precision": "month"},
        **told,
    )
    sheet = written(priya, {"person": str(tom.pk), "event": str(row.pk)})
    way = url("worksheet_read", sheet)
    assert way in desk.get(f"{reverse('people', args=[priya.course.pk])}?who={tom.pk}").text
    assert way in phone.get(f"{reverse('my_people')}?who={tom.pk}").text
    assert way in desk.get(reverse("event", args=[row.pk])).text
    assert way not in desk.get(reverse("people", args=[priya.course.pk])).text  # nobody is chosen


def test_a_blank_sheet_is_begun_once_and_can_be_taken_away(priya: Carried, phone: Browser) -> None:
    sheet = begun(priya)
    phone.post(reverse("my_worksheet_begin"), {"kind": "communication-analysis"})
    assert Worksheet.objects.count() == 1
    phone.post(url("worksheet_remove", sheet))
    assert Worksheet.objects.count() == 0
    kept = written(priya, {"aim": "One"})
    phone.post(url("worksheet_remove", kept))
    assert Worksheet.objects.count() == 1


def test_a_sheet_there_is_none_of_is_refused_with_a_sentence(
    priya: Carried, phone: Browser
) -> None:
    page = phone.post(reverse("my_worksheet_begin"), {"kind": "nonsense"}, follow=True)
    assert "Choose one of the worksheets" in page.text


def test_a_colleague_reads_nothing(priya: Carried) -> None:
    sheet = written(priya, {"aim": "One"})
    other = signed_in(person("Other", Role.THERAPIST))
    for name in ("worksheet", "worksheet_read"):
        assert other.get(url(name, sheet)).status_code == 404


def test_a_sheet_whose_file_is_gone_is_kept_and_shuts_no_page(
    priya: Carried, phone: Browser, desk: Browser
) -> None:
    sheet = written(priya, {"aim": "One"})
    Worksheet.objects.update(kind="a-good-day")
    assert "A good day" in phone.get(reverse("my_worksheets")).text
    for page in (url("worksheets", priya.course), reverse("session", args=[priya.session().pk])):
        assert desk.get(page).status_code == 200
    assert "is missing" in phone.get(url("worksheet", sheet), follow=True).text
    assert "is missing" in phone.post(url("worksheet", sheet), {}, follow=True).text
    sheet.refresh_from_db()
    assert sheet.answers == {"aim": "One"}


# ——— after the ending ———


def test_the_plan_for_hard_hours_is_kept_after_the_course_and_only_read(
    priya: Carried, phone: Browser
) -> None:
    plan = begun(priya, "safety-plan")
    told = typed(phone, plan, signs="I stop answering", **{"professionals-0-number": "116 123"})
    phone.post(url("worksheet", plan), told)
    Course.objects.update(ended_on=NOON.date() + timedelta(days=1))
    page = phone.get(reverse("my_safety_plan")).text
    assert "I stop answering" in page and 'href="tel:116123"' in page
    assert phone.get(url("worksheet", plan)).url == url("worksheet_read", plan)
    assert phone.post(url("worksheet", plan), {"signs": "x"}).status_code == 404
    assert "I stop answering" in phone.get(reverse("my_worksheets")).text
    assert phone.post(reverse("my_worksheet_begin"), {"kind": "affect"}, follow=True)
    assert Worksheet.objects.count() == 1


def test_somebody_without_a_plan_is_told_kindly_and_can_begin(phone: Browser) -> None:
    page = phone.get(reverse("my_safety_plan"))
    assert "You have not written one yet" in page.text and "Begin my plan" in page.text


PLAN = "/my/plan/"


def test_the_plan_is_one_tap_away_on_every_page_of_a_client(phone: Browser) -> None:
    for name in (
        "my",
        "my_worksheets",
        "my_appointments",
        "my_formulation",
        "my_people",  # where the inner door asks who is there
        "my_timeline",
        "my_record",
        "my_ending",
        "my_sharing",
        "my_letters",
        "my_reminders",
        "security",
    ):
        page = phone.get(reverse(name), follow=True).text
        assert f'class="steady" aria-label="Always here"><a href="{PLAN}"' in page, name


def test_the_client_is_called_by_their_name_though_their_account_has_none(
    priya: Carried, desk: Browser
) -> None:
    priya.account.name = ""
    priya.account.save(update_fields=["name"])
    sheet = written(priya, {"aim": "One"}, by=priya.account)
    session = desk.get(reverse("session", args=[priya.session().pk])).text
    for page in (session, desk.get(url("worksheet_read", sheet)).text):
        assert re.search(r"[Ll]ast written by Priya", page)


def test_a_list_of_forty_sheets_costs_as_many_queries_as_one_of_two(
    priya: Carried, phone: Browser, desk: Browser
) -> None:
    pages = [
        (phone, reverse("my_worksheets")),
        (phone, reverse("my")),
        (desk, url("worksheets", priya.course)),
        (desk, reverse("session", args=[priya.session().pk])),
    ]

    def more(many: int) -> None:
        for _ in range(many):
            Worksheet.objects.create(
                course=priya.course, kind="affect", kind_version=1, answers={"situation": "x"},
                begun_by=priya.miriam, begun_at=NOON, author=priya.account, saved_at=NOON,
                version=1,
            )  # fmt: skip

    more(2)
    for page in pages:
        cost(*page)
    few = [cost(*page)[0] for page in pages]
    more(38)
    assert [cost(*page)[0] for page in pages] == few


def test_many_people_and_versions_cost_no_more_queries(priya: Carried, phone: Browser) -> None:
    sheet = begun(priya)
    pages = [(phone, url("worksheet", sheet)), (phone, url("worksheet_read", sheet))]

    def more(many: int) -> None:
        for n in range(many):
            actions.keep_person(
                course=priya.course, facts={"name": f"P {n}"}, by=priya.miriam, now=NOON
            )
            there = Worksheet.objects.with_keys().get()
            seen = filled.stamps(SHEET, there.answers)
            aim = {"aim": f"{there.version}"}
            actions.keep_worksheet(
                worksheet=there, answers=aim, seen=seen, by=priya.miriam, now=NOON
            )

    more(2)
    few = [cost(*page)[0] for page in pages]
    more(10)
    assert [cost(*page)[0] for page in pages] == few
