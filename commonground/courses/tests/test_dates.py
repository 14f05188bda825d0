"""A row of dates looked at before it is kept; one moved, one called off, one nobody came to."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse

from commonground.courses import actions
from commonground.courses.models import Session, tell
from commonground.courses.progress import Attendance
from commonground.measures.models import Response
from commonground.people.models import Place
from commonground.people.roles import Role
from commonground.people.tests.front_office import NOON, client_of, person, signed_in
from commonground.scheduling import actions as scheduling
from commonground.scheduling.models import (
    Appointment,
    PracticeHoliday,
    Series,
    TimeOff,
    WeeklyHours,
)

from .carried import MET, Carried, carried

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
OCTOBER = {"day": "2026-10-08", "time": "18:00", "place": "", "weeks": "16"}


@pytest.fixture(scope="module")
def laid(once: Callable[..., Any]) -> Callable[[], Carried]:
    return once(lambda: carried(weeks=0), at=NOON)


@pytest.fixture
def desk(priya: Carried) -> Browser:
    return signed_in(priya.miriam)


def evening(on: date) -> datetime:
    return datetime.combine(on, time(18), LONDON)


def look(desk: Browser, priya: Carried, **told: Any) -> Any:
    return desk.post(reverse("series", args=[priya.course.pk]), {**OCTOBER, **told})


def dates(priya: Carried) -> list[tuple[int, str]]:
    rows = Session.objects.filter(course=priya.course).select_related("appointment")
    return [
        (s.number, f"{s.dated.starts_at.astimezone(LONDON):%Y-%m-%d %H:%M}")
        for s in rows.order_by("number")
        if s.dated
    ]


def christmas() -> None:
    PracticeHoliday.objects.create(
        name="Christmas", first_on=date(2026, 12, 24), last_on=date(2027, 1, 1)
    )


def test_sixteen_evenings_over_christmas_and_a_clock_change(priya: Carried, desk: Browser) -> None:
    christmas()
    looked = look(desk, priya)
    assert looked.text.count("stepped over: the practice is closed") == 2
    assert not Appointment.objects.exists()  # nothing is written yet
    once = looked.context["once"]
    for _ in range(2):
        assert look(desk, priya, keep="1", once=str(once)).status_code == 302
    found = dates(priya)
    assert [number for number, _ in found] == list(range(1, 17))
    assert {at[11:] for _, at in found} == {"18:00"}
    assert (found[0][1][:10], found[-1][1][:10]) == ("2026-10-08", "2027-02-04")
    assert Appointment.objects.count() == 16
    hours = {a.starts_at.hour for a in Appointment.objects.all()}
    assert hours == {17, 18}  # the same hour on the clock is two hours of the day in UTC
    assert (
        Response.objects.filter(client=priya.priya).values("appointment").distinct().count() == 16
    )


def test_time_off_is_stepped_over_and_said(priya: Carried, desk: Browser) -> None:
    TimeOff.objects.create(
        therapist=priya.miriam.therapist, starts_at=evening(date(2026, 10, 12)),
        ends_at=evening(date(2026, 10, 16)),
    )  # fmt: skip
    assert "stepped over: you are away" in look(desk, priya).text
    look(desk, priya, keep="1")
    assert "2026-10-15 18:00" not in [at for _, at in dates(priya)]


@pytest.fixture
def busy(priya: Carried) -> Appointment:
    """Miriam has somebody on the third evening, and evening hours all week."""
    for day in range(5):
        WeeklyHours.objects.create(
            therapist=priya.miriam.therapist, weekday=day, opens=time(16), closes=time(20),
        )  # fmt: skip
    return scheduling.plan(
        therapist=priya.miriam.therapist, client=client_of(priya.miriam, "Ben"),
        starts_at=evening(date(2026, 10, 22)), minutes=50, place=None, by=priya.miriam, now=NOON,
    )  # fmt: skip


def test_what_is_taken_is_shown_with_other_times(
    priya: Carried, desk: Browser, busy: Appointment
) -> None:
    looked = look(desk, priya)
    assert "you have somebody then" in looked.text
    offered = re.findall(r'name="pick-2026-10-22" value="([^"]+)"', looked.text)
    assert len(offered) == 5 and offered[-1] == "leave-out"
    refused = look(desk, priya, keep="1")
    assert refused.status_code == 409
    assert "needs another time" in refused.text
    assert Appointment.objects.count() == 1
    chosen = look(desk, priya, keep="1", **{"pick-2026-10-22": offered[0]})
    assert chosen.status_code == 302
    assert len(dates(priya)) == 16
    assert datetime.fromisoformat(offered[0]) in set(
        Appointment.objects.values_list("starts_at", flat=True)
    )


def test_a_day_that_is_left_out_makes_the_row_one_longer(
    priya: Carried, desk: Browser, busy: Appointment
) -> None:
    longer = look(desk, priya, keep="1", **{"pick-2026-10-22": "leave-out"})
    assert longer.status_code == 200  # looked at once more
    assert 'name="left_out" value="2026-10-22"' in longer.text
    assert not dates(priya)
    look(desk, priya, keep="1", left_out="2026-10-22")
    found = [at[:10] for _, at in dates(priya)]
    assert len(found) == 16
    assert "2026-10-22" not in found
    assert found[-1] == "2027-01-28"


def test_a_client_is_not_asked_to_be_in_two_places(priya: Carried, desk: Browser) -> None:
    tess = person("Tess", Role.THERAPIST)
    scheduling.plan(
        therapist=tess.therapist, client=priya.priya, starts_at=evening(date(2026, 10, 15)),
        minutes=50, place=None, by=tess, now=NOON,
    )  # fmt: skip
    assert "your client has another appointment then" in look(desk, priya).text


def test_an_hour_the_clock_skips_is_said(priya: Carried, desk: Browser) -> None:
    looked = look(desk, priya, day="2027-03-21", time="01:30", weeks="2")
    assert "the clock skips that time on that night" in looked.text


def test_whoever_is_quicker_leaves_the_row_unkept(
    priya: Carried, desk: Browser, monkeypatch: Any
) -> None:
    look(desk, priya)

    def somebody(**_told: Any) -> None:
        raise scheduling.Taken("You already have somebody at that time.")

    monkeypatch.setattr("commonground.scheduling.actions.book_series", somebody)
    late = look(desk, priya, keep="1")
    assert late.status_code == 409
    assert "already have somebody" in late.text
    assert not dates(priya)


# ——— one of them ———


@pytest.fixture
def four(priya: Carried) -> Carried:
    actions.date_series(
        course=priya.course,
        starts_at=NOON + 2 * DAY,
        weeks=4,
        place=None,
        by=priya.miriam,
        now=NOON,
    )
    return priya


def test_one_session_moves_and_no_other(four: Carried, desk: Browser) -> None:
    before = dates(four)
    hour = four.session(2).appointment
    told = {"day": "2026-03-12", "time": "15:00", "place": ""}
    assert desk.post(reverse("appointment_move", args=[hour.pk]), told).status_code == 302
    after = dates(four)
    assert after[1] == (2, "2026-03-12 15:00")
    assert [after[0], *after[2:]] == [before[0], *before[2:]]


def test_a_session_called_off_counts_as_none_and_the_others_move_up(
    four: Carried, desk: Browser
) -> None:
    four.check_in(number=2)
    before, gone = dates(four), four.session(2).appointment
    url = reverse("appointment_settle", args=[gone.pk])
    assert desk.post(url, {"attendance": "2"}).status_code == 302
    assert [at for _, at in dates(four)] == [at for n, at in before if n != 2]
    assert [n for n, _ in dates(four)] == [1, 2, 3]
    (told,) = tell([four.course])
    (record,) = [r for r in told.records if r.attendance is Attendance.CLIENT_CANCELLED]
    assert record.number is None
    assert record.scores  # what was answered before it is not lost


def test_a_session_nobody_came_to_is_seen_and_counts_as_none(
    four: Carried, desk: Browser, at: Any
) -> None:
    hour = four.session(1).appointment
    url = reverse("appointment_settle", args=[hour.pk])
    early = desk.post(url, {"attendance": "3"})
    assert "has not begun yet" in early.text
    with at(MET):
        assert signed_in(four.miriam).post(url, {"attendance": "3"}).status_code == 302
    (told,) = tell([four.course])
    assert told.progress(MET.date()).held == 0
    assert any(p.code == "did_not_attend" for p in told.progress(MET.date()).because)
    assert len(dates(four)) == 3


def test_coming_late_is_kept_when_the_session_is_closed(four: Carried, at: Any) -> None:
    hour = four.session(1).appointment
    actions.settle(appointment=hour, attendance=Attendance.LATE_SEEN, by=four.miriam, now=MET)
    four.write("We met.")
    four.sign()
    four.close()
    hour.refresh_from_db()
    assert hour.attended is Attendance.LATE_SEEN


def test_an_overlap_needs_a_reason_and_then_says_it(four: Carried, desk: Browser) -> None:
    one, two = (four.session(n).appointment for n in (1, 2))
    scheduling.plan(
        therapist=four.miriam.therapist, client=client_of(four.miriam, "Ben"),
        starts_at=NOON + 3 * DAY, minutes=50, place=None, by=four.miriam, now=NOON,
    )  # fmt: skip
    told = {"day": "2026-03-05", "time": "12:00", "place": ""}
    url = reverse("appointment_move", args=[two.pk])
    refused = desk.post(url, told)
    assert "already have somebody" in refused.text
    assert "If the overlap is meant" in refused.text
    assert desk.post(url, {**told, "because": "emergency"}).status_code == 302
    two.refresh_from_db()
    assert two.overlap_because == "emergency"
    assert "Overlaps on purpose" in desk.get(reverse("appointment", args=[two.pk])).text
    assert one.overlap_because == ""


# ——— the client's own ———


@pytest.fixture
def phone(four: Carried) -> Browser:
    WeeklyHours.objects.create(
        therapist=four.miriam.therapist, weekday=4, opens=time(9), closes=time(12)
    )
    return signed_in(four.account)


def test_a_client_sees_when_and_moves_to_a_time_that_is_offered(
    four: Carried, phone: Browser
) -> None:
    hour = four.session(2).appointment
    page = phone.get(reverse("my_appointments")).text
    assert "Wednesday 11 March" in page and "Europe/London" in page
    url = reverse("my_appointment", args=[hour.pk])
    offered = phone.get(url).context["form"].fields["starts_at"].choices
    assert len(offered) == 4 * 5
    moved = phone.post(reverse("my_move", args=[hour.pk]), {"starts_at": offered[6][0]})
    assert moved.status_code == 302
    hour.refresh_from_db()
    assert hour.starts_at.isoformat() == offered[6][0]


def test_a_client_takes_no_time_that_is_not_offered(four: Carried, phone: Browser) -> None:
    hour = four.session(2).appointment
    taken = four.session(3).appointment.starts_at.isoformat()
    page = phone.post(reverse("my_move", args=[hour.pk]), {"starts_at": taken})
    assert "no longer free" in page.text
    hour.refresh_from_db()
    assert hour.starts_at.isoformat() != taken


def test_shortly_before_nothing_moves_and_calling_off_is_late(
    four: Carried, phone: Browser, at: Any
) -> None:
    hour = four.session(1).appointment
    with at(hour.starts_at - timedelta(hours=3)):
        late = signed_in(four.account)
        page = late.get(reverse("my_appointment", args=[hour.pk])).text
        assert "Please ring the practice to move it" in page
        offered = [s.starts_at.isoformat() for s in [four.session(4).appointment]]
        late.post(reverse("my_move", args=[hour.pk]), {"starts_at": offered[0]})
        late.post(reverse("my_cancel", args=[hour.pk]))
    hour.refresh_from_db()
    assert (hour.state, hour.attendance, hour.late) == ("cancelled", 2, True)
    assert [n for n, _ in dates(four)] == [1, 2, 3]


def test_where_a_client_will_be_is_asked_and_seen_by_the_therapist(
    four: Carried, phone: Browser, desk: Browser
) -> None:
    hour = four.session(1).appointment
    url = reverse("my_whereabouts", args=[hour.pk])
    assert "in a few words" in phone.post(url, {"whereabouts": ""}).text
    phone.post(url, {"whereabouts": "My sister’s kitchen, 4 Rope Walk"})
    assert "Rope Walk" in desk.get(reverse("appointment", args=[hour.pk])).text


def test_the_way_to_a_place_is_told(four: Carried, phone: Browser) -> None:
    quay = Place.objects.create(
        name="Quay House", address="1 Quay", town="Harbour", directions="Ring twice."
    )
    hour = four.session(1).appointment
    Appointment.objects.filter(pk=hour.pk).update(place=quay)
    assert "Ring twice." in phone.get(reverse("my_appointment", args=[hour.pk])).text


def test_the_same_row_again_makes_no_second_one(priya: Carried) -> None:
    once = uuid4()
    told: dict[str, Any] = {"course": priya.course, "by": priya.miriam, "now": NOON, "once": once}
    times = [scheduling.Planned(datetime(2026, 5, 4, 9, tzinfo=UTC), None)]
    first, again = (actions.date_sessions(times=times, **told) for _ in range(2))
    assert [s.pk for s in first] == [s.pk for s in again]
    assert Series.objects.count() == 1
    with pytest.raises(actions.NotNow):
        actions.date_sessions(times=times * 17, **{**told, "once": uuid4()})
