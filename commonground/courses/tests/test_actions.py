"""Opening, dating, writing, signing, sharing, closing: what each does, and when it says not now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commonground.core.models import AuditEvent
from commonground.courses import actions
from commonground.courses.actions import NotNow, Stale
from commonground.courses.models import Course, Goal, Note, Session, Summary
from commonground.measures import actions as measures
from commonground.measures.models import Alert, Response
from commonground.people.tests.front_office import NOON, client_of
from commonground.scheduling.actions import Taken
from commonground.scheduling.models import Appointment

from .carried import MET, TWO_DAYS, Carried, date_from, open_course

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def verbs(last: int) -> list[str]:
    return list(AuditEvent.objects.order_by("-number").values_list("verb", flat=True)[:last])


# ——— opening ———


def test_a_course_has_its_sessions_from_the_first_day(priya: Carried) -> None:
    numbers = list(priya.course.sessions.values_list("number", flat=True))
    assert numbers == list(range(1, 17))


@pytest.mark.parametrize("sessions", [0, 11, 21])
def test_a_number_outside_the_protocol_is_refused(priya: Carried, sessions: int) -> None:
    with pytest.raises(NotNow, match="12 to 20"):
        open_course(client_of(priya.miriam, "Ben"), priya.miriam, sessions)


def test_a_client_has_one_running_course(priya: Carried) -> None:
    with pytest.raises(NotNow, match="running course"):
        open_course(priya.priya, priya.miriam)
    Course.objects.update(ended_on=NOON.date())
    open_course(priya.priya, priya.miriam)
    assert Course.objects.count() == 2


# ——— dates ———


def test_a_first_date_asks_the_check_in_and_another_date_asks_nothing_new(
    priya: Carried,
) -> None:
    asked = Response.objects.filter(appointment=priya.session().appointment).count()
    assert asked == 2
    actions.give_date(
        session=priya.session(), starts_at=NOON + 5 * TWO_DAYS, place=None,
        by=priya.miriam, now=NOON,
    )  # fmt: skip
    assert Response.objects.filter(appointment=priya.session().appointment).count() == asked
    assert Appointment.objects.count() == 2


def test_two_requests_for_a_first_date_keep_one_hour(priya: Carried) -> None:
    mine, yours = priya.session(3), priya.session(3)
    for day, session in enumerate((mine, yours)):
        actions.give_date(
            session=session, starts_at=NOON + TWO_DAYS * (10 + day), place=None,
            by=priya.miriam, now=NOON,
        )  # fmt: skip
    assert Appointment.objects.count() == 3
    assert priya.session(3).appointment.starts_at == NOON + TWO_DAYS * 11


def test_a_series_is_kept_whole_or_not_at_all(priya: Carried) -> None:
    other = open_course(client_of(priya.miriam, "Ben"), priya.miriam)
    lines = AuditEvent.objects.count()
    with pytest.raises(Taken):
        date_from(other, NOON + TWO_DAYS - timedelta(weeks=2), 4, priya.miriam)
    assert not other.sessions.filter(appointment__isnull=False).exists()
    assert AuditEvent.objects.count() == lines


def test_nine_oclock_stays_nine_across_the_clock_change(priya: Carried) -> None:
    course = open_course(client_of(priya.miriam, "Ben"), priya.miriam)
    dated = date_from(course, datetime(2026, 3, 25, 9, 0, tzinfo=LONDON), 2, priya.miriam)
    hours = [s.appointment.starts_at.astimezone(LONDON).hour for s in dated]
    assert hours == [9, 9]


def test_a_series_over_an_hour_that_the_clock_skips_is_refused(priya: Carried) -> None:
    course = open_course(client_of(priya.miriam, "Ben"), priya.miriam)
    with pytest.raises(NotNow, match="clock skips"):
        date_from(course, datetime(2026, 3, 22, 1, 30, tzinfo=LONDON), 2, priya.miriam)
    assert not course.sessions.filter(appointment__isnull=False).exists()


def test_when_every_session_has_its_date_a_series_is_refused(priya: Carried) -> None:
    date_from(priya.course, NOON + TWO_DAYS * 10, 20, priya.miriam)
    with pytest.raises(NotNow, match="its date already"):
        date_from(priya.course, NOON + TWO_DAYS * 100, 1, priya.miriam)


# ——— goals, agenda ———


def test_three_goals_are_enough(priya: Carried) -> None:
    for words in ("One", "Two", "Three"):
        priya.goal(words)
    with pytest.raises(NotNow, match="Three goals"):
        priya.goal("Four")
    assert Goal.objects.count() == 3


def test_unknown_items_of_an_agenda_are_left_out(priya: Carried) -> None:
    actions.tick_agenda(
        session=priya.session(), done=["check_in", "golf"], by=priya.miriam, now=NOON
    )
    assert priya.session().done == ["check_in"]


# ——— the note: nothing is lost, nothing signed is changed ———


def test_a_note_counts_its_saves(priya: Carried) -> None:
    assert priya.write("One.").version == 1
    assert priya.write("Two.", 1).version == 2


def test_a_save_from_an_old_copy_is_refused_with_what_stands_there(priya: Carried) -> None:
    priya.write("One.")
    priya.write("Two.", 1)
    with pytest.raises(Stale) as told:
        priya.write("From the other window.", 1)
    assert (told.value.theirs, told.value.version) == ("Two.", 2)
    assert Note.objects.get().text == "Two."


def test_a_first_save_in_two_windows_loses_neither(priya: Carried) -> None:
    priya.write("Mine.")
    with pytest.raises(Stale) as told:
        priya.write("Yours.")
    assert told.value.theirs == "Mine."


def test_the_same_words_saved_twice_are_no_conflict(priya: Carried) -> None:
    priya.write("One.")
    assert priya.write("One.").text == "One."


def test_a_signed_note_is_not_written_again(priya: Carried) -> None:
    priya.write("One.")
    priya.sign()
    with pytest.raises(NotNow, match="signed"):
        priya.write("Two.", 1)
    with pytest.raises(NotNow, match="signed already"):
        priya.sign()


def test_an_empty_note_is_not_signed(priya: Carried) -> None:
    with pytest.raises(NotNow, match="nothing in this note"):
        priya.sign()
    priya.write("  \n ")
    with pytest.raises(NotNow, match="nothing in this note"):
        priya.sign()


def test_signing_keeps_the_words_on_the_page_first(priya: Carried) -> None:
    priya.write("One.")
    actions.sign_note(session=priya.session(), text="Two.", version=1, by=priya.miriam, now=NOON)
    assert (Note.objects.get().text, Note.objects.get().is_signed) == ("Two.", True)


def test_signing_from_an_old_copy_signs_nothing(priya: Carried) -> None:
    priya.write("One.")
    priya.write("Two.", 1)
    with pytest.raises(Stale):
        actions.sign_note(
            session=priya.session(), text="Old.", version=1, by=priya.miriam, now=NOON
        )
    assert not Note.objects.get().is_signed


# ——— sharing, closing ———


def test_a_summary_is_shared_as_it_is_written(priya: Carried) -> None:
    for text in ("We met.", "We met and spoke."):
        actions.share_summary(session=priya.session(), text=text, by=priya.miriam, now=NOON)
    assert (Summary.objects.get().text, Summary.objects.get().is_shared) == (
        "We met and spoke.",
        True,
    )


def test_a_session_is_not_closed_over_an_open_alert(priya: Carried) -> None:
    priya.write("One.")
    priya.sign()
    priya.check_in(nine=1)
    with pytest.raises(NotNow, match="alert is open"):
        priya.close()
    assert not priya.session().is_closed
    measures.acknowledge(
        alert=Alert.objects.get(), action="spoke", words="", by=priya.miriam, now=NOON
    )
    assert priya.close().is_closed


def test_an_alert_from_another_week_holds_the_session_open_too(priya: Carried) -> None:
    priya.write("One.")
    priya.sign()
    priya.check_in(nine=2, number=2, send=False)
    with pytest.raises(NotNow, match="alert is open"):
        priya.close()


def test_without_the_alert_the_same_session_closes(priya: Carried) -> None:
    """The control of the two above."""
    priya.write("One.")
    priya.sign()
    priya.check_in(nine=0)
    assert priya.close().appointment.state == "held"
    assert "courses.session.closed" in verbs(2)


@pytest.mark.parametrize("number", [1, 3])
def test_a_session_without_date_or_signed_note_is_not_closed(priya: Carried, number: int) -> None:
    priya.write("One.", number=number)
    with pytest.raises(NotNow):
        priya.close(number)


def test_a_session_is_not_closed_before_its_hour(priya: Carried) -> None:
    priya.write("One.")
    priya.sign()
    with pytest.raises(NotNow, match="not begun"):
        priya.close(now=NOON)
    assert priya.close().is_closed


def test_a_closed_session_stays_as_it_is(priya: Carried) -> None:
    priya.write("One.")
    priya.sign()
    priya.close()
    later = NOON + TWO_DAYS
    told = {"by": priya.miriam, "now": later}
    for verb, what in (
        (actions.close_session, {}),
        (actions.tick_agenda, {"done": ["check_in"]}),
        (actions.give_date, {"starts_at": later, "place": None}),
    ):
        with pytest.raises(NotNow, match="closed"):
            verb(session=priya.session(), **what, **told)
    assert Session.objects.get(number=1, course=priya.course).closed_at == MET
